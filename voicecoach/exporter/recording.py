"""What goes into a file beside the samples, ready to be written whatever the format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from voicecoach.exporter.caption_track import Cue, cues
from voicecoach.exporter.clocks import Clock, clocks
from voicecoach.exporter.tags import Tags, tags_of
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Span, Timeline
from voicecoach.units import Frames, Ms, ms

__all__ = ["Recording", "Timed", "pieces", "recording"]

Timed = TypeVar("Timed", Cue, Clock)
"""What lies between two times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A session, or one move of it, as a file holds it; all times from the file's own beginning."""

    length: Frames
    tags: Tags
    chapters: tuple[Span, ...] = ()
    """Each title in one line."""
    cues: tuple[Cue, ...] = ()
    """What is said, to be embedded and written beside."""
    clocks: tuple[Clock, ...] = ()
    """Holds, counts, breaths and waits, in order."""
    about: str = ""
    needs: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    cover: bytes = b""
    """A PNG; empty for none."""
    bit_rate: int | None = None
    """Bits a second; None is the format's own."""
    channels: int = 1
    """1, or 2 with the same sound in both."""
    start: Frames = Frames(0)
    """Where in the session it begins."""

    @property
    def digest(self) -> str:
        """What the session is, as 32 hexadecimal digits: the same whenever, and however, the same one is written."""
        what = (
            self.start,
            self.length,
            (self.tags.title, self.tags.artist, self.tags.language),
            [(span.title, span.start, span.end) for span in self.chapters],
            [asdict(cue) for cue in self.cues if cue.said],
            [asdict(clock) for clock in self.clocks],
            (self.about, self.needs, self.cautions),
        )
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]


def recording(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    *,
    tags: Tags | None = None,
    holds: bool = False,
    bit_rate: int | None = None,
    channels: int = 1,
    cover: bytes = b"",
) -> Recording:
    """Everything about `timeline`; without `tags`, what it knows by itself.

    `clip` as for `Renderer`.
    """
    return Recording(
        length=timeline.length,
        tags=tags or tags_of(timeline),
        chapters=tuple(replace(move, title=" ".join(move.title.split())) for move in timeline.moves),
        cues=cues(timeline, clip, holds=holds),
        clocks=clocks(timeline),
        about=timeline.about,
        needs=timeline.needs,
        cautions=timeline.cautions,
        cover=cover,
        bit_rate=bit_rate,
        channels=channels,
    )


def pieces(whole: Recording) -> Iterator[Recording]:
    """One for each move, with the opening before the first and the closing behind the last: nothing is lost."""
    moves = whole.chapters
    starts = [Frames(0), *(move.start for move in moves[1:])]
    ends = [*starts[1:], whole.length]
    for number, (move, start, end) in enumerate(zip(moves, starts, ends, strict=True), 1):
        tags = replace(whole.tags, title=move.title, album=whole.tags.title, track=(number, len(moves)))
        chapter = replace(move, start=Frames(move.start - start), end=Frames(min(move.end, end) - start))
        yield replace(
            whole,
            start=start,
            length=Frames(end - start),
            tags=tags,
            chapters=(chapter,),
            cues=tuple(_within(whole.cues, ms(start), ms(end))),
            clocks=tuple(_within(whole.clocks, ms(start), ms(end))),
        )


def _within(found: tuple[Timed, ...], start: Ms, end: Ms) -> Iterator[Timed]:
    for each in found:
        if start <= each.start < end:
            yield replace(each, start=Ms(each.start - start), end=Ms(min(each.end, end) - start))

"""How long each cue of a score lasts, and where it starts: all that the length of a session hangs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from voicecoach.compiler.score import Beat, Clock, Cue, Rest, Ring, Score, Speak, Words
from voicecoach.timeline import Sound, Source
from voicecoach.units import Frames, frames

__all__ = ["lefts", "source_of", "sources", "starts"]


def source_of(beat: Beat) -> Source:
    """What a beat sounds like."""
    return beat.content.utterance if isinstance(beat.content, Words) else beat.content


def sources(score: Score) -> set[Source]:
    """Every sound that a score needs."""
    found: set[Source] = set()
    for cue in score.cues:
        match cue:
            case Speak():
                found.add(cue.words.utterance)
            case Ring():
                found.add(cue.sound)
            case Clock():
                found.update(map(source_of, cue.beats))
                found.update(sound for sound in (cue.first, cue.last) if sound)
    return found


def starts(score: Score, lengths: Mapping[Source, Frames]) -> list[int]:
    """The frame at which each cue starts, and, as the last, the one at which the session is over."""
    return list(accumulate((_lasts(cue, lengths) for cue in score.cues), initial=0))


def _lasts(cue: Cue, lengths: Mapping[Source, Frames]) -> int:
    match cue:
        case Speak():
            return lengths[cue.words.utterance] + frames(cue.then)
        case Ring():
            return lengths[cue.sound]
        case Rest():
            return frames(cue.length)
        case Clock():
            end = frames(cue.length) + (lengths[cue.last] if cue.last else 0)
            # A tone may ring on past a beat that is shorter than it, and no voice starts over it.
            return max(end, max(_tones(cue, lengths), default=0))


def _tones(clock: Clock, lengths: Mapping[Source, Frames]) -> Iterator[int]:
    return (frames(beat.at) + lengths[beat.content] for beat in clock.beats if isinstance(beat.content, Sound))


def lefts(score: Score, begins: Sequence[int]) -> dict[int, int]:
    """Where each text that names the time left stands, by its number."""
    found: dict[int, int] = {}
    for cue, start in zip(score.cues, begins, strict=False):
        if isinstance(cue, Speak):
            said = [(cue.words, start)]
        elif isinstance(cue, Clock):
            said = [(beat.content, start + frames(beat.at)) for beat in cue.beats if isinstance(beat.content, Words)]
        else:
            continue
        for words, at in said:
            if words.tells_left is not None:
                found.setdefault(words.tells_left, at)
    return found

"""Reading a folder: its episodes, with what belongs beside each, and the files that could not be read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from voicecoach.errors import FileError
from voicecoach.exporter.feed.address import encoded
from voicecoach.exporter.feed.bundle import Bundle
from voicecoach.exporter.feed.episode import Episode
from voicecoach.exporter.feed.markup import in_line
from voicecoach.exporter.feed.media_files import Sound, read
from voicecoach.exporter.feed.sidecars import Beside
from voicecoach.exporter.feed.titles import told_apart

__all__ = ["Gathered", "gathered"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """In the order of the folder."""

    episodes: tuple[Episode, ...]
    damaged: tuple[str, ...]
    """A line for each file that was passed over."""
    unread: tuple[str, ...]
    """The GUIDs of episodes of which no file could be read."""


def gathered(
    found: Sequence[Bundle], guid: uuid.UUID, beside: Beside, progress: Callable[[int, int], None] | None = None
) -> Gathered:
    """Read all of `found` for the podcast `guid`, writing what is new beside them. Raises as `Beside` does."""
    episodes: list[Episode] = []
    damaged: list[str] = []
    unread: list[str] = []
    for number, bundle in enumerate(found, 1):
        own = str(uuid.uuid5(guid, encoded(PurePath(bundle.key))))
        sounds = _sounds(bundle, damaged)
        if sounds:
            episodes.append(_episode(bundle, own, sounds, beside))
        else:
            unread.append(own)
        if progress is not None:
            progress(number, len(found))
    return Gathered(told_apart(episodes), tuple(damaged), tuple(unread))


def _sounds(bundle: Bundle, damaged: list[str]) -> tuple[Sound, ...]:
    read_well: list[Sound] = []
    for kind, path in bundle.files:
        try:
            read_well.append(read(path, kind))
        except FileError as fault:
            damaged.append(str(fault))
    return tuple(read_well)


def _episode(bundle: Bundle, guid: str, sounds: tuple[Sound, ...], beside: Beside) -> Episode:
    folder = bundle.name.parent
    return Episode(
        guid=guid,
        name=bundle.name,
        title=sounds[0].title,
        folder="" if folder == PurePath() else in_line(folder.as_posix()),
        sounds=sounds,
        chapters=beside.chapters(bundle, sounds[0]),
        transcripts=beside.transcripts(bundle, sounds),
        cover=beside.cover(bundle, sounds),
        page=beside.page(bundle),
    )

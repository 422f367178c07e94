"""Writing a session to files: sound, and captions beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from voicecoach.exporter.captions import CAPTIONS
from voicecoach.exporter.destination import Destination
from voicecoach.exporter.whole_file import whole_file
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.render import Renderer
from voicecoach.timeline import Source, Timeline
from voicecoach.units import RATE

__all__ = ["Progress", "export"]

Progress: TypeAlias = Callable[[int, int], None]
"""Told, block after block, how many of how many frames are written."""

_BLOCK = 10 * RATE
"""Long enough that Python's share of the work vanishes, short enough for a smooth progress bar."""


def export(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    path: Path,
    *,
    format: str | None = None,  # noqa: A002
    captions: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Destination:
    """Write `timeline` to `path`, in `format` or what the name ends like, with `captions` (vtt, srt) beside it.

    `clip` gives the sound of each source, as for `Renderer`. Either all files are there whole afterwards, or
    an error was raised and the folder is as it was. Raises what `Destination.choose` and `clip` do, and
    FileError where the disk does not take it all.
    """
    place = Destination.choose(path, format=format, captions=captions, force=force)
    write = place.format.writer()
    renderer = Renderer(timeline, clip)
    try:
        with ExitStack() as files:
            if place.captions is not None:
                text = files.enter_context(whole_file(place.captions))
                text.write(CAPTIONS[place.captions.suffix[1:]](timeline).encode())
                text.flush()
            sound = files.enter_context(whole_file(place.sound))
            write(sound, timeline, _told(renderer, progress))
    except _ElsewhereError as elsewhere:
        raise elsewhere.fault from None
    return place


class _ElsewhereError(Exception):
    """Carries a fault of the system's that is not of the files written here past those who would take it so."""

    def __init__(self, fault: OSError) -> None:
        self.fault = fault


def _told(renderer: Renderer, progress: Progress | None) -> Iterator[Samples]:
    done = 0
    try:
        for block in renderer.blocks(_BLOCK):
            yield block
            done += len(block)
            if progress is not None:
                progress(done, renderer.length)
    except OSError as fault:
        raise _ElsewhereError(fault) from fault

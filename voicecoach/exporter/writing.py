"""Writing a session to files: sound, and captions beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from voicecoach.exporter.captions import CAPTIONS
from voicecoach.exporter.destination import Destination, Manner, Part
from voicecoach.exporter.recording import Recording, recording
from voicecoach.exporter.tags import Tags
from voicecoach.exporter.whole_file import whole_file
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.render import Renderer
from voicecoach.timeline import Source, Timeline
from voicecoach.units import RATE, ms

__all__ = ["Progress", "export"]

Progress: TypeAlias = Callable[[int, int], None]
"""Told, block after block, how many of how many frames are written."""

_BLOCK = 10 * RATE
"""Long enough that Python's share of the work vanishes, short enough for a smooth progress bar."""


def export(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    path: Path,
    manner: Manner | None = None,
    *,
    tags: Tags | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write `timeline` to `path`, or to files beside it where it is split; gives all files, in order of hearing.

    `clip` gives the sound of each source, as for `Renderer`. Either all files are there whole afterwards, or
    an error was raised and the folder is as it was. Raises what `Destination.choose` and `clip` do, and
    FileError where the disk does not take it all.
    """
    manner = manner or Manner()
    place = Destination.choose(path, manner)
    write = place.format.writer()
    bit_rate = None if manner.bit_rate is None else 1000 * manner.bit_rate
    whole = recording(
        timeline, clip, tags=tags, holds=manner.caption_holds, bit_rate=bit_rate, channels=manner.channels
    )
    parts = place.parts(whole)
    blocks = _Blocks(Renderer(timeline, clip), progress)
    try:
        with ExitStack() as files:
            for part in parts:
                for text in part.texts:
                    _put(files, text, CAPTIONS[text.suffix[1:]](part.recording))
                sound = files.enter_context(whole_file(part.sound))
                write(sound, part.recording, blocks.of(part.recording))
                sound.settle()
            if manner.split:
                _put(files, place.playlist, _playlist(whole, parts))
    except _ElsewhereError as elsewhere:
        raise elsewhere.fault from None
    playlist = (place.playlist,) if manner.split else ()
    return (*playlist, *(file for part in parts for file in part.files))


def _put(files: ExitStack, path: Path, text: str) -> None:
    file = files.enter_context(whole_file(path))
    file.write(text.encode())
    file.settle()


def _playlist(whole: Recording, parts: tuple[Part, ...]) -> str:
    """As players know it (RFC 8216 names the lines that we use)."""
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{whole.tags.title}"]
    for part in parts:
        lines.append(f"#EXTINF:{ms(part.recording.length) / 1000:.3f},{part.recording.tags.title}")
        # In a folder, since a name may begin like a remark.
        lines.append(f"./{part.sound.name}")
    return "\n".join(lines) + "\n"


class _ElsewhereError(Exception):
    """Carries a fault of the system's that is not of the files written here past those who would take it so."""

    def __init__(self, fault: OSError) -> None:
        self.fault = fault


class _Blocks:
    """The session's samples, in stretches, with one count of what is done for all of them."""

    def __init__(self, renderer: Renderer, progress: Progress | None) -> None:
        self._renderer, self._progress = renderer, progress
        self._done = 0

    def of(self, recording: Recording) -> Iterator[Samples]:
        """Those of one file."""
        end = recording.start + recording.length
        try:
            for at in range(recording.start, end, _BLOCK):
                block = self._renderer.read(at, min(_BLOCK, end - at))
                yield block
                self._done += len(block)
                if self._progress is not None:
                    self._progress(self._done, self._renderer.length)
        except OSError as fault:
            raise _ElsewhereError(fault) from fault

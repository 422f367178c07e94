"""Writes a session to its files: sound, captions and a playlist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from voicecoach.exporter import plot
from voicecoach.exporter.caption_formats import CAPTIONS
from voicecoach.exporter.destination import Destination, ExportOptions, ExportPart
from voicecoach.exporter.formats import Format
from voicecoach.exporter.material import Material, UnrelatedOSError
from voicecoach.exporter.memo import MemoStore
from voicecoach.exporter.recording import Recording, Tags, make_recording
from voicecoach.exporter.stitching.quantize import quantize
from voicecoach.files import WholeFile, whole_file
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Timeline
from voicecoach.units import Frames, ms

__all__ = ["ExportProgress", "export"]

ExportProgress: TypeAlias = Callable[[int, int], None]
"""Told, block after block, how many of how many frames are written."""
_OpenFile: TypeAlias = Callable[[Path], WholeFile]
"""Begins a file."""


def export(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    path: Path,
    manner: ExportOptions | None = None,
    *,
    tags: Tags | None = None,
    progress: ExportProgress = lambda *_: None,
    memo: MemoStore | None = None,
    durable: bool = True,
) -> tuple[Path, ...]:
    """Write `timeline` to `path`, or to files beside it where it is split; gives all files, in order of hearing.

    `clip` gives the sound of each source, as for `Mix`; what is encoded of it is `kept` for next time. Either
    all files are there whole afterwards, on the disk where they are to be `durable`, or an error was raised and the
    folder is as it was. Raises what `Destination.choose` and `clip` do, and FileError where the disk does not take it
    all.
    """
    place = Destination.choose(path, manner)
    told = _describe_session(timeline, clip, place, tags, memo)
    sound = Material(
        length=timeline.length,
        placements=timeline.placements,
        clip=clip,
        progress=_TotalProgress(timeline.length, progress),
        memo=memo,
    )
    ready = [_prepare(part, sound, place.format) for part in place.parts(told)]
    try:
        with ExitStack() as files:
            _write_all(lambda file: files.enter_context(whole_file(file, durable=durable)), place, told, ready)
    except UnrelatedOSError as elsewhere:
        raise elsewhere.fault from None
    playlist = (place.playlist,) if place.manner.split else ()
    return (*playlist, *(file for part, _ in ready for file in part.files))


def _describe_session(
    timeline: Timeline, clip: Callable[[Source], Clip], place: Destination, tags: Tags | None, memo: MemoStore | None
) -> Recording:
    manner = place.manner
    return make_recording(
        timeline,
        clip,
        tags=tags,
        holds=manner.caption_holds,
        bit_rate=None if manner.bit_rate is None else 1000 * manner.bit_rate,
        channels=manner.channels,
        cover=plot.cover(timeline, memo) if place.format.cover else b"",
    )


def _prepare(part: ExportPart, sound: Material, kind: Format) -> tuple[ExportPart, Material]:
    """What is to be written, as it will be heard in a file of this kind."""
    material = sound.piece(part.recording.start, part.recording.length)
    if kind.grid is None:
        return part, material
    material, told = quantize(material, part.recording, kind.grid)
    return replace(part, recording=told), material


def _write_all(
    new: _OpenFile, place: Destination, told: Recording, ready: Sequence[tuple[ExportPart, Material]]
) -> None:
    for part, material in ready:
        _write_part(new, part, material, place.format)
    if place.manner.split:
        _write_text(new(place.playlist), _playlist(told, [part for part, _ in ready]))


def _write_part(new: _OpenFile, part: ExportPart, material: Material, kind: Format) -> None:
    for text in part.texts:
        _write_text(new(text), CAPTIONS[text.suffix[1:]](part.recording))
    file = new(part.sound)
    kind.writer()(file, part.recording, material)
    file.finish()


def _write_text(file: WholeFile, text: str) -> None:
    file.write(text.encode())
    file.finish()


def _playlist(whole: Recording, parts: Sequence[ExportPart]) -> str:
    """As players know it (RFC 8216 names the lines that we use)."""
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{whole.tags.title}"]
    for part in parts:
        lines.append(f"#EXTINF:{ms(part.recording.length) / 1000:.3f},{part.recording.tags.title}")
        # In a folder, since a name may begin like a remark.
        lines.append(f"./{part.sound.name}")
    return "\n".join(lines) + "\n"


class _TotalProgress:
    """One count of what is done for all the files of a session."""

    def __init__(self, total: Frames, progress: ExportProgress) -> None:
        self._total, self._progress = total, progress
        self._done = 0

    def __call__(self, more: int) -> None:
        self._done = min(self._done + more, self._total)
        self._progress(self._done, self._total)

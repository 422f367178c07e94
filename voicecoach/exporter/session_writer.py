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
from voicecoach.exporter.material import Advance, Material, UnrelatedOSError
from voicecoach.exporter.memo import MemoStore
from voicecoach.exporter.recording import Recording, Tags, make_recording
from voicecoach.exporter.stitching import quantize
from voicecoach.files import WholeFile, whole_file
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Timeline
from voicecoach.units import Frames, ms

ExportProgress: TypeAlias = Callable[[int, int], None]
"""Called after each block with the number of frames written, and their total."""
_OpenFile: TypeAlias = Callable[[Path], WholeFile]


def export(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    path: Path,
    options: ExportOptions | None = None,
    *,
    tags: Tags | None = None,
    progress: ExportProgress = lambda *_: None,
    memo: MemoStore | None = None,
    durable: bool = True,
) -> tuple[Path, ...]:
    """Write a session to `path`, or to files beside it if it is split. Return all files in playing order.

    Afterwards either all files are complete (with `durable`, safely on the disk), or an error was raised and the folder
    is unchanged. `clip` is as for `Mix`; `memo` stores encoded sound and the cover for next time. Raises what
    `Destination.choose` and `clip` do, and FileError if the disk cannot take the files.
    """
    destination = Destination.choose(path, options)
    whole = _describe_session(timeline, clip, destination, tags, memo)
    sound = Material(
        length=timeline.length,
        placements=timeline.placements,
        clip=clip,
        progress=_total_progress(timeline.length, progress),
        memo=memo,
    )
    parts = [_prepare(part, sound, destination.format) for part in destination.parts(whole)]
    try:
        _write_all(destination, whole.tags.title, parts, durable=durable)
    except UnrelatedOSError as unrelated:
        raise unrelated.error from None
    playlist = (destination.playlist,) if destination.options.split else ()
    return (*playlist, *(file for part, _ in parts for file in part.files))


def _describe_session(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    destination: Destination,
    tags: Tags | None,
    memo: MemoStore | None,
) -> Recording:
    options = destination.options
    return replace(
        make_recording(timeline, clip, tags=tags, holds=options.caption_holds),
        bit_rate=None if options.bit_rate is None else 1000 * options.bit_rate,
        channels=options.channels,
        cover=plot.cover(timeline, memo) if destination.format.cover else b"",
    )


def _prepare(part: ExportPart, sound: Material, kind: Format) -> tuple[ExportPart, Material]:
    """The part and its sound, moved to the format's packet grid."""
    material = sound.piece(part.recording.start, part.recording.length)
    if kind.grid is None:
        return part, material
    material, recording = quantize(material, part.recording, kind.grid)
    return replace(part, recording=recording), material


def _write_all(
    destination: Destination, title: str, parts: Sequence[tuple[ExportPart, Material]], *, durable: bool
) -> None:
    with ExitStack() as files:

        def open_file(path: Path) -> WholeFile:
            return files.enter_context(whole_file(path, durable=durable))

        for part, material in parts:
            _write_part(open_file, part, material, destination.format)
        if destination.options.split:
            _write_text(open_file(destination.playlist), _playlist(title, [part for part, _ in parts]))


def _write_part(open_file: _OpenFile, part: ExportPart, material: Material, kind: Format) -> None:
    for path in part.captions:
        _write_text(open_file(path), CAPTIONS[path.suffix[1:]](part.recording))
    file = open_file(part.sound)
    kind.writer()(file, part.recording, material)
    file.finish()


def _write_text(file: WholeFile, text: str) -> None:
    file.write(text.encode())
    file.finish()


def _playlist(title: str, parts: Sequence[ExportPart]) -> str:
    """An extended M3U playlist; RFC 8216 defines most of its lines."""
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{title}"]
    for part in parts:
        lines.append(f"#EXTINF:{ms(part.recording.length) / 1000:.3f},{part.recording.tags.title}")
        # The folder keeps a name that starts with # from being read as a comment.
        lines.append(f"./{part.sound.name}")
    return "\n".join(lines) + "\n"


def _total_progress(total: Frames, progress: ExportProgress) -> Advance:
    """Add up the progress of all files of a session."""
    done = 0

    def advance(frames: int) -> None:
        nonlocal done
        done = min(done + frames, total)
        progress(done, total)

    return advance

"""Writes a session to its files: sound, captions and a playlist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from voicecoach.exporter import plot
from voicecoach.exporter.audio_track import Advance, AudioTrack, UnrelatedOSError
from voicecoach.exporter.caption_formats import CAPTIONS
from voicecoach.exporter.destination import Destination, ExportOptions, ExportPart
from voicecoach.exporter.formats import Format
from voicecoach.exporter.memo import MemoStore
from voicecoach.exporter.metadata import Metadata, Tags, make_metadata
from voicecoach.exporter.stitching import quantize
from voicecoach.files import WholeFile, whole_file
from voicecoach.progress import Progress, ignore_progress
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Timeline
from voicecoach.units import Frames, ms

_OpenFile: TypeAlias = Callable[[Path], WholeFile]


def export(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    path: Path,
    options: ExportOptions | None = None,
    *,
    tags: Tags | None = None,
    progress: Progress = ignore_progress,
    memo: MemoStore | None = None,
    durable: bool = True,
) -> tuple[Path, ...]:
    """Write a session to `path`, or to files beside it if it is split. Return all files in playing order.

    Afterwards either all files are complete (with `durable`, safely on the disk), or an error was raised and the folder
    is unchanged. If the disk refuses a file its name after others got theirs, each file is the new or the old one.
    `clip` is as for `Mix`; `progress` counts frames; `memo` stores encoded sound and the cover for next time. Raises
    what `Destination.choose` and `clip` do, and FileError if the disk cannot take the files.
    """
    destination = Destination.choose(path, options)
    whole = _describe_session(timeline, clip, destination, tags, memo)
    audio = AudioTrack(
        length=timeline.length,
        placements=timeline.placements,
        clip=clip,
        advance=_total_progress(timeline.length, progress),
        memo=memo,
    )
    parts = [_prepare(part, audio, destination.format) for part in destination.parts(whole)]
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
) -> Metadata:
    options = destination.options
    return replace(
        make_metadata(timeline, clip, tags=tags, holds=options.caption_holds),
        bit_rate=None if options.bit_rate is None else 1000 * options.bit_rate,
        channels=options.channels,
        cover=plot.cover(timeline, memo) if destination.format.cover else b"",
    )


def _prepare(part: ExportPart, whole: AudioTrack, file_format: Format) -> tuple[ExportPart, AudioTrack]:
    """The part and its sound, moved to the format's packet grid."""
    audio = whole.piece(part.metadata.start, part.metadata.length)
    if file_format.grid is None:
        return part, audio
    audio, metadata = quantize(audio, part.metadata, file_format.grid)
    return replace(part, metadata=metadata), audio


def _write_all(
    destination: Destination, title: str, parts: Sequence[tuple[ExportPart, AudioTrack]], *, durable: bool
) -> None:
    with ExitStack() as files:

        def open_file(path: Path) -> WholeFile:
            return files.enter_context(whole_file(path, durable=durable))

        for part, audio in parts:
            _write_part(open_file, part, audio, destination.format)
        if destination.options.split:
            _write_text(open_file(destination.playlist), _playlist(title, [part for part, _ in parts]))


def _write_part(open_file: _OpenFile, part: ExportPart, audio: AudioTrack, file_format: Format) -> None:
    for path in part.captions:
        _write_text(open_file(path), CAPTIONS[path.suffix[1:]](part.metadata))
    file = open_file(part.sound)
    file_format.load_writer()(file, part.metadata, audio)
    file.finish()


def _write_text(file: WholeFile, text: str) -> None:
    file.write(text.encode())
    file.finish()


def _playlist(title: str, parts: Sequence[ExportPart]) -> str:
    """An extended M3U playlist; RFC 8216 defines most of its lines."""
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{title}"]
    for part in parts:
        lines.append(f"#EXTINF:{ms(part.metadata.length) / 1000:.3f},{part.metadata.tags.title}")
        # The folder keeps a name that starts with # from being read as a comment.
        lines.append(f"./{part.sound.name}")
    return "\n".join(lines) + "\n"


def _total_progress(total: Frames, progress: Progress) -> Advance:
    """Add up the progress of all files of a session."""
    done = 0

    def advance(frames: int) -> None:
        nonlocal done
        done = min(done + frames, total)
        progress(done, total)

    return advance

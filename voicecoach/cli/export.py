"""`voicecoach export`: writes one session to a file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from voicecoach.app.exporting import check_destination, export_session
from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.cli.console import say, warn
from voicecoach.cli.interrupts import defer_interrupts
from voicecoach.cli.number_types import whole_number
from voicecoach.cli.options import Decorator, add_options, session_options
from voicecoach.cli.progress_bar import bar, speaking
from voicecoach.exporter import CAPTIONS, FORMATS, ExportOptions
from voicecoach.units import format_count, format_time, ms

_SOUND: tuple[Decorator, ...] = (
    click.option(
        "--bitrate", "bit_rate", type=whole_number(1, 10_000), metavar="KBIT", help="Kilobits a second, such as 64."
    ),
    click.option("--mono/--stereo", default=True, help="One channel (the default), or two with the same sound."),
    click.option("--caption-holds", is_flag=True, help="Add the time left of each hold to the captions."),
    click.option("--force", is_flag=True, help="Overwrite existing files."),
)


def sound_options(function: Any) -> Any:
    """Give a command the options that shape every file: `bit_rate`, `mono`, `caption_holds`, `force`."""
    return add_options(function, _SOUND)


@click.command("export")
@session_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="The file to write; its extension chooses the format.",
)
@click.option("--format", type=click.Choice(list(FORMATS)), help="The format, if not that of the extension.")
@click.option("--split", is_flag=True, help="A file for each move, numbered, with an .m3u8 list.")
@click.option(
    "--captions", type=click.Choice(list(CAPTIONS)), multiple=True, help="Write the spoken text beside the sound."
)
@sound_options
def command(request: SessionRequest, output: Path, *, mono: bool, **values: Any) -> None:
    """Write a session to a sound file, with its moves as chapters and its words as captions.

    The file appears when it is complete. An interrupted export leaves nothing behind and does not touch an older file.
    `voicecoach batch` writes many sessions into a folder.
    """
    options = ExportOptions(channels=1 if mono else 2, **values)
    check_destination(output, options)
    with ExitStack() as stack:
        with speaking() as progress:
            session = stack.enter_context(open_session(request, warn=warn, progress=progress))
        with bar(f"Writing {output.name}") as written, defer_interrupts() as raise_pending:

            def report(done: int, total: int) -> None:
                raise_pending()
                written(done, total)

            files = export_session(session, output, options, progress=report)
    say(_summary(files, format_time(ms(session.timeline.length)), split=options.split))


def _summary(files: tuple[Path, ...], length: str, *, split: bool) -> str:
    size = sum(file.stat().st_size for file in files) / 1e6
    first, *others = files
    if split:
        return f"Wrote {first} and {format_count(len(others), 'file')} beside it ({length}, {size:.1f} MB)."
    also = "".join(f", and {file}" for file in others)
    return f"Wrote {first} ({length}, {size:.1f} MB){also}."

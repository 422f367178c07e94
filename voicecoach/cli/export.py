"""`voicecoach export`: writes one session to a file."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import click

from voicecoach.cli.batch_options import Many, batch_options, one_way
from voicecoach.cli.interrupts import held_back
from voicecoach.cli.progress import bar, speaking
from voicecoach.cli.session_options import Asked, session_options
from voicecoach.errors import ChoiceError
from voicecoach.exporter import CAPTIONS, FORMATS, Destination, ExportOptions, export, tags_of
from voicecoach.units import format_time, ms

__all__ = ["command"]


@click.command("export")
@session_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to; its ending chooses the format.",
)
@click.option("--format", "chosen", type=click.Choice(list(FORMATS)), help="Whatever the ending.")
@click.option("--bitrate", "bit_rate", type=int, metavar="KBIT", help="Kilobits a second, such as 64.")
@click.option("--mono/--stereo", default=True, help="One channel, or two with the same sound.")
@click.option("--split", is_flag=True, help="A file a move, numbered, with an .m3u8 list.")
@click.option("--captions", type=click.Choice(list(CAPTIONS)), multiple=True, help="Write what is said beside it.")
@click.option("--caption-holds", is_flag=True, help="Show the clock of a hold among the captions.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@batch_options
@click.pass_context
def command(
    context: click.Context, /, asked: Asked, output: Path, chosen: str | None, *, mono: bool, many: Many, **values: Any
) -> int:
    """Write a session to a sound file, with its moves as chapters and its words as captions; or many into a folder.

    The file appears when it is whole: an export that is broken off leaves nothing behind, and an older file as
    it was. With --into, each routine is a session of its own, in each of --formats, --voices, --levels and
    --lengths; a file is made again only when something that it hangs on has changed.
    """
    one_way(context)
    today = date.today().isoformat()  # noqa: DTZ011 the day on the clock where the file is made
    manner = ExportOptions(format=chosen, channels=1 if mono else 2, **values)
    if many.into is not None:
        from voicecoach.cli.batch import export_many

        return export_many(asked, many, manner, today)
    _export_one(asked, output, manner, today)
    return 0


def _export_one(asked: Asked, output: Path, manner: ExportOptions, today: str) -> None:
    # Refused before anybody waits for the voice.
    if str(output) == "-":
        raise ChoiceError("a session cannot be written to standard output", "name a file, such as session.m4a")
    Destination.choose(output, manner)
    with ExitStack() as open_till_written:
        with speaking() as status:
            session = open_till_written.enter_context(asked.session(status=status))
        tags = tags_of(session.timeline, voice=session.voice.public_name, choices=session.choices, date=today)
        with bar(f"Writing {output.name}") as written, held_back() as end_if_asked:

            def told(done: int, total: int) -> None:
                end_if_asked()
                written(done, total)

            clip, kept = session.studio.clip, session.studio.kept
            files = export(session.timeline, clip, output, manner, tags=tags, progress=told, memo=kept)
    click.echo(_line(files, format_time(ms(session.timeline.length)), split=manner.split))


def _line(files: tuple[Path, ...], length: str, *, split: bool) -> str:
    """One line: what there is now."""
    size = sum(file.stat().st_size for file in files) / 1e6
    first, *others = files
    if split:
        beside = "1 file" if len(others) == 1 else f"{len(others)} files"
        return f"Wrote {first} and {beside} beside it ({length}, {size:.1f} MB)."
    also = "".join(f", and {file}" for file in others)
    return f"Wrote {first} ({length}, {size:.1f} MB){also}."

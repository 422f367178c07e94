"""`voicecoach export`: a session as a file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from voicecoach.cli.endings import held_back
from voicecoach.cli.progress import bar, speaking
from voicecoach.cli.session import Asked, session_options
from voicecoach.exporter import CAPTIONS, FORMATS, Destination, export
from voicecoach.units import clock, ms

__all__ = ["command"]


@click.command("export")
@session_options
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to; its ending chooses the format.",
)
@click.option("--format", "chosen", type=click.Choice(list(FORMATS)), help="Whatever the ending.")
@click.option("--captions", type=click.Choice(list(CAPTIONS)), help="Write what is said beside it.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
def command(asked: Asked, output: Path, chosen: str | None, captions: str | None, force: bool) -> None:
    """Write a session to a sound file, with its moves as chapters.

    The file appears when it is whole: an export that is broken off leaves nothing behind, and an older file as
    it was.
    """
    # Refused before anybody waits for the voice.
    Destination.choose(output, format=chosen, captions=captions, force=force)
    with ExitStack() as open_till_written:
        with speaking() as status:
            session = open_till_written.enter_context(asked.session(status=status))
        with bar(f"Writing {output.name}") as written, held_back() as end_if_asked:

            def told(done: int, total: int) -> None:
                end_if_asked()
                written(done, total)

            place = export(
                session.timeline,
                session.studio.clip,
                output,
                format=chosen,
                captions=captions,
                force=force,
                progress=told,
            )
    size = place.sound.stat().st_size
    also = "" if place.captions is None else f", and {place.captions}"
    click.echo(f"Wrote {place.sound} ({clock(ms(session.timeline.length))}, {size / 1e6:.1f} MB){also}.")

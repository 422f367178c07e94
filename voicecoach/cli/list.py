"""`voicecoach list`: lists the routines."""

from __future__ import annotations

from typing import Any

import click

from voicecoach.app import choosing
from voicecoach.cli import completion
from voicecoach.cli.console import print_json, print_lines, table
from voicecoach.routine import Routine


@click.command("list")
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="TAG",
    shell_complete=completion.complete_tags,
    help="Only routines with this tag.",
)
@click.option("--needs", multiple=True, metavar="THING", help="Only routines that need this; `none`: nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list; docs/commands.md lists its fields.")
def command(tags: tuple[str, ...], needs: tuple[str, ...], as_json: bool) -> None:
    """List the routines, by name."""
    found = [routine for routine in choosing.all_routines() if choosing.matches(routine, tags, needs)]
    if as_json:
        print_json(_rows(found))
    elif found:
        print_lines(*table([(routine.name, routine.about or routine.title) for routine in found]))
    else:
        print_lines("No routine matches. `voicecoach list` alone shows them all.")


def _rows(routines: list[Routine]) -> list[dict[str, Any]]:
    from voicecoach.compiler.selection import move_titles, routine_needs

    return [
        {
            "name": routine.name,
            "title": routine.title,
            "about": routine.about,
            "language": routine.language,
            "tags": routine.tags,
            "needs": routine_needs(routine),
            "options": {option.name: option.about for option in routine.options},
            "moves": move_titles(routine),
            "file": routine.pos.file,
        }
        for routine in routines
    ]

"""`voicecoach check`: prints every mistake in routines, with its position."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from voicecoach.app.checking import check_routines
from voicecoach.cli import completion
from voicecoach.cli.console import print_json, print_lines, say, warn
from voicecoach.errors import Problem
from voicecoach.units import format_count


@click.command("check")
@click.argument("names", nargs=-1, metavar="[FILE|FOLDER|NAME]...", shell_complete=completion.complete_routines)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print the problems.",
)
@click.option(
    "--voice",
    default="auto",
    metavar="VOICE",
    shell_complete=completion.complete_voices,
    help="The voice whose lengths decide what fits; `none` estimates them.",
)
def command(names: tuple[str, ...], shape: str, voice: str) -> None:
    """Find mistakes in routines; without names, in every routine that can be found by name.

    Warns of words that do not fit at the levels 0, 50 and 100, and of a `minutes:` that is out of reach. Exits
    with 2 if there is a mistake.
    """
    result = check_routines(names, voice=voice, warn=warn)
    _SHAPES[shape](result.problems, result.routines)
    if not result.passed:
        raise SystemExit(2)


def _text(problems: Sequence[Problem], files: int) -> None:
    print_lines(*map(str, problems))
    if not problems:
        say(f"{format_count(files, 'routine')}, no problems found.")


def _json(problems: Sequence[Problem], _files: int) -> None:
    rows = [
        {
            "file": problem.pos.file,
            "line": problem.pos.line,
            "column": problem.pos.column,
            "severity": problem.severity,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    print_json(rows)


def _github(problems: Sequence[Problem], _files: int) -> None:
    """Annotations as GitHub's runners read them from the log."""
    print_lines(*map(_annotation, problems))


def _annotation(problem: Problem) -> str:
    place = f"file={_property(problem.pos.file)},line={problem.pos.line},col={problem.pos.column}"
    message = problem.message + (f"; {problem.hint}" if problem.hint else "")
    return f"::{problem.severity} {place}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_SHAPES: dict[str, Callable[[Sequence[Problem], int], None]] = {"text": _text, "json": _json, "github": _github}

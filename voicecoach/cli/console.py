"""Everything that is printed: each line with its control characters made visible.

Commands print through these functions and no others, which a test ensures: a title, a text or a file's name may hold
anything.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from voicecoach.cli.streams import output_is_closed
from voicecoach.errors import VoicecoachError
from voicecoach.terminal_text import UNSAFE, clip, pad, visible, width, wrap

_UNSAFE_IN_JSON = re.compile(rf"(?!\n){UNSAFE.pattern}")
"""The line breaks are those of the layout: `json` escapes all others."""


def print_lines(*lines: str) -> None:
    """Print what a command was asked for on standard output. Raises FileError if it cannot be written."""
    if not lines:
        return
    keep_bytes = not sys.stdout.isatty()  # names that are not UTF-8 reach other programs as they are
    click.echo("\n".join(visible(line, keep_bytes=keep_bytes) for line in lines))


def say(line: str) -> None:
    """Print a line about work that is done, on standard output; a closed one is no error then."""
    if not output_is_closed():
        print_lines(line)


def warn(*lines: str) -> None:
    """Print on standard error about something that does not stop the command; never raises."""
    click.echo("\n".join(map(visible, lines)), err=True)


def print_error(error: VoicecoachError) -> None:
    """Print a line for each problem on standard error."""
    warn(*str(error).split("\n"))


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a value on standard output as JSON. What could steer a terminal is escaped, so it means the same."""
    import json

    lacking = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=lacking, indent=indent)
    click.echo(_UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def redraw(lines: Sequence[str], drawn: int) -> None:
    """Replace the last `drawn` lines on standard error, a terminal, by others, each cut to its width."""
    columns = shutil.get_terminal_size().columns - 1
    erasure = f"\x1b[{drawn}A\r\x1b[J" if drawn else ""
    click.echo(erasure + "".join(f"{clip(visible(line), columns)}\n" for line in lines), err=True, nl=False)


GAP = "  "
_LEAST = 20
"""Columns that the last cell needs to stay beside the others."""
_BELOW = "    "
"""Indents text that moved below its row."""


def table(rows: Sequence[Sequence[str]], *, head: Sequence[str] = (), columns: int | None = None) -> list[str]:
    """Lines with the rows in aligned columns; the last cell is wrapped, or moves below if there is no room."""
    columns = columns or shutil.get_terminal_size((100, 24)).columns
    all_rows = [[*map(visible, row)] for row in ([head, *rows] if head else rows)]
    if not all_rows:
        return []
    widths = [max(map(width, column)) for column in list(zip(*all_rows, strict=True))[:-1]]
    beside = columns - sum(widths) - len(GAP) * len(widths) >= _LEAST
    return [line for row in all_rows for line in (_beside if beside else _below)(row, widths, columns)]


def _beside(row: Sequence[str], widths: Sequence[int], columns: int) -> Iterator[str]:
    start = "".join(pad(cell, size) + GAP for cell, size in zip(row[:-1], widths, strict=True))
    first, *more = wrap(row[-1], columns - width(start)) or [""]
    yield (start + first).rstrip()
    yield from (" " * width(start) + line for line in more)


def _below(row: Sequence[str], widths: Sequence[int], columns: int) -> Iterator[str]:
    line = ""
    for cell, size in zip(row[:-1], widths, strict=True):
        if line and width(line + cell) > columns:
            yield line.rstrip()
            line = _BELOW
        line += pad(cell, size) + GAP
    if width(line + row[-1]) <= columns:
        yield (line + row[-1]).rstrip()
        return
    yield line.rstrip()
    yield from (_BELOW + part for part in wrap(row[-1], columns - len(_BELOW)))

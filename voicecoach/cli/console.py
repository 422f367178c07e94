"""Text on the console: columns that fit, warnings, and standard output that is limited, full or closed."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from voicecoach.errors import FileError


def escape_unprintable() -> None:
    """Print characters that the terminal's encoding lacks as escapes, instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def warn(line: str) -> None:
    """Print a line on standard error about something that does not stop the command."""
    click.echo(line, err=True)


def print_json(value: Any) -> None:
    """Print a value on standard output as indented JSON."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def discard_output() -> None:
    """Discard what is printed from here on, and what Python still holds and would write as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def guard_output() -> Iterator[None]:
    """End the command when standard output fails: quietly if its reader has gone (`| head`).

    Raises FileError for anything else, such as a full disk.
    """
    try:
        yield
    except OSError as error:
        # Errors of our own files and pipes arrive as FileError and the like; only standard output has no name.
        if error.filename is not None or error.errno not in _UNWRITTEN:
            raise
        discard_output()
        if error.errno != errno.EPIPE:
            raise FileError.of("standard output", error, "the output is incomplete") from error


_UNWRITTEN = {errno.EPIPE, errno.ENOSPC, errno.EIO}


GAP = "  "
_LEAST = 20
"""Columns that the last cell needs to stay beside the others."""
_BELOW = "    "
"""Indents text that moved below its row."""


def columns(rows: Sequence[Sequence[str]], *, head: Sequence[str] = (), width: int | None = None) -> str:
    """The rows in aligned columns, the last one wrapped; it moves below the others if there is no room."""
    width = width or shutil.get_terminal_size((100, 24)).columns
    all_rows = [head, *rows] if head else list(rows)
    if not all_rows:
        return ""
    widths = [max(len(row[index]) for row in all_rows) for index in range(len(all_rows[0]) - 1)]
    beside = width - sum(widths) - len(GAP) * len(widths) >= _LEAST
    lines = (line for row in all_rows for line in (_beside if beside else _below)(row, widths, width))
    return "\n".join(lines)


def _beside(row: Sequence[str], widths: Sequence[int], width: int) -> Iterator[str]:
    start = "".join(cell.ljust(size) + GAP for cell, size in zip(row[:-1], widths, strict=True))
    first, *more = textwrap.wrap(row[-1], width - len(start)) or [""]
    yield (start + first).rstrip()
    yield from (" " * len(start) + line for line in more)


def _below(row: Sequence[str], widths: Sequence[int], width: int) -> Iterator[str]:
    line = ""
    for cell, size in zip(row[:-1], widths, strict=True):
        if line and len(line + cell) > width:
            yield line.rstrip()
            line = _BELOW
        line += cell.ljust(size) + GAP
    if len(line + row[-1]) <= width:
        yield (line + row[-1]).rstrip()
        return
    yield line.rstrip()
    yield from textwrap.wrap(row[-1], width, initial_indent=_BELOW, subsequent_indent=_BELOW)

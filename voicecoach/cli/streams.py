"""Handles standard output with a limited encoding, a full disk or a reader that has gone."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
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

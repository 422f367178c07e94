"""Standard output when its encoding is limited, its disk full or its reader gone."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from voicecoach.errors import FileError

__all__ = ["any_character", "printing", "to_nobody"]


def any_character() -> None:
    """What the terminal's encoding lacks is printed as an escape instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def to_nobody() -> None:
    """What is printed from here on goes nowhere; also what is left, which Python writes once more as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def printing() -> Iterator[None]:
    """What standard output does not take ends the command: in peace where its reader has gone (`| head`).

    Raises FileError for anything else, such as a full disk.
    """
    try:
        yield
    except OSError as fault:
        # What goes wrong with a file or a pipe of ours is told as FileError and its like: this has no name.
        if fault.filename is not None or fault.errno not in _UNWRITTEN:
            raise
        to_nobody()
        if fault.errno != errno.EPIPE:
            raise FileError.of("standard output", fault, "what was printed is not whole") from fault


_UNWRITTEN = {errno.EPIPE, errno.ENOSPC, errno.EIO}

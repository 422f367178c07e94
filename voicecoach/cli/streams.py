"""Standard streams that are closed, on a full disk, or left by their reader.

A message must never end up in a file of the user's: if standard error is closed, the next file opened gets its
number. And a command must do what it can without them.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from typing import Any, TextIO

from voicecoach.errors import FileError

_ESCAPED = "voicecoach-escaped"
"""The error handler for what an encoding lacks."""


def prepare_streams() -> None:
    """Make the standard streams safe to use: call it before anything is opened or printed."""
    _fill_gaps()
    for name, protect in (("stdout", protect_output), ("stderr", _protect_messages)):
        stream = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__"):
            setattr(sys, name, protect(stream))
        elif isinstance(stream, io.TextIOWrapper):  # a program that calls `main` has put its own there
            stream.reconfigure(errors=_ESCAPED)


def protect_output(stream: TextIO | None) -> TextIO:
    """Standard output with its errors turned into ours; None: it is closed."""
    return _wrap(stream, _StandardOutput(_raw(stream)))


def output_is_closed() -> bool:
    """Whether standard output was closed when the command started."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return isinstance(raw, _StandardStream) and raw.system is None


def raw_output() -> Any:
    """Standard output without Python's buffer and without our handling of errors."""
    raw = _raw(sys.stdout)
    return raw.system if isinstance(raw, _StandardStream) else raw


def discard_output() -> None:
    """Discard what is printed from here on, and what Python still holds and would write as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _fill_gaps() -> None:
    """Open the null device in place of the standard streams that are closed."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # gets this number: the lower ones are taken
            os.set_inheritable(opened, True)  # as standard streams are by the processes that we start


def _raw(stream: TextIO | None) -> Any:
    """The unbuffered stream beneath; with PYTHONUNBUFFERED, there is no other."""
    return None if stream is None else getattr(stream.buffer, "raw", stream.buffer)


def _protect_messages(stream: TextIO | None) -> TextIO:
    return _wrap(stream, _StandardError(_raw(stream)))


def _wrap(stream: TextIO | None, raw: _StandardStream) -> TextIO:
    """A text stream as Python makes it, on top of `raw`."""
    encoding, line_buffering = (stream.encoding, stream.line_buffering) if stream is not None else ("utf-8", False)
    if stream is not None:
        stream.flush()
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, _ESCAPED, line_buffering=bool(line_buffering))


def _escape(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write the bytes of a name that is not UTF-8 as they are, and escape any other character."""
    assert isinstance(error, UnicodeEncodeError)
    sign = error.object[error.start]
    if "\udc80" <= sign <= "\udcff":
        return bytes([ord(sign) - 0xDC00]), error.start + 1
    return sign.encode("ascii", "backslashreplace").decode(), error.start + 1


codecs.register_error(_ESCAPED, _escape)


class _StandardStream(io.RawIOBase):
    """Writes to a stream of the system's, until that fails."""

    descriptor: int

    def __init__(self, system: io.RawIOBase | None) -> None:
        self.system = system
        """None: it was closed when the command started."""
        self._is_terminal = system is not None and system.isatty()  # it is none any more once it has been closed
        self._discard = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.descriptor if self.system is None else self.system.fileno()

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, data: Any, /) -> int:
        """Write what the stream takes. Once it has failed, all is discarded: Python would try again as it ends."""
        if self._discard:
            return len(data)
        try:
            return self._write(data)
        except OSError as error:
            self._discard = True
            self._failed(error)
        return len(data)

    def _write(self, data: Any) -> int:
        if self.system is None:
            raise OSError(errno.EBADF, "closed")
        while (count := self.system.write(data)) is None:  # another program made the terminal non-blocking
            select.select([], [self.system], [])
        return count

    def _failed(self, error: OSError) -> None:
        raise NotImplementedError


class _StandardOutput(_StandardStream):
    descriptor = 1

    def _failed(self, error: OSError) -> None:
        """End the command, quietly if the reader has gone (`| head`); go on without a terminal that was closed."""
        if error.errno == errno.EPIPE:
            raise SystemExit(0)
        if self.system is None:
            raise FileError("standard output is closed", "send it to a file, or to /dev/null")
        if error.errno == errno.EIO and self._is_terminal:
            return
        raise FileError.of("standard output", error, "the output is incomplete")


class _StandardError(_StandardStream):
    descriptor = 2

    def _failed(self, error: OSError) -> None:
        """Go on: there is nowhere left to report it."""

"""Decodes the bytes of a script, and quotes what the author typed in messages."""

from __future__ import annotations

import re

from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.script import limits

INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that YAML forbids, and that we refuse even when escaped: control characters and lone surrogates."""
MAX_QUOTED = 60
"""Characters of a quoted value."""


def decode(data: bytes, file: str) -> str:
    """Decode UTF-8, with or without a byte order mark. Raises `ScriptError`, also for control characters."""
    if len(data) > limits.BYTES:
        message = f"larger than {limits.BYTES // 1024 // 1024} MiB; split it into several files"
        raise ScriptError([Problem(Pos(file), message)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        pos = _end_position(data[: error.start].decode("utf-8-sig", "replace"), file)
        message = f"not UTF-8 (byte 0x{data[error.start]:02x})"
        raise ScriptError([Problem(pos, message, "save the file as UTF-8")]) from None
    if found := INVISIBLE.search(text):
        message = f"a character that is not allowed ({quote(found[0])})"
        raise ScriptError([Problem(_end_position(text[: found.start()], file), message, "delete it")])
    return text


def _end_position(before: str, file: str) -> Pos:
    lines = f"{before}.".splitlines()
    return Pos(file, len(lines), len(lines[-1]))


def quote(typed: str) -> str:
    """The text as one line for a message: shortened, invisible characters escaped, `nothing` if it is empty."""
    if not typed:
        return "nothing"
    start = typed[: MAX_QUOTED + 1]
    if not start.isprintable():
        start = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in start)
    return start if len(start) <= MAX_QUOTED else start[: MAX_QUOTED - 1] + "…"

"""Interactive shells in a pseudo-terminal: what their users type, what they see, and which words come of it."""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_LIMIT = 30
"""Seconds that a shell may take to react."""
_HEAD_OF_LINE = b"\x01"
_ERASE_LINE = b"\x15"
_SET_UP = {
    "bash": """
        PS1=; shopt -u checkwinsize; bind 'set bell-style none'
        words() { printf '%s\\0' "$@" >"$ANSWER.new"; mv "$ANSWER.new" "$ANSWER"; }
        eval "$(_VOICECOACH_COMPLETE=bash_source voicecoach)"
    """,
    "zsh": """
        PS1= RPS1=; bindkey -e; setopt no_beep interactive_comments; autoload -Uz compinit; compinit -u -D
        words() { printf '%s\\0' "$@" >"$ANSWER.new"; mv "$ANSWER.new" "$ANSWER" }
        eval "$(_VOICECOACH_COMPLETE=zsh_source voicecoach)"
    """,
    "fish": """
        function fish_prompt; end; function fish_greeting; end; set -g fish_autosuggestion_enabled 0
        function words; printf '%s\\0' $argv >"$ANSWER.new"; mv "$ANSWER.new" "$ANSWER"; end
        _VOICECOACH_COMPLETE=fish_source voicecoach | source
    """,
}
_COMMANDS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "--interactive"],
}


def _own_terminal() -> None:
    """Make standard input the terminal that controls this process, without which fish ends."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class InteractiveShell:
    """A shell that completes `voicecoach`, started in `folder` with nothing of the user's own."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str]) -> None:
        self.name = name
        self._answer = folder / "answer"
        self._screen, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (50, 500))
        self.seen = b""
        """All that was shown since the last line was begun."""
        own = {"TERM": "dumb", "HOME": str(folder), "LC_ALL": "C.UTF-8", "ANSWER": str(self._answer)}
        self._shell = subprocess.Popen(
            _COMMANDS[name], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True,
            env=environment | own, preexec_fn=_own_terminal,  # noqa: PLW1509 no other thread runs
        )  # fmt: skip
        os.close(theirs)
        for line in _SET_UP[name].strip().splitlines():
            self._write(line.strip().encode() + b"\n")
        self._write(b"words ready\n")
        self._read_answer()

    def complete(self, typed: str | bytes) -> list[bytes]:
        """The words of a line, after its command, once Tab has been pressed at its end."""
        self.seen = b""
        line = typed.encode("utf-8", "surrogateescape") if isinstance(typed, str) else typed
        self._write(line + b"\t" + _HEAD_OF_LINE + b"words \n")
        return self._read_answer()[1:]

    def list_offers(self, typed: str, last: str) -> str:
        """What is shown after pressing Tab twice, up to the `last` offer; the line is abandoned."""
        self.seen = b""
        self._write(typed.encode() + b"\t\t")
        while last.encode() not in self.seen:
            assert self._read(_LIMIT), self.seen
        while self._read(0.2):
            pass
        shown = self.seen.decode(errors="surrogateescape")
        self._write(_ERASE_LINE)
        return shown

    def _write(self, data: bytes) -> None:
        """Type, while reading: a terminal whose output is not read takes no more input."""
        for start in range(0, len(data), 256):
            os.write(self._screen, data[start : start + 256])
            self._read(0)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._screen], [], [], seconds)[0]:
            return False
        self.seen += os.read(self._screen, 65536)
        return True

    def _read_answer(self) -> list[bytes]:
        deadline = time.monotonic() + _LIMIT
        while not self._answer.exists():
            assert time.monotonic() < deadline, self.seen
            self._read(0.01)
        words = self._answer.read_bytes().split(b"\0")[:-1]
        self._answer.unlink()
        return words

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self._screen)

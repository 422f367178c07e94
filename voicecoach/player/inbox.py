"""A bounded, thread-safe queue that brings the commands from all inputs together."""

from __future__ import annotations

import select
import socket
from collections import deque
from threading import Lock

from voicecoach.player.command import Command

__all__ = ["Inbox"]

_KEPT = 64
"""Commands that may lie unread. Nobody means more than these between two looks; a flood is told so."""
_AT_ONCE = 8
"""Commands given at a time: between two lots the output is fed, so that no flood can starve it."""


class Inbox:
    """A bounded queue for the player: any thread puts, one takes, and is woken at once.

    It can be waited for together with a terminal: its `fileno` is readable while something lies in it (a socket, as
    Windows' `select` takes nothing else).
    """

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._lock = Lock()
        self._bell, self._push = socket.socketpair()

    def put(self, command: Command) -> bool:
        """Whether there was room for it. Never waits; means nothing once closed."""
        with self._lock:
            if len(self._commands) >= _KEPT or self._push.fileno() < 0:
                return False
            if not self._commands:  # one byte lies in the bell exactly while anything lies here
                self._push.send(b"!")
            self._commands.append(command)
            return True

    def take(self) -> list[Command]:
        """The first few that have come, without waiting."""
        with self._lock:
            taken = [self._commands.popleft() for _ in range(min(_AT_ONCE, len(self._commands)))]
            if taken and not self._commands:
                self._bell.recv(1)
            return taken

    def __call__(self, seconds: float) -> list[Command]:
        """The first few, as soon as there are any, but after `seconds` at the latest: a way in for the player."""
        select.select([self], [], [], seconds)
        return self.take()

    def fileno(self) -> int:
        """A descriptor for `select`."""
        return self._bell.fileno()

    def close(self) -> None:
        """Nothing can be put any more."""
        with self._lock:
            self._bell.close()
            self._push.close()

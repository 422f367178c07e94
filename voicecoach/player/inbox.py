"""A bounded, thread-safe queue that brings the commands from all inputs together."""

from __future__ import annotations

import select
import socket
from collections import deque
from threading import Lock

from voicecoach.player.command import Command

_CAPACITY = 64
"""More commands than anyone means between two polls of the player; the rest of a flood is refused."""
_BATCH = 8
"""Commands taken at a time: the output is fed between two batches, so a flood cannot starve it."""


class Inbox:
    """Any thread puts commands; the player takes them, and is woken at once.

    Its `fileno` is readable while it holds commands, so that it can be waited for together with a terminal. It is a
    socket, since Windows' `select` takes nothing else.
    """

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._lock = Lock()
        self._receiver, self._sender = socket.socketpair()

    def put(self, command: Command) -> bool:
        """Add a command unless the inbox is full or closed; returns whether it was added. Never blocks."""
        with self._lock:
            if len(self._commands) >= _CAPACITY or self._sender.fileno() < 0:
                return False
            if not self._commands:  # the socket holds one byte exactly while the inbox holds commands
                self._sender.send(b"!")
            self._commands.append(command)
            return True

    def take(self) -> list[Command]:
        """Take the next batch, without waiting."""
        with self._lock:
            taken = [self._commands.popleft() for _ in range(min(_BATCH, len(self._commands)))]
            if taken and not self._commands:
                self._receiver.recv(1)
            return taken

    def __call__(self, seconds: float) -> list[Command]:
        """Take the next batch, waiting up to `seconds` for it: a `CommandSource`."""
        select.select([self], [], [], seconds)
        return self.take()

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._receiver.fileno()

    def close(self) -> None:
        """Refuse commands from now on."""
        with self._lock:
            self._receiver.close()
            self._sender.close()

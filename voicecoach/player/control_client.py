"""Finds running players and talks to one: the client side of the control socket."""

from __future__ import annotations

import json
import os
import socket
import stat
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from voicecoach.errors import ChoiceError, ExternalError

__all__ = ["CURRENT_LINK", "PlayerConnection", "connect_to_player", "live_sockets", "socket_folder"]

CURRENT_LINK = "current"
"""A link to the newest player's socket, for programs that cannot look for it."""
_PATIENCE = 5.0
"""Seconds that a player may take to answer."""


def socket_folder() -> Path:
    """Where players keep their sockets. Not made here."""
    import platformdirs

    with warnings.catch_warnings():  # "XDG_RUNTIME_DIR is not set": no word of that, the folder in /tmp is checked
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_path("voicecoach", appauthor=False)


def live_sockets(where: Path) -> list[Path]:
    """The sockets of players that run, newest first; those that dead ones left are removed."""
    found = []
    for path in where.glob("*.sock"):
        with suppress(OSError):
            born = path.lstat()
            if stat.S_ISSOCK(born.st_mode) and _alive(path):
                found.append((born.st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def _alive(path: Path) -> bool:
    """A player listens before its socket has this name, so who refuses is dead."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_PATIENCE)
        try:
            line.connect(os.fspath(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return False
        except BlockingIOError:  # its queue is full: very much alive
            return True
    return True


class PlayerConnection:
    """An open connection to a player."""

    def __init__(self, connection: socket.socket, stream: Iterable[bytes]) -> None:
        self._connection, self._stream = connection, stream

    def ask(self, *words: object) -> Any:
        """The data of the answer; `ChoiceError` with the player's own words where it refuses."""
        self._connection.settimeout(_PATIENCE)
        request = json.dumps({"command": words, "request_id": 1}).encode() + b"\n"
        try:
            with suppress(BrokenPipeError):  # refused already: what it says of that can be read
                self._connection.sendall(request)
            answer = next((message for message in self._messages() if "error" in message), None)
        except OSError as fault:
            raise ExternalError(f"the player does not answer ({fault})") from fault
        if answer is None:
            raise ExternalError("the player has ended")
        if answer["error"] != "success":
            raise ChoiceError(answer["error"])
        return answer.get("data")

    def events(self) -> Iterator[dict[str, Any]]:
        """What happens from now on, until the player ends."""
        self.ask("watch")
        self._connection.settimeout(None)
        with suppress(ConnectionResetError):
            yield from (message for message in self._messages() if "event" in message)

    def _messages(self) -> Iterator[dict[str, Any]]:
        for line in self._stream:
            yield json.loads(line)


@contextmanager
def connect_to_player(process: int | None = None) -> Iterator[PlayerConnection]:
    """A line to the newest player, or to the one with that process id.

    `ExternalError` where there is none.
    """
    players = live_sockets(socket_folder()) if hasattr(socket, "AF_UNIX") else []
    if process is not None:
        players = [path for path in players if path.stem == str(process)]
    if not players:
        which = "" if process is None else f" as process {process}"
        raise ExternalError(f"no player runs{which}", "start one with `voicecoach play`")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(os.fspath(players[0]))
        except OSError as fault:
            raise ExternalError(f"the player cannot be reached ({fault})") from fault
        with connection.makefile("rb") as stream:
            yield PlayerConnection(connection, stream)

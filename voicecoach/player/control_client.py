"""Finds running players and talks to one: the client side of the control socket."""

from __future__ import annotations

import json
import os
import socket
import stat
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from voicecoach.errors import ChoiceError, ExternalError, FileError
from voicecoach.records import parse_json, read_value

CURRENT_LINK = "current"
"""The link to the newest player's socket, for programs that cannot look for it."""
_MAX_LINE = 1_000_000
"""Bytes of an answer, which has a few thousand."""
_TIMEOUT = 5.0
"""Seconds that a player may take to answer."""
_RETRY_CONNECT = 0.02
"""Seconds."""
_FOLDER_HINT = "players and `ctl` must run as the same user, with the same XDG_RUNTIME_DIR"


def socket_folder() -> Path:
    """The folder of the players' sockets, which may not exist yet. Raises `OSError` if the user can have none."""
    import platformdirs

    with warnings.catch_warnings():  # "XDG_RUNTIME_DIR is not set": it takes /tmp then, which the server checks
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_path("voicecoach", appauthor=False)


def live_sockets(folder: Path) -> list[Path]:
    """The sockets of running players, newest first; those of dead players are removed.

    Raises `OSError` for a folder that cannot be read; one that is missing has none.
    """
    found = []
    with suppress(FileNotFoundError):
        for path in [path for path in folder.iterdir() if path.suffix == ".sock"]:
            with suppress(OSError):
                info = path.lstat()
                if stat.S_ISSOCK(info.st_mode) and _is_alive(path):
                    found.append((info.st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def _is_alive(path: Path) -> bool:
    """Whether a player listens: it does before its socket has this name, so one that refuses is dead."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_TIMEOUT)
        try:
            connection.connect(os.fspath(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return False
        except BlockingIOError:  # its backlog is full
            return True
    return True


class PlayerConnection:
    """An open connection to a player."""

    def __init__(self, connection: socket.socket, stream: BinaryIO) -> None:
        self._connection, self._stream = connection, stream

    def ask(self, *words: object) -> Any:
        """Send a command; returns the data of the answer. Raises `ChoiceError` in the player's words if it refuses."""
        self._connection.settimeout(_TIMEOUT)
        request = json.dumps({"command": words, "request_id": 1}).encode() + b"\n"
        try:
            with suppress(BrokenPipeError):  # it was refused already, with an answer that can be read
                self._connection.sendall(request)
            answer = next((message for message in self._messages() if "error" in message), None)
        except OSError as error:
            raise ExternalError(f"the player does not answer ({error})") from error
        if answer is None:
            raise ExternalError("the player has ended")
        if answer["error"] != "success":
            raise ChoiceError(answer["error"])
        return answer.get("data")

    def events(self) -> Iterator[dict[str, Any]]:
        """The events from now on, until the player ends."""
        self.ask("watch")
        self._connection.settimeout(None)
        with suppress(ConnectionResetError):
            yield from (message for message in self._messages() if "event" in message)

    def _messages(self) -> Iterator[dict[str, Any]]:
        while line := self._stream.readline(_MAX_LINE):
            try:
                message = read_value(Mapping[str, Any], parse_json(line))
                read_value(str, message.get("error", ""))
                yield message
            except ValueError as error:
                raise ExternalError("the player's answer cannot be understood", "is it one of voicecoach?") from error


@contextmanager
def connect_to_player(process: int | None = None) -> Iterator[PlayerConnection]:
    """Connect to the newest player, or to the one with that process id. Raises `ExternalError` where there is none."""
    players = _players() if hasattr(socket, "AF_UNIX") else []
    if process is not None:
        players = [path for path in players if path.stem == str(process)]
    if not players:
        which = "" if process is None else f" as process {process}"
        raise ExternalError(f"no player is running{which}", "start one with `voicecoach play`")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_TIMEOUT)
        try:
            _connect(connection, players[0])
        except OSError as error:
            raise ExternalError(f"the player cannot be reached ({error.strerror or error})") from error
        with connection.makefile("rb") as stream:
            yield PlayerConnection(connection, stream)


def _players() -> list[Path]:
    try:
        folder = socket_folder()
    except OSError as error:  # in platformdirs' words: the folder is another user's
        raise ExternalError(str(error), _FOLDER_HINT) from error
    try:
        return live_sockets(folder)
    except OSError as error:
        raise FileError.of(folder, error, _FOLDER_HINT) from error


def _connect(connection: socket.socket, path: Path) -> None:
    """Connect, and wait where many others do."""
    end = time.monotonic() + _TIMEOUT
    while True:
        try:
            return connection.connect(os.fspath(path))
        except BlockingIOError:  # its backlog is full
            if time.monotonic() > end:
                raise
            time.sleep(_RETRY_CONNECT)

"""Runs commands in which one chosen system call fails.

`preload.c` fails the call. A `CommandServer` is a process that has imported everything already and forks for each
command, so that a run costs hundredths of a second.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
_PATH_MAX, _FOLDERS = 4096, 2
HALF = -1
"""In place of an error: a write that takes half of its bytes."""

KINDS = ("write", "fsync", "rename", "open", "create", "mmap", "ftruncate", "mkdir", "close")
"""Kinds of calls, each with its variants (`pwrite64`, `renameat` …); `create` is an `open` that makes a file."""
ERRORS: Mapping[str, tuple[int, ...]] = {
    "write": (errno.ENOSPC, errno.EIO, errno.EINTR, HALF),
    "fsync": (errno.EIO, errno.ENOSPC, errno.EINTR),
    "rename": (errno.ENOSPC, errno.EIO),
    "open": (errno.EMFILE, errno.EIO, errno.EINTR),
    "create": (errno.ENOSPC, errno.EMFILE, errno.EIO, errno.EINTR),
    "mmap": (errno.ENOMEM, errno.EMFILE),
    "ftruncate": (errno.ENOSPC, errno.EIO, errno.EINTR),
    "mkdir": (errno.ENOSPC, errno.EIO),
    "close": (errno.ENOSPC, errno.EIO),
}
"""The errors that the system can give for each kind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The call that fails."""

    kind: str
    nth: int
    """Among the calls of its kind on watched files, from 1."""
    error: int
    lasting: bool = False
    """Whether all later calls of that kind fail too, as on a disk that stays full."""

    def __str__(self) -> str:
        error = "half" if self.error == HALF else errno.errorcode[self.error]
        return f"{self.kind} {self.nth}{' and later' if self.lasting else ''}: {error}"


@dataclass(frozen=True, slots=True)
class Run:
    """A command that has ended."""

    code: int
    """Negative for a signal."""
    out: str
    err: str
    counts: Mapping[str, int]
    """Calls on watched files, by kind."""
    injected: int
    """Calls that failed."""
    path: str
    """The file of the first one."""


class _State(ctypes.Structure):
    """The same as `struct state` in `preload.c`."""

    _fields_ = (
        ("armed", ctypes.c_int32),
        ("kind", ctypes.c_int32),
        ("error", ctypes.c_int32),
        ("lasting", ctypes.c_int32),
        ("nth", ctypes.c_int64),
        ("counts", ctypes.c_int64 * len(KINDS)),
        ("injected", ctypes.c_int64),
        ("path", ctypes.c_char * _PATH_MAX),
        ("folders", (ctypes.c_char * _PATH_MAX) * _FOLDERS),
    )


class FaultState:
    """The state shared with every process of a command."""

    def __init__(self, path: Path) -> None:
        import mmap

        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), ctypes.sizeof(_State))
        self._state = _State.from_buffer(self._memory)

    @staticmethod
    def create(path: Path) -> None:
        """Make the file."""
        path.write_bytes(bytes(ctypes.sizeof(_State)))

    def prepare(self, fault: Fault | None, folders: Sequence[str]) -> None:
        """Choose the call that fails, if any, and the folders whose files are watched; counts nothing yet."""
        state = self._state
        ctypes.memset(ctypes.addressof(state), 0, ctypes.sizeof(state))
        for number, folder in enumerate(folders):
            state.folders[number].value = os.fsencode(folder.rstrip("/") + "/")
        if fault is not None:
            state.kind, state.error = KINDS.index(fault.kind), fault.error
            state.nth, state.lasting = fault.nth, fault.lasting

    def arm(self, on: bool) -> None:
        """Begin to count, or stop."""
        self._state.armed = on

    def report(self) -> dict[str, object]:
        """The fields of a `Run` that the library knows."""
        state = self._state
        counts = dict(zip(KINDS, state.counts, strict=True))
        return {"counts": counts, "injected": state.injected, "path": os.fsdecode(state.path)}


def compile_library(folder: Path) -> Path:
    """Compile the preload library. Needs gcc."""
    library = folder / "preload.so"
    source = HERE / "preload.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl"], check=True)
    return library


class CommandServer:
    """Runs commands one after the other; as a context, it ends with it."""

    def __init__(self, folder: Path) -> None:
        """Keep its own files in `folder`, which must not be watched."""
        folder.mkdir(exist_ok=True)
        FaultState.create(folder / "state")
        environment = {
            **os.environ,
            "LD_PRELOAD": str(compile_library(folder)),
            "FAULT_STATE": str(folder / "state"),
            "PYTHONPATH": str(PROJECT),
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.command_server", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def run(
        self,
        arguments: Sequence[object],
        *,
        folder: Path,
        watched: Sequence[Path],
        environment: Mapping[str, str],
        fault: Fault | None = None,
        seconds: float = 60,
    ) -> Run:
        """Run `voicecoach` with these arguments in `folder`, and kill it if it takes longer than `seconds`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {
            "arguments": [str(argument) for argument in arguments],
            "folder": str(folder),
            "watched": [str(path.resolve()) for path in watched],
            "environment": environment,
            "fault": asdict(fault) if fault else None,
            "seconds": seconds,
        }
        print(json.dumps(request), file=self._process.stdin, flush=True)
        return Run(**json.loads(self._process.stdout.readline()))

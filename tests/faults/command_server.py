"""Forks a process for each command that it reads from standard input; see `injection.py`.

The process behaves like one of its own from the moment when everything is imported to the end of the interpreter.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.faults.injection import Fault, FaultState
from voicecoach import files
from voicecoach.app import exporting
from voicecoach.cli import main
from voicecoach.outputs.backends import OUTPUTS

POLL_SECONDS = 0.002


def import_everything(names: list[str]) -> None:
    """Import what a command has imported, so that later ones need not."""
    for name in names:
        with suppress(ImportError):  # a name that a module has invented for itself
            import_module(name)


def wait(child: int, seconds: float) -> int:
    """Wait for a command; end it and everything that it has started if that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            wait_for_group(child, end)
            return os.waitstatus_to_exitcode(status)
        time.sleep(POLL_SECONDS)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -signal.SIGALRM


def wait_for_group(group: int, end: float) -> None:
    """Wait for what a command has started: Python's processes that clean up after it may still print something."""
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(POLL_SECONDS)


def redirect(own: Path) -> None:
    """Standard input is empty, and the other streams are files."""
    names = ((os.devnull, os.O_RDONLY), (own / "out", os.O_WRONLY), (own / "err", os.O_WRONLY))
    for descriptor, (name, how) in enumerate(names):
        file = os.open(name, how | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
        os.close(file)


def become(request: dict[str, Any], own: Path, state: FaultState) -> None:
    """Turn the fork into the command."""
    os.setpgid(0, 0)
    redirect(own)
    os.chdir(request["folder"])
    os.environ.update(request["environment"])
    tempfile.tempdir = None
    before = set(sys.modules)
    state.arm(True)
    try:
        main(request["arguments"])
    finally:
        new = json.dumps(sorted(set(sys.modules) - before))
        (own / "modules").write_text(new, "utf-8")


def serve(own: Path) -> None:
    """Run commands until standard input ends."""
    state = FaultState(own / "state")
    while line := sys.stdin.readline():
        request = json.loads(line)
        state.prepare(Fault(**request["fault"]) if request["fault"] else None, request["watched"])
        child = os.fork()
        if not child:
            become(request, own, state)
        code = wait(child, request["seconds"])
        state.arm(False)
        streams = {name: (own / name).read_text("utf-8", "replace") for name in ("out", "err")}
        print(json.dumps({"code": code, **streams, **state.report()}), flush=True)
        if request["fault"] is None:
            import_everything(json.loads((own / "modules").read_text("utf-8")))


if __name__ == "__main__":
    exporting.today = lambda: "2026-01-31"  # a run after midnight makes the same files
    files._BUFFER_SIZE = 4096  # as many writes as for a file of an hour
    OUTPUTS["instant"] = "tests.faults.instant_output:InstantOutput"
    OUTPUTS["device"] = "tests.faults.instant_output:OwnDevice"
    serve(Path(sys.argv[1]))

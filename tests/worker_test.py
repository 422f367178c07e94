"""A worker process: asked, hung, dead, raising, and ended with its parent."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voicecoach.errors import ExternalError
from voicecoach.worker import Worker, WorkerDied, WorkerRaised, WorkerTimeout, start_thread

TARGETS = """\
import os, sys, time

def echo(*args):
    print("this output is dropped")
    return lambda message: (os.getpid(), args, message)

def execute():
    return lambda message: exec(message)

def broken():
    raise RuntimeError("no voice today")

def refuse():
    raise OSError("no memory to share")

class Refused:
    def __reduce__(self):
        return refuse, ()

class SlowCleanUp:
    def __del__(self):
        time.sleep(60)

def slow_to_end():
    sys.modules["slow"] = slow = SlowCleanUp()
    return lambda message: os.getpid() if slow else None
"""


@pytest.fixture(autouse=True)
def _targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "worker_targets.py").write_text(TARGETS)
    monkeypatch.syspath_prepend(str(tmp_path))


def ends(process: int, timeout: float = 10) -> bool:
    """Whether a process ends within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def test_one_process_answers_until_ended() -> None:
    worker = Worker("worker_targets:echo", "a", 1)
    assert not worker.alive
    with worker:
        process, args, message = worker.ask({"say": "hello"}, 20)
        assert (args, message) == (("a", 1), {"say": "hello"})
        assert process != os.getpid()
        assert worker.ask("again", 20)[0] == process
        worker.post("later")
        while not worker.has_replied():
            time.sleep(0.001)
        assert not worker.has_replied()
        assert worker.ask("after that", 20)[2] == "after that"
        assert worker.alive
    assert not worker.alive
    assert ends(process)


def test_current_folder_replaces_no_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "multiprocessing.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with Worker("worker_targets:echo") as worker:
        assert worker.ask("hello", 20)[2] == "hello"
    assert "PYTHONSAFEPATH" not in os.environ


def test_unreadable_arguments_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    refused = importlib.import_module("worker_targets").Refused()
    with Worker("worker_targets:echo", refused) as worker, pytest.raises(WorkerRaised, match="no memory to share"):
        worker.ask("hello", 20)
    assert capfd.readouterr() == ("", "")


def test_worker_survives_raising() -> None:
    with Worker("worker_targets:execute") as worker:
        with pytest.raises(WorkerRaised, match="ZeroDivisionError: division by zero"):
            worker.ask("1 / 0", 20)
        assert worker.ask("pass", 20) is None


def test_failed_set_up_gives_reason() -> None:
    with Worker("worker_targets:broken") as worker, pytest.raises(WorkerRaised, match="RuntimeError: no voice today"):
        worker.ask("speak", 20)


def test_hung_worker_is_replaced() -> None:
    with Worker("worker_targets:execute") as worker:
        worker.wait_ready(20)
        with pytest.raises(WorkerTimeout, match=r"no answer within 0\.2 s"):
            worker.ask("time.sleep(60)", 0.2)
        assert not worker.alive
        assert worker.ask("pass", 20) is None


@pytest.mark.parametrize(
    ("death", "reason"), [("os._exit(7)", "code 7"), ("os.kill(os.getpid(), 9)", "signal SIGKILL")]
)
def test_dead_worker_is_replaced(death: str, reason: str) -> None:
    with Worker("worker_targets:execute") as worker:
        with pytest.raises(WorkerDied, match=reason):
            worker.ask(death, 20)
        assert worker.ask("pass", 20) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what counts")
def test_memory_is_limited_after_set_up() -> None:
    with Worker("worker_targets:execute", memory=100 << 20) as worker:
        with pytest.raises(WorkerRaised, match="MemoryError"):
            worker.ask("bytearray(150 << 20)", 20)
        assert worker.ask("bytearray(50 << 20)", 20) is None


@pytest.mark.skipif(sys.platform == "win32", reason="limits of descriptors")
def test_worker_without_free_descriptors_starts_later() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Worker("worker_targets:execute") as worker:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
        try:
            with pytest.raises(WorkerDied, match=r"no process can be started: .*Too many open files"):
                worker.ask("pass", 20)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert worker.ask("pass", 20) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the process in /proc, which Linux has")
def test_worker_ends_with_parent(tmp_path: Path) -> None:
    """Even if its own clean-up would hang."""
    script = (
        "from voicecoach.worker import Worker\n"
        "worker = Worker('worker_targets:slow_to_end')\n"
        "print(worker.ask('number', 20), flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert ends(process)


@pytest.mark.usefixtures("no_more_threads")
def test_refused_thread_is_an_error() -> None:
    with pytest.raises(ExternalError, match="no thread can be started"):
        start_thread(print, "name")

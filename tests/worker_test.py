"""The one mechanism for a process of our own: asked, hung, dead, refusing, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voicecoach.worker import Worker, WorkerDied, WorkerRaised, WorkerTimeout

TARGETS = """\
import os, sys, time

def echo(*given):
    print("nobody reads this")
    return lambda message: (os.getpid(), given, message)

def obeys():
    return lambda message: exec(message)

def refuses():
    raise RuntimeError("no voice today")

class Stubborn:
    def __del__(self):
        time.sleep(60)

def stubborn():
    kept = Stubborn()
    sys.modules["kept"] = kept
    return lambda message: os.getpid() if kept else None
"""


@pytest.fixture(autouse=True)
def _targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "worker_targets.py").write_text(TARGETS)
    monkeypatch.syspath_prepend(str(tmp_path))


def gone(process: int, seconds: float = 10) -> bool:
    """Whether a process ends within so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def test_it_answers_from_a_process_of_its_own_until_it_is_ended() -> None:
    worker = Worker("worker_targets:echo", "a", 1)
    assert not worker.alive
    with worker:
        process, given, message = worker.ask({"say": "hello"}, 20)
        assert (given, message) == (("a", 1), {"say": "hello"})
        assert process != os.getpid()
        assert worker.ask("again", 20)[0] == process
        worker.post("later")
        while not worker.has_replied():
            time.sleep(0.001)
        assert not worker.has_replied()
        assert worker.ask("after that", 20)[2] == "after that"
        assert worker.alive
    assert not worker.alive
    assert gone(process)


def test_what_it_raises_is_told_in_its_own_words_and_it_goes_on() -> None:
    with Worker("worker_targets:obeys") as worker:
        with pytest.raises(WorkerRaised, match="ZeroDivisionError: division by zero"):
            worker.ask("1 / 0", 20)
        assert worker.ask("pass", 20) is None


def test_one_that_cannot_be_set_up_says_why() -> None:
    with Worker("worker_targets:refuses") as worker, pytest.raises(WorkerRaised, match="RuntimeError: no voice today"):
        worker.ask("speak", 20)


def test_one_that_hangs_is_ended_and_the_next_question_starts_another() -> None:
    with Worker("worker_targets:obeys") as worker:
        worker.wait_ready(20)
        with pytest.raises(WorkerTimeout, match=r"no answer within 0\.2 s"):
            worker.ask("time.sleep(60)", 0.2)
        assert not worker.alive
        assert worker.ask("pass", 20) is None


@pytest.mark.parametrize(("death", "told"), [("os._exit(7)", "code 7"), ("os.kill(os.getpid(), 9)", "signal SIGKILL")])
def test_one_that_dies_is_told_of_and_the_next_question_starts_another(death: str, told: str) -> None:
    with Worker("worker_targets:obeys") as worker:
        with pytest.raises(WorkerDied, match=told):
            worker.ask(death, 20)
        assert worker.ask("pass", 20) is None


@pytest.mark.skipif(sys.platform == "win32", reason="limits of descriptors")
def test_where_the_system_has_no_room_for_a_process_that_is_told_and_the_next_question_starts_one() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Worker("worker_targets:obeys") as worker:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
        try:
            with pytest.raises(WorkerDied, match=r"no process can be started: .*Too many open files"):
                worker.ask("pass", 20)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert worker.ask("pass", 20) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the process in /proc, which Linux has")
def test_it_ends_with_its_parent_even_if_its_own_tidying_up_hangs(tmp_path: Path) -> None:
    script = (
        "from voicecoach.worker import Worker\n"
        "worker = Worker('worker_targets:stubborn')\n"
        "print(worker.ask('who', 20), flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert gone(process)

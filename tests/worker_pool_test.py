"""A pool of workers: futures, retries, and an end that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from voicecoach.worker import Worker, WorkerDied, WorkerRaised, WorkerSetUpError, WorkerTimeout
from voicecoach.worker_pool import WorkerPool

TARGETS = """\
import os, time

def runs_code():
    return lambda code: eval(code, {"os": os, "time": time})

def will_not_start():
    raise OSError("no larynx")
"""


@pytest.fixture(autouse=True)
def _targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pool_targets.py").write_text(TARGETS)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker("pool_targets:runs_code") as worker:
        yield worker


def test_workers_answer_side_by_side() -> None:
    workers = [Worker("pool_targets:runs_code") for _ in range(2)]
    with WorkerPool(workers) as pool:
        futures = [pool.submit("time.sleep(0.5) or os.getpid()", 60) for _ in range(2)]
        processes = {future.result() for future in futures}
    assert len(processes) == 2
    assert [worker.alive for worker in workers] == [True, True]
    for worker in workers:
        worker.end()


def test_second_death_fails_one_message(worker: Worker, tmp_path: Path) -> None:
    (once := tmp_path / "once").touch()
    with WorkerPool([worker]) as pool:
        dies = pool.submit("os._exit(7)", 60)
        recovers = pool.submit(f"os.remove({str(once)!r}) or os._exit(7) if os.path.exists({str(once)!r}) else 8", 60)
        with pytest.raises(WorkerDied, match="code 7"):
            dies.result()
        assert recovers.result() == 8


@pytest.mark.parametrize(
    ("code", "limit", "error"),
    [("1 / 0", 60, WorkerRaised), ("os._exit(7)", 60, WorkerDied), ("time.sleep(60)", 0.5, WorkerTimeout)],
)
def test_error_comes_through_future(worker: Worker, code: str, limit: float, error: type[Exception]) -> None:
    with WorkerPool([worker]) as pool:
        assert pool.submit("7", 60).result() == 7
        with pytest.raises(error) as raised:
            pool.submit(code, limit).result()
    assert type(raised.value) is error


def test_failed_set_up_is_told_apart() -> None:
    with WorkerPool([Worker("pool_targets:will_not_start")]) as pool, pytest.raises(WorkerSetUpError, match="larynx"):
        pool.submit("7", 60).result()


def test_current_message_is_visible(worker: Worker) -> None:
    with WorkerPool([worker]) as pool:
        future = pool.submit("time.sleep(0.2)", 60)
        while not future.running():
            pass
        assert pool.current == ["time.sleep(0.2)"]
        future.result()
    assert pool.current == [None]


def test_end_fails_unanswered_messages(worker: Worker) -> None:
    with WorkerPool([worker]) as pool:
        endless, waiting = pool.submit("time.sleep(60)", 600), pool.submit("7", 60)
        while not endless.running():
            pass
    assert isinstance(endless.exception(0), WorkerDied)
    assert waiting.cancelled()
    assert not worker.alive


@pytest.mark.usefixtures("no_more_threads")
def test_message_fails_without_thread(worker: Worker) -> None:
    with WorkerPool([worker]) as pool, pytest.raises(WorkerDied, match="can't start new thread"):
        pool.submit("1", 60).result()

"""Tasks that run beside the sound."""

from __future__ import annotations

from threading import Event

import pytest

from voicecoach.errors import ExternalError
from voicecoach.player.background_tasks import BackgroundExecutor


def test_close_drops_waiting_tasks():
    begun, go_on, executor = Event(), Event(), BackgroundExecutor()

    def first() -> str:
        begun.set()
        go_on.wait(10)
        return "done"

    running, waiting = executor.submit(first), executor.submit(lambda: "never")
    begun.wait(10)
    closing = BackgroundExecutor().submit(executor.close)
    assert not closing.done()
    go_on.set()
    closing.result(10)
    assert running.result(0) == "done"
    assert waiting.cancelled()


def test_unused_executor_closes_at_once():
    BackgroundExecutor().close()


@pytest.mark.usefixtures("no_more_threads")
def test_task_fails_without_thread():
    executor = BackgroundExecutor()
    assert isinstance(executor.submit(print).exception(0), ExternalError)
    executor.close()

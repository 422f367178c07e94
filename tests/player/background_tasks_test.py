"""Work beside the sound."""

from __future__ import annotations

from threading import Event

import pytest

from voicecoach.player.background_tasks import BackgroundExecutor, ImmediateExecutor


@pytest.mark.parametrize("work", [ImmediateExecutor(), BackgroundExecutor()], ids=["at once", "in a thread"])
def test_what_it_makes_or_raises_lies_in_the_future(work):
    assert work.start(lambda: 42).result(10) == 42
    with pytest.raises(ZeroDivisionError):
        work.start(lambda: 1 // 0).result(10)


def test_closing_waits_for_what_runs_and_begins_nothing_more():
    begun, go_on, work = Event(), Event(), BackgroundExecutor()

    def first() -> str:
        begun.set()
        go_on.wait(10)
        return "done"

    running = work.start(first)
    begun.wait(10)
    closing = BackgroundExecutor().start(work.close)
    assert not closing.done()
    go_on.set()
    closing.result(10)
    assert running.result(0) == "done"
    assert not work.start(lambda: "never").done()


def test_one_that_had_nothing_to_do_has_no_thread_to_wait_for():
    BackgroundExecutor().close()

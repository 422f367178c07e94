"""Writing that is held up, as by a terminal that stalls."""

from __future__ import annotations

from threading import Event

from voicecoach.player.terminal import AsyncWriter


def test_what_is_held_up_holds_up_nobody_and_comes_in_order():
    may, written = Event(), []

    def write(text: str) -> None:
        may.wait()
        written.append(text)

    pen = AsyncWriter(write)
    pen.write("1")
    assert not pen.behind
    pen.write("2")
    pen.write("3")
    assert (pen.behind, written) == (True, [])
    may.set()
    assert pen.close()
    assert (pen.behind, written) == (False, ["1", "2", "3"])


def test_one_that_never_goes_on_is_waited_for_a_moment_only():
    may = Event()
    pen = AsyncWriter(lambda _: may.wait() and None)
    pen.write("1")
    assert not pen.close()
    may.set()


def test_who_writes_nothing_waits_for_nothing():
    assert AsyncWriter(print).close()

"""Writing that is held up, as by a terminal that stalls."""

from __future__ import annotations

from threading import Event

from voicecoach.player.terminal import AsyncWriter


def test_slow_writer_keeps_order():
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


def test_close_gives_up_on_stalled_write():
    may = Event()
    pen = AsyncWriter(lambda _: may.wait() and None)
    pen.write("1")
    assert not pen.close()
    may.set()


def test_unused_writer_closes_at_once():
    assert AsyncWriter(print).close()

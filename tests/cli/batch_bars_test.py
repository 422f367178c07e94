"""The bars of a batch, as a terminal shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from voicecoach.batch import BatchFailure
from voicecoach.cli.batch import BatchBars

ROWS = 10


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small one, as far as click knows."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", str(ROWS))
    with click.Context(click.Command("export"), color=True):
        yield


def screen(written: str) -> list[str]:
    """The final content of a terminal, scrolled lines included. It knows only the escapes that the bars use."""
    rows, row = [""], 0
    for sign in re.findall(r"\x1b\[\d*[AJ]|\r|\n|[^\x1b\r\n]+", written):
        if sign.endswith("A") and sign.startswith("\x1b"):
            row = max(row - int(sign[2:-1]), len(rows) - ROWS, 0)  # not into what has left
        elif sign == "\x1b[J":
            rows[row:] = [""]
        elif sign == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif sign != "\r":
            rows[row] = sign
    return rows[:-1]


def test_bars_fit_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    bars = BatchBars()
    for done in range(3):
        bars.at_work([(f"session {number}", 0.5) for number in range(32)], done, 64)
    shown = screen(capsys.readouterr().err)
    assert len(shown) == ROWS - 1
    assert [line.rpartition("  ")[2] for line in shown[:-1]] == [f"session {number}" for number in range(ROWS - 2)]
    assert shown[-1] == "2 of 64 sessions"


def test_warnings_stay_above_bars(capsys: pytest.CaptureFixture[str]) -> None:
    bars = BatchBars()
    bars.at_work([None, ("heat", 0.5)], 0, 2)
    bars.warn("the cache cannot be written")
    bars.at_work([None, ("heat", 0.75)], 0, 2)
    bars.failed(BatchFailure("ice", "no such routine", 2))
    bars.at_work([None, None], 1, 2)
    bars.close()
    assert screen(capsys.readouterr().err) == ["the cache cannot be written", "ice: no such routine"]

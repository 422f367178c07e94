"""Output on a terminal of 40 columns."""

from __future__ import annotations

import os
import pty
import re
from contextlib import redirect_stderr
from functools import partial

import pytest

from voicecoach.cli.console import table
from voicecoach.cli.progress_bar import bar


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")


def test_last_column_wraps() -> None:
    assert table([("cat-cow", "Moves the whole back, slowly up and down."), ("x", "Y.")]) == [
        "cat-cow  Moves the whole back, slowly up",
        "         and down.",
        "x        Y.",
    ]


def test_narrow_table_stacks_columns() -> None:
    rows = [
        ("*", "piper:joe", "en-us", "English (America), natural"),
        (" ", "espeak:chr-us-qaaa-x-west", "chr-us-qaaa-x-west", "Cherokee"),
        (" ", "tones", "any", ""),
    ]
    assert table(rows) == [
        "*  piper:joe                  en-us",
        "    English (America), natural",
        "   espeak:chr-us-qaaa-x-west",
        "    chr-us-qaaa-x-west  Cherokee",
        "   tones                      any",
    ]


def read(screen: int) -> str:
    """The next output; empty at the end. A terminal passes output on in pieces."""
    try:
        return os.read(screen, 10_000).decode()
    except OSError:
        return ""


def test_bar_stays_on_its_line() -> None:
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as terminal, redirect_stderr(terminal), bar("Speaking new cues") as report:
        for done in (1, 2, 3):
            report(done, 3)
    shown = "".join(iter(partial(read, reader), ""))
    os.close(reader)
    drawn = [re.sub(r"\x1b\[\??[0-9]*[a-zA-Z]", "", line) for line in re.split(r"[\r\n]+", shown)]
    assert drawn[-2] == "Speaking new cues  [###########]  100%"
    assert max(map(len, drawn)) < 40

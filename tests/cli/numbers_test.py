"""Numbers on the command line: plain digits, and nothing else that Python takes for a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

OPTIONS = [
    ("play", "--minutes"),
    ("play", "--level"),
    ("play", "--speed"),
    ("play", "--lead-in"),
    ("export", "--bitrate"),
    ("batch", "--jobs"),
    ("batch", "--lengths"),
    ("batch", "--levels"),
    ("ctl", "--player"),
]


@pytest.mark.parametrize("number", ["1_0", "١", "\uff11", "1e1", "nan", "0x1", "9" * 5000])
@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=[" ".join(each) for each in OPTIONS])
def test_only_plain_digits_are_numbers(run: Run, command: str, option: str, number: str) -> None:
    ran = run(command, "cat-cow", option, number)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert option in ran.err
    assert len(ran.err) < 300


@pytest.mark.parametrize("word", ["1_0", "١", "0"])
def test_forgotten_session_has_plain_number(run: Run, word: str) -> None:
    ran = run("history", "forget", word)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert f"({word})" in ran.err


def test_day_has_plain_digits(run: Run) -> None:
    ran = run("history", "forget", "--before", "٢٠٢٦-٠١-٣١")
    assert (ran.code, ran.err) == (
        2,
        "voicecoach: Invalid value for '--before': not a day (٢٠٢٦-٠١-٣١), one such as 2026-01-31 is allowed\n",
    )

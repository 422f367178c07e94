"""Text for a terminal: nothing in it steers the terminal, and its width is known."""

from __future__ import annotations

import pytest
from hostile_texts import HOSTILE_TEXTS, STEERING
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.terminal_text import clip, pad, visible, width, wrap


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_hostile_text_becomes_visible(text: str) -> None:
    shown = visible(text)
    assert not STEERING.search(shown)
    assert "\n" not in shown
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31m\x9b\x07", r"a\x1b[31m\x9b\x07"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("a\u202eb\u2028", r"a\u202eb\u2028"),
        ("caf\udce9", r"caf\xe9"),
        ("Größe ’s 你好 👩\u200d👧", "Größe ’s 你好 👩\u200d👧"),
        ("C:\\new", "C:\\new"),
    ],
)
def test_escapes_name_the_character(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_kept_bytes_hide_no_character() -> None:
    """Two surrogates could otherwise write U+009B: they come from no file name."""
    assert visible("caf\udce9", keep_bytes=True) == "caf\udce9"
    assert visible("a\udcc2\udc9bb", keep_bytes=True) == r"a\xc2\x9bb"
    assert visible("\udce9\x1b\ud800", keep_bytes=True) == "\udce9\\x1b\\ud800"


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("你好", 4), ("e\u0301", 1), ("a" + "\u0300" * 9, 1), ("👩", 2), ("❤\ufe0f", 2)]
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(pad(text, 10)) == 10


@pytest.mark.parametrize(
    ("text", "columns", "most", "lines"),
    [
        ("Lean over to the side.", 10, None, ["Lean over", "to the", "side."]),
        ("well-known things", 8, None, ["well-", "known", "things"]),
        ("abcdefghij", 4, None, ["abcd", "efgh", "ij"]),
        ("你好你好", 5, None, ["你好", "你好"]),
        ("one two three four", 9, 2, ["one two", "three…"]),
        ("", 9, 2, []),
    ],
)
def test_wraps_by_columns(text: str, columns: int, most: int | None, lines: list[str]) -> None:
    assert wrap(text, columns, most=most) == lines


@given(st.text(), st.integers(2, 40), st.integers(1, 5))
def test_lines_fit(text: str, columns: int, most: int) -> None:
    shown = visible(text)
    lines = wrap(shown, columns)
    assert "".join("".join(lines).split()) == "".join(shown.split())
    assert all(width(line) <= columns for line in [*lines, *wrap(shown, columns, most=most), clip(shown, columns)])
    assert len(wrap(shown, columns, most=most)) <= most

"""Letters for two metres."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.player.display import block_letters


def test_letters_and_digits_are_drawn_in_blocks():
    assert block_letters("R 7", 11, 5) == ("██    ███", "█ █     █", "██      █", "█ █    █", "█ █    █")


@pytest.mark.parametrize(("columns", "rows", "high"), [(38, 5, 5), (78, 10, 10), (198, 28, 25), (24, 5, 0), (38, 4, 0)])
def test_they_are_as_large_as_there_is_room(columns, rows, high):
    assert len(block_letters("LEFT 17", columns, rows)) == high


@given(
    text=st.sampled_from(["LEFT 3", "RIGHT 1:58", "PAUSED", "99", "RIGHT", ""]),
    columns=st.integers(-2, 250),
    rows=st.integers(-5, 80),
)
def test_they_never_leave_their_place(text, columns, rows):
    drawn = block_letters(text, columns, rows)
    assert len(drawn) <= max(0, rows)
    assert all(len(line) <= columns for line in drawn)

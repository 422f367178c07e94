"""Valid values, and the messages for wrong ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.routine import Range
from voicecoach.script import values


@pytest.mark.parametrize(
    ("typed", "milliseconds"),
    [
        ("30 s", 30_000),
        ("30s", 30_000),
        ("2 min", 120_000),
        ("1.5 min", 90_000),
        ("1:30", 90_000),
        ("0:05", 5_000),
        ("90:00", 5_400_000),
        ("1:30:00", 5_400_000),
        ("1 h", 3_600_000),
        ("24 h", 86_400_000),
        ("0.25 s", 250),
        ("0.0005 s", 1),
        ("010 s", 10_000),
    ],
)
def test_duration(typed: str, milliseconds: int) -> None:
    assert values.duration_range(typed) == Range(milliseconds, milliseconds)


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("20-30 s", 20_000, 30_000),
        ("20–30 s", 20_000, 30_000),
        ("20 - 30 s", 20_000, 30_000),
        ("10-15 min", 600_000, 900_000),
        ("30 s - 1 min", 30_000, 60_000),
        ("0:30-1:30", 30_000, 90_000),
        ("1.5-2 min", 90_000, 120_000),
        ("5-5 s", 5_000, 5_000),
    ],
)
def test_duration_range(typed: str, low: int, high: int) -> None:
    assert values.duration_range(typed) == Range(low, high)


UNIT = "write it with its unit: 30 s, 2 min, 1 h, or 1:30"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("30", ("a duration without its unit (30), allowed are s, min and h", UNIT)),
        ("", ("not a duration (nothing), allowed are s, min and h", UNIT)),
        ("soon", ("not a duration (soon), allowed are s, min and h", UNIT)),
        ("30 sec", ("not a duration (30 sec), allowed are s, min and h", "write 30 s")),
        ("2 Minutes", ("not a duration (2 Minutes), allowed are s, min and h", "write 2 min")),
        ("5 m", ("not a duration (5 m), allowed are s, min and h", "write 5 min")),
        ("20 to 30 s", ("not a duration (20 to 30 s), allowed are s, min and h", "write 20-30 s")),
        ("1.5…2 hours", ("not a duration (1.5…2 hours), allowed are s, min and h", "write 1.5-2 h")),
        ("500 ms", ("not a duration (500 ms), allowed are s, min and h", UNIT)),
        ("1,5 s", ("not a duration (1,5 s)", "write 1.5 s, with a point")),
        ("-5 s", ("a negative duration (-5 s), more than 0 s is allowed",)),
        ("0 s", ("a duration of zero (0 s), more than 0 s is allowed", "leave the line out")),
        ("0-5 s", ("a duration of zero (0-5 s), more than 0 s is allowed", "leave the line out")),
        ("30-20 s", ("a range from high to low (30-20 s)", "write the low end first")),
        ("20 s-30", ("a duration without its unit (30), allowed are s, min and h", UNIT)),
        ("20-1:30", ("a duration without its unit (20), allowed are s, min and h", UNIT)),
        ("1:75", ("not a time (1:75), minutes and seconds after a colon go up to 59",)),
        ("25 h", ("too long (25 h), at most 24 h",)),
        ("9999:00", ("too long (9999:00), at most 24 h",)),
        ("1_0 s", ("not a duration (1_0 s), allowed are s, min and h", UNIT)),
        ("٣ s", ("not a duration (٣ s), allowed are s, min and h", UNIT)),
    ],
)
def test_wrong_duration(typed: str, message: tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as fault:  # noqa: PT011 the whole message is compared below
        values.duration_range(typed)
    assert fault.value.args == message


def test_zero_duration() -> None:
    assert values.duration_range("0-3 s", zero=True) == Range(0, 3000)


@pytest.mark.parametrize(("typed", "low", "high"), [("3", 3, 3), ("5-10", 5, 10), ("5–10", 5, 10), ("010", 10, 10)])
def test_number_range(typed: str, low: int, high: int) -> None:
    assert values.number_range(typed) == Range(low, high)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0", "out of range (0), 1 to 10000 is allowed"),
        ("-1", "out of range (-1), 1 to 10000 is allowed"),
        ("1000000000", "out of range (1000000000), 1 to 10000 is allowed"),
        ("9" * 40, f"out of range ({'9' * 40}), 1 to 10000 is allowed"),
        ("three", "not a whole number (three), 1 to 10000 is allowed"),
        ("2.5", "not a whole number (2.5), 1 to 10000 is allowed"),
        ("1e3", "not a whole number (1e3), 1 to 10000 is allowed"),
        ("1_0", "not a whole number (1_0), 1 to 10000 is allowed"),
        ("١", "not a whole number (١), 1 to 10000 is allowed"),
        ("", "not a whole number (nothing), 1 to 10000 is allowed"),
        ("10-5", "a range from high to low (10-5)"),
    ],
)
def test_wrong_number(typed: str, message: str) -> None:
    with pytest.raises(ValueError) as fault:  # noqa: PT011
        values.number_range(typed)
    assert fault.value.args[0] == message


@pytest.mark.parametrize(("typed", "milliseconds"), [("5", 300_000), ("7.5", 450_000), ("0.1", 6_000)])
def test_minutes(typed: str, milliseconds: int) -> None:
    assert values.minutes(typed) == milliseconds


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("5 min", "not a number of minutes (5 min)"),
        ("0", "out of range (0), more than 0 and at most 24 h is allowed"),
        ("1441", "out of range (1441), more than 0 and at most 24 h is allowed"),
    ],
)
def test_wrong_minutes(typed: str, message: str) -> None:
    with pytest.raises(ValueError) as fault:  # noqa: PT011
        values.minutes(typed)
    assert fault.value.args[0] == message


@pytest.mark.parametrize(("typed", "meant"), [("yes", True), ("no", False), ("True", True), ("FALSE", False)])
def test_yes_or_no(typed: str, meant: bool) -> None:
    assert values.yes_or_no(typed) is meant


@pytest.mark.parametrize("typed", ["on", "y", "1", ""])
def test_wrong_yes_or_no(typed: str) -> None:
    with pytest.raises(ValueError, match=r"not a yes or no .*, allowed are yes and no"):
        values.yes_or_no(typed)


@given(
    st.text(max_size=200),
    st.sampled_from([values.duration_range, values.number_range, values.minutes, values.yes_or_no]),
)
def test_any_text_is_parsed_or_explained(typed: str, read: Callable[[str], object]) -> None:
    try:
        assert read(values.normalize(typed)) is not None
    except ValueError as fault:
        message, *hint = fault.args
        assert len(message) < 200
        assert "\n" not in message + "".join(hint)


@given(st.integers(1, 86_400_000))
def test_durations_are_exact(milliseconds: int) -> None:
    typed = f"{milliseconds // 1000}.{milliseconds % 1000:03} s"
    assert values.duration(typed) == milliseconds

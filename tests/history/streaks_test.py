"""Days of practice: those of the clock on the wall, wherever and whenever that was."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from voicecoach.history.entry import LogEntry
from voicecoach.history.streaks import practice_by_day, streak

CET, CEST = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def entry(started: datetime, heard: float = 10, how: str = "stopped") -> LogEntry:
    return LogEntry(
        id=1,
        routine="r",
        title="R",
        voice="v",
        choices={},
        started=started,
        length=1_200_000,
        start=0,
        at=0,
        heard=round(60_000 * heard),
        ending=how,
        resumes=None,
    )


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("days", "today", "row"),
    [
        ([], 10, 0),
        ([10], 10, 1),
        ([8, 9, 10], 10, 3),
        ([8, 9], 10, 2),
        ([7, 8], 10, 0),
        ([6, 8, 9, 10], 10, 3),
        ([11], 10, 0),
    ],
    ids=["none", "today", "three", "not yet today", "too long ago", "a gap", "tomorrow, by a wrong clock"],
)
def test_days_in_a_row_end_today_or_yesterday(days, today, row):
    assert streak({day(number) for number in days}, day(today)) == row


def test_the_row_runs_through_the_ends_of_months_and_leap_days():
    days = {date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)}
    assert streak(days, date(2028, 3, 1)) == 3


def test_the_day_with_23_hours_and_the_one_with_25_are_days_like_others():
    spring = [
        entry(datetime(2026, 3, 28, 23, 50, tzinfo=CET)),
        entry(datetime(2026, 3, 29, 0, 5, tzinfo=CET)),
        entry(datetime(2026, 3, 30, 0, 5, tzinfo=CEST)),
    ]
    assert streak(practice_by_day(spring), day(30)) == 3
    autumn = [
        entry(datetime(2026, 10, 24, 23, 50, tzinfo=CEST)),
        entry(datetime(2026, 10, 25, 2, 30, tzinfo=CEST)),
        entry(datetime(2026, 10, 25, 2, 30, tzinfo=CET)),
        entry(datetime(2026, 10, 26, 0, 5, tzinfo=CET)),
    ]
    assert streak(practice_by_day(autumn), day(26, 10)) == 3


def test_a_traveller_s_days_are_those_he_lived():
    """In the evening of the 1st in Honolulu it is the 2nd in Auckland, where he practises the day after."""
    honolulu, auckland = timezone(timedelta(hours=-10)), timezone(timedelta(hours=13))
    lived = practice_by_day(
        [
            entry(datetime(2026, 3, 1, 21, 0, tzinfo=honolulu)),
            entry(datetime(2026, 3, 2, 23, 0, tzinfo=auckland)),
        ]
    )
    assert [*lived] == [day(1), day(2)]


def test_a_minute_makes_a_day_and_so_does_a_short_session_to_its_end():
    evening = datetime(2026, 3, 1, 20, 0, tzinfo=CET)
    assert practice_by_day([entry(evening, 0.9)]) == {}
    assert practice_by_day([entry(evening, 1)]) == {day(1): 60_000}
    assert practice_by_day([entry(evening, 0.5, "finished")]) == {day(1): 30_000}
    assert practice_by_day([entry(evening, 0.5), entry(evening, 2)]) == {day(1): 150_000}

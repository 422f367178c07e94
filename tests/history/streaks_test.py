"""Days of practice and streaks. A day is the local one, wherever and whenever that was."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from voicecoach.history.entry import LogEntry, practice_by_day, streak

CET, CEST = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def entry(started: datetime, minutes: float = 10, ending: str = "stopped") -> LogEntry:
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
        heard=round(60_000 * minutes),
        ending=ending,
        resumes=None,
    )


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("days", "today", "length"),
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
def test_streak_ends_today_or_yesterday(days, today, length):
    assert streak({day(number) for number in days}, day(today)) == length


def test_streak_spans_leap_day():
    assert streak({date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)}, date(2028, 3, 1)) == 3


def test_daylight_saving_does_not_break_streak():
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


def test_traveller_keeps_local_days():
    """On the evening of the 1st in Honolulu it is the 2nd in Auckland, where the next session is the day after."""
    honolulu, auckland = timezone(timedelta(hours=-10)), timezone(timedelta(hours=13))
    sessions = [
        entry(datetime(2026, 3, 1, 21, 0, tzinfo=honolulu)),
        entry(datetime(2026, 3, 2, 23, 0, tzinfo=auckland)),
    ]
    assert [*practice_by_day(sessions)] == [day(1), day(2)]


def test_minute_or_finished_session_makes_a_day():
    evening = datetime(2026, 3, 1, 20, 0, tzinfo=CET)
    assert practice_by_day([entry(evening, 0.9)]) == {}
    assert practice_by_day([entry(evening, 1)]) == {day(1): 60_000}
    assert practice_by_day([entry(evening, 0.5, "finished")]) == {day(1): 30_000}
    assert practice_by_day([entry(evening, 0.5), entry(evening, 2)]) == {day(1): 150_000}

"""Draws the days of practice: one row per week, the newest at the bottom, each day with its minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from voicecoach.exporter.plot.session_chart import BACKGROUND, FAINT, INK, LANE, MARGIN, WIDTH
from voicecoach.exporter.plot.shapes import Box, Label, Picture, Shape
from voicecoach.units import MINUTE, Ms, round_half_up

__all__ = ["practice_calendar"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LEAST_WEEKS, MOST_WEEKS = 4, 26
TOP = 230
ROW = 84
LEFT = 150
"""Left edge of the days. The names of months are to the left of it."""
DAY_WIDTH = (WIDTH - MARGIN - LEFT - 6 * 10) / 7
STEPS = (("#cfe3f7", INK, 1), ("#7fb2e5", INK, 10), ("#2f78c4", "#ffffff", 20), ("#0b4a8f", "#ffffff", 40))
"""Background and text colour (contrast 4.5:1 or more) of a day, from so many minutes."""


def practice_calendar(practised: Mapping[date, Ms], today: date, about: str) -> Picture:
    """Draw the weeks up to today, back to the first practice, at most half a year; `about` is the subtitle."""
    monday, first = _monday(today), _monday(min(practised, default=today))
    weeks = min(MOST_WEEKS, max(LEAST_WEEKS, (monday - first).days // 7 + 1))
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    shapes: list[Shape] = [*_head(about)]
    for row, start in enumerate(mondays):
        shapes += _week(practised, start, today, TOP + row * ROW, named=row == 0)
    return Picture(WIDTH, TOP + weeks * ROW + MARGIN, BACKGROUND, f"Practice: {about}", tuple(shapes))


def _head(about: str) -> Iterator[Shape]:
    yield Label(MARGIN, 84, "Practice", 52, INK, bold=True)
    yield Label(MARGIN, 134, about, 32, FAINT)
    for column, name in enumerate(DAYS):
        yield Label(_x(column) + DAY_WIDTH / 2, TOP - 22, name, 28, FAINT, "middle")


def _week(practised: Mapping[date, Ms], start: date, today: date, y: float, *, named: bool) -> Iterator[Shape]:
    days = [start + timedelta(days=column) for column in range(7)]
    first = next((day for day in days if day.day == 1), start if named else None)
    if first is not None:
        year = f" {first.year % 100:02}" if named or first.month == 1 else ""
        yield Label(MARGIN, y + 46, f"{MONTHS[first.month - 1]}{year}", 28, INK)
    for column, day in enumerate(days):
        if day <= today:
            yield from _day(practised.get(day), _x(column), y)


def _day(practised: Ms | None, x: float, y: float) -> Iterator[Shape]:
    if practised is None:
        yield Box(x, y, DAY_WIDTH, ROW - 10, LANE, 10)
        return
    minutes = max(1, round_half_up(practised, MINUTE))
    colour, ink = next((colour, ink) for colour, ink, least in reversed(STEPS) if minutes >= least)
    yield Box(x, y, DAY_WIDTH, ROW - 10, colour, 10)
    yield Label(x + DAY_WIDTH / 2, y + 48, str(minutes), 32, ink, "middle", bold=True)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _x(column: int) -> float:
    return LEFT + column * (DAY_WIDTH + 10)

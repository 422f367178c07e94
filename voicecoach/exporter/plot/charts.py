"""Charts: a session as rows of equal length, legible on a phone, and the days of practice as a row for each week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from voicecoach.exporter.plain_text import single_line
from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape
from voicecoach.terminal_text import clip
from voicecoach.timeline import Event, Span, Timeline
from voicecoach.units import MINUTE, Frames, Ms, format_time, frames, ms, round_half_up

WIDTH = 1080
"""Width of a phone's screen in pixels; text of size 28 is legible there without zooming."""
MARGIN = 48
TOP = 210
ROW = 190
LINE = 46
ROWS = {1: 6, 2: 4, 3: 6, 5: 5, 10: 5, 15: 5, 30: 6, 60: 6, 120: 6, 240: 4}
"""Minutes that a row may show → parts of its axis."""
MOST_ROWS = 8
MOVES_LISTED = 100
"""Moves listed below a picture: a session may have thousands, and each makes it higher."""
BACKGROUND, INK, FAINT, LANE = "#ffffff", "#1b1f24", "#59636e", "#eef1f4"
SPEECH, EFFORT, CHIME = "#0b5cad", "#c4480a", "#1b1f24"
BANDS = ("#cfe3f7", "#fde0c2", "#d6efd0", "#f3d3e3", "#e3dcf5", "#fdf3b8", "#cdeeee", "#e6e2da")
"""Light enough for dark text (contrast 12:1 or more). The number in each band distinguishes it too."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """Maps time to position."""

    row: Frames
    """Time that one row shows."""
    parts: int
    """Parts that the axis is divided into."""

    def pieces(self, start: Frames, end: Frames) -> Iterator[tuple[float, float, int]]:
        """Give x, width and row of each piece of a stretch of time."""
        while start < end:
            row = start // self.row
            stop = min(end, Frames((row + 1) * self.row))
            yield self.x(start), (stop - start) / self.row * (WIDTH - 2 * MARGIN), row
            start = stop

    def x(self, time: Frames) -> float:
        return MARGIN + time % self.row / self.row * (WIDTH - 2 * MARGIN)


def session_chart(timeline: Timeline, listed: int = MOVES_LISTED) -> Picture:
    """Draw a session: bands for moves, bars for holds, counts and breaths, ticks for speech and chimes.

    At most `listed` moves are listed below.
    """
    axis, rows = _axis(timeline.length)
    legend = TOP + rows * ROW + 20
    moves = timeline.moves[:listed]
    more = len(timeline.moves) - len(moves)
    height = legend + LINE * (len(moves) + (more > 0)) + MARGIN
    shapes: list[Shape] = [*_head(timeline), *_rows(timeline, axis, rows), *_bands(timeline, axis)]
    for event in timeline.events:
        shapes += _event(event, axis)
    shapes += _legend(moves, more, legend)
    return Picture(WIDTH, height, BACKGROUND, timeline.title, tuple(shapes))


def _axis(length: Frames) -> tuple[_Axis, int]:
    """The axis and the number of rows. A remainder of up to a hundredth of a row is spread over all rows."""
    known = {minutes: frames(Ms(minutes * MINUTE)) for minutes in ROWS}
    minutes = next((minutes for minutes in ROWS if known[minutes] * MOST_ROWS * 1.01 >= length), max(ROWS))
    row = known[minutes]
    rows = max(1, -(-(100 * length - row) // (100 * row)))
    return _Axis(Frames(max(row, -(-length // rows))), ROWS[minutes]), rows


def _head(timeline: Timeline) -> Iterator[Shape]:
    yield Label(MARGIN, 84, clip(single_line(timeline.title), 40), 52, INK, bold=True)
    yield Label(MARGIN, 134, f"{format_time(ms(timeline.length))}, level {timeline.level}", 32, FAINT)
    x = float(MARGIN)
    keys = (("speech", SPEECH), ("hold, count, breath", EFFORT))
    for text, colour in keys:
        yield Box(x, 160, 28, 18, colour, 4)
        yield Label(x + 38, 178, text, 28, INK)
        x += 78 + 15 * len(text)
    yield Mark(x + 14, 169, 11, CHIME)
    yield Label(x + 38, 178, "chime", 28, INK)


def _rows(timeline: Timeline, axis: _Axis, rows: int) -> Iterator[Shape]:
    for row in range(rows):
        y = TOP + row * ROW
        start = Frames(row * axis.row)
        share = min(1.0, (timeline.length - start) / axis.row)
        yield Box(MARGIN, y + 50, share * (WIDTH - 2 * MARGIN), 110, LANE, 6)
        for part in range(axis.parts):
            at = Frames(start + part * axis.row // axis.parts)
            if at < timeline.length:
                yield Box(axis.x(at) - 1, y + 42, 2, 118, "#c8ced6")
                yield Label(axis.x(at), y + 34, format_time(ms(at)), 26, FAINT)


def _bands(timeline: Timeline, axis: _Axis) -> Iterator[Shape]:
    for index, move in enumerate(timeline.moves):
        for x, width, row in axis.pieces(move.start, move.end):
            y = TOP + row * ROW + 50
            yield Box(x, y, max(width, 2), 110, BANDS[index % len(BANDS)])
            if width > 34:
                room = int(width / 15) - 3
                title = clip(single_line(move.title), room) if room > 6 else ""
                yield Label(x + 8, y + 32, f"{index + 1} {title}".strip(), 26, INK)


def _event(event: Event, axis: _Axis) -> Iterator[Shape]:
    match event.kind:
        case "say":
            for x, width, row in axis.pieces(event.start, event.end):
                yield Box(x, TOP + row * ROW + 96, max(width, 2), 22, SPEECH)
        case "hold" | "count" | "breathe":
            for x, width, row in axis.pieces(event.start, event.end):
                yield Box(x, TOP + row * ROW + 126, max(width, 2), 26, EFFORT, 4)
        case "chime":
            row = event.start // axis.row
            yield Mark(axis.x(event.start), TOP + row * ROW + 107, 9, CHIME)


def _legend(moves: Sequence[Span], more: int, top: float) -> Iterator[Shape]:
    for index, move in enumerate(moves):
        y = top + index * LINE
        yield Box(MARGIN, y, 44, 34, BANDS[index % len(BANDS)], 6)
        yield Label(MARGIN + 22, y + 27, str(index + 1), 26, INK, "middle")
        yield Label(MARGIN + 60, y + 27, clip(single_line(move.title), 42), 30, INK)
        yield Label(WIDTH - MARGIN, y + 27, format_time(ms(move.start)), 30, FAINT, "end")
    if more:
        yield Label(MARGIN + 60, top + len(moves) * LINE + 27, f"… +{more}", 30, FAINT)


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LEAST_WEEKS, MOST_WEEKS = 4, 26
CALENDAR_TOP = 230
WEEK_HEIGHT = 84
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
    shapes: list[Shape] = [*_calendar_head(about)]
    for row, start in enumerate(mondays):
        shapes += _week(practised, start, today, CALENDAR_TOP + row * WEEK_HEIGHT, named=row == 0)
    return Picture(WIDTH, CALENDAR_TOP + weeks * WEEK_HEIGHT + MARGIN, BACKGROUND, f"Practice: {about}", tuple(shapes))


def _calendar_head(about: str) -> Iterator[Shape]:
    yield Label(MARGIN, 84, "Practice", 52, INK, bold=True)
    yield Label(MARGIN, 134, about, 32, FAINT)
    for column, name in enumerate(DAYS):
        yield Label(_x(column) + DAY_WIDTH / 2, CALENDAR_TOP - 22, name, 28, FAINT, "middle")


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
        yield Box(x, y, DAY_WIDTH, WEEK_HEIGHT - 10, LANE, 10)
        return
    minutes = max(1, round_half_up(practised, MINUTE))
    colour, ink = next((colour, ink) for colour, ink, least in reversed(STEPS) if minutes >= least)
    yield Box(x, y, DAY_WIDTH, WEEK_HEIGHT - 10, colour, 10)
    yield Label(x + DAY_WIDTH / 2, y + 48, str(minutes), 32, ink, "middle", bold=True)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _x(column: int) -> float:
    return LEFT + column * (DAY_WIDTH + 10)

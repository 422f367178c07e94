"""The days of practice as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

from voicecoach.exporter.plot import draw_days
from voicecoach.exporter.plot.charts import CALENDAR_TOP, LANE, LEFT, MOST_WEEKS, STEPS, WEEK_HEIGHT, practice_calendar
from voicecoach.exporter.plot.shapes import Box, Label

WEDNESDAY = date(2026, 7, 15)


def boxes(practised: dict[date, int], today: date = WEDNESDAY) -> list[Box]:
    return [shape for shape in practice_calendar(practised, today, "").shapes if isinstance(shape, Box)]


def labels(practised: dict[date, int], today: date = WEDNESDAY) -> list[str]:
    return [shape.text for shape in practice_calendar(practised, today, "").shapes if isinstance(shape, Label)]


def test_rows_are_weeks_up_to_today():
    drawn = boxes({})
    assert len(drawn) == 3 * 7 + 3
    monday, *_, wednesday = drawn[-3:]
    assert (monday.x, monday.y) == (LEFT, CALENDAR_TOP + 3 * WEEK_HEIGHT)
    assert wednesday.x > monday.x + 2 * monday.width
    assert {box.colour for box in drawn} == {LANE}


def test_days_show_minutes_and_darken():
    days = {WEDNESDAY - timedelta(days=back): round(60_000 * minutes) for back, minutes in enumerate((60, 25, 12, 0.4))}
    assert [word for word in labels(days) if word.isdigit()] == ["1", "12", "25", "60"]
    coloured = [box.colour for box in boxes(days) if box.colour != LANE]
    assert coloured == [ground for ground, _, _ in STEPS]


@pytest.mark.parametrize(("back", "weeks"), [(0, 4), (35, 6), (37, 6), (38, 7), (1000, MOST_WEEKS)])
def test_number_of_weeks(back, weeks):
    first = WEDNESDAY - timedelta(days=back)
    assert practice_calendar({first: 60_000}, WEDNESDAY, "").height == CALENDAR_TOP + weeks * WEEK_HEIGHT + 48


def test_month_and_year_labels():
    days = {date(2025, 12, 8): 60_000}
    assert [word for word in labels(days, date(2026, 2, 4)) if word[:3] in ("Dec", "Jan", "Feb")] == [
        "Dec 25",
        "Jan 26",
        "Feb",
    ]


def test_numbers_have_contrast():
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for ground, ink, _ in STEPS:
        light, dark = sorted((luminance(ground), luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, ground


def test_writes_svg_and_png(tmp_path: Path):
    for name in ("weeks.svg", "weeks.png"):
        draw_days({WEDNESDAY: 600_000}, WEDNESDAY, "1 day in a row", tmp_path / name)
    title = ET.parse(tmp_path / "weeks.svg").getroot().findtext("{http://www.w3.org/2000/svg}title")
    assert title == "Practice: 1 day in a row"
    with Image.open(tmp_path / "weeks.png") as image:
        assert image.size == (1080, CALENDAR_TOP + 4 * WEEK_HEIGHT + 48)

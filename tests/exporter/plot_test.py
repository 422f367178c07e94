"""A session as a picture: the positions of its shapes, and both file formats."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

from durations import seconds
from PIL import Image

from voicecoach.exporter.plot import cover, png
from voicecoach.exporter.plot.charts import EFFORT, LANE, MARGIN, SPEECH, WIDTH, session_chart
from voicecoach.exporter.plot.shapes import Box, Label, render_svg
from voicecoach.timeline import Event, Span, Timeline

SVG = "{http://www.w3.org/2000/svg}"


def timeline(title: str = "Hold on", minutes: float = 4) -> Timeline:
    """One move from 0:30 to the end, speech at 0:30 for 6 s, and a hold from 1:00 to 1:30."""
    length = seconds(60 * minutes)
    events = (
        Event("say", seconds(30), seconds(36), text="Press.", move=0),
        Event("hold", seconds(60), seconds(90), move=0),
        Event("chime", seconds(60), seconds(60.5), sound="start", move=0),
    )
    moves = (Span("Press", seconds(30), length),)
    return Timeline(title=title, language="en", level=50, length=length, placements=(), events=events, moves=moves)


def boxes(colour: str, **options: float) -> list[Box]:
    shapes = session_chart(timeline(**options)).shapes  # type: ignore[arg-type]
    return [shape for shape in shapes if isinstance(shape, Box) and shape.colour == colour and shape.height > 20]


def test_time_wraps_between_margins() -> None:
    """Four minutes are four rows of one minute; at most eight rows are drawn."""
    (speech,) = boxes(SPEECH)
    (hold,) = boxes(EFFORT)
    assert speech.x == WIDTH / 2
    assert speech.width == (WIDTH - 2 * MARGIN) / 10
    assert (hold.x, hold.width) == (MARGIN, (WIDTH - 2 * MARGIN) / 2)
    assert hold.y > speech.y + 100


def test_rows_do_not_overlap() -> None:
    lanes = boxes(LANE)
    assert len(lanes) == 4
    assert all(upper.y + upper.height < lower.y for upper, lower in pairwise(lanes))


def test_tiny_remainder_adds_no_row() -> None:
    assert session_chart(timeline(minutes=30.005)).height == session_chart(timeline(minutes=30)).height
    assert session_chart(timeline(minutes=30.5)).height > session_chart(timeline(minutes=30)).height


def test_legible_on_a_phone() -> None:
    for minutes in (1, 4, 30, 60 * 8):
        drawn = session_chart(timeline(minutes=minutes))
        assert drawn.width == 1080
        assert drawn.height < 2400
        labels = [shape for shape in drawn.shapes if isinstance(shape, Label)]
        assert min(label.size for label in labels) >= 26
        assert (
            max(label.x + len(label.text) * label.size * 0.45 for label in labels if label.anchor == "start") <= WIDTH
        )


def test_cover_lists_few_moves() -> None:
    moves = tuple(Span(f"Move {number}", seconds(60 * number), seconds(60 * number + 60)) for number in range(300))
    long = replace(timeline(minutes=300), moves=moves)
    size = Image.open(io.BytesIO(cover(long))).size
    assert size[1] < 2.5 * size[0]
    assert "… +288" in [shape.text for shape in session_chart(long, 12).shapes if isinstance(shape, Label)]
    assert {"Move 99", "… +200"} <= {shape.text for shape in session_chart(long).shapes if isinstance(shape, Label)}


def test_hostile_title_in_svg() -> None:
    painted = render_svg(session_chart(timeline("<script>alert('&')</script>\x00 \U0001f600")))
    root = ET.fromstring(painted.decode())
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "<script>alert('&')</script> \U0001f600"
    assert root.find(f".//{SVG}script") is None


def test_png_shows_the_same_shapes() -> None:
    drawn = session_chart(timeline())
    image = Image.open(io.BytesIO(png.render(drawn)))
    assert image.size == (drawn.width, drawn.height)
    for shape in drawn.shapes:
        if isinstance(shape, Box) and shape.colour in (SPEECH, EFFORT) and shape.height > 20:
            middle = (round(shape.x + shape.width / 3), round(shape.y + shape.height / 2))
            red, green, blue = image.getpixel(middle)  # type: ignore[misc]
            assert f"#{red:02x}{green:02x}{blue:02x}" == shape.colour


def test_rendering_is_reproducible() -> None:
    assert png.render(session_chart(timeline())) == png.render(session_chart(timeline()))
    assert render_svg(session_chart(timeline())) == render_svg(session_chart(timeline()))

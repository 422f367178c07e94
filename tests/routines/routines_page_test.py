"""The table of routines in the docs matches the routines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from voicecoach.script.library import Library
from voicecoach.timeline import Timeline
from voicecoach.units import MINUTE, ms

PAGE = Path(__file__).parents[2] / "docs" / "routines.md"
ROW = re.compile(r"^\| `(?P<name>[\w-]+)` \|(?P<about>[^|]+)\|(?P<needs>[^|]*)\|(?P<minutes>[\d |]+)\|$", re.M)


def test_page_names_routines_and_options(library: Library) -> None:
    rows = {row["name"]: row["about"] for row in ROW.finditer(PAGE.read_text("utf-8"))}
    assert sorted(rows) == sorted(library.paths())
    for name, about in rows.items():
        assert [option.name for option in library.load(name).options if f"`{option.name}`" not in about] == []


def test_page_names_props(session: Callable[..., Timeline]) -> None:
    for row in ROW.finditer(PAGE.read_text("utf-8")):
        opening = [event.text or "" for event in session(row["name"]).events if event.move is None]
        things = [need.strip() for need in row["needs"].split(",") if need.strip()]
        asked = f"You will need: {' and '.join(things)}."
        assert (asked in opening) == bool(things), (row["name"], opening)


def test_page_gives_lengths(session: Callable[..., Timeline]) -> None:
    for row in ROW.finditer(PAGE.read_text("utf-8")):
        named = [int(minutes) for minutes in row["minutes"].split("|")]
        found = [ms(session(row["name"], level=level).length) / MINUTE for level in (0, 50, 100)]
        assert all(abs(a - b) < 0.6 for a, b in zip(named, found, strict=True)), (row["name"], found)

"""Records from a store: every value is checked against its declared type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from voicecoach.records import parse_json, read_mapping, read_value
from voicecoach.units import Ms


@dataclass(frozen=True)
class Point:
    x: int
    y: float


@dataclass(frozen=True)
class Circle:
    centre: Point
    name: str | None


READ = [
    (int, 1, 1),
    (Ms, 1, 1),
    (float, 1, 1),
    (int | None, None, None),
    (Literal[1, 2], 2, 2),
    (tuple[str, ...], [], ()),
    (tuple[int, str], [1, "a"], (1, "a")),
    (frozenset[str], ["a", "a"], frozenset("a")),
    (Mapping[str, int], {"a": 1}, {"a": 1}),
    (Mapping[str, Any], {"a": [None]}, {"a": [None]}),
    (Circle, [[1, 2.5], None], Circle(Point(1, 2.5), None)),
    (Point | Circle, ["Point", [1, 2]], Point(1, 2)),
]
REFUSED = [
    (int, True),
    (int, 1.0),
    (int, "1"),
    (float, True),
    (float, float("nan")),
    (float, float("inf")),
    (str, None),
    (int | None, "none"),
    (Literal[1, 2], True),
    (Literal["a"], ["a"]),
    (tuple[str, ...], "abc"),
    (tuple[int, str], [1]),
    (frozenset[str], [[]]),
    (frozenset[str], "abc"),
    (Mapping[str, int], {"a": "b"}),
    (Mapping[str, int], [1]),
    (Point, [1]),
    (Point, {"x": 1, "y": 2}),
    (Circle, [[1, None], None]),
    (Point | Circle, ["Popen", []]),
    (Point | Circle, [["Point"], [1, 2]]),
    (Point | Circle, [1, 2]),
]


@pytest.mark.parametrize(("hint", "plain", "value"), READ, ids=str)
def test_values_of_declared_type_are_read(hint, plain, value):
    assert read_value(hint, plain) == value


@pytest.mark.parametrize(("hint", "plain"), REFUSED, ids=str)
def test_other_values_are_refused(hint, plain):
    with pytest.raises(ValueError, match=r"^(not|none of) "):
        read_value(hint, plain)


def test_mapping_needs_exactly_the_fields():
    assert read_mapping(Point, {"x": 1, "y": 2}) == Point(1, 2)
    for plain in ({"x": 1}, {"x": 1, "y": 2, "z": 3}, [1, 2], {"x": "1", "y": 2}):
        with pytest.raises(ValueError, match=r"^(x: )?not "):
            read_mapping(Point, plain)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", "[" * 100_000, '{"a":' * 100_000, b"9" * 10_000])
def test_impossible_json_is_value_error(text):
    with pytest.raises(ValueError, match=r"[a-z]"):
        parse_json(text)

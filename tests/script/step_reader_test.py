"""Every kind of step with all its keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from voicecoach.routine import BySide, Placeholder, Step, Text

Reads = Callable[[str], tuple[Step, ...]]


def plain(value: Any) -> Any:
    """A step as plain values: without positions and defaults, ranges as `low-high`, texts as written."""
    if isinstance(value, Text):
        return value.raw
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if not is_dataclass(value):
        return value
    kind = type(value).__name__
    if kind == "Range":
        return value.low if value.low == value.high else f"{value.low}-{value.high}"
    shown = {field.name: getattr(value, field.name) for field in fields(value) if field.name != "pos"}
    return {"kind": kind} | {
        name: plain(each)
        for name, each in shown.items()
        if (each is not None and each is not False and each != ()) or name == "between"
    }


READ: list[tuple[str, dict[str, Any]]] = [
    ("- say: Sit tall.", {"kind": "Say", "text": "Sit tall."}),
    ("- {say: Sit tall., then: 3 s}", {"kind": "Say", "text": "Sit tall.", "then": 3000}),
    ("- {say: Sit tall., then: 0 s}", {"kind": "Say", "text": "Sit tall.", "then": 0}),
    ("- {say: Sit tall., again: Sit.}", {"kind": "Say", "text": "Sit tall.", "again": "Sit."}),
    ("- {say: Sit tall., again: ''}", {"kind": "Say", "text": "Sit tall.", "again": ""}),
    ("- {say: Sit tall., again: }", {"kind": "Say", "text": "Sit tall.", "again": ""}),
    ("- pause: 5-10 s", {"kind": "Pause", "length": "5000-10000"}),
    ("- wait: 30 s", {"kind": "Wait", "length": 30000}),
    ("- {wait: 30 s, say: Fetch it.}", {"kind": "Wait", "length": 30000, "say": "Fetch it."}),
    ("- {say: Fetch it., wait: 30 s}", {"kind": "Wait", "length": 30000, "say": "Fetch it."}),
    ("- chime: tick", {"kind": "Chime", "sound": "tick"}),
    ("- hold: 20-30 s", {"kind": "Hold", "length": "20000-30000"}),
    ("- {hold: 20 s, cues: {}}", {"kind": "Hold", "length": 20000}),
    (
        "- {hold: 1:30, every: 30 s, countdown: 0, quiet: yes}",
        {"kind": "Hold", "length": 90000, "every": 30000, "countdown": 0, "quiet": True},
    ),
    (
        "- {hold: 20-30 s, cues: {halfway: Breathe., 5 s left: Nearly., at 0:25: Late.}}",
        {
            "kind": "Hold",
            "length": "20000-30000",
            "cues": [
                {"kind": "HoldCue", "moment": "halfway", "time": 0, "text": "Breathe."},
                {"kind": "HoldCue", "moment": "left", "time": 5000, "text": "Nearly."},
                {"kind": "HoldCue", "moment": "at", "time": 25000, "text": "Late."},
            ],
        },
    ),
    ("- {count: 5-10, each: 4 s}", {"kind": "Count", "number": "5-10", "each": 4000}),
    (
        "- {count: 10, phases: {squeeze: 3-5 s, relax: 2 s}, aloud: yes}",
        {
            "kind": "Count",
            "number": 10,
            "phases": [
                {"kind": "Phase", "name": "squeeze", "length": "3000-5000"},
                {"kind": "Phase", "name": "relax", "length": 2000},
            ],
            "aloud": True,
        },
    ),
    (
        "- {breathe: {out: 6 s, in: 4 s}, rounds: 3-5}",
        {"kind": "Breathe", "phases": [["in", 4000], ["out", 6000]], "rounds": "3-5"},
    ),
    (
        "- {breathe: {in: 4 s, hold: 2 s, out: 6 s, rest: 2 s}, for: 2 min}",
        {"kind": "Breathe", "phases": [["in", 4000], ["hold", 2000], ["out", 6000], ["rest", 2000]], "time": 120000},
    ),
    (
        "- {repeat: 2-3, steps: [say: Up.], between: [pause: 1 s], announce: yes}",
        {
            "kind": "Repeat",
            "number": "2-3",
            "steps": [{"kind": "Say", "text": "Up."}],
            "between": [{"kind": "Pause", "length": 1000}],
            "announce": True,
        },
    ),
    (
        "- {sides: [right, left], steps: [say: Up.]}",
        {"kind": "Sides", "order": ["right", "left"], "steps": [{"kind": "Say", "text": "Up."}], "between": None},
    ),
    (
        "- {sides: [left, right], between: [], steps: [say: Up.]}",
        {"kind": "Sides", "order": ["left", "right"], "steps": [{"kind": "Say", "text": "Up."}], "between": []},
    ),
    (
        "- {move: Stretch, position: on your back, needs: [mat, ball], steps: [say: Up.]}",
        {
            "kind": "Move",
            "title": "Stretch",
            "position": "on your back",
            "needs": ["mat", "ball"],
            "steps": [{"kind": "Say", "text": "Up."}],
        },
    ),
]


@pytest.mark.parametrize(("written", "read"), READ, ids=[written[2:] for written, _ in READ])
def test_step(steps: Reads, written: str, read: dict[str, Any]) -> None:
    (step,) = steps(written)
    assert plain(step) == read


def test_empty_cues_differ_from_missing_ones(steps: Reads) -> None:
    none, own = steps("- {hold: 20 s, cues: {}}\n- hold: 20 s")
    assert (none.cues, own.cues) == ((), None)  # type: ignore[union-attr]


def test_options_of_steps(scripts: Any) -> None:
    routine = scripts.read("""
        title: Mine
        options: {chair: Seated., "010": Ten.}
        steps:
          - {say: Sit., when: chair}
          - {pause: 1 s, unless: chair, when: 010}
        """)
    assert [(step.when, step.unless) for step in routine.steps] == [("chair", None), ("010", "chair")]


def test_step_positions(steps: Reads) -> None:
    first, second = steps("- say: Up.\n- repeat: 2\n  steps:\n    - say: Down.\n")
    assert [(each.pos.line, each.pos.column) for each in (first, second, second.steps[0])] == [  # type: ignore[union-attr]
        (3, 3),
        (4, 3),
        (6, 7),
    ]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("No words to fill in", ("No words to fill in",)),
        ("Your {side} arm", ("Your ", Placeholder("side"), " arm")),
        ("{ other }", (Placeholder("other"),)),
        ("den {linken|rechten} Arm", ("den ", BySide("linken", "rechten"), " Arm")),
        ("{noch |}eins", (BySide("noch", ""), "eins")),
        ("Round {round} of {rounds}", ("Round ", Placeholder("round"), " of ", Placeholder("rounds"))),
        (
            "{move}, {next}, {left}, {total}",
            (Placeholder("move"), ", ", Placeholder("next"), ", ", Placeholder("left"), ", ", Placeholder("total")),
        ),
        ("for {length}", ("for ", Placeholder("length"))),
        ("a {{brace}} b } c", ("a ", "{", "brace", "}", " b ", "}", " c")),
    ],
)
def test_placeholders(steps: Reads, written: str, parts: tuple[Any, ...]) -> None:
    (outer,) = steps(f"""
- repeat: 2
  steps:
    - sides: [left, right]
      steps:
        - say: "{written}"
        - hold: 20 s
""")
    assert outer.steps[0].steps[0].text.parts == parts  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written",
    [
        "- {wait: 30 s, say: 'You have {length}.'}",
        "- {hold: 20 s, cues: {halfway: 'Of {length}.'}}",
        "- {count: 2, phases: {'{length}': 3 s}}",
        "- {say: 'For {length}.', again: '{length}.'}\n- say: And now.\n- pause: 3 s",
        "- repeat: 2\n  between: [{say: 'Rest for {length}.'}, {pause: 3 s}]\n  steps: [say: Up.]",
        "- sides: [left, right]\n  between: [say: 'Now the {side}.']\n  steps: [say: Up.]",
        (
            "- sides: [left, right]\n  steps: [{move: 'The {side} one', position: 'on your {side} side', "
            "steps: [say: Up.]}]"
        ),
    ],
)
def test_placeholders_are_allowed_in_context(steps: Reads, written: str) -> None:
    assert steps(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("1:30", "1:30"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("true", "true"),
        ("null", "null"),
        ("2026-01-01", "2026-01-01"),
        ("1_000", "1_000"),
        ("'it''s'", "it's"),
        ('"\\u00e9"', "é"),
        (">-\n    two\n    lines", "two lines"),
        ("|\n    two\n    lines", "two lines"),
        ("two\n    lines", "two lines"),
    ],
)
def test_text_is_taken_as_typed(steps: Reads, written: str, read: str) -> None:
    (step,) = steps(f"- say: {written}")
    assert plain(step)["text"] == read

"""Reads the steps that last for a time: `pause wait hold count breathe`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from voicecoach.errors import Pos, did_you_mean
from voicecoach.routine import Breathe, Count, Hold, HoldCue, Pause, Phase, Range, Step, Wait
from voicecoach.script import limits, placeholders, values
from voicecoach.script.keywords import BREATH_PHASES
from voicecoach.script.node_reader import Fields
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, ScalarNode
from voicecoach.units import Ms

ReadStep: TypeAlias = Callable[[Fields, frozenset[str], dict[str, Any]], Step | None]
"""Reads a step from its fields, the placeholders allowed there, and the attributes that all steps have."""

_SECOND = Range(1000, 1000)
_ONE = Range(1, 1)


def _pause(fields: Fields, _allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
    return Pause(length=fields.value("pause", values.duration_range, _SECOND), **common)


def _wait(fields: Fields, allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
    say = fields.text("say", allowed_placeholders)
    return Wait(length=fields.value("wait", values.duration_range, _SECOND), say=say, **common)


def _hold(fields: Fields, allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
    length = fields.value("hold", _hold_length, None)
    every = fields.value("every", values.duration_range, None)
    if every and length and every.low >= length.high:
        found, limit = _format_seconds(every.low), _format_seconds(length.high)
        fields.error("every", f"as long as the hold or longer ({found}), less than {limit} is allowed")
    return Hold(
        length=length or Range(limits.SHORTEST_HOLD, limits.SHORTEST_HOLD),
        cues=_cues(fields, length, allowed_placeholders | placeholders.IN_LIST) if "cues" in fields else None,
        every=every,
        countdown=fields.value("countdown", _countdown, None),
        quiet=fields.value("quiet", values.yes_or_no, False),
        **common,
    )


def _hold_length(typed: str) -> Range:
    length = values.duration_range(typed)
    if length.low < limits.SHORTEST_HOLD:
        raise ValueError(f"too short ({quote(typed)}), {_format_seconds(limits.SHORTEST_HOLD)} or more is allowed")
    return length


def _countdown(typed: str) -> int:
    return values.number(typed, low=0, high=limits.COUNTDOWN)


def _format_seconds(time: int) -> str:
    return f"{time / 1000:g} s"


_Moment: TypeAlias = tuple[Literal["halfway", "left", "at"], Ms]


def _cues(fields: Fields, hold: Range | None, allowed_placeholders: frozenset[str]) -> tuple[HoldCue, ...]:
    """The cues of a hold. Its length is None if it could not be read."""
    node, nodes = fields["cues"], fields.nodes
    if not isinstance(node, MappingNode):
        fields.error("cues", "not a mapping of moments to texts", "write `halfway: Breathe out.` below it")
        return ()
    cues = []
    seen: dict[_Moment, Pos] = {}
    for _, key, value in nodes.pairs(node):
        text = nodes.text(value, "cues", allowed_placeholders)
        moment = nodes.value(key, "cues", _parse_moment, None)
        if moment is None:
            continue
        first = seen.setdefault(moment, key.pos)
        if first is not key.pos:
            nodes.error(key.pos, f"cues: a duplicate moment ({quote(key.text)}), first in line {first.line}")
        if hold and moment[1] >= hold.high:
            limit = f"the hold is at most {_format_seconds(hold.high)}"
            nodes.error(key.pos, f"cues: a moment that no level reaches ({quote(key.text)}), {limit}")
        cues.append(HoldCue(*moment, text, key.pos))
    return tuple(cues)


def _parse_moment(typed: str) -> _Moment:
    if typed == "halfway":
        return "halfway", Ms(0)
    kind: Literal["left", "at"]
    if typed.endswith(" left"):
        kind, time = "left", typed.removesuffix(" left")
    elif typed.startswith("at "):
        kind, time = "at", typed.removeprefix("at ")
    else:
        message = f"not a moment ({quote(typed)}), allowed: halfway, DURATION left, at DURATION"
        raise ValueError(message, did_you_mean(typed, ("halfway",)))
    found = values.duration_range(time)
    if found.low != found.high:
        raise ValueError(f"a range for a moment ({quote(typed)}), one time is allowed")
    return kind, Ms(found.low)


def _count(fields: Fields, allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
    _require_one(fields, "count", ("each", "phases"), "write `each: 4 s`, or `phases: {squeeze: 3 s, relax: 2 s}`")
    return Count(
        number=fields.value("count", values.number_range, _ONE),
        each=fields.value("each", values.duration_range, None),
        phases=tuple(
            Phase(fields.nodes.text(name, "phases", allowed_placeholders | placeholders.IN_LIST), length)
            for _, name, length in _durations(fields, "phases")
        ),
        aloud=fields.value("aloud", values.yes_or_no, False),
        **common,
    )


def _breathe(fields: Fields, _allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
    _require_one(fields, "breathe", ("for", "rounds"), "write `for: 2 min` or `rounds: 6`")
    lengths: dict[str, Range] = {}
    for name, key, length in _durations(fields, "breathe"):
        lengths[name] = length
        if name not in BREATH_PHASES:
            message = f"breathe: an unknown phase ({quote(name)}), allowed: {', '.join(BREATH_PHASES)}"
            fields.nodes.error(key.pos, message, did_you_mean(name, BREATH_PHASES))
    for needed in ("in", "out"):
        if lengths and needed not in lengths:
            fields.error("breathe", f"no `{needed}`, both `in` and `out` are needed")
    return Breathe(
        phases=tuple((name, lengths[name]) for name in BREATH_PHASES if name in lengths),
        time=fields.value("for", values.duration_range, None),
        rounds=fields.value("rounds", values.number_range, None),
        **common,
    )


def _require_one(fields: Fields, kind: str, keys: tuple[str, str], hint: str) -> None:
    first, second = keys
    if (first in fields) == (second in fields):
        fields.nodes.error(fields.pos, f"{kind}: exactly one of `{first}` and `{second}` is needed", hint)


def _durations(fields: Fields, key: str) -> list[tuple[str, ScalarNode, Range]]:
    """The names in a mapping, each with its node and its duration."""
    node = fields.get(key)
    if node is None:
        return []
    if not isinstance(node, MappingNode) or not node.items:
        fields.error(key, "not a mapping of names to durations", "write {in: 4 s, out: 6 s}")
        return []
    return [
        (name, name_node, fields.nodes.value(value, key, values.duration_range, _SECOND))
        for name, name_node, value in fields.nodes.pairs(node)
    ]


TIMED_STEP_READERS: dict[str, ReadStep] = {
    "pause": _pause,
    "wait": _wait,
    "hold": _hold,
    "count": _count,
    "breathe": _breathe,
}

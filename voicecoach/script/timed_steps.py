"""Reads the timed steps and chimes: `chime hold count breathe`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from voicecoach.errors import Pos, did_you_mean
from voicecoach.routine import Breathe, Chime, Count, Hold, HoldCue, Phase, Range, Step
from voicecoach.script import limits, placeholders, values
from voicecoach.script.fields import Fields
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode
from voicecoach.units import Ms

if TYPE_CHECKING:
    from voicecoach.script.step_reader import StepReader

__all__ = ["BREATH_PHASES", "CHIMES", "read_breathe", "read_chime", "read_count", "read_hold"]

CHIMES = ("open", "start", "end", "side", "tick", "in", "hold", "out", "rest", "done")
"""The sounds that come with the program."""
SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".oga", ".aac", ".aiff")
_SECOND = Range(1000, 1000)
_ONE = Range(1, 1)
BREATH_PHASES: tuple[Literal["in", "hold", "out", "rest"], ...] = ("in", "hold", "out", "rest")
"""The phases of a breath, in their order."""


def read_chime(reader: StepReader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """One of our own sounds by name, or a file beside the routine."""
    node = fields["chime"]
    name = reader.notes.scalar(node, "chime")
    path = None
    if name is not None and name not in CHIMES:
        if "/" in name or name.lower().endswith(SOUND_SUFFIXES):
            path = reader.links.sound(reader.notes, node, name)
        else:
            allowed = f"{', '.join(CHIMES)}, and sound files beside the routine"
            message = f"chime: an unknown sound ({quote(name)}), allowed: {allowed}"
            reader.notes.wrong(node.pos, message, did_you_mean(name, CHIMES))
    return Chime(sound=name or "", path=path, **common)


def read_hold(reader: StepReader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """A timed effort, with what is said inside it."""
    length = fields.value("hold", _hold_length, None)
    every = fields.value("every", values.duration_range, None)
    if every and length and every.low >= length.high:
        message = f"every: as long as the hold or longer ({_format_seconds(every.low)})"
        reader.notes.wrong(fields["every"].pos, f"{message}, less than {_format_seconds(length.high)} is allowed")
    return Hold(
        length=length or Range(limits.SHORTEST_HOLD, limits.SHORTEST_HOLD),
        cues=_read_cues(reader.notes, fields["cues"], length, allowed | placeholders.IN_LIST)
        if "cues" in fields
        else None,
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


def _read_cues(notes: NodeReader, node: Node, hold: Range | None, allowed: frozenset[str]) -> tuple[HoldCue, ...]:
    """What is said in a hold; of unknown length, where that is not right itself."""
    if not isinstance(node, MappingNode):
        notes.wrong(node.pos, "cues: not a mapping of moments to texts", "write `halfway: Breathe out.` below it")
        return ()
    cues = []
    taken: dict[_Moment, Pos] = {}
    for _, key, value in notes.pairs(node):
        text = notes.text(value, "cues", allowed)
        moment = notes.value(key, "cues", _parse_moment, None)
        if moment is None:
            continue
        first = taken.setdefault(moment, key.pos)
        if first is not key.pos:
            notes.wrong(key.pos, f"cues: a moment that stands twice ({quote(key.text)}), first in line {first.line}")
        if hold and moment[1] >= hold.high:
            longest = f"the hold is at most {_format_seconds(hold.high)}"
            notes.wrong(key.pos, f"cues: a moment that no level reaches ({quote(key.text)}), {longest}")
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


def read_count(reader: StepReader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Repetitions on a steady beat."""
    fields.one_of("each", "phases", "write `each: 4 s`, or `phases: {squeeze: 3 s, relax: 2 s}`")
    phases = _duration_pairs(reader.notes, fields["phases"], "phases") if "phases" in fields else []
    return Count(
        number=fields.value("count", values.number_range, _ONE),
        each=fields.value("each", values.duration_range, None),
        phases=tuple(
            Phase(
                reader.notes.text(key, "phases", allowed | placeholders.IN_LIST),
                reader.notes.value(value, "phases", values.duration_range, _SECOND),
            )
            for _, key, value in phases
        ),
        aloud=fields.value("aloud", values.yes_or_no, False),
        **common,
    )


def _duration_pairs(notes: NodeReader, node: Node, what: str) -> list[tuple[str, ScalarNode, Node]]:
    if not isinstance(node, MappingNode) or not node.items:
        notes.wrong(node.pos, f"{what}: not a mapping of names to durations", "write {in: 4 s, out: 6 s}")
        return []
    return notes.pairs(node)


def read_breathe(reader: StepReader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Paced breathing."""
    fields.one_of("for", "rounds", "write `for: 2 min` or `rounds: 6`")
    return Breathe(
        phases=_breath_phases(reader.notes, fields["breathe"]),
        time=fields.value("for", values.duration_range, None),
        rounds=fields.value("rounds", values.number_range, None),
        **common,
    )


def _breath_phases(notes: NodeReader, node: Node) -> tuple[tuple[Literal["in", "hold", "out", "rest"], Range], ...]:
    phases: dict[str, Range] = {}
    pairs = _duration_pairs(notes, node, "breathe")
    for name, key, value in pairs:
        phases[name] = notes.value(value, "breathe", values.duration_range, _SECOND)
        if name not in BREATH_PHASES:
            message = f"breathe: an unknown phase ({quote(name)}), allowed: {', '.join(BREATH_PHASES)}"
            notes.wrong(key.pos, message, did_you_mean(name, BREATH_PHASES))
    for needed in ("in", "out"):
        if pairs and needed not in phases:
            notes.wrong(node.pos, f"breathe: no `{needed}`, both `in` and `out` are needed")
    return tuple((name, phases[name]) for name in BREATH_PHASES if name in phases)

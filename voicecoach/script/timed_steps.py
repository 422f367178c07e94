"""Reads the timed steps and chimes: `chime hold count breathe`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from voicecoach.errors import Pos, nearest
from voicecoach.routine import Breathe, Chime, Count, Hold, HoldCue, Phase, Range, Step
from voicecoach.script import limits, placeholders, values
from voicecoach.script.fields import Fields
from voicecoach.script.node_reader import Notes
from voicecoach.script.source_text import shown
from voicecoach.script.yaml_tree import Mapping, Node, Scalar
from voicecoach.units import Ms

if TYPE_CHECKING:
    from voicecoach.script.step_reader import Reader

__all__ = ["BREATH", "CHIMES", "breathe", "chime", "count", "hold"]

CHIMES = ("open", "start", "end", "side", "tick", "in", "hold", "out", "rest", "done")
"""The sounds that come with the program."""
SOUND_FILES = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".oga", ".aac", ".aiff")
_SECOND = Range(1000, 1000)
_ONE = Range(1, 1)
BREATH: tuple[Literal["in", "hold", "out", "rest"], ...] = ("in", "hold", "out", "rest")
"""The phases of a breath, in their order."""


def chime(reader: Reader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """One of our own sounds by name, or a file beside the routine."""
    node = fields["chime"]
    name = reader.notes.scalar(node, "chime")
    path = None
    if name is not None and name not in CHIMES:
        if "/" in name or name.lower().endswith(SOUND_FILES):
            path = reader.links.sound(reader.notes, node, name)
        else:
            allowed = f"{', '.join(CHIMES)}, and sound files beside the routine"
            message = f"chime: an unknown sound ({shown(name)}), allowed: {allowed}"
            reader.notes.wrong(node.pos, message, nearest(name, CHIMES))
    return Chime(sound=name or "", path=path, **common)


def hold(reader: Reader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """A timed effort, with what is said inside it."""
    length = fields.value("hold", _length, None)
    every = fields.value("every", values.durations, None)
    if every and length and every.low >= length.high:
        message = f"every: as long as the hold or longer ({_seconds(every.low)}), less than {_seconds(length.high)}"
        reader.notes.wrong(fields["every"].pos, f"{message} is allowed")
    return Hold(
        length=length or Range(limits.HOLD, limits.HOLD),
        cues=_cues(reader.notes, fields["cues"], length, allowed | placeholders.IN_LIST) if "cues" in fields else None,
        every=every,
        countdown=fields.value("countdown", _countdown, None),
        quiet=fields.value("quiet", values.yes_or_no, False),
        **common,
    )


def _length(typed: str) -> Range:
    length = values.durations(typed)
    if length.low < limits.HOLD:
        raise ValueError(f"too short ({shown(typed)}), {_seconds(limits.HOLD)} or more is allowed")
    return length


def _countdown(typed: str) -> int:
    return values.number(typed, low=0, high=limits.COUNTDOWN)


def _seconds(time: int) -> str:
    return f"{time / 1000:g} s"


_Moment: TypeAlias = tuple[Literal["halfway", "left", "at"], Ms]


def _cues(notes: Notes, node: Node, hold: Range | None, allowed: frozenset[str]) -> tuple[HoldCue, ...]:
    """What is said in a hold; of unknown length, where that is not right itself."""
    if not isinstance(node, Mapping):
        notes.wrong(node.pos, "cues: not a mapping of moments to texts", "write `halfway: Breathe out.` below it")
        return ()
    cues = []
    taken: dict[_Moment, Pos] = {}
    for _, key, value in notes.pairs(node):
        text = notes.text(value, "cues", allowed)
        moment = notes.value(key, "cues", _moment, None)
        if moment is None:
            continue
        first = taken.setdefault(moment, key.pos)
        if first is not key.pos:
            notes.wrong(key.pos, f"cues: a moment that stands twice ({shown(key.text)}), first in line {first.line}")
        if hold and moment[1] >= hold.high:
            longest = f"the hold is at most {_seconds(hold.high)}"
            notes.wrong(key.pos, f"cues: a moment that no level reaches ({shown(key.text)}), {longest}")
        cues.append(HoldCue(*moment, text, key.pos))
    return tuple(cues)


def _moment(typed: str) -> _Moment:
    if typed == "halfway":
        return "halfway", Ms(0)
    kind: Literal["left", "at"]
    if typed.endswith(" left"):
        kind, time = "left", typed.removesuffix(" left")
    elif typed.startswith("at "):
        kind, time = "at", typed.removeprefix("at ")
    else:
        message = f"not a moment ({shown(typed)}), allowed: halfway, DURATION left, at DURATION"
        raise ValueError(message, nearest(typed, ("halfway",)))
    found = values.durations(time)
    if found.low != found.high:
        raise ValueError(f"a range for a moment ({shown(typed)}), one time is allowed")
    return kind, Ms(found.low)


def count(reader: Reader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Repetitions on a steady beat."""
    fields.one_of("each", "phases", "write `each: 4 s`, or `phases: {squeeze: 3 s, relax: 2 s}`")
    phases = _pairs(reader.notes, fields["phases"], "phases") if "phases" in fields else []
    return Count(
        number=fields.value("count", values.numbers, _ONE),
        each=fields.value("each", values.durations, None),
        phases=tuple(
            Phase(
                reader.notes.text(key, "phases", allowed | placeholders.IN_LIST),
                reader.notes.value(value, "phases", values.durations, _SECOND),
            )
            for _, key, value in phases
        ),
        aloud=fields.value("aloud", values.yes_or_no, False),
        **common,
    )


def _pairs(notes: Notes, node: Node, what: str) -> list[tuple[str, Scalar, Node]]:
    if not isinstance(node, Mapping) or not node.items:
        notes.wrong(node.pos, f"{what}: not a mapping of names to durations", "write {in: 4 s, out: 6 s}")
        return []
    return notes.pairs(node)


def breathe(reader: Reader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Paced breathing."""
    fields.one_of("for", "rounds", "write `for: 2 min` or `rounds: 6`")
    return Breathe(
        phases=_breath(reader.notes, fields["breathe"]),
        time=fields.value("for", values.durations, None),
        rounds=fields.value("rounds", values.numbers, None),
        **common,
    )


def _breath(notes: Notes, node: Node) -> tuple[tuple[Literal["in", "hold", "out", "rest"], Range], ...]:
    phases: dict[str, Range] = {}
    pairs = _pairs(notes, node, "breathe")
    for name, key, value in pairs:
        phases[name] = notes.value(value, "breathe", values.durations, _SECOND)
        if name not in BREATH:
            message = f"breathe: an unknown phase ({shown(name)}), allowed: {', '.join(BREATH)}"
            notes.wrong(key.pos, message, nearest(name, BREATH))
    for needed in ("in", "out"):
        if pairs and needed not in phases:
            notes.wrong(node.pos, f"breathe: no `{needed}`, both `in` and `out` are needed")
    return tuple((name, phases[name]) for name in BREATH if name in phases)

"""Reading the steps that sound by a clock: `chime hold count breathe`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from voicecoach.errors import nearest
from voicecoach.routine import Breathe, Chime, Count, Hold, HoldCue, Phase, Range, Step
from voicecoach.script import limits, values, words
from voicecoach.script.fields import Fields
from voicecoach.script.kinds import Around
from voicecoach.script.tree import Mapping, Node, Scalar
from voicecoach.units import Ms

if TYPE_CHECKING:
    from voicecoach.script.steps import Reader

__all__ = ["CHIMES", "breathe", "chime", "count", "hold"]

CHIMES = ("open", "start", "end", "side", "tick", "in", "hold", "out", "rest", "done")
"""The sounds that come with the program."""
SOUND_FILES = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".oga", ".aac", ".aiff")
_SECOND = Range(1000, 1000)
_ONE = Range(1, 1)
_PHASES = ("in", "hold", "out", "rest")


def chime(reader: Reader, fields: Fields, _around: Around, common: dict[str, Any]) -> Step:
    """One of our own sounds by name, or a file beside the routine."""
    node = fields.node("chime")
    assert node is not None
    name = reader.notes.scalar(node, "chime") or ""
    path = None
    if name not in CHIMES:
        if "/" in name or name.lower().endswith(SOUND_FILES):
            path = reader.links.sound(reader.notes, node, name)
        else:
            allowed = f"{', '.join(CHIMES)}, and sound files beside the routine"
            message = f"chime: an unknown sound ({name or 'nothing'}), allowed: {allowed}"
            reader.notes.wrong(node.pos, message, nearest(name, CHIMES))
    return Chime(sound=name, path=path, **common)


def hold(reader: Reader, fields: Fields, around: Around, common: dict[str, Any]) -> Step:
    """A timed effort, with what is said inside it."""
    length = fields.value("hold", values.durations, Range(limits.HOLD, limits.HOLD))
    if length.low < limits.HOLD:
        reader.notes.wrong(fields.key("hold"), f"hold: too short, {limits.HOLD // 1000} s or more is allowed")
    allowed = around.allowed | words.IN_LIST
    every = fields.value("every", values.durations, None) if "every" in fields else None
    if every and every.low >= length.high:
        message = "every: as long as the hold or longer, shorter is allowed"
        reader.notes.wrong(fields.key("every"), message)
    return Hold(
        length=length,
        cues=_cues(reader, fields, length, allowed),
        every=every,
        countdown=fields.value("countdown", _countdown, None) if "countdown" in fields else None,
        quiet=fields.value("quiet", values.yes_or_no, False),
        **common,
    )


def _countdown(typed: str) -> int:
    return values.number(typed, low=0, high=limits.COUNTDOWN)


def _cues(reader: Reader, fields: Fields, length: Range, allowed: frozenset[str]) -> tuple[HoldCue, ...] | None:
    node = fields.node("cues")
    if node is None:
        return None
    if not isinstance(node, Mapping):
        reader.notes.wrong(node.pos, "`cues:` is not a mapping of moments to texts", "write `halfway: Breathe out.`")
        return ()
    cues = []
    taken: dict[tuple[str, int], int] = {}
    for key, value in node.items:
        text = reader.notes.text(value, "cues", allowed)
        found = _moment(reader, key, length)
        if found is None:
            continue
        if found in taken:
            reader.notes.wrong(key.pos, f"a moment that stands twice ({key.text}), first in line {taken[found]}")
        taken[found] = key.pos.line
        cues.append(HoldCue(*found, text, key.pos))
    return tuple(cues)


def _moment(reader: Reader, key: Scalar, length: Range) -> tuple[Literal["halfway", "left", "at"], Ms] | None:
    typed = " ".join(key.text.split())
    if typed == "halfway":
        return "halfway", Ms(0)
    kind: Literal["left", "at"]
    if typed.endswith(" left"):
        kind, time = "left", typed.removesuffix(" left")
    elif typed.startswith("at "):
        kind, time = "at", typed.removeprefix("at ")
    else:
        hint = nearest(typed, ("halfway",))
        message = f"cues: not a moment ({typed}), allowed: halfway, DURATION left, at DURATION"
        reader.notes.wrong(key.pos, message, hint)
        return None
    try:
        range_ = values.durations(time)
    except ValueError as fault:
        message, *hints = fault.args
        reader.notes.wrong(key.pos, f"cues: {message}", *hints)
        return None
    if range_.low != range_.high:
        reader.notes.wrong(key.pos, f"cues: a range for a moment ({typed}), one time is allowed")
    elif range_.low >= length.high:
        longest = f"{length.high / 1000:g} s"
        reader.notes.wrong(key.pos, f"cues: a moment that no level reaches ({typed}), the hold is at most {longest}")
    return kind, Ms(range_.low)


def count(reader: Reader, fields: Fields, around: Around, common: dict[str, Any]) -> Step:
    """Repetitions on a steady beat."""
    if ("each" in fields) == ("phases" in fields):
        message = "count: exactly one of `each` and `phases` is needed"
        reader.notes.wrong(fields.pos, message, "write `each: 4 s`, or `phases: {squeeze: 3 s, relax: 2 s}`")
    return Count(
        number=fields.value("count", values.numbers, _ONE),
        each=fields.value("each", values.durations, None) if "each" in fields else None,
        phases=_named_phases(reader, fields, around.allowed | words.IN_LIST),
        aloud=fields.value("aloud", values.yes_or_no, False),
        **common,
    )


def _named_phases(reader: Reader, fields: Fields, allowed: frozenset[str]) -> tuple[Phase, ...]:
    pairs = _pairs(reader, fields.node("phases"), "`phases:`")
    return tuple(
        Phase(
            reader.notes.text(key, "phases", allowed),
            reader.notes.value(value, "phases", values.durations, _SECOND),
        )
        for key, value in pairs
    )


def _pairs(reader: Reader, node: Node | None, what: str) -> list[tuple[Scalar, Node]]:
    if node is None:
        return []
    if not isinstance(node, Mapping) or not node.items:
        reader.notes.wrong(node.pos, f"{what} is not a mapping of names to durations", "write {in: 4 s, out: 6 s}")
        return []
    seen: set[str] = set()
    for key, _ in node.items:
        if key.text in seen:
            reader.notes.wrong(key.pos, f"a key that stands twice ({key.text})")
        seen.add(key.text)
    return node.items


def breathe(reader: Reader, fields: Fields, _around: Around, common: dict[str, Any]) -> Step:
    """Paced breathing."""
    node = fields.node("breathe")
    assert node is not None
    phases: dict[str, Range] = {}
    for key, value in _pairs(reader, node, "`breathe:`"):
        length = reader.notes.value(value, "breathe", values.durations, _SECOND)
        if key.text not in _PHASES:
            message = f"breathe: an unknown phase ({key.text}), allowed: {', '.join(_PHASES)}"
            reader.notes.wrong(key.pos, message, nearest(key.text, _PHASES))
        phases[key.text] = length
    for needed in ("in", "out"):
        if needed not in phases:
            reader.notes.wrong(node.pos, f"breathe: no `{needed}`, both `in` and `out` are needed")
    if ("for" in fields) == ("rounds" in fields):
        message = "breathe: exactly one of `for` and `rounds` is needed"
        reader.notes.wrong(fields.pos, message, "write `for: 2 min` or `rounds: 6`")
    ordered = tuple((name, phases[name]) for name in _PHASES if name in phases)
    return Breathe(
        phases=cast("tuple[tuple[Literal['in', 'hold', 'out', 'rest'], Range], ...]", ordered),
        time=fields.value("for", values.durations, None) if "for" in fields else None,
        rounds=fields.value("rounds", values.numbers, None) if "rounds" in fields else None,
        **common,
    )

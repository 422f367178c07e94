"""What the coach says by itself between the writer's words: opening, sides, rounds, closing."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.compiler.fill import spoken
from voicecoach.compiler.frame import Frame
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.ranges import Numbers
from voicecoach.compiler.score import Body, Cue, Ring, Score, Speak, Where, Words
from voicecoach.errors import Pos
from voicecoach.routine import Routine
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

__all__ = ["change", "framed", "round_"]

CHANGE = Ms(4 * SECOND)
"""In which to change sides."""
_NOWHERE = Where()


def framed(body: Body, routine: Routine, phrases: Phrases, numbers: Numbers, minutes: int, *, intro: bool) -> Score:
    """The body between an opening and a closing; without the `intro` only the cautions are spoken before it."""
    said = [*(_opening(body, routine, phrases, numbers, minutes) if intro else ()), *body.cautions]
    opening: list[Cue] = [Ring(Sound("open"), _NOWHERE), *(_settled(words, numbers, _NOWHERE) for words in said)]
    last = spoken(phrases.say("closing"), routine, numbers.speed)
    closing: list[Cue] = [Ring(Sound("done"), _NOWHERE), _settled(last, numbers, _NOWHERE)]
    moves = tuple(replace(move, first=move.first + len(opening)) for move in body.moves)
    return Score((*opening, *body.cues, *closing), moves, len(opening) + len(body.cues))


def _opening(body: Body, routine: Routine, phrases: Phrases, numbers: Numbers, minutes: int) -> list[Words]:
    """The title, how long it takes, what is needed."""
    texts = [routine.title, phrases.opening_length(minutes)]
    if body.needs:
        texts.append(phrases.say("opening_needs", things=phrases.things(body.needs)))
    return [spoken(text, routine, numbers.speed) for text in texts]


def _settled(words: Words, numbers: Numbers, where: Where, pos: Pos | None = None) -> Speak:
    return Speak(words, numbers.settle(), where, pos)


def change(phrases: Phrases, numbers: Numbers, frame: Frame, where: Where, pos: Pos) -> tuple[Cue, ...]:
    """The side chime, the side to come, and time to get there."""
    side = phrases.side(frame.side) if frame.side else ""
    words = spoken(phrases.say("change_sides", side=side), frame.routine, numbers.speed)
    return Ring(Sound("side"), where, pos), Speak(words, numbers.paced(CHANGE), where, pos)


def round_(phrases: Phrases, numbers: Numbers, frame: Frame, where: Where, pos: Pos) -> Speak:
    """Which round it is; that the last is the last."""
    number, rounds = frame.round or (1, 1)
    said = phrases.say("last_round") if number == rounds else phrases.say("round", round=number, rounds=rounds)
    return _settled(spoken(said, frame.routine, numbers.speed), numbers, where, pos)

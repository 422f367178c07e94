"""What the coach says by itself between the writer's words: opening, sides, rounds, closing."""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.compiler.choices import Choices
from voicecoach.compiler.fill import spoken
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Cue, Ring, Speak, Where
from voicecoach.errors import Pos
from voicecoach.routine import Routine, Side
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms, half_up

__all__ = ["change", "closing", "opening", "round_"]

CHANGE = Ms(4 * SECOND)
"""In which to change sides."""
_NOWHERE = Where()


def _settle(choices: Choices, time: Ms = SECOND) -> Ms:
    return Ms(half_up(time * 100, choices.speed))


def opening(
    routine: Routine, phrases: Phrases, choices: Choices, minutes: int, needs: tuple[str, ...], cautions: Sequence[str]
) -> list[Cue]:
    """The `open` chime, the title, how long it takes, what is needed, and the cautions."""
    texts = []
    if choices.intro:
        texts = [routine.title, phrases.opening_length(minutes)]
        if needs:
            texts.append(phrases.say("opening_needs", things=phrases.things(needs)))
    said = [spoken(text, routine, choices.speed) for text in (*texts, *cautions)]
    return [Ring(Sound("open"), _NOWHERE), *(Speak(words, _settle(choices), _NOWHERE) for words in said)]


def closing(routine: Routine, phrases: Phrases, choices: Choices) -> list[Cue]:
    """The `done` chime and the closing word."""
    words = spoken(phrases.say("closing"), routine, choices.speed)
    return [Ring(Sound("done"), _NOWHERE), Speak(words, _settle(choices), _NOWHERE)]


def change(phrases: Phrases, routine: Routine, choices: Choices, side: Side, where: Where, pos: Pos) -> tuple[Cue, ...]:
    """The side chime, the side to come, and time to get there."""
    words = spoken(phrases.say("change_sides", side=phrases.side(side)), routine, choices.speed)
    return Ring(Sound("side"), where), Speak(words, _settle(choices, CHANGE), where, pos)


def round_(phrases: Phrases, number: int, rounds: int) -> str:
    """Which round it is; that the last is the last."""
    return phrases.say("last_round") if number == rounds else phrases.say("round", round=number, rounds=rounds)

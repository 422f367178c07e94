"""The sound that answers a command: a listener with closed eyes must know that it arrived."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.compiler.phrases import Phrases
from voicecoach.player.command import Action, Command
from voicecoach.player.transport import SETTINGS, Transport
from voicecoach.units import MINUTE, Frames, Ms, ms, round_half_up

_ONLY_IF_CHANGED = SETTINGS | {Action.PAUSE, Action.RESUME}
"""Actions that get no feedback where they change nothing. A jump to the present position does: it is heard again."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A soft chime, and perhaps words after it."""

    words: tuple[str, ...] = ()
    """Texts, spoken one after the other."""
    interrupts: bool = False
    """Whether the session stands still for the words, even if a silence is near."""
    patient: bool = False
    """Whether the words wait for a silence of the voice, however long that takes."""


def choose_feedback(command: Command, before: Transport, after: Transport, phrases: Phrases | None) -> Feedback | None:
    """The feedback to a command that led from `before` to `after`; without `phrases` it has no words.

    None where silence is the answer (pause, stop), or where nothing changed.
    """
    if command.action == Action.WHERE:
        return Feedback(_position_texts(after, phrases) if phrases else ())
    if after is before or after.state == "ended" or (before.state, after.state) == ("playing", "paused"):
        return None
    if after == before and command.action in _ONLY_IF_CHANGED:
        return None
    words = _texts(command, before, after, phrases) if phrases else ()
    interrupts = command.action == Action.TOO_MUCH and bool(words)
    return Feedback(words, interrupts=interrupts, patient=command.action == Action.ADD)


def likely_texts(phrases: Phrases) -> tuple[str, ...]:
    """Texts worth speaking before they are needed."""
    return (phrases.say("too_much"), *(phrases.say(f"on_the_{side}") for side in ("left", "right")))


def _texts(command: Command, before: Transport, after: Transport, phrases: Phrases) -> tuple[str, ...]:
    if command.item:
        return (phrases.say("added", title=command.item.routine.title),)
    if command.action == Action.TOO_MUCH:
        return (phrases.say("too_much"),)
    if command.action == Action.MORE_TIME:
        more = Frames(after.timeline.length - before.timeline.length)
        return (phrases.say("more_time", time=phrases.time(ms(more))),)
    return ()


def _position_texts(now: Transport, phrases: Phrases) -> tuple[str, ...]:
    """Move, side, round, and the time left in whole minutes."""
    move, event = now.index.move(now.at), now.index.event(now.at)
    texts = [move.title if move else now.timeline.title]
    if event and event.side:
        texts.append(phrases.say(f"on_the_{event.side}"))
    if event and event.round and event.round[1] > 1:
        number, rounds = event.round
        texts.append(phrases.say("round", round=number, rounds=rounds))
    minutes = max(1, round_half_up(ms(Frames(now.timeline.length - now.at)), MINUTE))
    return (*texts, phrases.left(Ms(minutes * MINUTE)))

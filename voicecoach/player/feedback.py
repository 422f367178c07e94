"""What the listener hears after a command: with closed eyes, they must know that it arrived."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.compiler.phrases import Phrases
from voicecoach.player.command import Action, Command
from voicecoach.player.transport import Transport
from voicecoach.units import MINUTE, Frames, Ms, ms, round_half_up

__all__ = ["Feedback", "choose_feedback", "likely_texts"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A soft chime, with or after the first new sample, and perhaps words."""

    words: tuple[str, ...] = ()
    """Spoken one after the other."""
    first: bool = False
    """The words come before the session goes on, not over it."""
    patient: bool = False
    """The words wait until the voice is silent for them, however long that takes: nobody waits for them."""


def choose_feedback(command: Command, before: Transport, after: Transport, phrases: Phrases | None) -> Feedback | None:
    """How a command is confirmed that led from `before` to `after`.

    None where silence says it (pause, stop), or where nothing changed. Without `phrases` nothing is said.
    """
    if command.act == Action.WHERE:
        return Feedback(_where(after, phrases) if phrases else ())
    if after is before or after.state == "ended" or (before.state, after.state) == ("playing", "paused"):
        return None
    if after == before and command.act in _STAYS:
        return None
    words = _words(command, before, after, phrases) if phrases else ()
    return Feedback(words, first=command.act == Action.TOO_MUCH and bool(words), patient=command.act == Action.ADD)


def likely_texts(phrases: Phrases) -> tuple[str, ...]:
    """Words that are worth speaking before anybody asks."""
    return (phrases.say("too_much"), *(phrases.say(f"on_the_{side}") for side in ("left", "right")))


_STAYS = frozenset(
    {Action.PAUSE, Action.RESUME, Action.VOLUME, Action.VOICE_VOLUME, Action.CHIME_VOLUME, Action.SLOWER, Action.FASTER}
)
"""Commands that mean nothing where they change nothing. A jump to where one is does: it is heard again."""


def _words(command: Command, before: Transport, after: Transport, phrases: Phrases) -> tuple[str, ...]:
    act = command.act
    if command.wish:
        return (phrases.say("added", title=command.wish.routine.title),)
    if act == Action.TOO_MUCH:
        return (phrases.say("too_much"),)
    if act == Action.MORE_TIME:
        more = after.landmarks.timeline.length - before.landmarks.timeline.length
        return (phrases.say("more_time", time=phrases.time(ms(Frames(more)))),)
    return ()


def _where(now: Transport, phrases: Phrases) -> tuple[str, ...]:
    """Move, side, round, time left in whole minutes."""
    marks, timeline = now.landmarks, now.landmarks.timeline
    move, event = marks.move(now.at), marks.event(now.at)
    said = [move.title if move else timeline.title]
    if event and event.side:
        said.append(phrases.say(f"on_the_{event.side}"))
    if event and event.round and event.round[1] > 1:
        number, rounds = event.round
        said.append(phrases.say("round", round=number, rounds=rounds))
    minutes = max(1, round_half_up(ms(Frames(timeline.length - now.at)), MINUTE))
    return (*said, phrases.left(Ms(minutes * MINUTE)))

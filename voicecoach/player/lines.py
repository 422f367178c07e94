"""A session as plain lines of text: for screen readers, for logs, and where there is no screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voicecoach.player.text import printable
from voicecoach.player.view import View
from voicecoach.units import Ms, clock

__all__ = ["news"]

_CLOCKS = {"hold": "Hold", "count": "Count", "breathe": "Breathe", "wait": "Wait"}


def news(before: View | None, now: View) -> Iterator[str]:
    """What is new since `before`, each line with its time in the session: `3:07  Come up and ease off.`"""
    old = before or replace(
        now, state="playing", volume=100, title="", side=None, round=None, cue_at=None, clock=None, queue=(), trouble=""
    )
    if now.title != old.title:
        yield _line(now.at, now.title)
    if now.side and now.side != old.side:
        yield _line(now.at, f"{now.side.capitalize()} side.")
    if now.round and now.round != old.round and now.round[1] > 1:
        yield _line(now.at, f"Round {now.round[0]} of {now.round[1]}.")
    if now.cue and (now.cue, now.cue_at) != (old.cue if old.cue_at is not None else "", old.cue_at):
        yield _line(now.cue_at or Ms(0), now.cue)
    if now.clock and (not old.clock or old.clock[0] != now.clock[0] or now.clock[1] > old.clock[1]):
        yield _line(now.at, f"{_CLOCKS[now.clock[0]]}: {clock(now.clock[1])}.")
    yield from _steered(old, now)


def _steered(old: View, now: View) -> Iterator[str]:
    if now.state != old.state and now.state != "ended":
        left = clock(Ms(now.length - now.at))
        yield _line(now.at, f"Paused, {left} left." if now.state == "paused" else "Going on.")
    if now.volume != old.volume:
        yield _line(now.at, f"Volume {now.volume} %.")
    if len(now.queue) > len(old.queue):
        yield _line(now.at, f"After this: {', '.join(now.queue)}.")
    for title in now.failed[len(old.failed) :]:
        yield _line(now.at, f"{title} cannot follow: it could not be spoken, or would end beyond 24 hours.")
    if now.trouble != old.trouble:
        yield _line(now.at, now.trouble or "The loudspeaker is there again.")


def _line(at: Ms, text: str) -> str:
    return f"{clock(at):>7}  {printable(text)}"

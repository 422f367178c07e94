"""What there is to see of a session at one moment, whatever shows it."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.player.queue import ahead
from voicecoach.player.transport import State, Transport
from voicecoach.routine import Side
from voicecoach.units import Ms, ms

__all__ = ["View", "view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One moment, in the listener's terms."""

    state: State
    volume: int
    """Percent."""
    at: Ms
    length: Ms
    title: str
    """Of the move, else of the session."""
    side: Side | None = None
    round: tuple[int, int] | None = None
    cue: str = ""
    """What was said last."""
    cue_at: Ms | None = None
    """When that began; None before the first."""
    following: str = ""
    """What is said next."""
    clock: tuple[str, Ms] | None = None
    """Kind and time left of the hold, count, breathing or wait that runs."""
    away: bool = False
    """Whether there is no loudspeaker."""
    trouble: str = ""
    """What is to be said of the loudspeaker."""
    word: str = ""
    """What was last said on its beat, or counted down."""
    word_at: Ms | None = None
    """When that began; None where there is none."""
    queue: tuple[str, ...] = ()
    """Titles of the routines that were added and have not begun."""
    failed: tuple[str, ...] = ()
    """Of those that cannot be had after all."""


def view(transport: Transport) -> View:
    """What is heard at `transport.at`."""
    at, landmarks = transport.at, transport.landmarks
    timeline = landmarks.timeline
    move, clock, event = landmarks.move(at), landmarks.clock(at), landmarks.event(at)
    cue, following, word = landmarks.cue(at), landmarks.next_cue(at), landmarks.word(at)
    return View(
        state=transport.state,
        volume=transport.volume,
        at=ms(at),
        length=ms(timeline.length),
        title=move.title if move else timeline.title,
        side=event.side if event else None,
        round=event.round if event else None,
        cue=(cue.text or "") if cue else "",
        cue_at=ms(cue.start) if cue else None,
        following=(following.text or "") if following else "",
        clock=(clock.kind, Ms(ms(clock.end) - ms(at))) if clock else None,
        away=transport.health.away,
        trouble=transport.health.word,
        word=(word.text or "") if word else "",
        word_at=ms(word.start) if word else None,
        queue=ahead(transport.queue, timeline, at),
        failed=transport.failed,
    )

"""One moment of a session in plain values, times in milliseconds, for the screen, the control socket and media keys."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.player.queue import titles_ahead
from voicecoach.player.transport import PlaybackState, Transport
from voicecoach.routine import Side
from voicecoach.units import Ms, ms

__all__ = ["Snapshot", "View", "take_snapshot", "view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One moment, in the listener's terms."""

    state: PlaybackState
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
        trouble=transport.health.message,
        word=(word.text or "") if word else "",
        word_at=ms(word.start) if word else None,
        queue=titles_ahead(transport.queue, timeline, at),
        failed=transport.failed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the control socket gives as properties, under these names, and what media keys steer by."""

    state: PlaybackState
    away: bool
    """The loudspeaker is: the session stands still, whatever its state."""
    title: str
    """Of the session."""
    move: str | None
    """None in the opening and the closing."""
    part: int
    """Which stretch between two jumps it is, from 0: the opening, each move, the closing."""
    part_start_ms: int
    part_end_ms: int
    side: Side | None
    round: int | None
    rounds: int | None
    position_ms: int
    length_ms: int
    cue: str
    """What was said last."""
    cue_at_ms: int | None
    next_cue: str
    word: str
    """The last word of the clock that runs: "three", "squeeze"."""
    word_at_ms: int | None
    clock: str | None
    """`hold`, `count`, `breathe` or `wait`, while one runs."""
    clock_left_ms: int | None
    volume: int
    """Percent."""
    voice_volume: int
    chime_volume: int
    speed: int
    """Of speech and pauses, percent."""
    queue: tuple[str, ...] = ()
    """Titles of the routines that were added and have not begun."""
    failed: tuple[str, ...] = ()
    """Of those that cannot be had after all."""

    @property
    def label(self) -> str:
        """What to call the part that runs."""
        return self.move or self.title


def take_snapshot(transport: Transport) -> Snapshot:
    """What is heard at `transport.at`."""
    seen, landmarks = view(transport), transport.landmarks
    move, start = landmarks.move(transport.at), landmarks.mark_before(transport.at)
    round_, rounds = seen.round or (None, None)
    kind, left = seen.clock or (None, None)
    return Snapshot(
        state=seen.state,
        away=transport.health.away,
        title=landmarks.timeline.title,
        move=move.title if move else None,
        part=landmarks.part(transport.at),
        part_start_ms=ms(start),
        part_end_ms=ms(landmarks.mark_after(transport.at)),
        side=seen.side,
        round=round_,
        rounds=rounds,
        position_ms=seen.at,
        length_ms=seen.length,
        cue=seen.cue,
        cue_at_ms=seen.cue_at,
        next_cue=seen.following,
        word=seen.word,
        word_at_ms=seen.word_at,
        clock=kind,
        clock_left_ms=left,
        volume=seen.volume,
        voice_volume=transport.voice_volume,
        chime_volume=transport.chime_volume,
        speed=transport.speed,
        queue=seen.queue,
        failed=seen.failed,
    )

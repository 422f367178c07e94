"""A session at one moment, as other programs see it: plain values, times in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.player.transport import State, Transport
from voicecoach.player.view import view
from voicecoach.routine import Side
from voicecoach.units import ms

__all__ = ["Now", "now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What the control socket gives as properties, under these names, and what media keys steer by."""

    state: State
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


def now(transport: Transport) -> Now:
    """What is heard at `transport.at`."""
    seen, landmarks = view(transport), transport.landmarks
    move, start = landmarks.move(transport.at), landmarks.mark_before(transport.at)
    round_, rounds = seen.round or (None, None)
    kind, left = seen.clock or (None, None)
    return Now(
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

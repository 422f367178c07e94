"""One moment of a session in plain values, for the screen, the control socket and media keys."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.player.command import titles_ahead
from voicecoach.player.transport import PlaybackState, Transport
from voicecoach.routine import Side
from voicecoach.units import Ms, ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One moment. The control socket offers these fields, under these names, as properties."""

    state: PlaybackState
    away: bool = False
    """Whether there is no output device: the session stands still, whatever its state."""
    title: str
    """Of the session."""
    move: str | None = None
    """The title of the move; None in the opening and the closing."""
    part: int = 0
    """The index of the part: the opening, each move and the closing are parts."""
    part_start_ms: Ms = Ms(0)
    part_end_ms: Ms = Ms(0)
    side: Side | None = None
    round: int | None = None
    rounds: int | None = None
    position_ms: Ms
    length_ms: Ms
    cue: str = ""
    """The last one."""
    cue_at_ms: Ms | None = None
    next_cue: str = ""
    word: str = ""
    """The last word of the running clock, such as "three" or "squeeze"."""
    word_at_ms: Ms | None = None
    clock: str | None = None
    """`hold`, `count`, `breathe` or `wait`, while one runs."""
    clock_left_ms: Ms | None = None
    volume: int = 100
    """Percent, as are the other volumes."""
    voice_volume: int = 100
    chime_volume: int = 100
    speed: int = 100
    """Of speech and pauses, percent."""
    queue: tuple[str, ...] = ()
    """Titles of the added routines that have not begun."""
    failed: tuple[str, ...] = ()
    """Titles of the added routines that cannot be played after all."""
    trouble: str = ""
    """A sentence about the output device, for the screen alone; empty while all is well."""

    @property
    def label(self) -> str:
        """The title of the move, else of the session."""
        return self.move or self.title


def take_snapshot(transport: Transport) -> Snapshot:
    """The moment at `transport.at`."""
    at, index = transport.at, transport.index
    move, clock, event = index.move(at), index.clock(at), index.event(at)
    cue, next_cue, word = index.cue(at), index.next_cue(at), index.word(at)
    round_, rounds = event.round if event and event.round else (None, None)
    return Snapshot(
        state=transport.state,
        away=transport.health.away,
        title=index.timeline.title,
        move=move.title if move else None,
        part=index.part(at),
        part_start_ms=ms(index.part_start(at)),
        part_end_ms=ms(index.part_end(at)),
        side=event.side if event else None,
        round=round_,
        rounds=rounds,
        position_ms=ms(at),
        length_ms=ms(index.timeline.length),
        cue=(cue.text or "") if cue else "",
        cue_at_ms=ms(cue.start) if cue else None,
        next_cue=(next_cue.text or "") if next_cue else "",
        word=(word.text or "") if word else "",
        word_at_ms=ms(word.start) if word else None,
        clock=clock.kind if clock else None,
        clock_left_ms=Ms(ms(clock.end) - ms(at)) if clock else None,
        volume=transport.volume,
        voice_volume=transport.voice_volume,
        chime_volume=transport.chime_volume,
        speed=transport.speed,
        queue=titles_ahead(transport.queue, index.timeline, at),
        failed=transport.failed,
        trouble=transport.health.message,
    )

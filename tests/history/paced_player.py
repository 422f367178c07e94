"""A player in a process of its own: a session at five times its pace, logged; it prints each frame heard.

The disk is as slow as it is: while something is written to it, the session goes at its own pace.

`python paced_player.py LOG SECONDS|resume [BYTES]`; BYTES is the size that no file may exceed: a full disk.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicecoach.history.entry import Ending, LoggedSession
from voicecoach.history.recorder import recording
from voicecoach.history.session_log import SessionLog
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.player.player import Player
from voicecoach.player.session_audio import resume_position
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import silent_clip
from voicecoach.timeline import Event, Timeline
from voicecoach.units import SAMPLE_RATE, Frames, Ms, frames

PACE = 5
PERIOD = frames(Ms(100))


class Clock:
    """The session's seconds."""

    def __init__(self) -> None:
        self._slow: tuple[float, float | None] = 0.0, None
        """Seconds spent on the disk before, and since when this time."""

    def __call__(self) -> float:
        spent, since = self._slow
        now = time.monotonic()
        if since is not None:
            spent += now - since
        return PACE * (now - spent) + spent

    @contextmanager
    def slow(self) -> Iterator[None]:
        """At its own pace."""
        spent, begun = self._slow[0], time.monotonic()
        self._slow = spent, begun
        try:
            yield
        finally:
            self._slow = spent + time.monotonic() - begun, None


clock = Clock()


class Disk(SessionLog):
    """A log that the session goes at its own pace for."""

    def begin(self, begun: LoggedSession) -> int:
        with clock.slow():
            return super().begin(begun)

    def update(self, number: int, at: Frames, heard: Frames, how: Ending | None = None) -> bool:
        with clock.slow():
            return super().update(number, at, heard, how)


class Paced(InMemoryOutput):
    """Heard at the pace of the clock."""

    def __init__(self) -> None:
        super().__init__(latency=frames(Ms(500)))
        self._started = clock()

    def room(self) -> int:
        due = int((clock() - self._started) * SAMPLE_RATE) // PERIOD * PERIOD
        self.catch_up(due - self.heard())
        return super().room()


def session(seconds: int) -> Timeline:
    """A word of 1.5 s every 6 s."""
    events = tuple(
        Event("say", Frames(at * SAMPLE_RATE), Frames(at * SAMPLE_RATE + 3 * SAMPLE_RATE // 2), text="Lean over.")
        for at in range(0, seconds, 6)
    )
    length = Frames(seconds * SAMPLE_RATE)
    return Timeline(title="T", language="en", level=0, length=length, placements=(), events=events, moves=())


def begun(path: Path, how: str) -> LoggedSession:
    if how != "resume":
        return LoggedSession(routine="r", voice="v", timeline=session(int(how)))
    with SessionLog(path) as book:
        last = book.unfinished()
    assert last is not None
    start = resume_position(TimelineIndex(last.timeline), last.at)
    return LoggedSession(routine="r", voice="v", timeline=last.timeline, start=start, resumes=last.entry.id)


def main() -> None:
    path, how, *size = sys.argv[1:]
    started = begun(Path(path), how)
    if size:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size[0]), int(size[0])))

    def come(seconds: float) -> list:
        time.sleep(seconds / PACE)
        return []

    player = Player(
        Transport(TimelineIndex(started.timeline), started.start), lambda _: silent_clip(Frames(0)), Paced()
    )
    told: list[str] = []
    with recording(started, told.append, lambda tell: Disk(Path(path), warn=tell), clock) as log:

        def show(heard: Transport) -> None:
            log.observe(heard)
            print(heard.at, flush=True)

        player.play(come, show)
    print(*told, sep="\n")


if __name__ == "__main__":
    main()

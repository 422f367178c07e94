"""A player in a process of its own: plays a session at five times its pace, logs it, and prints each frame heard.

The disk keeps its own speed: while something is written to it, the session plays at its normal pace.

`python paced_player.py LOG SECONDS|resume [BYTES]`; BYTES limits the size of any file, like a full disk.
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
        """Seconds spent on the disk before, and when the present write began."""

    def __call__(self) -> float:
        spent, since = self._slow
        now = time.monotonic()
        if since is not None:
            spent += now - since
        return PACE * (now - spent) + spent

    @contextmanager
    def slow(self) -> Iterator[None]:
        """Run at the normal pace."""
        spent, since = self._slow[0], time.monotonic()
        self._slow = spent, since
        try:
            yield
        finally:
            self._slow = spent + time.monotonic() - since, None


clock = Clock()


class SlowLog(SessionLog):
    """The session plays at its normal pace while this log writes."""

    def begin(self, session: LoggedSession) -> int:
        with clock.slow():
            return super().begin(session)

    def update(self, number: int, at: Frames, heard: Frames, ending: Ending | None = None) -> bool:
        with clock.slow():
            return super().update(number, at, heard, ending)


class PacedOutput(InMemoryOutput):
    """Heard at the pace of the clock."""

    def __init__(self) -> None:
        super().__init__(latency=frames(Ms(500)))
        self._started = clock()

    def room(self) -> int:
        due = int((clock() - self._started) * SAMPLE_RATE) // PERIOD * PERIOD
        self.catch_up(due - self.heard())
        return super().room()


def new_timeline(length: int) -> Timeline:
    """A word of 1.5 s every 6 s, for `length` seconds."""
    events = tuple(
        Event("say", Frames(at * SAMPLE_RATE), Frames(at * SAMPLE_RATE + 3 * SAMPLE_RATE // 2), text="Lean over.")
        for at in range(0, length, 6)
    )
    end = Frames(length * SAMPLE_RATE)
    return Timeline(title="T", language="en", level=0, length=end, placements=(), events=events, moves=())


def open_session(path: Path, name: str) -> LoggedSession:
    if name != "resume":
        return LoggedSession(routine="r", voice="v", timeline=new_timeline(int(name)))
    with SessionLog(path) as log:
        last = log.unfinished()
    assert last is not None
    start = TimelineIndex(last.timeline).resume_point(last.at)
    return LoggedSession(routine="r", voice="v", timeline=last.timeline, start=start, resumes=last.entry.id)


def main() -> None:
    path, name, *size = sys.argv[1:]
    session = open_session(Path(path), name)
    if size:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size[0]), int(size[0])))

    def no_commands(timeout: float) -> list:
        time.sleep(timeout / PACE)
        return []

    transport = Transport(TimelineIndex(session.timeline), session.start)
    player = Player(transport, lambda _: silent_clip(Frames(0)), PacedOutput())
    warnings: list[str] = []
    with recording(session, warnings.append, lambda warn: SlowLog(Path(path), warn=warn), clock) as recorder:

        def observe(now: Transport) -> None:
            recorder.observe(now)
            print(now.at, flush=True)

        player.play(no_commands, observe)
    print(*warnings, sep="\n")


if __name__ == "__main__":
    main()

"""Plays a session, with its coach, the session log and remote control, and keeps the machine awake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from voicecoach.outputs.output import Output
from voicecoach.outputs.reconnecting import ReconnectingOutput
from voicecoach.units import Frames, Ms, frames

if TYPE_CHECKING:
    from voicecoach.app.session import Session, Warn
    from voicecoach.player.background_tasks import BackgroundTasks
    from voicecoach.player.command import CommandSource
    from voicecoach.player.inbox import Inbox
    from voicecoach.player.transport import Observer, Transport


LEAD_IN = 0.7
"""Seconds of silence in which a Bluetooth loudspeaker wakes up before the first word."""


@dataclass(frozen=True, slots=True)
class PlayResult:
    """The result of playing a session."""

    at: Frames
    """Where playback ended."""
    length: Frames
    """Of the whole session, with what was added to it."""
    losses: int = 0
    """The number of times that the output device disconnected."""
    underruns: int = 0
    """The number of short gaps because the machine was busy."""

    @property
    def finished(self) -> bool:
        """Whether it was heard to its end."""
        return self.at >= self.length


def play_session(
    session: Session,
    output: Output,
    commands: CommandSource,
    inbox: Inbox,
    *,
    lead_in: float | None = None,
    view: AbstractContextManager[Observer] | None = None,
    log: bool = True,
    screen: bool = False,
    warn: Warn = lambda _: None,
) -> PlayResult:
    """Play a session on an output that is ready, until its end or until a command stops it.

    `commands` waits for commands, `inbox` takes those from media keys and the control socket. `lead_in` is in
    seconds, by default `LEAD_IN` on a device and none in a file. `view` shows the session while it plays. An output
    that is not live has no coach, log or remote control. `screen` keeps the screen on, too.
    """
    # Imported while the device opens, not before.
    from voicecoach.player.player import Player
    from voicecoach.player.timeline_index import TimelineIndex
    from voicecoach.player.transport import Transport

    seconds = (LEAD_IN if output.live else 0.0) if lead_in is None else lead_in
    speed = session.choices.speed
    start = Transport(TimelineIndex(session.timeline), session.start, speed=speed, queue=session.queue)
    with ExitStack() as stack:
        tasks = stack.enter_context(_background_tasks(session)) if output.live else None
        player = Player(start, session.synthesizer.clip, output, frames(Ms(round(1000 * seconds))), tasks)
        observers: list[Observer] = []
        if tasks and log:
            observers.append(stack.enter_context(_log_and_keep_awake(session, screen=screen, warn=warn)))
        if view:
            observers.append(stack.enter_context(view))
        if tasks:
            observers.append(stack.enter_context(_remote_control(session, inbox)))
        left = player.play(commands, _all(observers))
        return _result(left, output)  # now: nothing feeds the output while the contexts close


def _result(left: Transport, output: Output) -> PlayResult:
    length = left.timeline.length
    if not isinstance(output, ReconnectingOutput):
        return PlayResult(left.at, length)
    return PlayResult(left.at, length, output.losses, output.underruns())


@contextmanager
def _background_tasks(session: Session) -> Iterator[BackgroundTasks]:
    """Run the coach while the block lasts."""
    from voicecoach.app.session_coach import SessionCoach
    from voicecoach.player.background_tasks import BackgroundExecutor, BackgroundTasks

    with closing(SessionCoach(session)) as coach, closing(BackgroundExecutor()) as executor:
        try:
            yield BackgroundTasks(coach, executor)
        finally:
            coach.leave()


@contextmanager
def _log_and_keep_awake(session: Session, *, screen: bool, warn: Warn) -> Iterator[Observer]:
    """Log the session and keep the machine awake while the block lasts."""
    from voicecoach.app.recipe import make_recipe
    from voicecoach.history.entry import LoggedSession
    from voicecoach.history.recorder import recording
    from voicecoach.player.awake import keep_awake

    recipe = session.recipe or make_recipe(session.routines, session.choices, session.timeline)
    logged = LoggedSession(
        routine=session.name,
        voice=session.voice.name,
        timeline=session.timeline,
        choices=recipe,
        start=session.start,
        resumes=session.resumes,
    )
    with recording(logged, warn) as recorder, keep_awake(session.start, screen=screen) as awake:
        yield _all([recorder.observe, awake])


def _remote_control(session: Session, inbox: Inbox) -> AbstractContextManager[Observer]:
    from voicecoach.app.recipe import queue_item
    from voicecoach.player.remote_control import serve_remote_control

    parse = partial(queue_item, language=session.timeline.language)
    return serve_remote_control(inbox, parse, session.start)


def _all(observers: Sequence[Observer]) -> Observer:
    """Combine observers into one, which calls them in their order."""

    def observe(heard: Transport) -> None:
        for observer in observers:
            observer(heard)

    return observe

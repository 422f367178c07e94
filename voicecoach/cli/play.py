"""`voicecoach play`: plays a session live."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from voicecoach.cli.progress import speaking
from voicecoach.cli.session_options import Asked, Session, Status, session_options, warn
from voicecoach.outputs.backends import DEFAULT_OUTPUT
from voicecoach.outputs.output import Output
from voicecoach.outputs.reconnecting import ReconnectingOutput, create_reconnecting_output
from voicecoach.player.terminal import exit_on_signals, open_keyboard
from voicecoach.units import Frames, Ms, format_time, frames, ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicecoach.player.background_tasks import BackgroundTasks
    from voicecoach.player.transport import Observer, Transport

__all__ = ["command", "live", "live_options"]

LEAD_IN = 0.7
"""Seconds of silence in which a Bluetooth loudspeaker wakes up before the first word."""


_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option(
        "--output",
        default=DEFAULT_OUTPUT,
        show_default=True,
        metavar="NAME",
        help="miniaudio, simpleaudio, or wav:FILE to write what would be played.",
    ),
    click.option("--device", default="", metavar="NAME", help="Any part of a device's name, see `voicecoach devices`."),
    click.option(
        "--lead-in",
        type=click.FloatRange(0, 60),
        metavar="SECONDS",
        help=f"Silence first, for loudspeakers that must wake up: {LEAD_IN}, and none in a file.",
    ),
    click.option("--one-key", is_flag=True, help="Any key: pause; twice next, three times back, long: where am I."),
    click.option("--plain", is_flag=True, help="Lines of text instead of a screen, for screen readers."),
    click.option("-q", "--quiet", is_flag=True, help="Show nothing while it plays."),
)


def live_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of everything that is played live: the arguments of `live`."""
    return reduce(lambda command, option: option(command), reversed(_OPTIONS), function)


@click.command("play")
@session_options
@live_options
def command(asked: Asked, **options: Any) -> None:
    """Play a session through the loudspeaker.

    Space pauses and goes on, the right arrow goes to the next move, the left arrow to the start of this one (twice
    quickly: the one before), r says the last cue again, enter is "ready", m "more time", x "too much", w "where am
    I", + and - change the volume, q ends; ? shows all keys.
    """
    live(asked.session, **options)


def live(
    made: Callable[[Status | None], AbstractContextManager[Session]],
    output: str,
    device: str,
    lead_in: float | None,
    quiet: bool,
    plain: bool,
    one_key: bool,
) -> None:
    """Play the session that `made` makes, while the output opens."""
    with exit_on_signals(), closing(create_reconnecting_output(output, device)) as opened, ExitStack() as till_played:
        opened.begin()  # the device opens while the session is made
        with nullcontext() if quiet or plain else speaking() as status:
            session = till_played.enter_context(made(status))
        opened.wait_ready()
        seconds = (LEAD_IN if opened.live else 0.0) if lead_in is None else lead_in
        lead = frames(Ms(round(1000 * seconds)))
        left, breaks = _play(session, opened, lead, quiet=quiet, plain=plain, one_key=one_key)
    length = left.landmarks.timeline.length
    if quiet:
        return
    if left.at < length:
        click.echo(f"Stopped at {format_time(ms(left.at))} of {format_time(ms(length))}.")
    for line in breaks:
        click.echo(line)


def _breaks(output: Output) -> Iterator[str]:
    """What was wrong with the sound so far."""
    if not isinstance(output, ReconnectingOutput):
        return
    if output.losses:
        yield f"Times that the loudspeaker went away: {output.losses}."
    if gaps := output.underruns():
        yield f"Short gaps in the sound, because this machine was busy: {gaps}."


def _play(
    session: Session, output: Output, lead_in: Frames, *, quiet: bool, plain: bool, one_key: bool
) -> tuple[Transport, list[str]]:
    """Where the session was left, and what was wrong with the sound."""
    # Imported while the device opens, not before.
    from voicecoach.cli.screen import showing
    from voicecoach.player.control_protocol import refuse_addition
    from voicecoach.player.inbox import Inbox
    from voicecoach.player.keys import KeyGuide
    from voicecoach.player.player import Player
    from voicecoach.player.remote_control import serve_remote_control
    from voicecoach.player.timeline_index import TimelineIndex
    from voicecoach.player.transport import Transport

    start = Transport(
        TimelineIndex(session.timeline), session.start, speed=session.choices.get("speed", 100), queue=session.queue
    )
    guide = KeyGuide()
    with closing(Inbox()) as inbox, open_keyboard(inbox, guide, one_key=one_key) as ways_in, ExitStack() as shown:
        backstage = shown.enter_context(_backstage(session)) if output.live else None
        player = Player(start, session.studio.clip, output, lead_in, backstage)
        shows = []
        if output.live:
            shows.append(shown.enter_context(_kept(session, screen=not quiet and sys.stdout.isatty())))
        shows.append(shown.enter_context(showing(guide, quiet=quiet, plain=plain, live=output.live)))
        if output.live:
            read = backstage.wish if backstage else refuse_addition
            shows.append(shown.enter_context(serve_remote_control(inbox, read, session.start)))
        left = player.play(ways_in, _each(shows))
        return left, [*_breaks(output)]  # now: nobody feeds the loudspeaker while the rest comes to its end


@contextmanager
def _backstage(session: Session) -> Iterator[BackgroundTasks]:
    """For a session that somebody may steer: the coach answers."""
    from voicecoach.app.session_coach import SessionCoach
    from voicecoach.player.background_tasks import BackgroundExecutor, BackgroundTasks

    with closing(SessionCoach(session)) as coach, closing(BackgroundExecutor()) as background:
        try:
            yield BackgroundTasks(coach, background)
        finally:
            coach.leave()


@contextmanager
def _kept(session: Session, *, screen: bool) -> Iterator[Observer]:
    """For a session that somebody listens to: it is logged, and the machine kept awake."""
    from voicecoach.history.entry import LoggedSession
    from voicecoach.history.recorder import recording
    from voicecoach.player.awake import keep_awake

    begun = LoggedSession(
        routine=session.name,
        voice=session.voice.name,
        timeline=session.timeline,
        choices=session.choices,
        start=session.start,
        resumes=session.resumes,
    )
    with recording(begun, warn) as log, keep_awake(session.start, screen=screen) as stay:
        yield _each([log.show, stay])


def _each(shows: Sequence[Observer]) -> Observer:
    """One that shows in all of them, in that order."""

    def show(heard: Transport) -> None:
        for one in shows:
            one(heard)

    return show

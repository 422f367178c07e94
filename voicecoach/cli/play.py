"""`voicecoach play`: plays a session live."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from voicecoach.app.playing import LEAD_IN, PlayResult, play_session
from voicecoach.app.request import SessionRequest
from voicecoach.cli.console import say, warn
from voicecoach.cli.number_types import ParsedNumber
from voicecoach.cli.options import Decorator, add_options, session_options
from voicecoach.cli.progress_bar import speaking
from voicecoach.outputs.backends import DEFAULT_OUTPUT
from voicecoach.outputs.reconnecting import create_reconnecting_output
from voicecoach.player.terminal import exit_on_signals, open_keyboard
from voicecoach.progress import Progress, ignore_progress
from voicecoach.units import SECOND, Ms, format_count, format_time, ms, parse_decimal

if TYPE_CHECKING:
    from voicecoach.app.session import Session


OpenSession: TypeAlias = "Callable[[Progress], AbstractContextManager[Session]]"

_LONGEST_LEAD_IN = 60
"""Seconds."""


def _lead_in(text: str) -> Ms:
    try:
        time = parse_decimal(text, SECOND)
    except ValueError:
        time = -1
    if not 0 <= time <= _LONGEST_LEAD_IN * SECOND:
        raise ValueError(f"not a number of seconds ({text}), 0 to {_LONGEST_LEAD_IN} is allowed")
    return Ms(time)


_OPTIONS: tuple[Decorator, ...] = (
    click.option(
        "--output",
        "choice",
        default=DEFAULT_OUTPUT,
        show_default=True,
        metavar="NAME",
        help="miniaudio, simpleaudio, or wav:FILE to write what would be played.",
    ),
    click.option(
        "--device", default="", metavar="NAME", help="A device, by any part of its name; see `voicecoach devices`."
    ),
    click.option(
        "--lead-in",
        type=ParsedNumber("seconds", _lead_in),
        metavar="SECONDS",
        help=f"Silence first, so that the loudspeaker wakes up; {LEAD_IN} by default, none in a file.",
    ),
    click.option(
        "--one-key",
        is_flag=True,
        help="Every key is the same: once pauses, twice is next, three times back, held: where am I.",
    ),
    click.option("--plain", is_flag=True, help="Lines of text instead of a screen, for screen readers."),
    click.option("-q", "--quiet", is_flag=True, help="Show nothing while it plays."),
)


def live_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of everything that is played live: the arguments of `play_live`."""
    return add_options(function, _OPTIONS)


@click.command("play")
@session_options
@live_options
def command(request: SessionRequest, **options: Any) -> None:
    """Play a session through the loudspeaker.

    Space pauses and resumes, q ends the session, and ? shows all keys.
    """
    play_live(partial(_open, request), **options)


def _open(request: SessionRequest, progress: Progress) -> AbstractContextManager[Session]:
    from voicecoach.app.session import open_session  # the device opens meanwhile

    return open_session(request, warn=warn, progress=progress)


def play_live(
    open_session: OpenSession,
    choice: str,
    device: str,
    lead_in: Ms | None,
    quiet: bool,
    plain: bool,
    one_key: bool,
) -> None:
    """Play a session, which is made while the output opens, and print how it ended."""
    with ExitStack() as stack:
        stack.enter_context(exit_on_signals())
        output = stack.enter_context(closing(create_reconnecting_output(choice, device)))
        output.begin()
        with nullcontext(ignore_progress) if quiet or plain else speaking() as progress:
            session = stack.enter_context(open_session(progress))
        output.wait_ready()
        # Imported while the device opens, not before.
        from voicecoach.cli.screen import show_session
        from voicecoach.player.inbox import Inbox
        from voicecoach.player.keys import KeyGuide

        guide = KeyGuide()
        inbox = stack.enter_context(closing(Inbox()))
        commands = stack.enter_context(open_keyboard(inbox, guide, one_key=one_key))
        result = play_session(
            session,
            output,
            commands,
            inbox,
            lead_in=None if lead_in is None else lead_in / SECOND,
            view=show_session(guide, quiet=quiet, plain=plain, live=output.live),
            screen=not quiet and sys.stdout.isatty(),
            warn=warn,
        )
    if not quiet:
        for line in _summary(result):
            say(line)


def _summary(result: PlayResult) -> Iterator[str]:
    if not result.finished:
        yield f"Stopped at {format_time(ms(result.at))} of {format_time(ms(result.length))}."
    if result.losses:
        times = "once" if result.losses == 1 else f"{result.losses} times"
        yield f"The loudspeaker disconnected {times}."
    if result.underruns:
        yield f"{format_count(result.underruns, 'short gap')} in the sound: the machine was busy."

"""`voicecoach resume`: continues the last unfinished session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from voicecoach.cli.console import say, warn
from voicecoach.cli.play import live_options, play_live
from voicecoach.progress import Progress
from voicecoach.units import format_time, ms

if TYPE_CHECKING:
    from voicecoach.app.session import Session


@click.command("resume")
@live_options
def command(**options: Any) -> None:
    """Continue the last session that did not reach its end.

    Everything is as it was, even if the routine has changed since or is gone. If its voice is gone, another one speaks.
    """
    from voicecoach.app.session import resume_session, unfinished_session

    with unfinished_session(warn) as last:

        @contextmanager
        def open_session(progress: Progress) -> Iterator[Session]:
            with resume_session(last, warn=warn, progress=progress) as session:
                if not options["quiet"]:
                    at, length = ms(session.start), ms(session.timeline.length)
                    say(f"Resuming {last.entry.title} at {format_time(at)} of {format_time(length)}.")
                yield session

        play_live(open_session, **options)

"""The options that choose and fit a session, the same for every command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from voicecoach.cli import completion
from voicecoach.cli.option_types import LEVEL, MINUTES, SPEED
from voicecoach.errors import ChoiceError, FileError, ScriptError
from voicecoach.units import Frames, Ms

if TYPE_CHECKING:
    from voicecoach.compiler import Choices, SideChoice
    from voicecoach.player.queue import QueueSlot
    from voicecoach.routine import Routine
    from voicecoach.timeline import Timeline
    from voicecoach.voices.synthesizer import Synthesizer
    from voicecoach.voices.voice import Voice

__all__ = ["Asked", "Session", "Status", "session_options", "warn"]

Status: TypeAlias = Callable[[int, int], None]
"""Told how many of how many new cues have been spoken."""


def warn(line: str) -> None:
    """Tell on standard error what does not stop us."""
    click.echo(line, err=True)


def _silently(done: int, total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session ready to be heard."""

    timeline: Timeline
    studio: Synthesizer
    voice: Voice
    name: str
    """The routine's."""
    routine: Routine | None = None
    """None where only the compiled session was kept."""
    choices: Mapping[str, Any] = field(default_factory=dict)
    """As plain values, for the log."""
    start: Frames = Frames(0)
    """Where it begins: later than 0 where it goes on."""
    resumes: int | None = None
    """The entry in the log that it goes on with."""
    queue: tuple[QueueSlot, ...] = ()
    """What was added to it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands on the command line."""

    names: tuple[str, ...] = ()
    minutes: Ms | None = None
    level: int | None = None
    options: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    side: SideChoice = "both"
    speed: int = 100
    intro: bool = True
    voice: str = "auto"
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def routine(self) -> Routine:
        """The routine that is named, or the one that fits."""
        from voicecoach.app import choosing

        if not self.names:
            return choosing.by_wish(self.tags, self.needs, self.choices())
        routine = choosing.by_name(self.names)
        if (self.tags or self.needs) and not choosing.fits(routine, self.tags, self.needs):
            raise ChoiceError(f"{routine.name} does not fit --tag and --needs", "leave them out, or name no routine")
        return routine

    def choices(self) -> Choices:
        """How it is to be fitted."""
        from voicecoach.compiler import Choices

        if self.level is not None and self.minutes is not None:
            raise ChoiceError("--level and --minutes together", "--minutes finds the level by itself: leave one out")
        return Choices(
            level=self.level,
            length=self.minutes,
            options=frozenset(self.options),
            only=self.only,
            skip=self.skip,
            side=self.side,
            speed=self.speed,
            intro=self.intro,
        )

    @contextmanager
    def session(self, status: Status | None = None) -> Iterator[Session]:
        """The session, every cue of it spoken."""
        from voicecoach.app.recipe import kept
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.registry import choose_voice
        from voicecoach.voices.synthesizer import Synthesizer

        routine, choices = self.routine(), self.choices()
        voice = choose_voice(self.voice, routine.language)
        with Synthesizer(voice, ClipCache(tell=warn), progress=status or _silently) as studio:
            timeline = _compiled(routine, choices, studio)
            studio.kept.hush()  # what plays has the screen
            plain = kept(self.names or (routine.name,), choices, timeline)
            yield Session(timeline, studio, voice, routine.name, routine, plain)


def _compiled(routine: Routine, choices: Choices, studio: Synthesizer) -> Timeline:
    """Told of is what plays otherwise than its writer may think; a sound file that is none is the writer's mistake."""
    from voicecoach.app.checking import unusable
    from voicecoach.compiler import compile_session, minutes_warning

    try:
        timeline = compile_session(routine, choices, studio.lengths)
    except FileError:
        if wrong := [*unusable(routine)]:
            raise ScriptError(wrong) from None
        raise
    missed = minutes_warning(routine, choices, timeline)
    for problem in (*routine.every_warning, *([missed] if missed else [])):
        warn(str(problem))
    return timeline


_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.argument("names", nargs=-1, metavar="[ROUTINE]...", shell_complete=completion.complete_routines),
    click.option(
        "-r",
        "--routine",
        multiple=True,
        metavar="NAME|PATH|-",
        shell_complete=completion.complete_routines,
        help="A routine by name, by path, or from standard input; several play one after the other.",
    ),
    click.option("--minutes", type=MINUTES, help="How long the whole session is to be."),
    click.option("--level", type=LEVEL, help="gentle, standard, deep, or 0 to 100."),
    click.option(
        "--with",
        "options",
        multiple=True,
        metavar="OPTION",
        shell_complete=completion.complete_options,
        help="Take one of the routine's options.",
    ),
    click.option(
        "--only", multiple=True, metavar="MOVE", shell_complete=completion.complete_moves, help="Play only this move."
    ),
    click.option(
        "--skip", multiple=True, metavar="MOVE", shell_complete=completion.complete_moves, help="Leave this move out."
    ),
    click.option("--side", type=click.Choice(["left", "right", "both"]), default="both", help="Work on one side only."),
    click.option("--speed", type=SPEED, default="1.0", metavar="0.5-2.0", help="Of speech and pauses, never of holds."),
    click.option("--no-intro", is_flag=True, help="Leave out the spoken opening, but for its caution."),
    click.option(
        "--voice",
        default="auto",
        metavar="VOICE",
        shell_complete=completion.complete_voices,
        help="See `voicecoach voices`.",
    ),
    click.option(
        "--tag",
        "tags",
        multiple=True,
        metavar="TAG",
        shell_complete=completion.complete_tags,
        help="Choose by tag, where no routine is named.",
    ),
    click.option("--needs", multiple=True, metavar="THING", help="Choose by what it needs; `none`: nothing."),
)


def session_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that make a session, as its argument `asked`."""

    @wraps(function)
    def with_asked(names: tuple[str, ...], routine: tuple[str, ...], no_intro: bool, **values: Any) -> object:
        fields = {name: values.pop(name) for name in _FIELDS}
        return function(asked=Asked(names=(*routine, *names), intro=not no_intro, **fields), **values)

    for option in reversed(_OPTIONS):
        with_asked = option(with_asked)
    return with_asked


_FIELDS = ("minutes", "level", "options", "only", "skip", "side", "speed", "voice", "tags", "needs")

"""Options that several commands share, and their types."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce, wraps
from typing import Any, TypeAlias

import click

from voicecoach.app.request import SessionRequest, refuse_level_with_length
from voicecoach.choices import LEVELS, Choices, parse_level
from voicecoach.cli import completion
from voicecoach.cli.number_types import ParsedNumber
from voicecoach.script import values


class _Level(ParsedNumber):
    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[click.shell_completion.CompletionItem]:
        return [click.shell_completion.CompletionItem(name) for name in LEVELS if name.startswith(incomplete)]


class Several(click.ParamType[tuple[Any, ...]]):
    """Values of one type, separated by commas; a value that is given twice counts once."""

    name = "list"

    def __init__(self, each: click.ParamType[Any]) -> None:
        self._each = each

    def convert(
        self, value: str | tuple[Any, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Any, ...]:
        """The values, in the order given."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not parts:
            self.fail("the list is empty", param, ctx)
        return tuple(dict.fromkeys(self._each.convert(part, param, ctx) for part in parts))


MINUTES = ParsedNumber("minutes", values.minutes, "write 20, or 7.5")
"""→ milliseconds."""
LEVEL = _Level("level", parse_level)
"""→ 0 to 100."""
SPEED = ParsedNumber("speed", values.speed)
"""→ percent."""


Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def _routines(several: str) -> tuple[Decorator, ...]:
    return (
        click.argument("names", nargs=-1, metavar="[ROUTINE]...", shell_complete=completion.complete_routines),
        click.option(
            "-r",
            "--routine",
            multiple=True,
            metavar="NAME|PATH|-",
            shell_complete=completion.complete_routines,
            help=f"A routine by name, by path, or from standard input; {several}.",
        ),
    )


_FITTING: tuple[Decorator, ...] = (
    click.option("--minutes", "length", type=MINUTES, help="Length of the whole session."),
    click.option("--level", type=LEVEL, help="How much of each range: gentle, standard, deep, or 0 to 100."),
)
_CHOOSING: tuple[Decorator, ...] = (
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
    click.option(
        "--speed",
        type=SPEED,
        default="1.0",
        metavar="0.5-2.0",
        help="Speed of speech and pauses; holds keep their length.",
    ),
    click.option("--no-intro", is_flag=True, help="Leave out the spoken opening, except its caution."),
)
_VOICE: tuple[Decorator, ...] = (
    click.option(
        "--voice",
        default="auto",
        metavar="VOICE",
        shell_complete=completion.complete_voices,
        help="A voice from `voicecoach voices`, or a path.",
    ),
)
_CRITERIA: tuple[Decorator, ...] = (
    click.option(
        "--tag",
        "tags",
        multiple=True,
        metavar="TAG",
        shell_complete=completion.complete_tags,
        help="Choose a routine by tag, if none is named.",
    ),
    click.option("--needs", multiple=True, metavar="THING", help="Choose one by what it needs; `none`: nothing."),
)


def add_options(function: Callable[..., Any], options: tuple[Decorator, ...]) -> Callable[..., Any]:
    """The function with click options, listed in their order by `--help`."""
    return reduce(lambda command, option: option(command), reversed(options), function)


def session_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of one session, as its argument `request`: a `SessionRequest`."""

    @wraps(function)
    def with_request(voice: str, length: int | None, level: int | None, **values: Any) -> object:
        refuse_level_with_length(level, length)
        request, others = _request(values, voice=voice, length=length, level=level)
        return function(request=request, **others)

    return add_options(
        with_request, (*_routines("several play one after the other"), *_FITTING, *_CHOOSING, *_VOICE, *_CRITERIA)
    )


def routine_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the same options without a length, a level and a voice, as its argument `request`."""

    @wraps(function)
    def with_request(**values: Any) -> object:
        request, others = _request(values)
        return function(request=request, **others)

    return add_options(with_request, (*_routines("each is a session of its own"), *_CHOOSING, *_CRITERIA))


def _request(values: dict[str, Any], voice: str = "auto", **fitting: Any) -> tuple[SessionRequest, dict[str, Any]]:
    names, routine = values.pop("names"), values.pop("routine")
    chosen = {name: values.pop(name) for name in ("only", "skip", "side", "speed")}
    options, intro = frozenset(values.pop("options")), not values.pop("no_intro")
    choices = Choices(**chosen, **fitting, options=options, intro=intro)
    tags, needs = values.pop("tags"), values.pop("needs")
    return SessionRequest(routines=(*routine, *names), tags=tags, needs=needs, voice=voice, choices=choices), values

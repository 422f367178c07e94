"""The options for many sessions into one folder, and which of all options go together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from voicecoach.cli.option_types import LEVEL, MINUTES, Several
from voicecoach.errors import ChoiceError
from voicecoach.exporter import CAPTIONS, FORMATS
from voicecoach.units import Ms

__all__ = ["Many", "batch_options", "one_way"]

_USUAL = ("m4a",)
_KINDS = (*FORMATS, *CAPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """What stands on the command line for a batch."""

    into: Path | None = None
    every: bool = False
    formats: tuple[str, ...] = _USUAL
    voices: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    lengths: tuple[Ms, ...] = ()
    plan: Path | None = None
    jobs: int | None = None
    cluster: str | None = None


_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option(
        "--into",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Many sessions, each routine its own; only what has changed since is made.",
    ),
    click.option("--all", "every", is_flag=True, help="With --into: all routines that can be had by name."),
    click.option(
        "--formats",
        type=Several(click.Choice(_KINDS)),
        default=",".join(_USUAL),
        metavar="F,F...",
        help=f"With --into: of {', '.join(_KINDS)}.",
    ),
    click.option("--voices", type=Several(click.STRING), metavar="V,V...", help="With --into: each session in each."),
    click.option("--levels", type=Several(LEVEL), metavar="L,L...", help="With --into: each session at each."),
    click.option("--lengths", type=Several(MINUTES), metavar="N,N...", help="With --into: each so many minutes long."),
    click.option(
        "--plan",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="With --into: people and groups, their routines and choices.",
    ),
    click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="With --into: so many processes."),
    click.option("--cluster", metavar="ADDRESS", help="With --into: the work is done by a Dask cluster."),
)


def batch_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for a batch, as its argument `many`."""

    @wraps(function)
    def with_many(**values: Any) -> object:
        fields = {name: values.pop(name) for name in Many.__dataclass_fields__}
        return function(many=Many(**{name: value for name, value in fields.items() if value is not None}), **values)

    for option in reversed(_OPTIONS):
        with_many = option(with_many)
    return with_many


_ONE = {"output", "chosen", "split", "captions"}
"""Options that mean something only without `--into`."""
_BATCH = set(Many.__dataclass_fields__) - {"into"}
"""Those that need it."""
_PLANNED = {"into", "plan", "jobs", "cluster", "bit_rate", "mono", "caption_holds", "force"}
"""All that may stand beside `--plan`."""


def one_way(context: click.Context) -> None:
    """Refuse options that do not go together. Raises ChoiceError."""
    given = {
        param.name: param.opts[0] if isinstance(param, click.Option) else "a routine"
        for param in context.command.params
        if context.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
    }
    if "into" in given:
        _refuse(given, _ONE, "together with --into", "--formats and --into say which files there will be")
    elif "output" in given:
        _refuse(given, _BATCH, "together with -o", "it is for many sessions: --into DIR instead of -o FILE")
    else:
        _refuse(given, _BATCH, "is for many sessions", "say where to with --into DIR")
        raise ChoiceError("nothing says where to", "-o FILE for one session, --into DIR for many")
    if "plan" in given:
        _refuse(given, set(given) - _PLANNED, "together with --plan", "write it into the plan")
    if "jobs" in given:
        _refuse(given, {"cluster"}, "together with --jobs", "a cluster has its own workers")


def _refuse(given: dict[str, str], names: Iterable[str], fault: str, hint: str) -> None:
    for name, spelled in given.items():
        if name in names:
            raise ChoiceError(f"{spelled} {fault}", hint)

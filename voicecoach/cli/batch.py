"""Many sessions into one folder: what `voicecoach export --into` does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, wraps
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from voicecoach.cli import choose
from voicecoach.cli.session import Asked, warn
from voicecoach.cli.types import LEVEL, MINUTES, Several
from voicecoach.errors import ChoiceError, FileError, VoicecoachError
from voicecoach.exporter import CAPTIONS, FORMATS, Destination, Manner
from voicecoach.routine import Routine
from voicecoach.units import Ms, clock

if TYPE_CHECKING:
    from voicecoach.catalogue import Batch, Hands, Outcome, Session, Unreadable
    from voicecoach.compiler import Choices

__all__ = ["Many", "batch_options", "export_many", "one_way"]

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
        _refuse(given, _ONE, "--into", "--formats and --into say which files there will be")
    else:
        _refuse(given, _BATCH, "-o", "it is for many sessions: --into DIR instead of -o FILE")
        if "output" not in given:
            raise ChoiceError("nothing says where to", "'-o' FILE for one session, '--into' DIR for many")
    if "plan" in given:
        _refuse(given, set(given) - _PLANNED, "--plan", "write it into the plan")
    if "jobs" in given:
        _refuse(given, {"cluster"}, "--jobs", "a cluster has its own workers")


def _refuse(given: dict[str, str], names: Iterable[str], beside: str, hint: str) -> None:
    for name, spelled in given.items():
        if name in names:
            raise ChoiceError(f"{spelled} together with {beside}", hint)


def export_many(asked: Asked, many: Many, manner: Manner, date: str) -> int:
    """Make the catalogue, and tell how it went; gives the exit code. Raises what stops it before it begins."""
    from voicecoach.catalogue import Batch, Speakers
    from voicecoach.cli.bars import teller

    assert many.into is not None
    wanted = _wanted(asked, many)
    _folder(many.into)
    for kind in (kind for kind in many.formats if kind in FORMATS):
        Destination.choose(many.into / f"any{FORMATS[kind].endings[0]}", replace(manner, force=True))
    tell = teller()
    try:
        batch = Batch(many.into, wanted, manner, date=date, tell=tell)
        if batch.due:
            batch.run(_hands(many, batch), Speakers(warn))
    finally:
        tell.close()
    for line in _summary(batch.outcome, many.into):
        click.echo(line)
    return batch.outcome.code


def _hands(many: Many, batch: Batch) -> Hands:
    if many.cluster is not None:
        from voicecoach.catalogue.cluster import connect

        return connect(many.cluster)
    from voicecoach.catalogue import Pool

    return Pool(min(many.jobs or os.cpu_count() or 1, len(batch.due)))


def _folder(into: Path) -> None:
    try:
        into.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ChoiceError(f"{into} is no folder", "name a folder for --into") from None
    except OSError as fault:
        raise FileError.of(into, fault, "choose another folder") from fault


def _wanted(asked: Asked, many: Many) -> list[Session | Unreadable]:
    if many.plan is not None:
        from voicecoach.catalogue.planned import planned

        return planned(many.plan, many.formats)
    from voicecoach.catalogue import Session, Unreadable
    from voicecoach.voices.catalogue import choose as choose_voice

    voice = cache(choose_voice)
    doses = list(_doses(asked, many))
    wanted: list[Session | Unreadable] = []
    for routine in _routines(asked, many):
        if isinstance(routine, Unreadable):
            wanted.append(routine)
            continue
        try:
            for name, choices in product(many.voices or (asked.voice,), doses):
                made = voice(name, routine.language)
                wanted.append(Session(routine=routine, choices=choices, voice=made, kinds=many.formats))
        except VoicecoachError as fault:
            wanted.append(Unreadable(routine.name, fault))
    if not wanted:
        raise ChoiceError("no routine fits what was asked for", "`voicecoach list` shows those there are")
    return wanted


def _routines(asked: Asked, many: Many) -> Iterator[Routine | Unreadable]:
    """Those asked for; each that cannot be read fails alone."""
    from voicecoach.catalogue import Unreadable
    from voicecoach.script.library import Library

    wish = asked.tags or asked.needs
    if asked.names and (many.every or wish):
        raise ChoiceError("routines by name and by --all, --tag or --needs", "leave one out")
    if not (asked.names or many.every or wish):
        raise ChoiceError("no routine was named", "name some, or say --all, --tag TAG or --plan FILE")
    library = Library()
    for name in asked.names or tuple(map(str, library.paths().values())):
        try:
            routine = library.load(name)
        except VoicecoachError as fault:
            if not wish:  # what cannot be read has no tags
                yield Unreadable(Path(name).stem, fault)
            continue
        if choose.fits(routine, asked.tags, asked.needs):
            yield routine


def _doses(asked: Asked, many: Many) -> Iterator[Choices]:
    """Each level and each length that is asked for."""
    for one, several, names in (
        (asked.level, many.levels, "--level and --levels"),
        (asked.minutes, many.lengths, "--minutes and --lengths"),
    ):
        if one is not None and several:
            raise ChoiceError(f"{names} together", "leave one out")
    base = asked.choices()
    if many.levels or many.lengths:
        if base.level is not None:
            yield base
        if base.length is not None:
            yield base
        base = replace(base, level=None, length=None)
        yield from (replace(base, level=level) for level in many.levels)
        yield from (replace(base, length=length) for length in many.lengths)
    else:
        yield base


def _summary(outcome: Outcome, into: Path) -> Iterator[str]:
    fresh = f"{_files(outcome.fresh)} as {'it' if outcome.fresh == 1 else 'they'} should be"
    if outcome.sessions:
        sessions = "1 session" if outcome.sessions == 1 else f"{outcome.sessions} sessions"
        made = f"{clock(outcome.length)} to hear, {outcome.bytes / 1e6:.1f} MB"
        yield f"Made {_files(outcome.files)} of {sessions} in {into} ({made}); {fresh}."
    elif not outcome.failures:
        yield f"Nothing to do in {into}: {fresh}."
    elif outcome.fresh:
        yield f"In {into}: {fresh}."
    if outcome.others:
        yield f"Left alone: {_files(len(outcome.others))} of other batches, such as {outcome.others[0]}."
    if outcome.failures:
        names = ", ".join(failure.name for failure in outcome.failures)
        yield f"Failed: {len(outcome.failures)} ({names})."


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"

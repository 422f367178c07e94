"""`voicecoach batch`: writes many sessions into a folder."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from voicecoach.app.batching import DEFAULT_FORMATS, BatchRequest, prepare_batch, run_batch
from voicecoach.app.request import SessionRequest
from voicecoach.batch import BatchFailure, BatchOutcome, BatchReporter
from voicecoach.batch.session_files import KINDS
from voicecoach.cli.console import redraw, say, warn
from voicecoach.cli.export import sound_options
from voicecoach.cli.number_types import whole_number
from voicecoach.cli.options import LEVEL, MINUTES, Several, routine_options
from voicecoach.errors import ChoiceError, ExternalError
from voicecoach.exporter import ExportOptions
from voicecoach.units import format_count, format_time

_BAR_WIDTH = 24
"""Columns of a bar."""
_BESIDE_PLAN = {"into", "plan", "jobs", "cluster", "bit_rate", "mono", "caption_holds", "force"}
"""The options that `--plan` allows beside it; everything else belongs in the plan."""


@click.command("batch")
@routine_options
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="The folder, made if necessary.",
)
@click.option("--all", "all_routines", is_flag=True, help="Every routine that can be found by name.")
@click.option(
    "--formats",
    type=Several(click.Choice(KINDS)),
    metavar="F,F...",
    help=f"Any of {', '.join(KINDS)}; {', '.join(DEFAULT_FORMATS)} by default.",
)
@click.option("--voices", type=Several(click.STRING), metavar="V,V...", help="Each session in each voice.")
@click.option("--levels", type=Several(LEVEL), metavar="L,L...", help="Each session at each level.")
@click.option("--lengths", type=Several(MINUTES), metavar="N,N...", help="Each session at each length, in minutes.")
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with people and groups, their routines and choices.",
)
@click.option(
    "--jobs", type=whole_number(1, 256), metavar="N", help="Number of processes; one for each core by default."
)
@click.option("--cluster", metavar="ADDRESS", help="Let a Dask cluster do the work.")
@sound_options
@click.pass_context
def command(context: click.Context, /, request: SessionRequest, **values: Any) -> int:
    """Write many sessions into a folder: each routine in each of --formats, --voices, --levels and --lengths.

    A file is made again only if something that it depends on has changed. An interrupted batch continues where it
    stopped. If one session cannot be made, the others still are.
    """
    _refuse_conflicts(context)
    batch_request = _batch_request(request, **values)
    reporter = _reporter()
    with closing(reporter):
        batch = prepare_batch(batch_request, reporter)
    try:
        with closing(reporter):
            run_batch(batch, batch_request, reporter)
    except ExternalError:
        if batch.outcome.sessions or batch.outcome.failures:
            _print_summary(batch.outcome, batch_request.into)
        raise
    _print_summary(batch.outcome, batch_request.into)
    return batch.outcome.exit_code


def _batch_request(request: SessionRequest, *, bit_rate: int | None, mono: bool, **values: Any) -> BatchRequest:
    shared = {name: values.pop(name) for name in ("caption_holds", "force")}
    options = ExportOptions(bit_rate=bit_rate, channels=1 if mono else 2, **shared)
    given = {name: value for name, value in values.items() if value is not None}
    return BatchRequest(
        routines=request.routines,
        tags=request.tags,
        needs=request.needs,
        choices=request.choices,
        options=options,
        **given,
    )


def _refuse_conflicts(context: click.Context) -> None:
    given = {
        param.name: param.opts[0] if isinstance(param, click.Option) else "a routine"
        for param in context.command.params
        if context.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
    }
    if "plan" in given:
        for name, spelling in given.items():
            if name not in _BESIDE_PLAN:
                raise ChoiceError(f"{spelling} together with --plan", "write it into the plan")
    if "jobs" in given and "cluster" in given:
        raise ChoiceError("--cluster together with --jobs", "a cluster has its own workers")


def _print_summary(outcome: BatchOutcome, into: Path) -> None:
    for line in _summary(outcome, into):
        say(line)


def _summary(outcome: BatchOutcome, into: Path) -> Iterator[str]:
    fresh = f"{format_count(outcome.up_to_date, 'file')} up to date"
    if outcome.sessions:
        made = f"{format_count(outcome.files, 'file')} of {format_count(outcome.sessions, 'session')}"
        size = f"{format_time(outcome.length)} of sound, {outcome.bytes / 1e6:.1f} MB"
        yield f"Made {made} in {into} ({size}); {fresh}."
    elif not outcome.failures:
        yield f"Nothing to do in {into}: {fresh}."
    elif outcome.up_to_date:
        yield f"In {into}: {fresh}."
    if outcome.others:
        yield f"Left alone: {format_count(len(outcome.others), 'file')} of other batches, such as {outcome.others[0]}."
    if outcome.failures:
        names = ", ".join(failure.name for failure in outcome.failures)
        yield f"Failed: {len(outcome.failures)} ({names})."


def _reporter() -> BatchLines:
    return BatchBars() if sys.stderr.isatty() else BatchLines()


class BatchLines(BatchReporter):
    """A line for each session that is made, on standard output, and for each that fails, on standard error."""

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """Print `3/48 cat-cow gentle: m4a, vtt`."""
        say(f"{done}/{total} {name}: {', '.join(file.rpartition('.')[2] for file in files)}")

    def failed(self, failure: BatchFailure) -> None:
        """Print the lines of the problem itself."""
        first, *others = failure.message.split("\n")
        self.warn(*([f"{failure.name}:", first, *others] if others else [f"{failure.name}: {first}"]))

    def warn(self, *lines: str) -> None:
        """Print on standard error."""
        warn(*lines)

    def close(self) -> None:
        """Nothing to clear."""


class BatchBars(BatchLines):
    """A bar for each process and a line for the whole batch, redrawn in place and erased at the end."""

    def __init__(self) -> None:
        self._drawn = 0
        self._last: list[str] = []

    def at_work(self, jobs: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Draw as many bars as fit: lines that have scrolled away could not be erased."""
        room = max(0, shutil.get_terminal_size().lines - 2)
        self._draw([*map(_bar, jobs[:room]), f"{done} of {total} sessions"])

    def speaking(self, done: int, total: int) -> None:
        """Show the count in the last line."""
        self._draw([*self._last[:-1], f"speaking new cues, {done} of {total}"])

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """Print nothing: the count shows it."""

    def warn(self, *lines: str) -> None:
        """Print above the bars, where it stays."""
        self._clear()
        super().warn(*lines)

    def close(self) -> None:
        """Erase the bars."""
        self._clear()

    def _draw(self, lines: list[str]) -> None:
        try:
            redraw(lines, self._drawn)
        finally:  # Ctrl-C may come right here, and the lines must still be erased
            self._drawn, self._last = len(lines), lines

    def _clear(self) -> None:
        redraw([], self._drawn)
        self._drawn = 0


def _bar(job: tuple[str, float] | None) -> str:
    if job is None:
        return f"[{'-' * _BAR_WIDTH}]"
    name, share = job
    full = min(_BAR_WIDTH, int(share * _BAR_WIDTH))
    return f"[{'#' * full}{'-' * (_BAR_WIDTH - full)}] {share:4.0%}  {name}"

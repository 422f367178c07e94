"""`voicecoach history`: lists past sessions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from voicecoach.cli.console import print_json, print_lines, say, table, warn
from voicecoach.cli.number_types import whole_number
from voicecoach.errors import ChoiceError
from voicecoach.history.entry import LogEntry, practice_by_day, streak
from voicecoach.history.session_log import SessionLog, local_now
from voicecoach.units import MINUTE, format_count, format_time

_ENDED = {
    "finished": "finished",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "resumed": "resumed later",
    "killed": "cut off",
    "playing": "playing now",
}


class _Day(click.DateTime):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not value.isascii():
            self.fail(f"not a day ({value}), one such as 2026-01-31 is allowed", param, ctx)
        return super().convert(value, param, ctx)


@click.group("history", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; docs/commands.md lists its fields.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw the last weeks to an .svg or .png file.",
)
@click.option("--force", is_flag=True, help="Overwrite an existing picture.")
@click.pass_context
def command(ctx: click.Context, as_json: bool, plot: Path | None, force: bool) -> None:
    """List past sessions.

    `voicecoach history forget` removes some of them.
    """
    if ctx.invoked_subcommand is not None:
        return
    if plot:
        from voicecoach.exporter.plot import check_picture_path

        check_picture_path(plot, force=force)
    with SessionLog(warn=warn) as log:
        entries = log.entries()
    if plot:
        _draw(entries, plot)
        (warn if as_json else say)(f"Drew {plot}.")
    if as_json:
        print_json(_to_json(entries))
    elif not plot:
        print_lines(*_lines(entries))


@command.command("forget")
@click.argument("numbers", nargs=-1, type=whole_number(1, 10**9), metavar="[NUMBER]...")
@click.option(
    "--before",
    type=_Day(["%Y-%m-%d"]),
    metavar="DAY",
    help="Sessions that began before this day, such as 2026-01-31.",
)
@click.option("--all", "all_sessions", is_flag=True, help="All sessions.")
def forget(numbers: tuple[int, ...], before: Any, all_sessions: bool) -> None:
    """Remove sessions from the log, by the numbers that `voicecoach history` shows or by day."""
    if not numbers and before is None and not all_sessions:
        raise ChoiceError(
            "no session was named", "give numbers that `voicecoach history` shows, --before DAY, or --all"
        )
    with SessionLog(warn=warn) as log:
        known = {entry.id for entry in log.entries()} | log.damaged()
        if missing := sorted({*numbers} - known):
            raise ChoiceError(
                f"not in the log: {', '.join(map(str, missing))}", "`voicecoach history` shows the numbers"
            )
        gone = log.forget(numbers, before=before.date() if before else None, every=all_sessions)
    say(f"Forgot {format_count(gone, 'session')}.")


def _lines(entries: Sequence[LogEntry]) -> list[str]:
    if not entries:
        return ["No sessions yet."]
    rows = [
        (
            str(entry.id),
            f"{entry.started:%Y-%m-%d %H:%M}",
            format_time(entry.heard),
            f"of {format_time(entry.length)}",
            _ENDED[entry.ending],
            entry.title,
        )
        for entry in entries
    ]
    return [*table(rows, head=("no.", "began", "heard", "", "ended", "session")), "", _summary(entries)]


def _summary(entries: Sequence[LogEntry]) -> str:
    days = practice_by_day(entries)
    in_a_row = streak(days, local_now().date())
    minutes = sum(days.values()) // MINUTE
    return f"{format_count(in_a_row, 'day')} in a row, {format_count(len(days), 'day')} in all, {minutes} min"


def _draw(entries: Sequence[LogEntry], path: Path) -> None:
    from voicecoach.exporter.plot import draw_days

    draw_days(practice_by_day(entries), local_now().date(), _summary(entries), path)


def _to_json(entries: Sequence[LogEntry]) -> dict[str, Any]:
    days = practice_by_day(entries)
    return {
        "days_in_a_row": streak(days, local_now().date()),
        "days": {day.isoformat(): heard for day, heard in days.items()},
        "sessions": [
            {
                "id": entry.id,
                "routine": entry.routine,
                "title": entry.title,
                "voice": entry.voice,
                "choices": entry.choices,
                "started": entry.started.isoformat(),
                "length_ms": entry.length,
                "start_ms": entry.start,
                "at_ms": entry.at,
                "heard_ms": entry.heard,
                "ended": entry.ending,
                "resumes": entry.resumes,
            }
            for entry in entries
        ],
    }

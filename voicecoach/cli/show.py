"""`voicecoach show`: prints or draws what happens in a session, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.cli.console import print_json, print_lines, say, table, warn
from voicecoach.cli.options import session_options
from voicecoach.cli.progress_bar import speaking
from voicecoach.timeline import Event, Timeline
from voicecoach.units import Ms, format_time, ms


@click.command("show")
@session_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; docs/commands.md lists its fields.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw the session to an .svg or .png file.",
)
@click.option("--force", is_flag=True, help="Overwrite an existing picture.")
def command(request: SessionRequest, as_json: bool, plot: Path | None, force: bool) -> None:
    """Show what happens in a session, and when."""
    from voicecoach.exporter.plot import check_picture_path, draw_session

    if plot:
        check_picture_path(plot, force=force)
    with speaking() as progress, open_session(request, warn=warn, progress=progress) as session:
        timeline, voice = session.timeline, session.voice.name
    if plot:
        draw_session(timeline, plot)
        (warn if as_json else say)(f"Drew {plot}.")
    if as_json:
        print_json(describe_session(timeline, voice))
    elif not plot:
        print_lines(*_lines(timeline, voice))


def describe_session(timeline: Timeline, voice: str) -> dict[str, Any]:
    """A session as plain values. Times are whole milliseconds from its first sample."""
    return {
        "title": timeline.title,
        "language": timeline.language,
        "voice": voice,
        "level": timeline.level,
        "length_ms": ms(timeline.length),
        "moves": [
            {"title": move.title, "start_ms": ms(move.start), "end_ms": ms(move.end), "position": move.position}
            for move in timeline.moves
        ],
        "events": [_describe_event(event, timeline) for event in timeline.events],
        "left_out": [{"line": left.pos.line, "text": left.text, "why": left.why} for left in timeline.left_out],
    }


def _describe_event(event: Event, timeline: Timeline) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "start_ms": ms(event.start),
        "end_ms": ms(event.end),
        "text": event.text,
        "sound": event.sound,
        "move": None if event.move is None else timeline.moves[event.move].title,
        "side": event.side,
        "round": event.round[0] if event.round else None,
        "line": event.pos.line if event.pos else None,
    }


def _lines(timeline: Timeline, voice: str) -> list[str]:
    lines = [f"{timeline.title}: {format_time(ms(timeline.length))} at level {timeline.level}, spoken by {voice}", ""]
    rows: list[tuple[str, str]] = []
    starts = dict(enumerate(timeline.moves))
    for event in timeline.events:
        if event.move is not None and event.move in starts:
            move = starts.pop(event.move)
            where = f" ({move.position})" if move.position else ""
            rows.append((format_time(ms(move.start)), f"== {move.title}{where} =="))
        rows.append((format_time(ms(event.start)), _describe(event)))
    lines += table(rows)
    for left in timeline.left_out:
        lines += ["", f"{left.pos}: left out: {left.text} ({left.why})"]
    return lines


def _describe(event: Event) -> str:
    if event.kind == "say":
        return event.text or ""
    if event.kind == "chime":
        return f"({event.sound})"
    return f"[{event.kind} {_length(event)}]"


def _length(event: Event) -> str:
    seconds = (ms(event.end) - ms(event.start)) / 1000
    return f"{seconds:g} s" if seconds < 120 else format_time(Ms(ms(event.end) - ms(event.start)))

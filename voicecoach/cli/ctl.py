"""`voicecoach ctl`: steers a running player from another terminal, a pedal or a shortcut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click
from click.shell_completion import CompletionItem

from voicecoach.cli.console import print_json, print_lines
from voicecoach.cli.number_types import whole_number
from voicecoach.player.command import COMMAND_NAMES

_COMMANDS = (*COMMAND_NAMES, "get", "watch")


def _complete_words(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Commands, or the properties that `get` reads."""
    from voicecoach.player.control_protocol import PROPERTIES

    words = ctx.params.get("words") or ()
    offered = _COMMANDS if not words else PROPERTIES if words[0] == "get" else ()
    return [CompletionItem(word) for word in offered if word.startswith(incomplete)]


@click.command("ctl", epilog=f"Commands: {', '.join(_COMMANDS)}.", context_settings={"ignore_unknown_options": True})
@click.option(
    "--player",
    type=whole_number(1, 2**31 - 1),
    metavar="PID",
    help="Process ID of the player; by default the one started last.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for `get` and `watch`.")
@click.argument("words", nargs=-1, required=True, metavar="COMMAND [ARGUMENT]", shell_complete=_complete_words)
def command(words: tuple[str, ...], player: int | None, as_json: bool) -> None:
    """Steer the running player.

    `seek -10` and `go 90` take seconds; the volumes take steps (`volume -1`). `add ROUTINE` appends a routine to the
    session, with options as for `play`: `add cat-cow --minutes 5`. `get NAME` prints a property, `get` alone all of
    them. `watch` prints events as they happen.
    """
    from voicecoach.player.control_client import connect_to_player

    with connect_to_player(player) as connection:
        if words[0] == "watch" and len(words) == 1:
            for event in connection.events():
                _print(event, _describe, as_json=as_json)
        elif words == ("get",):
            _print(connection.ask("get_properties"), _list, as_json=as_json)
        elif words[0] == "get":
            _print(connection.ask("get_property", *words[1:]), _plain, as_json=as_json)
        elif words[0] == "add":
            from voicecoach.app.request import absolute_paths

            connection.ask("add", *absolute_paths(words[1:]))
        else:
            connection.ask(*words)


def _list(properties: dict[str, object]) -> Iterator[str]:
    return (f"{name:<14} {_text(value)}".rstrip() for name, value in properties.items())


def _plain(value: object) -> Iterator[str]:
    yield _text(value)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _describe(event: dict[str, object]) -> Iterator[str]:
    """`cue: Lean over.`"""
    name = str(event["event"])
    about = event.get("text", event.get("state", event.get("move")))
    yield f"{name}: {about}" if about else name


def _print(data: Any, to_lines: Callable[[Any], Iterable[str]], *, as_json: bool) -> None:
    if as_json:
        print_json(data, indent=None)
    else:
        print_lines(*to_lines(data))

"""The command line: click commands, one file each, imported when they are called. The only place that prints."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from voicecoach import __version__
from voicecoach.cli.interrupts import unwinding
from voicecoach.cli.streams import any_character, printing
from voicecoach.errors import VoicecoachError, did_you_mean
from voicecoach.gc_pause import pause_gc

__all__ = ["COMMANDS", "main", "voicecoach"]

COMMANDS = {
    "play": "Play a session through the loudspeaker.",
    "resume": "Go on with the last unfinished session.",
    "history": "Show what was done, and when.",
    "export": "Write a session to a sound file.",
    "feed": "Make a podcast of a folder of exported sound.",
    "list": "Show the routines there are.",
    "show": "Show what happens in a session, and when.",
    "check": "Look for mistakes in routines.",
    "new": "Write a routine to start from.",
    "voices": "Show the voices that this machine can speak with.",
    "ctl": "Steer the player that runs.",
    "devices": "Show the sound devices of this machine.",
    "cache": "Show or clear the store of spoken clips.",
    "schema": "Print the JSON Schema of routines, for editors.",
}
"""Every command with its line in the help; each lives in the module of its name."""


class _Lazy(click.Group):
    """Imports a command's module when it is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [*COMMANDS]  # `list` is a submodule here, once it is imported

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        with pause_gc():
            command: click.Command = import_module(f"voicecoach.cli.{name}").command
        gc.freeze()  # modules stay: looking through them again and again is 5 ms of `list`
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if hint := not args[0].startswith("-") and args[0] not in COMMANDS and did_you_mean(args[0], COMMANDS):
            ctx.fail(f"No such command '{args[0]}'; {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with printing():
            return super().invoke(ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return found or super().shell_complete(ctx, incomplete)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="voicecoach %(version)s")
def voicecoach() -> None:
    """Voice-guided audio sessions for people on the floor.

    Try `voicecoach list`, then `voicecoach play muscle-knots --minutes 20`.
    """


def main(args: list[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 done, 2 a mistake of the user's, 3 a fault around us, 130 interrupted."""
    unwinding()
    any_character()
    if "_VOICECOACH_COMPLETE" in os.environ:
        import_module("voicecoach.cli.shells")
        import_module("voicecoach.cli.shells")
    try:
        code = voicecoach.main(args, prog_name="voicecoach", standalone_mode=False)
    except VoicecoachError as fault:
        _tell(str(fault))
        code = fault.exit_code
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.format_message(), err=True)
        code = 2
    except click.ClickException as fault:
        _tell(f"voicecoach: {fault.format_message()}")
        code = 2
    except (click.Abort, KeyboardInterrupt):
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _tell(text: str) -> None:
    click.echo(text, err=True)

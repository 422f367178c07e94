"""The command line: one file for each command, imported when it is called. The only room that prints."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from voicecoach import __version__
from voicecoach.cli.console import print_error, warn
from voicecoach.cli.interrupts import raise_on_sigterm
from voicecoach.cli.streams import prepare_streams
from voicecoach.errors import VoicecoachError, did_you_mean
from voicecoach.gc_pause import pause_gc

__all__ = ["COMMANDS", "main", "voicecoach"]

COMMANDS = {
    "play": "Play a session through the loudspeaker.",
    "resume": "Continue the last unfinished session.",
    "history": "List past sessions.",
    "export": "Write a session to a sound file.",
    "batch": "Write many sessions into a folder.",
    "feed": "Turn a folder of exported sessions into a podcast.",
    "list": "List the routines.",
    "show": "Show what happens in a session, and when.",
    "check": "Find mistakes in routines.",
    "new": "Write a routine to start from.",
    "voices": "List the voices of this machine.",
    "ctl": "Steer the running player.",
    "devices": "List the sound devices.",
    "cache": "Show or clear the stored sound.",
    "schema": "Print the JSON Schema of routines, for editors.",
}
"""Every command with its line in the help; the module of that name defines it."""


class _Lazy(click.Group):
    """Imports a command's module only when it is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [*COMMANDS]  # not `list`: once imported, that is a submodule here

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        with pause_gc():
            command: click.Command = import_module(f"voicecoach.cli.{name}").command
        gc.freeze()  # modules stay; scanning them would cost `list` 5 ms
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
    """Run one command and exit: 0 done, 2 a mistake by the user, 3 an error of the system, 130 interrupted."""
    prepare_streams()
    raise_on_sigterm()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads: of no use here; see `voicecoach.worker`
    if "_VOICECOACH_COMPLETE" in os.environ:
        import_module("voicecoach.cli.completion")
    try:
        code = voicecoach.main(args, prog_name="voicecoach", standalone_mode=False)
    except VoicecoachError as error:
        print_error(error)
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        warn(*error.format_message().splitlines())
        code = 2
    except click.ClickException as error:
        warn(f"voicecoach: {error.format_message()}")
        code = 2
    except (click.Abort, KeyboardInterrupt):
        code = 130
    sys.exit(code if isinstance(code, int) else 0)

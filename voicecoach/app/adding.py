"""Requests to add a routine to the session that plays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from voicecoach.cli.session_options import Asked, session_options
from voicecoach.errors import ChoiceError

__all__ = ["asked", "from_here"]


@click.command("add", add_help_option=False)
@session_options
def _command(asked: Asked) -> Asked:
    return asked


def asked(words: Sequence[str]) -> Asked:
    """What words ask for; `ChoiceError` for options that there are not, or that an added routine cannot have."""
    try:
        with _command.make_context("add", [*words]) as context:
            found: Asked = _command.invoke(context)
    except click.UsageError as fault:
        raise ChoiceError(f"add: {fault.format_message()}") from fault
    if found.voice != "auto" or found.speed != Asked().speed:
        raise ChoiceError("add: what follows has the voice and the speed of the session")
    if "-" in found.names:
        raise ChoiceError("add: a player reads no standard input", "give the routine's name or path")
    return found


def from_here(words: Sequence[str]) -> list[str]:
    """With the paths of files whole: the player may run in another folder."""
    from voicecoach.script.library import is_file, is_path

    return [str(Path(word).absolute()) if is_path(word) and is_file(Path(word)) else word for word in words]

"""Shell completion: the names of routines, moves, options, tags and voices."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from voicecoach.errors import VoicecoachError
from voicecoach.routine import Routine

__all__ = ["complete_moves", "complete_options", "complete_routines", "complete_tags", "complete_voices"]


def complete_routines(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Routine names, and files once a path has been started."""
    from voicecoach.script.library import Library

    found = _starting_with(Library().paths(), incomplete)
    if not found or "/" in incomplete or incomplete.startswith("."):
        found.append(CompletionItem(incomplete, type="file"))
    return found


def complete_moves(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Titles of the moves of the routines named so far, or of all."""
    from voicecoach.compiler.selection import move_titles

    return _starting_with((title for routine in _named_routines(ctx) for title in move_titles(routine)), incomplete)


def complete_options(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Options of the routines named so far, or of all."""
    names = (name for routine in _named_routines(ctx) for name in sorted(routine.reachable_options))
    return _starting_with(names, incomplete)


def complete_tags(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Tags of all routines."""
    from voicecoach.app.choosing import all_routines

    return _starting_with((tag for routine in all_routines() for tag in routine.tags), incomplete)


def complete_voices(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Names that `--voice` takes."""
    from voicecoach.voices.registry import list_voices

    names = [voice.name for voice in list_voices()]
    return _starting_with(["auto", *(name.partition(":")[0] for name in names), *names], incomplete)


def _named_routines(ctx: click.Context) -> list[Routine]:
    from voicecoach.app.choosing import all_routines
    from voicecoach.script.library import Library

    library = Library()
    # While an option waits for its value, click has not yet sorted the arguments.
    names = [*(ctx.params.get("routine") or ()), *(ctx.params.get("names") or ()), *ctx.args]
    found = []
    for name in names:
        if name == "-":
            continue  # standard input is the terminal: reading it would hang the shell
        try:
            found.append(library.load(name))
        except VoicecoachError:
            continue
    return found or all_routines()


def _starting_with(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    start = incomplete.casefold()
    return [CompletionItem(name) for name in dict.fromkeys(names) if name.casefold().startswith(start)]

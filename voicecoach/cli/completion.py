"""Shell completion: names of routines, moves, options and voices, and mended scripts for bash and fish."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, add_completion_class

from voicecoach.errors import VoicecoachError
from voicecoach.routine import Routine


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


_BASH_SCRIPT = """\
%(complete_func)s() {
    local line words
    words=$(IFS=$'\\n'; printf '%%s' "${COMP_WORDS[*]}")
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            dir,*) COMPREPLY=(); compopt -o dirnames ;;
            file,*) COMPREPLY=(); compopt -o default ;;
            plain,*) COMPREPLY+=("${line#plain,}") ;;
        esac
    done < <(COMP_WORDS=$words COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
_ESCAPED = {
    "": (re.compile(r"[^\w@%+,./:=^-]"), r"\\\g<0>"),
    '"': (re.compile(r'[\\"$`]'), r"\\\g<0>"),
    "'": (re.compile("'"), r"'\\''"),
}
"""By the quote that a word begins with: the characters that bash would interpret, and how to escape them."""


@add_completion_class
class ColonBash(BashComplete):
    """Joins words that bash broke at colons, and offers what follows the last colon, escaped.

    Click's own script lets bash remove backslashes and expand a `*` to files, so this class has its own.
    """

    source_template = _BASH_SCRIPT
    _finished = ""
    """The part of the word that bash takes as finished."""
    _quote = ""
    """The quote that the word begins with: inside quotes, bash breaks nothing."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The finished words after the command's name, and the unfinished one."""
        args, incomplete = super().get_completion_args()
        typed = os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"])]
        self._quote = typed[:1] if typed[:1] in ("'", '"') else ""
        words: list[str] = []
        for word in [*args, incomplete]:
            if words and (word == ":" or words[-1].endswith(":")):
                words[-1] += word
            else:
                words.append(word)
        before, colon, _ = words[-1].rpartition(":")
        self._finished = "" if self._quote else before + colon
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """One line for our script."""
        value = item.value
        if value.casefold().startswith(self._finished.casefold()):
            value = value[len(self._finished) :]
        special, escaped = _ESCAPED[self._quote]
        return f"{item.type},{special.sub(escaped, value)}"


_FISH_SCRIPT = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \
COMP_CWORD=(commandline -t) %(prog_name)s)
    for completion in $response
        set -l found (string split -m 1 "," $completion)
        switch $found[1]
            case dir
                __fish_complete_directories $found[2]
            case file
                __fish_complete_path $found[2]
            case plain
                echo $found[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


@add_completion_class
class CommaFish(FishComplete):
    """Offers titles with commas as a whole."""

    source_template = _FISH_SCRIPT

"""Shell completion: names of routines, moves, options and voices, and the scripts for bash, zsh and fish."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import click
from click.shell_completion import BashComplete, CompletionItem, ShellComplete, add_completion_class

from voicecoach.cli.shell_words import TypedWord, quote_for_fish, quote_word, split_line
from voicecoach.errors import VoicecoachError
from voicecoach.routine import Routine
from voicecoach.terminal_text import UNSAFE, visible


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


class _LineComplete(ShellComplete):
    """Completes the line up to the cursor, `COMP_LINE`, which Python splits itself.

    Click's own classes get the words from the shell, which loses line breaks, empty words and what is quoted; and
    their scripts let the shell interpret what is offered. Here, all that is sent is printable, a line for each item.
    """

    shell: ClassVar[str] = "posix"
    _word = TypedWord()
    """The one being typed."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The finished words after the command's name, and the unfinished one."""
        *before, self._word = self.split(os.environ["COMP_LINE"])
        start = next((i for i, word in enumerate(before) if Path(word.text).name == self.prog_name), 0)
        return [word.expanded for word in before[start + 1 :]], self._word.text

    def split(self, line: str) -> list[TypedWord]:
        """The words of the line."""
        return split_line(line, self.shell)

    def whole(self, value: str) -> str:
        """The value with the option before it, for a word such as `--voice=esp`."""
        option, equals, _ = self._word.text.partition("=")
        return f"{option}={value}" if equals and option.startswith("-") else value


_BASH_SCRIPT = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=$'\\t' read -r type value; do
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames ;;
            file) COMPREPLY=(); compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_LINE=$COMP_LINE COMP_POINT=$COMP_POINT COMP_WORDBREAKS=$COMP_WORDBREAKS \
%(complete_var)s=bash_complete "${1/#\\~\\//$HOME/}" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


@add_completion_class
class BashLineComplete(_LineComplete, BashComplete):
    """Offers what follows the last character at which bash breaks words, escaped for it."""

    source_template = _BASH_SCRIPT

    def split(self, line: str) -> list[TypedWord]:
        """The words up to the cursor, whose place bash gives in bytes."""
        before = os.fsdecode(os.fsencode(line)[: int(os.environ["COMP_POINT"])])
        return split_line(before, breaks=os.environ["COMP_WORDBREAKS"])

    def format_completion(self, item: CompletionItem) -> str:
        """Type and value."""
        value, finished = self.whole(item.value), self._word.finished
        if value.casefold().startswith(self._word.text[:finished].casefold()):
            value = value[finished:]
        return f"{item.type}\t{quote_word(value, self._word.quote)}"


_ZSH_SCRIPT = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local item type files
    local -a fields values shown
    local line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$IPREFIX$PREFIX"
    for item in "${(@f)$(COMP_LINE=$line %(complete_var)s=zsh_complete ${words[1]/#\\~\\//$HOME/} 2>/dev/null)}"; do
        fields=("${(@ps:\\t:)item}")
        case $fields[1] in
            plain) values+=("${(Q)fields[2]}"); shown+=("$fields[3]") ;;
            dir|file) files=$fields[1] ;;
        esac
    done
    (( $#values )) && compadd -U -V unsorted -l -d shown -- "${values[@]}"
    [[ -n $files ]] && { compset -P '-*='; if [[ $files == dir ]] then _files -/; else _files; fi }
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


@add_completion_class
class ZshLineComplete(_LineComplete):
    """Offers whole words, which zsh escapes itself."""

    name = "zsh"
    source_template = _ZSH_SCRIPT

    def format_completion(self, item: CompletionItem) -> str:
        """Type, value, and the line to show."""
        shown = visible(item.value) + (f"  -- {item.help}" if item.help else "")
        return f"{item.type}\t{quote_word(self.whole(item.value))}\t{shown}"


_FISH_SCRIPT = """\
function %(complete_func)s
    set -l line (commandline -cp | string collect)
    set -l token (commandline -ct)
    set -l option (string match -r -- '^-[^=]*=' $token)
    for item in (env COMP_LINE="$line" %(complete_var)s=fish_complete %(prog_name)s 2>/dev/null)
        set -l fields (string split \\t -- $item)
        switch $fields[1]
            case dir
                printf '%%s\\n' "$option"(__fish_complete_directories (string replace -- "$option" '' $token))
            case file
                printf '%%s\\n' "$option"(__fish_complete_path (string replace -- "$option" '' $token))
            case plain
                printf '%%s\\t%%s\\n' (string unescape -- $fields[2]) $fields[3]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
complete --command %(prog_name)s --condition 'string match -q -- "~*" (commandline -ct)' --force-files
"""


@add_completion_class
class FishLineComplete(_LineComplete):
    """Offers whole words, which fish escapes itself, except those that it cannot take or would show raw."""

    name = "fish"
    shell = "fish"
    _refused = rf"[\t\n]|(?![\0-\x7f\udc80-\udcff]){UNSAFE.pattern}"
    source_template = _FISH_SCRIPT

    def format_completion(self, item: CompletionItem) -> str:
        """Type, value and help."""
        if re.search(self._refused, item.value):
            return ""
        return f"{item.type}\t{quote_for_fish(self.whole(item.value))}\t{item.help or ''}"

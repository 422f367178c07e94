"""Completion scripts for bash and fish.

Bash breaks words at colons and quotes nothing; click's own script for fish stops at a comma.
"""

from __future__ import annotations

import os
import re

from click.shell_completion import BashComplete, CompletionItem, FishComplete, add_completion_class

__all__ = ["ColonBash", "CommaFish"]

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
"""What bash would read as more than itself, behind the quote that the word begins with, and how it is written."""


@add_completion_class
class ColonBash(BashComplete):
    """Puts the words together again, and offers only what stands behind the last colon, escaped.

    The script is not click's, which has bash take backslashes away and look for files where a `*` stands.
    """

    source_template = _BASH_SCRIPT
    _there = ""
    """The part of the word that bash holds to be finished."""
    _quote = ""
    """What the word begins with: in quotes, bash breaks nothing."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """All finished words behind the command's name, and the unfinished one."""
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
        self._there = "" if self._quote else before + colon
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """One line of what bash reads."""
        value = item.value
        if value.casefold().startswith(self._there.casefold()):
            value = value[len(self._there) :]
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
    """Offers titles with commas whole."""

    source_template = _FISH_SCRIPT

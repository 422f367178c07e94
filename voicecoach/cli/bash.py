"""Completion in bash, which breaks words at colons: `espeak:en-gb` comes as three."""

from __future__ import annotations

from click.shell_completion import BashComplete, CompletionItem, add_completion_class

__all__ = ["ColonBash"]


@add_completion_class
class ColonBash(BashComplete):
    """Puts the words together again, and offers only what stands behind the last colon."""

    _there = ""
    """The part of the word that bash holds to be finished."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """All finished words behind the command's name, and the unfinished one."""
        args, incomplete = super().get_completion_args()
        words: list[str] = []
        for word in [*args, incomplete]:
            if words and (word == ":" or words[-1].endswith(":")):
                words[-1] += word
            else:
                words.append(word)
        before, colon, _ = words[-1].rpartition(":")
        self._there = before + colon
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """One line of what bash reads."""
        return f"{item.type},{item.value.removeprefix(self._there)}"

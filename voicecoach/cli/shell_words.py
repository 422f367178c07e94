"""Words of a shell's command line: reads what has been typed, and writes words that the shell reads back."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache

from voicecoach.terminal_text import UNSAFE

_ANY = r"(?P<plain>.)"
_CODE = r"\\(?P<code>[xX][0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.)"
_POSIX = {
    "": rf"(?P<space>[ \t\n]+)|(?P<open>\$?'|\")|\\(?P<literal>.)|{_ANY}",
    "'": rf"(?P<close>')|{_ANY}",
    '"': rf"(?P<close>\")|\\(?P<literal>[\\\"$`])|{_ANY}",
    "$'": rf"(?P<close>')|{_CODE}|{_ANY}",
}
_FISH = {
    "": rf"(?P<space>[ \t\n]+)|(?P<open>'|\")|{_CODE}|{_ANY}",
    "'": rf"(?P<close>')|\\(?P<literal>[\\'])|{_ANY}",
    '"': rf"(?P<close>\")|\\(?P<literal>[\\\"$])|{_ANY}",
}
_SYNTAX = {"posix": _POSIX, "fish": _FISH}
"""By the open quote: what comes next."""
_NAMED_CODES = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(slots=True)
class TypedWord:
    """A word of a command line, which may be unfinished."""

    text: str = ""
    """As the command gets it, without quotes and escapes."""
    quote: str = ""
    """The quote that is still open."""
    finished: int = 0
    """Characters of `text` before the last break or open quote: the shell replaces only what follows."""
    home: bool = False
    """Whether it begins with a `~` that the shell expands."""
    begun: bool = False
    """Whether anything has been typed, which may be a pair of quotes."""

    @property
    def expanded(self) -> str:
        """The text with `~` expanded."""
        return os.path.expanduser(self.text) if self.home else self.text  # noqa: PTH111 a name need not be a path


def split_line(line: str, shell: str = "posix", *, breaks: str = "") -> list[TypedWord]:
    """The words of a command line up to the cursor; the last one, perhaps empty, is the one being typed.

    `shell` is "posix" (bash, zsh) or "fish"; `breaks` are the characters at which it begins a new word to complete.
    """
    words = [TypedWord()]
    position = 0
    while found := _pattern(shell, words[-1].quote).match(line, position):
        position = found.end()
        if found.lastgroup == "space":
            words += [TypedWord()] if words[-1].begun else []
        else:
            _extend(words[-1], found, breaks)
    for word in words:
        word.text = word.text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return words


@cache
def _pattern(shell: str, quote: str) -> re.Pattern[str]:
    return re.compile(_SYNTAX[shell][quote], re.DOTALL)  # on use: compiling all would delay every command


def _extend(word: TypedWord, found: re.Match[str], breaks: str) -> None:
    kind, part = found.lastgroup, found[found.lastgroup or 0]
    word.begun = True
    if kind == "open":
        word.quote, word.finished = part, len(word.text)
    elif kind == "close":
        word.quote = ""
    elif kind == "code":
        word.text += _decode(part)
    else:
        word.home |= kind == "plain" and not word.quote and not word.text and part == "~"
        word.text += part
        if kind == "plain" and not word.quote and part in breaks:
            word.finished = len(word.text) - (part == "@")  # bash counts it to the new word


def _decode(code: str) -> str:
    """The character of a backslash escape; bytes from 0x80 on as surrogates."""
    if len(code) == 1 and not code.isdigit():
        return _NAMED_CODES.get(code, code)
    number = int(code, 8) & 0xFF if code[0].isdigit() else int(code[1:], 16)
    if code[0] in "uU" or number < 0x80:
        return chr(min(number, 0x10FFFF))
    return bytes([number]).decode("utf-8", "surrogateescape")


_SPECIAL = {
    "": (r"^=|[^\w@%+,./:=-]", r"\\\g<0>"),
    '"': (r'[\\"$`]', r"\\\g<0>"),
    "'": ("'", r"'\\''"),
    "$'": (r"[\\']", r"\\\g<0>"),
}
"""By the open quote: the characters that bash and zsh would interpret, and how to escape them."""


def quote_word(text: str, quote: str = "") -> str:
    r"""The rest of a word for bash and zsh, after an open quote; control characters as `$'\x1b'`, so all is visible."""
    parts = re.split(f"((?:{UNSAFE.pattern})+)", text)
    special, escaped = _SPECIAL[quote]
    written = [re.sub(special, escaped, part) for part in parts]
    if quote == '"':
        written = [part.replace("!", "\"'!'\"") for part in written]  # inside these quotes, it recalls commands
    for index in range(1, len(parts), 2):
        codes = _bytes(parts[index], "x")
        written[index] = codes if quote == "$'" else f"{quote}$'{codes}'{quote}"
    return "".join(written)


def quote_for_fish(text: str) -> str:
    """The word as `string unescape` of fish reads it."""
    return re.sub(rf"[^\w./:=,@%+-]|{UNSAFE.pattern}", lambda found: _bytes(found[0], "X"), text)


def _bytes(text: str, letter: str) -> str:
    return "".join(f"\\{letter}{byte:02x}" for byte in text.encode("utf-8", "surrogateescape"))

"""Reading a mapping key by key, gathering every problem on the way.

A reader that meets a mistake notes it and goes on with a stand-in: what it builds is thrown away at the end, when
there are problems.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from voicecoach.errors import Pos, Problem, nearest
from voicecoach.routine import Text
from voicecoach.script import words
from voicecoach.script.tree import Mapping, Node, Scalar, Sequence

__all__ = ["Fields", "Notes"]

T = TypeVar("T")


class Notes:
    """The problems found so far in one file, and the file's lines to quote from."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._seen: set[Problem] = set()
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def wrong(self, pos: Pos, message: str, hint: str = "") -> None:
        """Note a problem; the same one twice (through an alias) counts once."""
        problem = Problem(pos, message, hint)
        if problem not in self._seen:
            self._seen.add(problem)
            self.problems.append(problem)

    def warn(self, pos: Pos, message: str, hint: str = "") -> None:
        """Note what may surprise the writer."""
        problem = Problem(pos, message, hint, "warning")
        if problem not in self._seen:
            self._seen.add(problem)
            self.warnings.append(problem)

    def scalar(self, node: Node, what: str) -> str | None:
        """The text of a node that must be a single value."""
        if isinstance(node, Scalar):
            return node.text.strip()
        kind = "a list" if isinstance(node, Sequence) else "a mapping"
        self.wrong(node.pos, f"{kind} where {what} is wanted", "put the text in quotes")
        return None

    def value(self, node: Node, what: str, read: Callable[[str], T], stand_in: T) -> T:
        """The value of a node by one of the functions of `values`."""
        text = self.scalar(node, what)
        if text is None:
            return stand_in
        try:
            return read(text)
        except ValueError as fault:
            message, *hint = fault.args
            self.wrong(node.pos, f"{what}: {message}", *hint)
            return stand_in

    def text(self, node: Node, what: str, allowed: Collection[str], *, empty: bool = False) -> Text:
        """Words to be spoken or shown, with their placeholders checked."""
        raw = self.scalar(node, what)
        if raw is None:
            return Text("", (), node.pos)
        raw = " ".join(raw.split())
        text, wrong = words.cut(raw, node.pos, allowed)
        for message, hint in wrong:
            self.wrong(node.pos, f"{what}: {message}", hint)
        if not (empty and not raw) and not wrong and not words.speakable(text):
            shown = raw or "nothing"
            self.wrong(
                node.pos,
                f"{what}: nothing that can be spoken ({shown}), at least one letter or digit is needed",
            )
        if isinstance(node, Scalar) and node.plain:
            self._cut_short(node)
        return text

    def _cut_short(self, node: Scalar) -> None:
        line, column = node.end
        rest = self._lines[line][column:] if line < len(self._lines) else ""
        if rest.startswith(" #"):
            message = f"the text ends before the # and the rest is a comment ({rest.strip()[:40]})"
            self.warn(
                Pos(node.pos.file, line + 1, column + 2),
                message,
                "put the text in quotes if it belongs to it",
            )


class Fields:
    """The keys of one mapping: doubled, unknown and missing ones are noted."""

    def __init__(self, notes: Notes, node: Mapping, what: str, known: Collection[str]) -> None:
        self.notes, self.pos, self.what = notes, node.pos, what
        self._values: dict[str, Node] = {}
        self._keys: dict[str, Pos] = {}
        for key, value in node.items:
            name = key.text.strip()
            if name in self._values:
                notes.wrong(key.pos, f"a key that stands twice ({name}), first in line {self._keys[name].line}")
            elif name == "<<":
                notes.wrong(key.pos, "a merge key (<<); write the steps out, or alias them whole")
            elif name not in known:
                hint = nearest(name, known)
                if not hint and ":" in name:
                    hint = "a space after the colon"
                notes.wrong(key.pos, f"an unknown key ({name}) in {what}, allowed: {', '.join(known)}", hint)
                continue
            self._values.setdefault(name, value)
            self._keys.setdefault(name, key.pos)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def node(self, name: str) -> Node | None:
        """What stands behind a key."""
        return self._values.get(name)

    def key(self, name: str) -> Pos:
        """Where a key stands."""
        return self._keys[name]

    def value(self, name: str, read: Callable[[str], T], stand_in: T) -> T:
        """The value behind a key, or the stand-in where there is none."""
        node = self._values.get(name)
        return stand_in if node is None else self.notes.value(node, name, read, stand_in)

    def plain(self, name: str) -> str:
        """Text that is shown and never spoken: no placeholders."""
        node = self._values.get(name)
        return " ".join((self.notes.scalar(node, name) or "").split()) if node else ""

    def names(self, name: str) -> tuple[str, ...]:
        """A list of plain texts; a single one may stand by itself."""
        node = self._values.get(name)
        if node is None:
            return ()
        nodes = node.items if isinstance(node, Sequence) else [node]
        found = []
        for each in nodes:
            text = self.notes.scalar(each, f"a name in {name}")
            if text:
                found.append(text)
            elif text is not None:
                self.notes.wrong(each.pos, f"an empty name in {name}")
        return tuple(found)

    def sequence(self, name: str, *, filled: bool = True) -> list[Node]:
        """The nodes of a list; a missing or empty one is a problem where `filled`."""
        node = self._values.get(name)
        if node is None:
            if filled:
                self.notes.wrong(self.pos, f"{self.what} without `{name}:`", f"add `{name}:` with a list below it")
            return []
        if not isinstance(node, Sequence):
            self.notes.wrong(node.pos, f"`{name}:` is not a list", "begin each line below it with a dash")
            return []
        if filled and not node.items:
            self.notes.wrong(node.pos, f"an empty list in `{name}:`, at least one step is needed")
        return node.items

"""Reads single YAML nodes and collects every problem of the file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.routine import Text
from voicecoach.script import limits, placeholders, values
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["NodeReader"]

T = TypeVar("T")


class NodeReader:
    """The problems found so far in one file, and the file's lines to quote from."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._seen: set[Problem] = set()
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def wrong(self, pos: Pos, message: str, hint: str = "") -> None:
        """Note a problem; the same one twice (through an alias) counts once.

        Raises `ScriptError` with all there are where it is one too many.
        """
        self._note(self.problems, Problem(pos, message, hint))
        if len(self.problems) >= limits.PROBLEMS:
            last = Problem(
                Pos(pos.file), f"{limits.PROBLEMS:,} problems, the rest was not looked at", "mend these first"
            )
            raise ScriptError([*self.problems, last])

    def warn(self, pos: Pos, message: str, hint: str = "") -> None:
        """Note what may surprise the writer."""
        self._note(self.warnings, Problem(pos, message, hint, "warning"))

    def theirs(self, problems: Iterable[Problem]) -> None:
        """Note the problems of a file that this one uses."""
        for problem in problems:
            self._note(self.problems, problem)

    def _note(self, where: list[Problem], problem: Problem) -> None:
        if problem not in self._seen:
            self._seen.add(problem)
            where.append(problem)

    def pairs(self, node: MappingNode) -> list[tuple[str, ScalarNode, Node]]:
        """The keys with their values; doubled ones (the first holds) and merge keys are noted and left out."""
        lines: dict[str, int] = {}
        found = []
        if len(node.items) > limits.ENTRIES:
            self.wrong(node.pos, f"too many entries ({len(node.items):,}), at most {limits.ENTRIES:,} are allowed")
        for key, value in node.items[: limits.ENTRIES]:
            name = " ".join(key.text.split())
            if name in lines:
                self.wrong(key.pos, f"a key that stands twice ({quote(name)}), first in line {lines[name]}")
            elif name == "<<" and key.plain:
                self.wrong(key.pos, "a merge key (<<), which means nothing here", "write its keys out")
            else:
                found.append((name, key, value))
            lines.setdefault(name, key.pos.line)
        return found

    def scalar(self, node: Node, what: str) -> str | None:
        """The text of a node that must be a single value; None, and noted, where it is not."""
        if isinstance(node, ScalarNode):
            return node.text.strip()
        kind = "a list" if isinstance(node, SequenceNode) else "a mapping"
        hint = "put the text in quotes" if node.flow else ""
        self.wrong(node.pos, f"{what}: {kind} where a single value is wanted", hint)
        return None

    def value(self, node: Node, what: str, read: Callable[[str], T], stand_in: T) -> T:
        """The value of a node by one of the functions of `values`."""
        text = self.scalar(node, what)
        if text is None:
            return stand_in
        try:
            return read(values.normalize(text))
        except ValueError as fault:
            message, *hint = fault.args
            self.wrong(node.pos, f"{what}: {message}", *hint)
            return stand_in

    def plain(self, node: Node, what: str) -> str | None:
        """Text on one line, as it is; None, and noted, where it is none."""
        text = self.scalar(node, what)
        if text is None:
            return None
        if isinstance(node, ScalarNode) and node.plain:
            self._cut_short(node)
        text = " ".join(text.split())
        if len(text) > limits.TEXT:
            self.wrong(node.pos, f"{what}: too long ({len(text):,} characters), at most {limits.TEXT:,} are allowed")
        return text[: limits.TEXT]

    def text(self, node: Node, what: str, allowed: Collection[str], *, empty: bool = False) -> Text:
        """Words to be spoken or shown, with their placeholders checked."""
        raw = self.plain(node, what)
        if raw is None:
            return Text("", (), node.pos)
        text, wrong = placeholders.parse_text(raw, node.pos, allowed)
        for message, hint in wrong:
            self.wrong(node.pos, f"{what}: {message}", hint)
        if not wrong and not placeholders.is_speakable(text) and not (empty and not raw):
            message = f"{what}: nothing that can be spoken ({quote(raw)}), at least one letter or digit is needed"
            self.wrong(node.pos, message)
        return text

    def spoken(self, node: Node, what: str) -> str:
        """Words that are spoken where no placeholder means anything."""
        return "".join(part for part in self.text(node, what, ()).parts if isinstance(part, str))

    def _cut_short(self, node: ScalarNode) -> None:
        """Warn of a text that one space and a # cut off; more space tells that a comment was meant."""
        line, column = node.end
        rest = self._lines[line][column:] if line < len(self._lines) else ""
        if rest.startswith(" #"):
            message = f"the text ends before the # and the rest is a comment ({quote(rest.strip())})"
            self.warn(Pos(node.pos.file, line + 1, column + 2), message, "put the text in quotes if it belongs to it")

"""Reading a mapping key by key, gathering every problem on the way.

A reader that meets a mistake notes it and goes on with a stand-in: what it builds is thrown away at the end, when
there are problems.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from voicecoach.errors import did_you_mean
from voicecoach.script import limits
from voicecoach.script.keywords import owner_hint
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["Fields"]

T = TypeVar("T")


class Fields:
    """The keys of one mapping: doubled, unknown and missing ones are noted."""

    def __init__(self, notes: NodeReader, node: MappingNode, what: str, known: Collection[str]) -> None:
        self.notes, self.pos, self.what = notes, node.pos, what
        self._values: dict[str, Node] = {}
        for name, key, value in notes.pairs(node):
            if name in known:
                self._values[name] = value
                continue
            hint = owner_hint(name) or did_you_mean(name, known) or ("a space after the colon" if ":" in name else "")
            notes.wrong(key.pos, f"an unknown key ({quote(name)}) in {what}, allowed: {', '.join(known)}", hint)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Node:
        """What stands behind a key that is there."""
        return self._values[name]

    def node(self, name: str) -> Node | None:
        """What stands behind a key."""
        return self._values.get(name)

    def value(self, name: str, read: Callable[[str], T], stand_in: T) -> T:
        """The value behind a key, or the stand-in where there is none, or none that is right."""
        node = self._values.get(name)
        return stand_in if node is None else self.notes.value(node, name, read, stand_in)

    def plain(self, name: str) -> str:
        """Text that is shown and never spoken: no placeholders."""
        node = self._values.get(name)
        return self.notes.plain(node, name) or "" if node else ""

    def spoken(self, name: str) -> str:
        """Text that is spoken outside of the steps, where no placeholder means anything."""
        node = self._values.get(name)
        return self.notes.spoken(node, name) if node else ""

    def names(self, name: str) -> list[tuple[str, Node]]:
        """The names in a list, each with its node; a single one may stand by itself."""
        node = self._values.get(name)
        if node is None:
            return []
        listed = node.items if isinstance(node, SequenceNode) else [node]
        if len(listed) > limits.NAMES:
            message = f"{name}: too many ({len(listed):,}), at most {limits.NAMES} are allowed"
            self.notes.wrong(node.pos, message)
        found = []
        for each in listed[: limits.NAMES]:
            text = self.notes.plain(each, name)
            if text:
                found.append((text, each))
            elif text is not None:
                self.notes.wrong(each.pos, f"{name}: an empty name", "write [] for none")
        return found

    def tags(self, name: str) -> tuple[str, ...]:
        """Names that are never spoken."""
        return tuple(text for text, _ in self.names(name))

    def props(self, name: str) -> tuple[str, ...]:
        """Names that are spoken in the opening."""
        return tuple(self.notes.spoken(node, name) for _, node in self.names(name))

    def chosen(self, name: str, options: Collection[str], where: str) -> list[str]:
        """Names of options, each of which must be known; `where` says who has them."""
        found = self.names(name)
        for option, node in found:
            if option not in options:
                known = f": {quote(', '.join(sorted(options)))}" if options else " none"
                message = f"{name}: an unknown option ({quote(option)}), {where}{known}"
                self.notes.wrong(node.pos, message, did_you_mean(option, options))
        return [option for option, _ in found]

    def sequence(self, name: str, *, filled: bool = True) -> list[Node]:
        """The nodes of a list; a missing or empty one is a problem where `filled`."""
        node = self._values.get(name)
        if node is None:
            if filled:
                self.notes.wrong(self.pos, f"{self.what} without `{name}:`", f"add `{name}:` with a list below it")
            return []
        if not isinstance(node, SequenceNode):
            found = f" ({quote(node.text)})" if isinstance(node, ScalarNode) else ""
            self.notes.wrong(node.pos, f"`{name}:` is not a list{found}", "begin each line below it with a dash")
            return []
        if filled and not node.items:
            self.notes.wrong(node.pos, f"an empty list in `{name}:`, at least one step is needed")
        return node.items

    def one_of(self, first: str, second: str, example: str) -> None:
        """Note where not exactly one of two keys is there."""
        if (first in self) == (second in self):
            kind = self.what.split("`")[1]
            self.notes.wrong(self.pos, f"{kind}: exactly one of `{first}` and `{second}` is needed", example)

"""YAML text → a tree of nodes that keep what the writer typed, and where.

Built straight from the parser's events, so that depth, tags and aliases are checked before anything is made of
them: composing first crashes the interpreter on deep nesting, and forgets tags and doubled keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.script import limits

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "parse"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True, eq=False)
class Scalar:
    """Text as typed (for quoted text, as meant)."""

    pos: Pos
    text: str
    plain: bool
    """Not in quotes."""
    end: tuple[int, int]
    """Line and column just behind it, from 0."""


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    pos: Pos
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys and values, in the order written."""

    pos: Pos
    items: list[tuple[Scalar, Node]] = field(default_factory=list)
    flow: bool = False
    """Written with braces."""


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(text: str, file: str) -> Node:
    """The tree of one document; raises `ScriptError` with the first thing that is wrong with the YAML itself."""
    events = yaml.parse(text, Loader=_LOADER)
    try:
        return _Builder(file, events, text).document()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        pos = Pos(file, mark.line + 1, mark.column + 1) if mark else Pos(file)
        raise ScriptError([_broken(pos, fault, text)]) from None
    except yaml.reader.ReaderError as fault:
        before = text[: fault.position]
        pos = Pos(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"a character that no text may hold ({text[fault.position : fault.position + 1]!r})"
        raise ScriptError([Problem(pos, message, "delete it")]) from None


def _broken(pos: Pos, fault: yaml.MarkedYAMLError, text: str) -> Problem:
    lines = text.splitlines()
    line = lines[pos.line - 1] if pos.line <= len(lines) else ""
    said = str(fault.problem)
    found = line.strip()[:60]
    if "\t" in line[: pos.column + 1] and ("token" in said or "tab" in said):
        return Problem(pos, "a tab, where only spaces may stand", "indent with spaces")
    if "mapping values" in said:
        return Problem(pos, f"a second colon in one line ({found})", "put the text in quotes")
    if "undefined alias" in said or "unidentified alias" in said:
        return Problem(pos, f"an alias without its anchor ({found})", "put the text in quotes if a * was meant")
    hint = "put the text in quotes" if any(mark in line for mark in "{[&*!%@`\"'|>") else "look at the indentation"
    return Problem(pos, f"this is not YAML ({found or 'end of the file'}): {said}", hint)


class _Builder:
    def __init__(self, file: str, events: Iterator[Any], text: str) -> None:
        self._file, self._events, self._text = file, events, text
        self._anchors: dict[str, Node] = {}
        self._open: set[str] = set()

    def document(self) -> Node:
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise self._refused(Pos(self._file), "the file is empty", "`voicecoach new` writes a routine to start from")
        if event.tags:
            raise self._refused(self._at(event), "a %TAG directive; a routine has no tags")
        root = self._node(next(self._events), 1)
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.DocumentStartEvent):
            raise self._refused(self._at(event), "a second document in one file (---)", "one file is one routine")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            raise self._refused(self._at(event), f"a tag ({event.tag})", "put the text in quotes if a ! was meant")
        if isinstance(event, yaml.ScalarEvent):
            mark: Any = event.end_mark
            node: Node = Scalar(self._at(event), event.value, not event.style, (mark.line, mark.column))
            if event.anchor:
                self._anchors[event.anchor] = node
            return node
        if depth > limits.DEPTH:
            raise self._refused(self._at(event), f"nested deeper than {limits.DEPTH} levels")
        if event.anchor:
            self._open.add(event.anchor)
        node = (
            self._sequence(event, depth) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(event, depth)
        )
        if event.anchor:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        if event.anchor in self._open:
            raise self._refused(self._at(event), f"an alias that refers to itself (*{event.anchor})")
        if event.anchor not in self._anchors:
            hint = "put the text in quotes if a * was meant"
            raise self._refused(self._at(event), f"an alias without its anchor (*{event.anchor})", hint)
        return self._anchors[event.anchor]

    def _sequence(self, event: Any, depth: int) -> Sequence:
        node = Sequence(self._at(event))
        for inner in self._events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            node.items.append(self._node(inner, depth + 1))
        return node

    def _mapping(self, event: Any, depth: int) -> Mapping:
        node = Mapping(self._at(event), flow=bool(event.flow_style))
        for inner in self._events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self._node(inner, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                raise self._refused(key.pos, "a key that is not a word", "put the text in quotes")
            node.items.append((key, value))
        return node

    def _at(self, event: Any) -> Pos:
        mark = event.start_mark
        return Pos(self._file, mark.line + 1, mark.column + 1)

    @staticmethod
    def _refused(pos: Pos, message: str, hint: str = "") -> ScriptError:
        return ScriptError([Problem(pos, message, hint)])

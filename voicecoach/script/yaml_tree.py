"""Parses YAML into a tree of nodes that keep what the author typed, and where.

Built from the parser's events, so that depth, tags and aliases are checked before any node is made. PyYAML's composer
crashes the interpreter on deep nesting, and loses tags and duplicate keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import yaml

from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.script import limits
from voicecoach.script.source_text import INVISIBLE, quote
from voicecoach.script.yaml_errors import explain_yaml_error

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True, eq=False)
class ScalarNode:
    """A single value, as typed; quoted text without its quotes and escapes."""

    pos: Pos
    text: str
    plain: bool
    """Not in quotes."""
    end: tuple[int, int]
    """Line and column just after it, counted from 0."""


@dataclass(slots=True, eq=False)
class SequenceNode:
    """A list."""

    pos: Pos
    flow: bool = False
    """Written with brackets."""
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class MappingNode:
    """Keys and values in their order."""

    pos: Pos
    flow: bool = False
    """Written with braces."""
    items: list[tuple[ScalarNode, Node]] = field(default_factory=list)


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def parse_yaml(text: str, file: str, loader: Any = _LOADER) -> Node:
    """Parse one document. Raises `ScriptError` with the first error in the YAML itself.

    By default libyaml does the work, if PyYAML was built with it. PyYAML's own loader is slower and words its errors
    differently.
    """
    try:
        return _TreeBuilder(file, yaml.parse(text, Loader=loader)).document()
    except yaml.MarkedYAMLError as error:
        raise ScriptError([explain_yaml_error(error, text, file)]) from None
    except (ValueError, OverflowError):  # PyYAML's own parser, for an escape beyond Unicode
        raise ScriptError([Problem(Pos(file), 'no such character ("\\U...")', "delete it")]) from None


class _Anchor(NamedTuple):
    """The node of an anchor, its size when written out, and its levels of nesting."""

    node: Node
    size: int
    height: int


class _TreeBuilder:
    """Builds the nodes of one document. Sizes are in characters, with all aliases written out."""

    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self._file, self._events = file, events
        self._anchors: dict[str, _Anchor] = {}
        self._open: set[str] = set()
        self._size = self._aliased = self._values = 0
        self._deepest = 0

    def document(self) -> Node:
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            hint = "`voicecoach new` writes a routine to start from"
            raise ScriptError([Problem(Pos(self._file), "the file is empty", hint)])
        if event.tags:
            raise self._error(event, "a %TAG directive; tags mean nothing here")
        root = self._node(next(self._events), 1)
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.DocumentStartEvent):
            raise self._error(event, "a second document in one file (---)", "give it a file of its own")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        if event.tag is not None:
            raise self._error(event, f"a tag ({quote(event.tag)})", "put the text in quotes if a ! was meant")
        self._values += 1
        if self._values > limits.VALUES:
            message = f"too large: more than {limits.VALUES:,} keys and values; split it into several files"
            raise self._error(event, message)
        before, outer = self._size, self._deepest
        self._deepest = depth
        self._size += limits.NODE
        if isinstance(event, yaml.ScalarEvent):
            node: Node = self._scalar(event)
            height = 0
        else:
            node = self._collection(event, depth)
            height = self._deepest - depth + 1
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(node, self._size - before, height)
        self._deepest = max(outer, self._deepest)
        return node

    def _scalar(self, event: Any) -> ScalarNode:
        mark, style = event.end_mark, event.style
        if style == '"' and (found := INVISIBLE.search(event.value)):
            raise self._error(event, f"a character that is not allowed ({quote(found[0])})", "delete it")
        self._size += len(event.value)
        return ScalarNode(self._pos(event), event.value, not style, (mark.line, mark.column))

    def _alias(self, event: Any, depth: int) -> Node:
        name = f"*{quote(event.anchor)}"
        if event.anchor in self._open:
            raise self._error(event, f"an alias that refers to itself ({name})")
        if event.anchor not in self._anchors:
            hint = "put the text in quotes if a * was meant"
            raise self._error(event, f"an alias without its anchor ({name})", hint)
        anchor = self._anchors[event.anchor]
        self._deepest = max(self._deepest, depth + anchor.height - 1)
        self._check_depth(self._deepest, event)
        self._size += anchor.size
        self._aliased += anchor.size
        if self._aliased > limits.ALIASED:
            megabytes = limits.ALIASED // 1024 // 1024
            raise self._error(event, f"aliases that grow too large ({name}), to more than {megabytes} MiB")
        return anchor.node

    def _collection(self, event: Any, depth: int) -> Node:
        self._check_depth(depth, event)
        if event.anchor:
            self._open.add(event.anchor)
        build = self._sequence if isinstance(event, yaml.SequenceStartEvent) else self._mapping
        node = build(event, depth)
        self._open.discard(event.anchor)
        return node

    def _sequence(self, event: Any, depth: int) -> SequenceNode:
        node = SequenceNode(self._pos(event), bool(event.flow_style))
        for inner in self._events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            node.items.append(self._node(inner, depth + 1))
        return node

    def _mapping(self, event: Any, depth: int) -> MappingNode:
        node = MappingNode(self._pos(event), bool(event.flow_style))
        for inner in self._events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self._node(inner, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, ScalarNode):
                raise self._error(inner, "a key that is not a word", "put the text in quotes")
            node.items.append((key, value))
        return node

    def _check_depth(self, depth: int, event: Any) -> None:
        if depth > limits.DEPTH:
            raise self._error(event, f"nested deeper than {limits.DEPTH} levels")

    def _pos(self, event: Any) -> Pos:
        mark = event.start_mark
        return Pos(self._file, mark.line + 1, mark.column + 1)

    def _error(self, event: Any, message: str, hint: str = "") -> ScriptError:
        return ScriptError([Problem(self._pos(event), message, hint)])

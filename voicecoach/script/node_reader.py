"""Reads single YAML nodes and the keys of mappings, and collects every problem of the file.

After a mistake, reading continues with a default value; a result with problems is discarded at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from voicecoach.errors import Pos, Problem, ScriptError, did_you_mean
from voicecoach.lookalikes import is_in_typographic_quotes, retype_hint
from voicecoach.routine import Text
from voicecoach.script import limits, placeholders, values
from voicecoach.script.keywords import owner_hint
from voicecoach.script.line_hints import structure_hint, value_hint
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode, parse_yaml

T = TypeVar("T")
_STRAY = "\u200b\u2060\ufeff"
"""Invisible characters that get into a text by accident. Soft hyphens and the marks of direction have a use."""


class NodeReader:
    """Reads the nodes of one file. `key` is what a message calls the value."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._seen: set[Problem] = set()
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, pos: Pos, message: str, hint: str = "") -> None:
        """Report an error; one found twice (through an alias) counts once.

        Raises `ScriptError` with all of them when there are too many.
        """
        line = self._lines[pos.line - 1] if pos.line <= len(self._lines) else ""
        self._add(self.errors, Problem(pos, message, structure_hint(line) or hint or value_hint(line)))
        if len(self.errors) >= limits.PROBLEMS:
            message = f"{limits.PROBLEMS:,} problems, the rest was not checked"
            raise ScriptError([*self.errors, Problem(Pos(pos.file), message, "fix these first")])

    def include(self, problems: Iterable[Problem]) -> None:
        """Report the errors of a used file as well."""
        for problem in problems:
            self._add(self.errors, problem)

    def _add(self, problems: list[Problem], problem: Problem) -> None:
        if problem not in self._seen:
            self._seen.add(problem)
            problems.append(problem)

    def pairs(self, node: MappingNode) -> list[tuple[str, ScalarNode, Node]]:
        """Each key as text and as node, with its value. Duplicates of a key and merge keys are errors and left out."""
        first_lines: dict[str, int] = {}
        pairs = []
        if len(node.items) > limits.ENTRIES:
            self.error(node.pos, f"too many entries ({len(node.items):,}), at most {limits.ENTRIES:,} are allowed")
        for key, value in node.items[: limits.ENTRIES]:
            name = " ".join(key.text.split())
            if name in first_lines:
                self.error(key.pos, f"a duplicate key ({quote(name)}), first in line {first_lines[name]}")
            elif name == "<<" and key.plain:
                self.error(key.pos, "a merge key (<<), which means nothing here", "write its keys out")
            else:
                pairs.append((name, key, value))
            first_lines.setdefault(name, key.pos.line)
        return pairs

    def scalar(self, node: Node, key: str) -> str | None:
        """The text of a single value; None after an error."""
        if isinstance(node, ScalarNode):
            return node.text.strip()
        found = "a list" if isinstance(node, SequenceNode) else "a mapping"
        hint = "put the text in quotes" if node.flow else ""
        self.error(node.pos, f"{key}: {found} where a single value is wanted", hint)
        return None

    def value(self, node: Node, key: str, parse: Callable[[str], T], default: T) -> T:
        """A single value, parsed by one of the functions of `values`."""
        text = self.scalar(node, key)
        if text is None:
            return default
        try:
            return parse(values.normalize(text))
        except ValueError as error:
            message, *hints = error.args
            hint = retype_hint(text, allowed="–") or self.comment_hint(node) or next(iter(hints), "")
            self.error(node.pos, f"{key}: {message}", hint)
            return default

    def plain(self, node: Node, key: str) -> str | None:
        """Text joined to one line, placeholders left as they are; None after an error."""
        text = self.scalar(node, key)
        if text is None:
            return None
        if isinstance(node, ScalarNode):
            self._warn_of_invisible(node)
            if node.plain:
                self._warn_of_surprises(node)
        text = " ".join(text.split())
        if len(text) > limits.TEXT:
            self.error(node.pos, f"{key}: too long ({len(text):,} characters), at most {limits.TEXT:,} are allowed")
        return text[: limits.TEXT]

    def text(self, node: Node, key: str, allowed: Collection[str], *, empty: bool = False) -> Text:
        """Text to be spoken or shown, with the placeholders in `allowed`; it may be empty only if `empty`."""
        raw = self.plain(node, key)
        if raw is None:
            return Text("", (), node.pos)
        text, mistakes = placeholders.parse_text(raw, node.pos, allowed)
        for message, hint in mistakes:
            self.error(node.pos, f"{key}: {message}", hint)
        if not mistakes and not placeholders.is_speakable(text) and not (empty and not raw):
            message = f"{key}: nothing that can be spoken ({quote(raw)}), at least one letter or digit is needed"
            self.error(node.pos, message, self.comment_hint(node))
        return text

    def spoken(self, node: Node, key: str) -> str:
        """Text to be spoken, without placeholders."""
        return "".join(part for part in self.text(node, key, ()).parts if isinstance(part, str))

    def warn(self, pos: Pos, message: str, hint: str = "") -> None:
        """Report something that may surprise the author."""
        self._add(self.warnings, Problem(pos, message, hint, "warning"))

    def _warn_of_surprises(self, node: ScalarNode) -> None:
        """Warn of a text without quotes that a # cuts short, or whose quotes are not those of YAML.

        More than one space before the # suggests that a comment was meant.
        """
        line, column = node.end
        rest = self._rest_of_line(node)
        if rest.startswith(" #"):
            message = f"the text ends before the # and the rest is a comment ({quote(rest.strip())})"
            hint = "put the text in quotes if that belongs to it"
            self.warn(Pos(node.pos.file, line + 1, column + 2), message, hint)
        if is_in_typographic_quotes(node.text):
            message = f"quotes that belong to the text ({quote(node.text)})"
            self.warn(node.pos, message, retype_hint(node.text[0] + node.text[-1]))

    def _warn_of_invisible(self, node: ScalarNode) -> None:
        odd = [] if node.text.isascii() else [char for char in node.text if char in _STRAY]
        if odd:
            self.warn(node.pos, f"an invisible character in the text ({quote(node.text)})", retype_hint("".join(odd)))

    def comment_hint(self, node: Node) -> str:
        """A hint for an empty value that has a comment in its place."""
        if not isinstance(node, ScalarNode) or node.text or not node.plain:
            return ""
        rest = self._rest_of_line(node).strip()
        return f"the # begins a comment ({quote(rest)}): put the text in quotes" if rest.startswith("#") else ""

    def _rest_of_line(self, node: ScalarNode) -> str:
        line, column = node.end
        return self._lines[line][column:] if line < len(self._lines) else ""


class Fields(dict[str, Node]):
    """The nodes of one mapping by key; duplicate and unknown keys are errors. `what` names the mapping in messages."""

    def __init__(self, nodes: NodeReader, node: MappingNode, what: str, allowed: Collection[str]) -> None:
        self.nodes, self.pos, self._what = nodes, node.pos, what
        super().__init__()
        for name, key, value in nodes.pairs(node):
            if name in allowed:
                self[name] = value
                continue
            hint = owner_hint(name) or did_you_mean(name, allowed) or ("a space after the colon" if ":" in name else "")
            nodes.error(key.pos, f"an unknown key ({quote(name)}) in {what}, allowed: {', '.join(allowed)}", hint)

    def error(self, key: str, message: str, hint: str = "") -> None:
        """Report an error in the value of a key that is there."""
        self.nodes.error(self[key].pos, f"{key}: {message}", hint)

    def value(self, key: str, parse: Callable[[str], T], default: T) -> T:
        """The parsed value of a key; the default if it is missing or wrong."""
        return self.nodes.value(self[key], key, parse, default) if key in self else default

    def plain(self, key: str) -> str:
        """Text that is shown and never spoken, without placeholders."""
        return self.nodes.plain(self[key], key) or "" if key in self else ""

    def spoken(self, key: str) -> str:
        """Text that is spoken, without placeholders."""
        return self.nodes.spoken(self[key], key) if key in self else ""

    def text(self, key: str, allowed: Collection[str], *, empty: bool = False) -> Text | None:
        """Text with placeholders; None if the key is missing."""
        return self.nodes.text(self[key], key, allowed, empty=empty) if key in self else None

    def names(self, key: str) -> list[tuple[str, Node]]:
        """The names in a list, each with its node; a single name needs no list, but commas in it are warned of."""
        if key not in self:
            return []
        node = self[key]
        if isinstance(node, ScalarNode) and node.plain and "," in node.text:
            listed = quote(", ".join(part.strip() for part in node.text.split(",") if part.strip()))
            hint = f"write `{key}: [{listed}]`, or put it in quotes if it is one name"
            self.nodes.warn(node.pos, f"{key}: a single name with a comma in it ({quote(node.text)})", hint)
        items = node.items if isinstance(node, SequenceNode) else [node]
        if len(items) > limits.NAMES:
            self.error(key, f"too many ({len(items):,}), at most {limits.NAMES} are allowed")
        names = []
        for item in items[: limits.NAMES]:
            text = self.nodes.plain(item, key)
            if text:
                names.append((text, item))
            elif text is not None:
                self.nodes.error(
                    item.pos, f"{key}: an empty name", self.nodes.comment_hint(item) or "write [] for none"
                )
        return names

    def spoken_names(self, key: str) -> tuple[str, ...]:
        """The names in a list that is read aloud."""
        return tuple(self.nodes.spoken(node, key) for _, node in self.names(key))

    def sequence(self, key: str, *, required: bool = True) -> list[Node]:
        """The items of a list; a missing or empty list is an error if it is required."""
        node = self.get(key)
        if node is None:
            if required:
                self.nodes.error(self.pos, f"{self._what} without `{key}:`", f"add `{key}:` with a list below it")
            return []
        if not isinstance(node, SequenceNode):
            found = f" ({quote(node.text)})" if isinstance(node, ScalarNode) else ""
            self.nodes.error(node.pos, f"`{key}:` is not a list{found}", "begin each line below it with a dash")
            return []
        if required and not node.items:
            self.nodes.error(node.pos, f"an empty list in `{key}:`, at least one step is needed")
        return node.items


def top_fields(text: str, file: str, what: str, keys: Collection[str], first: str) -> Fields:
    """Parse a file and read the keys at its top. Raises `ScriptError` if there are none and suggests `first`."""
    root = parse_yaml(text, file)
    if not isinstance(root, MappingNode):
        raise ScriptError([Problem(Pos(file), f"not {what}: no `key: value` at its top", f"begin with `{first}:`")])
    return Fields(NodeReader(text), MappingNode(Pos(file), items=root.items), what, keys)

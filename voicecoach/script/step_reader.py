"""Reads a list of YAML nodes into steps; handles what all kinds of step have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from voicecoach.errors import did_you_mean
from voicecoach.routine import Routine, Step
from voicecoach.script import flow_steps, placeholders, timed_steps
from voicecoach.script.fields import Fields
from voicecoach.script.keywords import COMMON_KEYS, STEP_KEYS, TIMED_KINDS, owner_hint, step_kind
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode

__all__ = ["Resolvers", "StepReader"]

_KIND_HINTS = {"rest": "did you mean pause?"}
"""Hints for words that some would look for among the steps, and whose spelling is nearer to another."""


class Resolvers(NamedTuple):
    """How a script reaches other files; both note what is wrong and then give None."""

    routine: Callable[[NodeReader, Node, str], Routine | None]
    sound: Callable[[NodeReader, Node, str], str | None]


class StepReader:
    """Reads the steps of one file."""

    def __init__(self, notes: NodeReader, options: frozenset[str], language: str, links: Resolvers) -> None:
        self.notes, self.links = notes, links
        self.language = language
        self._options = options
        self._theirs: dict[int, frozenset[str]] = {}
        self._made: dict[tuple[int, frozenset[str]], Step | None] = {}

    def steps(self, nodes: list[Node], allowed: frozenset[str]) -> tuple[Step, ...]:
        """The steps of one list; those that cannot be read are missing, and noted."""
        last = max((index for index, node in enumerate(nodes) if step_kind(node) in TIMED_KINDS), default=-1)
        made = []
        for index, node in enumerate(nodes):
            here = allowed | placeholders.IN_LIST if index <= last else allowed - placeholders.IN_LIST
            step = self._step(node, here)
            if step is not None:
                made.append(step)
        return tuple(made)

    def _step(self, node: Node, allowed: frozenset[str]) -> Step | None:
        known = (id(node), allowed)
        if known not in self._made:
            self._made[known] = self._new_step(node, allowed)
        return self._made[known]

    def _new_step(self, node: Node, allowed: frozenset[str]) -> Step | None:
        if not isinstance(node, MappingNode):
            self._no_step(node)
            return None
        kind = step_kind(node)
        if kind is None:
            self._no_kind(node)
            return None
        what = f"a `{kind}` step"
        fields = Fields(self.notes, node, what, (kind, *STEP_KEYS[kind], *COMMON_KEYS))
        common = {
            "pos": node.pos,
            "when": self._option(fields, "when"),
            "unless": self._option(fields, "unless"),
        }
        return _READERS[kind](self, fields, allowed, common)

    def _no_step(self, node: Node) -> None:
        if not isinstance(node, ScalarNode):
            self.notes.wrong(node.pos, "not a step (a list), a step is `key: value`", "one dash a step")
            return
        word = node.text.partition(":")[0].strip()
        known = word in STEP_KEYS
        hint = f"write `{word}:` and a space after the colon" if known else "begin with `say:` if it is to be spoken"
        self.notes.wrong(node.pos, f"not a step ({quote(node.text)}), a step is `key: value`", hint)

    def _no_kind(self, node: MappingNode) -> None:
        pairs = self.notes.pairs(node)
        if node.items and not pairs:
            return  # noted already
        keys = [name for name, _, _ in pairs]
        kinds = [key for key in keys if key in STEP_KEYS]
        if kinds:
            message = f"a step of two kinds ({' and '.join(kinds)}), exactly one is allowed"
            self.notes.wrong(node.pos, message, "begin each step on a line of its own, with a dash")
            return
        unknown = next((key for key in keys if key not in COMMON_KEYS), "")
        hint = _KIND_HINTS.get(unknown) or owner_hint(unknown) or (did_you_mean(unknown, STEP_KEYS) if unknown else "")
        if not hint and ":" in unknown:
            hint = "a space after the colon"
        elif not hint and node.flow:
            hint = "put the text in quotes"
        found = quote(", ".join(keys))
        pos = pairs[0][1].pos if pairs else node.pos
        self.notes.wrong(pos, f"a step of no known kind ({found}), allowed: {', '.join(STEP_KEYS)}", hint)

    def _option(self, fields: Fields, name: str) -> str | None:
        """The option of `when` or `unless`, which the file itself must declare."""
        if name not in fields:
            return None
        option = self.notes.plain(fields[name], name)
        if option is not None and option not in self._options:
            known = quote(", ".join(sorted(self._options))) if self._options else "none"
            hint = did_you_mean(option, self._options) or "declare it under `options:` at the top"
            message = f"{name}: an unknown option ({quote(option)}), allowed: {known}"
            self.notes.wrong(fields[name].pos, message, hint)
        return option

    def options_of(self, routine: Routine) -> frozenset[str]:
        """The options that a used routine has, asked of each routine once."""
        if id(routine) not in self._theirs:
            self._theirs[id(routine)] = routine.reachable_options
        return self._theirs[id(routine)]

    def below(self, fields: Fields, name: str, allowed: frozenset[str], *, filled: bool = True) -> tuple[Step, ...]:
        """The steps under a key."""
        return self.steps(fields.sequence(name, filled=filled), allowed)


_StepFunction: TypeAlias = Callable[[StepReader, Fields, frozenset[str], dict[str, Any]], Step | None]
_READERS: dict[str, _StepFunction] = {
    "say": flow_steps.read_say,
    "pause": flow_steps.read_pause,
    "wait": flow_steps.read_wait,
    "chime": timed_steps.read_chime,
    "hold": timed_steps.read_hold,
    "count": timed_steps.read_count,
    "breathe": timed_steps.read_breathe,
    "repeat": flow_steps.read_repeat,
    "sides": flow_steps.read_sides,
    "move": flow_steps.read_move,
    "use": flow_steps.read_use,
}

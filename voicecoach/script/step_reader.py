"""Reads a list of YAML nodes into steps; handles what all kinds of step have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from voicecoach.errors import nearest
from voicecoach.routine import Routine, Step
from voicecoach.script import flow_steps, placeholders, timed_steps
from voicecoach.script.fields import Fields
from voicecoach.script.keywords import COMMON, EXTRAS, TIMED, home, node_kind
from voicecoach.script.node_reader import Notes
from voicecoach.script.source_text import shown
from voicecoach.script.yaml_tree import Mapping, Node, Scalar

__all__ = ["Links", "Reader"]

_MEANT = {"rest": "did you mean pause?"}
"""Hints for words that some would look for among the steps, and whose spelling is nearer to another."""


class Links(NamedTuple):
    """How a script reaches other files; both note what is wrong and then give None."""

    routine: Callable[[Notes, Node, str], Routine | None]
    sound: Callable[[Notes, Node, str], str | None]


class Reader:
    """Reads the steps of one file."""

    def __init__(self, notes: Notes, options: frozenset[str], language: str, links: Links) -> None:
        self.notes, self.links = notes, links
        self.language = language
        self._options = options
        self._theirs: dict[int, frozenset[str]] = {}
        self._made: dict[tuple[int, frozenset[str]], Step | None] = {}

    def steps(self, nodes: list[Node], allowed: frozenset[str]) -> tuple[Step, ...]:
        """The steps of one list; those that cannot be read are missing, and noted."""
        last = max((index for index, node in enumerate(nodes) if node_kind(node) in TIMED), default=-1)
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
        if not isinstance(node, Mapping):
            self._no_step(node)
            return None
        kind = node_kind(node)
        if kind is None:
            self._no_kind(node)
            return None
        what = f"a `{kind}` step"
        fields = Fields(self.notes, node, what, (kind, *EXTRAS[kind], *COMMON))
        common = {
            "pos": node.pos,
            "when": self._option(fields, "when"),
            "unless": self._option(fields, "unless"),
        }
        return _MAKERS[kind](self, fields, allowed, common)

    def _no_step(self, node: Node) -> None:
        if not isinstance(node, Scalar):
            self.notes.wrong(node.pos, "not a step (a list), a step is `key: value`", "one dash a step")
            return
        word = node.text.partition(":")[0].strip()
        known = word in EXTRAS
        hint = f"write `{word}:` and a space after the colon" if known else "begin with `say:` if it is to be spoken"
        self.notes.wrong(node.pos, f"not a step ({shown(node.text)}), a step is `key: value`", hint)

    def _no_kind(self, node: Mapping) -> None:
        pairs = self.notes.pairs(node)
        if node.items and not pairs:
            return  # noted already
        keys = [name for name, _, _ in pairs]
        kinds = [key for key in keys if key in EXTRAS]
        if kinds:
            message = f"a step of two kinds ({' and '.join(kinds)}), exactly one is allowed"
            self.notes.wrong(node.pos, message, "begin each step on a line of its own, with a dash")
            return
        unknown = next((key for key in keys if key not in COMMON), "")
        hint = _MEANT.get(unknown) or home(unknown) or (nearest(unknown, EXTRAS) if unknown else "")
        if not hint and ":" in unknown:
            hint = "a space after the colon"
        elif not hint and node.flow:
            hint = "put the text in quotes"
        found = shown(", ".join(keys))
        pos = pairs[0][1].pos if pairs else node.pos
        self.notes.wrong(pos, f"a step of no known kind ({found}), allowed: {', '.join(EXTRAS)}", hint)

    def _option(self, fields: Fields, name: str) -> str | None:
        """The option of `when` or `unless`, which the file itself must declare."""
        if name not in fields:
            return None
        option = self.notes.plain(fields[name], name)
        if option is not None and option not in self._options:
            known = shown(", ".join(sorted(self._options))) if self._options else "none"
            hint = nearest(option, self._options) or "declare it under `options:` at the top"
            message = f"{name}: an unknown option ({shown(option)}), allowed: {known}"
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


_Maker: TypeAlias = Callable[[Reader, Fields, frozenset[str], dict[str, Any]], Step | None]
_MAKERS: dict[str, _Maker] = {
    "say": flow_steps.say,
    "pause": flow_steps.pause,
    "wait": flow_steps.wait,
    "chime": timed_steps.chime,
    "hold": timed_steps.hold,
    "count": timed_steps.count,
    "breathe": timed_steps.breathe,
    "repeat": flow_steps.repeat,
    "sides": flow_steps.sides,
    "move": flow_steps.move,
    "use": flow_steps.use,
}

"""A list of YAML nodes → steps: what holds for steps of every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from voicecoach.errors import nearest
from voicecoach.routine import Routine, Step
from voicecoach.script import clocks, flow, limits, words
from voicecoach.script.fields import Fields, Notes
from voicecoach.script.kinds import COMMON, EXTRAS, TIMED, Around, node_kind
from voicecoach.script.tree import Mapping, Node, Scalar

__all__ = ["Links", "Reader"]


@dataclass(frozen=True, slots=True)
class Links:
    """How a script reaches other files; both note what is wrong and then give None."""

    routine: Callable[[Notes, Node, str], Routine | None]
    sound: Callable[[Notes, Node, str], str | None]


class Reader:
    """Reads the steps of one file."""

    def __init__(self, notes: Notes, options: frozenset[str], links: Links) -> None:
        self.notes, self.links = notes, links
        self._options = options
        self._made: dict[tuple[int, frozenset[str]], Step | None] = {}

    def steps(self, nodes: list[Node], around: Around) -> tuple[Step, ...]:
        """The steps of one list; those that cannot be read are missing, and noted."""
        ahead = [bool(node_kind(node) in TIMED) for node in nodes]
        last = max((index for index, timed in enumerate(ahead) if timed), default=-1)
        made = []
        for index, node in enumerate(nodes):
            allowed = around.allowed | words.IN_LIST if index <= last else around.allowed - words.IN_LIST
            step = self._step(node, replace(around, allowed=allowed))
            if step is not None:
                made.append(step)
        return tuple(made)

    def _step(self, node: Node, around: Around) -> Step | None:
        known = (id(node), around.allowed)
        if known not in self._made:
            self._made[known] = self._new_step(node, around)
        return self._made[known]

    def _new_step(self, node: Node, around: Around) -> Step | None:
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
        return _MAKERS[kind](self, fields, around, common)

    def _no_step(self, node: Node) -> None:
        text = node.text if isinstance(node, Scalar) else "a list"
        word = text.partition(":")[0].strip()
        if word in EXTRAS:
            hint = f"write `{word}:` and a space after the colon"
        else:
            hint = f"write `say: {text[:30]}` if it is to be spoken"
        self.notes.wrong(node.pos, f"not a step ({text[:40] or 'nothing'}), a step is `key: value`", hint)

    def _no_kind(self, node: Mapping) -> None:
        keys = [key.text.strip() for key, _ in node.items]
        kinds = [key for key in keys if key in EXTRAS]
        if len(kinds) > 1:
            message = f"a step of two kinds ({' and '.join(kinds)}), exactly one is allowed"
            self.notes.wrong(node.pos, message, "begin each step on a line of its own, with a dash")
            return
        unknown = [key for key in keys if key not in COMMON]
        hint = nearest(unknown[0], EXTRAS) if unknown else ""
        if not hint and node.flow:
            hint = "put the text in quotes"
        elif not hint and unknown and ":" in unknown[0]:
            hint = "a space after the colon"
        message = f"a step of no known kind ({', '.join(keys) or 'nothing'}), allowed: {', '.join(EXTRAS)}"
        self.notes.wrong(node.items[0][0].pos if node.items else node.pos, message, hint)

    def _option(self, fields: Fields, name: str) -> str | None:
        if name not in fields:
            return None
        option = fields.plain(name)
        if option not in self._options:
            node = fields.node(name)
            assert node is not None
            known = ", ".join(sorted(self._options)) or "none; declare it under `options:` at the top"
            hint = nearest(option, self._options)
            self.notes.wrong(node.pos, f"{name}: an unknown option ({option or 'nothing'}), allowed: {known}", hint)
        return option

    def below(self, fields: Fields, name: str, around: Around, *, filled: bool = True) -> tuple[Step, ...]:
        """The steps under a key."""
        nodes = fields.sequence(name, filled=filled)
        if around.depth > limits.DEPTH:
            self.notes.wrong(fields.pos, f"steps nested deeper than {limits.DEPTH} levels")
            return ()
        return self.steps(nodes, around)


_Maker: TypeAlias = Callable[[Reader, Fields, Around, dict[str, Any]], Step | None]
_MAKERS: dict[str, _Maker] = {
    "say": flow.say,
    "pause": flow.pause,
    "wait": flow.wait,
    "chime": clocks.chime,
    "hold": clocks.hold,
    "count": clocks.count,
    "breathe": clocks.breathe,
    "repeat": flow.repeat,
    "sides": flow.sides,
    "move": flow.move,
    "use": flow.use,
}

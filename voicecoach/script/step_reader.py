"""Reads lists of steps: what all steps have in common, and the kinds that contain steps or reach other files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from voicecoach.errors import did_you_mean
from voicecoach.lookalikes import retype_hint
from voicecoach.routine import Chime, Move, Range, Repeat, Routine, Say, Side, Sides, Step, Text, Use, same_language
from voicecoach.script import placeholders, values
from voicecoach.script.keywords import CHIMES, COMMON_KEYS, POSITIONS, STEP_KEYS, owner_hint, step_kind
from voicecoach.script.node_reader import Fields, NodeReader
from voicecoach.script.source_text import quote
from voicecoach.script.timed_steps import TIMED_STEP_READERS, ReadStep
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode

_KIND_HINTS = {"rest": "did you mean pause?"}
"""Hints where another kind of step is spelled more alike than the one probably meant."""
_SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".oga", ".aac", ".aiff")


class Resolvers(NamedTuple):
    """Resolve references to other files. Each reports an error and returns None if it fails."""

    routine: Callable[[NodeReader, Node, str], Routine | None]
    sound: Callable[[NodeReader, Node, str], str | None]
    """The absolute path of a sound file."""


class StepReader:
    """Reads the steps of one file. `options` are those that `when` and `unless` may name."""

    def __init__(self, nodes: NodeReader, options: frozenset[str], language: str, resolvers: Resolvers) -> None:
        self._nodes, self._options, self._language, self._resolvers = nodes, options, language, resolvers
        self._reachable: dict[int, frozenset[str]] = {}
        self._steps_by_node: dict[tuple[int, frozenset[str]], Step | None] = {}
        self._readers: dict[str, ReadStep] = {
            **TIMED_STEP_READERS,
            "say": self._say,
            "chime": self._chime,
            "repeat": self._repeat,
            "sides": self._sides,
            "move": self._move,
            "use": self._use,
        }

    def steps(
        self, fields: Fields, key: str, allowed_placeholders: frozenset[str], *, required: bool = True
    ) -> tuple[Step, ...]:
        """The steps in the list of a key; those with errors are missing."""
        nodes = fields.sequence(key, required=required)
        timed = [index for index, node in enumerate(nodes) if step_kind(node) in TIMED_STEP_READERS]
        last_timed = max(timed, default=-1)
        without_length = allowed_placeholders - placeholders.IN_LIST
        with_length = without_length | placeholders.IN_LIST
        steps = (
            self._step(node, with_length if index <= last_timed else without_length) for index, node in enumerate(nodes)
        )
        return tuple(step for step in steps if step is not None)

    def _step(self, node: Node, allowed_placeholders: frozenset[str]) -> Step | None:
        key = (id(node), allowed_placeholders)
        if key not in self._steps_by_node:
            self._steps_by_node[key] = self._new_step(node, allowed_placeholders)
        return self._steps_by_node[key]

    def _new_step(self, node: Node, allowed_placeholders: frozenset[str]) -> Step | None:
        if not isinstance(node, MappingNode):
            self._report_no_mapping(node)
            return None
        kind = step_kind(node)
        if kind is None:
            self._report_no_kind(node)
            return None
        fields = Fields(self._nodes, node, f"a `{kind}` step", (kind, *STEP_KEYS[kind], *COMMON_KEYS))
        common = {"pos": node.pos, **{key: self._option(fields, key) for key in COMMON_KEYS}}
        return self._readers[kind](fields, allowed_placeholders, common)

    def _report_no_mapping(self, node: Node) -> None:
        if not isinstance(node, ScalarNode):
            self._nodes.error(node.pos, "not a step (a list), a step is `key: value`", "one dash per step")
            return
        word = node.text.partition(":")[0].strip()
        is_kind = word in STEP_KEYS
        hint = f"write `{word}:` and a space after the colon" if is_kind else "begin with `say:` if it is to be spoken"
        self._nodes.error(node.pos, f"not a step ({quote(node.text)}), a step is `key: value`", hint)

    def _report_no_kind(self, node: MappingNode) -> None:
        pairs = self._nodes.pairs(node)
        if node.items and not pairs:
            return  # all keys were errors, already reported
        keys = [name for name, _, _ in pairs]
        kinds = [key for key in keys if key in STEP_KEYS]
        if kinds:
            message = f"a step of two kinds ({' and '.join(kinds)}), exactly one is allowed"
            self._nodes.error(node.pos, message, "begin each step on a line of its own, with a dash")
            return
        pos = pairs[0][1].pos if pairs else node.pos
        message = f"a step of no known kind ({quote(', '.join(keys))}), allowed: {', '.join(STEP_KEYS)}"
        self._nodes.error(pos, message, _kind_hint(keys, flow=node.flow))

    def _option(self, fields: Fields, key: str) -> str | None:
        """The option named by `when` or `unless`, which the file itself must declare."""
        option = self._nodes.plain(fields[key], key) if key in fields else None
        if option is not None and option not in self._options:
            known = quote(", ".join(sorted(self._options))) if self._options else "none"
            hint = did_you_mean(option, self._options) or "declare it under `options:` at the top"
            fields.error(key, f"an unknown option ({quote(option)}), allowed: {known}", hint)
        return option

    def _say(self, fields: Fields, allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
        return Say(
            text=self._nodes.text(fields["say"], "say", allowed_placeholders),
            then=fields.value("then", lambda typed: values.duration_range(typed, zero=True), None),
            again=fields.text("again", allowed_placeholders, empty=True),
            **common,
        )

    def _chime(self, fields: Fields, _allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
        name = self._nodes.scalar(fields["chime"], "chime")
        path = None
        if name is not None and name not in CHIMES:
            if "/" in name or name.lower().endswith(_SOUND_SUFFIXES):
                path = self._resolvers.sound(self._nodes, fields["chime"], name)
            else:
                message = f"an unknown sound ({quote(name)}), allowed: {', '.join(CHIMES)}"
                fields.error("chime", f"{message}, and sound files beside the routine", did_you_mean(name, CHIMES))
        return Chime(sound=name or "", path=path, **common)

    def _repeat(self, fields: Fields, allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
        allowed_placeholders |= placeholders.IN_REPEAT
        return Repeat(
            number=fields.value("repeat", values.number_range, Range(1, 1)),
            steps=self.steps(fields, "steps", allowed_placeholders),
            between=self.steps(fields, "between", allowed_placeholders, required=False),
            announce=fields.value("announce", values.yes_or_no, False),
            **common,
        )

    def _sides(self, fields: Fields, allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
        node = fields["sides"]
        items = node.items if isinstance(node, SequenceNode) else []
        names = tuple(item.text.strip() if isinstance(item, ScalarNode) else "a list" for item in items)
        if sorted(names) != ["left", "right"]:
            found = quote(", ".join(names) or (node.text if isinstance(node, ScalarNode) else ""))
            message = f"not two sides ({found}), allowed are [left, right] and [right, left]"
            fields.error("sides", message, retype_hint(found))
            names = ("left", "right")
        allowed_placeholders |= placeholders.IN_SIDES
        between = self.steps(fields, "between", allowed_placeholders, required=False) if "between" in fields else None
        steps = self.steps(fields, "steps", allowed_placeholders)
        return Sides(order=cast("tuple[Side, Side]", names), steps=steps, between=between, **common)

    def _move(self, fields: Fields, allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step:
        return Move(
            title=self._nodes.text(
                fields["move"], "move", allowed_placeholders - placeholders.IN_LIST - {"move", "next"}
            ),
            steps=self.steps(fields, "steps", allowed_placeholders),
            position=self._position(fields, allowed_placeholders) if "position" in fields else None,
            needs=fields.spoken_names("needs"),
            **common,
        )

    def _position(self, fields: Fields, allowed_placeholders: frozenset[str]) -> Text | None:
        position = self._nodes.scalar(fields["position"], "position")
        if position in POSITIONS:
            return fields.text("position", allowed_placeholders)
        if position is not None:
            message = f"not a position ({quote(position)}), allowed: {', '.join(POSITIONS)}"
            fields.error("position", message, did_you_mean(position, POSITIONS))
        return None

    def _use(self, fields: Fields, _allowed_placeholders: frozenset[str], common: dict[str, Any]) -> Step | None:
        node = fields["use"]
        name = self._nodes.scalar(node, "use")
        routine = self._resolvers.routine(self._nodes, node, name) if name is not None else None
        if routine is None or name is None:
            return None
        if not same_language(routine.language, self._language):
            found = f"{quote(name)} speaks another language ({routine.language})"
            fields.error("use", f"{found}, {self._language} is allowed here")
        options = self._chosen_options(fields, name, routine) if "options" in fields else ()
        return Use(routine=routine, options=options, **common)

    def _chosen_options(self, fields: Fields, name: str, routine: Routine) -> tuple[str, ...]:
        """The options that a `use` step chooses, each of which the used routine must have."""
        if id(routine) not in self._reachable:
            self._reachable[id(routine)] = routine.reachable_options
        reachable = self._reachable[id(routine)]
        chosen = fields.names("options")
        for option, node in chosen:
            if option not in reachable:
                known = f": {quote(', '.join(sorted(reachable)))}" if reachable else " none"
                message = f"options: an unknown option ({quote(option)}), {quote(name)} has{known}"
                self._nodes.error(node.pos, message, did_you_mean(option, reachable))
        return tuple(option for option, _ in chosen)


def _kind_hint(keys: list[str], *, flow: bool) -> str:
    """A hint for a step without a kind; a step with braces may be a text that begins with a placeholder."""
    unknown = next((key for key in keys if key not in COMMON_KEYS), "")
    hint = _KIND_HINTS.get(unknown) or owner_hint(unknown) or (did_you_mean(unknown, STEP_KEYS) if unknown else "")
    if hint:
        return hint
    if ":" in unknown:
        return "a space after the colon"
    return "put the text in quotes" if flow else ""

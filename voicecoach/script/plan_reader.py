"""Reads a plan: which person or group gets which routines, with which choices.

A plan is YAML and is checked like a routine: every error is reported at once, at its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from voicecoach.choices import Choices
from voicecoach.errors import ChoiceError, ExternalError, Pos, Problem, ScriptError, did_you_mean
from voicecoach.routine import Routine
from voicecoach.script.library import is_file, is_path
from voicecoach.script.node_reader import Fields, NodeReader, top_fields
from voicecoach.script.plan_entry import (
    CHOICE_KEYS,
    ChoiceName,
    PlanChoices,
    PlanContext,
    PlanEntry,
    override_choices,
    read_choices,
)
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["read_plan"]

_PLAN_KEYS = (*CHOICE_KEYS, "routines", "people", "groups")
"""The keys at the top of a plan; the choices there apply unless a person or a routine has others."""
_PERSON_KEYS = (*CHOICE_KEYS, "only", "routines")
_ROUTINE_KEYS = ("routine", *CHOICE_KEYS, "only")
_STDIN = "-"


def read_plan(text: str, file: str, folder: Path, context: PlanContext) -> tuple[PlanEntry, ...]:
    """Read the entries of a plan in their order. Paths in it are relative to `folder`.

    Raises `ScriptError` with all problems of the plan.
    """
    if not text.strip():
        raise ScriptError([Problem(Pos(file), "the plan is empty", "begin with `people:`")])
    fields = top_fields(text, file, "a plan", _PLAN_KEYS, "people")
    entries = tuple(_PlanReader(fields.nodes, context, folder).entries(fields))
    if fields.nodes.errors:
        raise ScriptError(fields.nodes.errors)
    return entries


@dataclass(slots=True)
class _SharedName:
    """What the routines had to offer for a name that is shared by several."""

    key: str
    allowed: set[str] = field(default_factory=set)
    found: bool = False


@dataclass(slots=True)
class _PlanReader:
    nodes: NodeReader
    context: PlanContext
    folder: Path
    shared: dict[ChoiceName, _SharedName] = field(default_factory=dict)

    def entries(self, fields: Fields) -> Iterator[PlanEntry]:
        if "people" not in fields and "groups" not in fields:
            self.nodes.error(fields.pos, "a plan without `people:` or `groups:`", "add one, with names below it")
        choices = read_choices(fields, self.context, shared=True)
        people: dict[str, str] = {}
        for name, key, node in self._people(fields):
            folder = self._folder(name, key, people)
            person = self._person(name, node)
            if person is None:
                continue
            own = override_choices(choices, read_choices(person, self.context, shared=True))
            routines = person.get("routines") or fields.get("routines")
            if routines is None:
                hint = "add `routines:` with a list below it, here or at the top"
                self.nodes.error(key.pos, f"{quote(name)} without `routines:`", hint)
                continue
            for routine, nearer in self._routines(routines):
                yield from self._entry(name, folder, routine, override_choices(own, nearer))
        for shared, use in self.shared.items():
            if not use.found:
                self._report_missing(shared, use.key, "these routines have", sorted(use.allowed))

    def _people(self, fields: Fields) -> Iterator[tuple[str, ScalarNode, Node]]:
        for key in ("people", "groups"):
            node = fields.get(key)
            if isinstance(node, MappingNode) and node.items:
                yield from self.nodes.pairs(node)
            elif node is not None:
                mistake = "empty" if _is_empty(node) else "not a mapping"
                fields.error(key, mistake, "write each name below it, with a colon")

    def _folder(self, name: str, key: ScalarNode, people: dict[str, str]) -> str:
        """The folder of a person, which no other person may share. `people` holds the names by folder."""
        folder = self.context.folder_name(name)
        other = people.get(folder.casefold())
        if not folder:
            self.nodes.error(key.pos, f"a name that no folder can have ({quote(name)})", "use letters or digits")
        elif other is not None:
            message = f"two who would share a folder ({quote(other)} and {quote(name)})"
            self.nodes.error(key.pos, message, "tell their names apart")
        people.setdefault(folder.casefold(), name)
        return folder

    def _person(self, name: str, node: Node) -> Fields | None:
        if isinstance(node, SequenceNode):  # only the routines
            key = ScalarNode(node.pos, "routines", plain=True, end=(0, 0))
            node = MappingNode(node.pos, items=[(key, node)])
        if not isinstance(node, MappingNode):
            message = f"{quote(name)}: not a list of routines, nor a mapping"
            self.nodes.error(node.pos, message, "write `routines:` below it")
            return None
        return Fields(self.nodes, node, quote(name), _PERSON_KEYS)

    def _routines(self, node: Node) -> Iterator[tuple[ScalarNode, PlanChoices]]:
        """The name of each routine in a list, with its own choices; a single routine needs no list."""
        items = node.items if isinstance(node, SequenceNode) else [node]
        if not items:
            self.nodes.error(node.pos, "an empty list in `routines:`, at least one routine is needed")
        for item in items:
            if isinstance(item, ScalarNode):
                yield item, {}
            elif isinstance(item, SequenceNode):
                self.nodes.error(item.pos, "routines: a list within a list", "write a routine's name")
            else:
                fields = Fields(self.nodes, item, "a routine", _ROUTINE_KEYS)
                choices = read_choices(fields, self.context, shared=False)
                name = fields.get("routine")
                if isinstance(name, ScalarNode):
                    yield name, choices
                else:
                    pos = item.pos if name is None else name.pos
                    self.nodes.error(pos, "a routine without its name", "write `routine:` and a name")

    def _entry(self, person: str, folder: str, node: ScalarNode, chosen: PlanChoices) -> Iterator[PlanEntry]:
        name = self.nodes.plain(node, "routines") or ""
        routine = self._load(node, name)
        if routine is None:
            return
        names: dict[str, tuple[str, ...]] = dict.fromkeys(("with", "only", "skip"), ())
        if isinstance(routine, Routine):
            names = {key: self._known_names(routine, key, chosen.get(key, [])) for key in names}
            self._check_voice(routine, chosen.get("voice"))
        values = {key: chosen[key] for key in ("level", "side", "speed", "intro") if chosen.get(key) is not None}
        choices = Choices(
            length=chosen.get("minutes"),
            options=frozenset(names["with"]),
            only=names["only"],
            skip=names["skip"],
            **values,
        )
        voice = chosen["voice"].text if "voice" in chosen else "auto"
        formats = chosen.get("formats", ())
        yield PlanEntry(
            person=person, folder=folder, name=name, routine=routine, choices=choices, voice=voice, formats=formats
        )

    def _load(self, node: ScalarNode, name: str) -> Routine | ScriptError | ExternalError | None:
        path = self.folder / name
        if name == _STDIN or (is_path(name) and not is_file(path)):
            self.nodes.error(node.pos, f"routines: there is no such file ({quote(name)})")
            return None
        try:
            return self.context.load(str(path) if is_path(name) else name)
        except ChoiceError as error:
            self.nodes.error(node.pos, f"routines: {error.message}", error.hint)
            return None
        except (ScriptError, ExternalError) as error:
            return error

    def _known_names(self, routine: Routine, key: str, names: list[ChoiceName]) -> tuple[str, ...]:
        """Those of the names that the routine has; a missing one is an error unless it is shared."""
        is_option = key == "with"
        allowed = sorted(routine.reachable_options) if is_option else list(self.context.move_titles(routine))
        known = []
        for name in names:
            found = name.text in allowed if is_option else not self.context.unknown_titles(routine, (name.text,))
            if found:
                known.append(name.text)
            if name.shared:
                shared = self.shared.setdefault(name, _SharedName(key))
                shared.allowed.update(allowed)
                shared.found |= found
            elif not found:
                self._report_missing(name, key, f"{quote(routine.title)} has", allowed)
        return tuple(known)

    def _report_missing(self, name: ChoiceName, key: str, owner: str, allowed: Collection[str]) -> None:
        what = "option" if key == "with" else "move"
        message = f"{key}: {owner} no such {what} ({quote(name.text)}), allowed: {', '.join(allowed) or 'none'}"
        self.nodes.error(name.node.pos, message, did_you_mean(name.text, allowed))

    def _check_voice(self, routine: Routine, voice: ChoiceName | None) -> None:
        """Report a voice that cannot be right. One that only this machine lacks fails with its session."""
        if voice is None:
            return
        try:
            self.context.check_voice(voice.text, routine.language)
        except ChoiceError as error:
            self.nodes.error(voice.node.pos, f"voice: {error.message}", error.hint)
        except ExternalError:
            return


def _is_empty(node: Node) -> bool:
    return not (node.text.strip() if isinstance(node, ScalarNode) else node.items)

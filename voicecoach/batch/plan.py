"""Reads a plan: which person or group gets which routines, with which choices.

A plan is YAML and is checked like a routine: every error is reported at once, at its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from voicecoach.batch.session_files import KINDS, BatchSession, InvalidSession
from voicecoach.choices import Choices, parse_level, parse_side
from voicecoach.compiler.selection import move_titles, unknown_titles
from voicecoach.errors import ChoiceError, ExternalError, Pos, Problem, ScriptError, did_you_mean
from voicecoach.exporter.destination import safe_file_name
from voicecoach.routine import Routine
from voicecoach.script import values
from voicecoach.script.library import Library, is_file, is_path, read_script
from voicecoach.script.node_reader import Fields, NodeReader, top_fields
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode
from voicecoach.voices.registry import choose_voice
from voicecoach.voices.voice import Voice

CHOICE_KEYS = ("level", "minutes", "with", "skip", "side", "speed", "intro", "voice", "formats")
"""The choices that may stand anywhere in a plan."""
_DOSE_KEYS = ("level", "minutes")
_PARSERS: dict[str, Callable[[str], object]] = {
    "level": lambda typed: parse_level(quote(typed)),
    "minutes": values.minutes,
    "side": lambda typed: parse_side(quote(typed)),
    "speed": values.speed,
    "intro": values.yes_or_no,
}


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceName:
    """The name of an option, a move or a voice, with its node."""

    text: str
    node: Node
    shared: bool = False
    """Whether it is for several routines. It then applies to those that have it, and at least one must."""


PlanChoices: TypeAlias = dict[str, Any]
"""Choices by key: `with`, `skip` and `only` as lists of `ChoiceName`, `voice` as one, all others as plain values."""


def read_choices(fields: Fields, *, shared: bool) -> PlanChoices:
    """Read the choices in one place of a plan; `shared` if they are for several routines."""
    choices: PlanChoices = {key: fields.value(key, parse, None) for key, parse in _PARSERS.items() if key in fields}
    for key in ("with", "skip", "only"):
        if key in fields:
            choices[key] = [ChoiceName(text, node, shared and key != "only") for text, node in fields.names(key)]
    if "voice" in fields:
        choices["voice"] = ChoiceName(fields.plain("voice"), fields["voice"])
    if "formats" in fields:
        choices["formats"] = _formats(fields)
    if all(key in choices for key in _DOSE_KEYS):
        hint = "minutes find the level by themselves: leave one out"
        fields.nodes.error(fields["minutes"].pos, "level and minutes together", hint)
        del choices["minutes"]
    return choices


def override_choices(outer: PlanChoices, inner: PlanChoices) -> PlanChoices:
    """The outer choices, replaced by inner ones; level and minutes count as the same choice."""
    dosed = any(key in inner for key in _DOSE_KEYS)
    return {key: value for key, value in outer.items() if not (dosed and key in _DOSE_KEYS)} | inner


def _formats(fields: Fields) -> tuple[str, ...]:
    names = fields.names("formats")
    for name, node in names:
        if name not in KINDS:
            message = f"formats: an unknown format ({quote(name)}), allowed: {', '.join(KINDS)}"
            fields.nodes.error(node.pos, message, did_you_mean(name, KINDS))
    if not names:
        fields.error("formats", "none, at least one is needed")
    return tuple(dict.fromkeys(name for name, _ in names))


_PLAN_KEYS = (*CHOICE_KEYS, "routines", "people", "groups")
"""The keys at the top of a plan; the choices there apply unless a person or a routine has others."""
_PERSON_KEYS = (*CHOICE_KEYS, "only", "routines")
_ROUTINE_KEYS = ("routine", *CHOICE_KEYS, "only")
_STDIN = "-"


def sessions_from_plan(path: Path, formats: tuple[str, ...]) -> list[BatchSession | InvalidSession]:
    """Read the sessions of a plan in their order, in `formats` unless the plan names others.

    Raises `ScriptError` with all problems of the plan, `ChoiceError` for a folder, `FileError` if the file cannot be
    read. A routine with errors of its own, or a voice that this machine lacks, makes an `InvalidSession`.
    """
    if os.path.isdir(path):  # noqa: PTH112 never raises
        raise ChoiceError(f"{path} is a folder", f"name the plan in it, such as {path / 'catalogue.yaml'}")
    text = read_script(path)
    if not text.strip():
        raise ScriptError([Problem(Pos(str(path)), "the plan is empty", "begin with `people:`")])
    fields = top_fields(text, str(path), "a plan", _PLAN_KEYS, "people")
    sessions = list(_PlanReader(fields.nodes, path.parent, formats).sessions(fields))
    if fields.nodes.errors:
        raise ScriptError(fields.nodes.errors)
    return sessions


@dataclass(slots=True)
class _SharedName:
    """A name shared by several routines: the names they allow, and whether one of them has it."""

    key: str
    allowed: set[str] = field(default_factory=set)
    found: bool = False


class _PlanReader:
    def __init__(self, nodes: NodeReader, folder: Path, formats: tuple[str, ...]) -> None:
        self._nodes, self._folder, self._formats = nodes, folder, formats
        self._library = Library()
        self._choose_voice = cache(choose_voice)
        self._shared: dict[ChoiceName, _SharedName] = {}

    def sessions(self, fields: Fields) -> Iterator[BatchSession | InvalidSession]:
        if "people" not in fields and "groups" not in fields:
            self._nodes.error(fields.pos, "a plan without `people:` or `groups:`", "add one, with names below it")
        choices = read_choices(fields, shared=True)
        people: dict[str, str] = {}
        for name, key, node in self._people(fields):
            folder = self._person_folder(name, key, people)
            person = self._person(name, node)
            if person is None:
                continue
            own = override_choices(choices, read_choices(person, shared=True))
            routines = person.get("routines") or fields.get("routines")
            if routines is None:
                hint = "add `routines:` with a list below it, here or at the top"
                self._nodes.error(key.pos, f"{quote(name)} without `routines:`", hint)
                continue
            for routine, nearer in self._routines(routines):
                session = self._session(folder, routine, override_choices(own, nearer))
                if session is not None:
                    yield session
        for shared, use in self._shared.items():
            if not use.found:
                self._report_missing(shared, use.key, "these routines have", sorted(use.allowed))

    def _people(self, fields: Fields) -> Iterator[tuple[str, ScalarNode, Node]]:
        for key in ("people", "groups"):
            node = fields.get(key)
            if isinstance(node, MappingNode) and node.items:
                yield from self._nodes.pairs(node)
            elif node is not None:
                message = "empty" if _is_empty(node) else "not a mapping"
                fields.error(key, message, "write each name below it, with a colon")

    def _person_folder(self, name: str, key: ScalarNode, people: dict[str, str]) -> str:
        """The folder of a person, which no other person may share. `people` holds the names by folder."""
        folder = safe_file_name(name)
        other = people.get(folder.casefold())
        if not folder:
            self._nodes.error(key.pos, f"a name that no folder can have ({quote(name)})", "use letters or digits")
        elif other is not None:
            message = f"two people with the same folder ({quote(other)} and {quote(name)})"
            self._nodes.error(key.pos, message, "give them different names")
        people.setdefault(folder.casefold(), name)
        return folder

    def _person(self, name: str, node: Node) -> Fields | None:
        if isinstance(node, SequenceNode):  # only the routines
            key = ScalarNode(node.pos, "routines", plain=True, end=(0, 0))
            node = MappingNode(node.pos, items=[(key, node)])
        if not isinstance(node, MappingNode):
            message = f"{quote(name)}: not a list of routines, nor a mapping"
            self._nodes.error(node.pos, message, "write `routines:` below it")
            return None
        return Fields(self._nodes, node, quote(name), _PERSON_KEYS)

    def _routines(self, node: Node) -> Iterator[tuple[ScalarNode, PlanChoices]]:
        """The name of each routine in a list, with its own choices; a single routine needs no list."""
        items = node.items if isinstance(node, SequenceNode) else [node]
        if not items:
            self._nodes.error(node.pos, "an empty list in `routines:`, at least one routine is needed")
        for item in items:
            if isinstance(item, ScalarNode):
                yield item, {}
            elif isinstance(item, SequenceNode):
                self._nodes.error(item.pos, "routines: a list within a list", "write a routine's name")
            else:
                fields = Fields(self._nodes, item, "a routine", _ROUTINE_KEYS)
                choices = read_choices(fields, shared=False)
                name = fields.get("routine")
                if isinstance(name, ScalarNode):
                    yield name, choices
                else:
                    pos = item.pos if name is None else name.pos
                    self._nodes.error(pos, "a routine without its name", "write `routine:` and a name")

    def _session(self, folder: str, node: ScalarNode, chosen: PlanChoices) -> BatchSession | InvalidSession | None:
        name = self._nodes.plain(node, "routines") or ""
        routine = self._load(node, name)
        if routine is None:
            return None
        if not isinstance(routine, Routine):
            return InvalidSession(f"{folder}/{name}", routine)
        choices = self._choices(routine, chosen)
        voice = self._voice(routine, chosen.get("voice"))
        if not isinstance(voice, Voice):
            return InvalidSession(f"{folder}/{name}", voice)
        kinds = chosen.get("formats") or self._formats
        return BatchSession(routine=routine, choices=choices, voice=voice, kinds=kinds, folder=folder)

    def _load(self, node: ScalarNode, name: str) -> Routine | ScriptError | ExternalError | None:
        path = self._folder / name
        if name == _STDIN or (is_path(name) and not is_file(path)):
            self._nodes.error(node.pos, f"routines: there is no such file ({quote(name)})")
            return None
        try:
            return self._library.load(str(path) if is_path(name) else name)
        except ChoiceError as error:
            self._nodes.error(node.pos, f"routines: {error.message}", error.hint)
            return None
        except (ScriptError, ExternalError) as error:
            return error

    def _voice(self, routine: Routine, name: ChoiceName | None) -> Voice | ChoiceError | ExternalError:
        """The voice, or why there is none. A wrong name is an error in the plan, a voice missing here is not."""
        try:
            return self._choose_voice(name.text if name else "auto", routine.language)
        except ChoiceError as error:
            if name:
                self._nodes.error(name.node.pos, f"voice: {error.message}", error.hint)
            return error
        except ExternalError as error:
            return error

    def _choices(self, routine: Routine, chosen: PlanChoices) -> Choices:
        options, only, skip = (self._known_names(routine, key, chosen.get(key, [])) for key in ("with", "only", "skip"))
        values = {key: chosen[key] for key in ("level", "side", "speed", "intro") if chosen.get(key) is not None}
        return Choices(length=chosen.get("minutes"), options=frozenset(options), only=only, skip=skip, **values)

    def _known_names(self, routine: Routine, key: str, names: list[ChoiceName]) -> tuple[str, ...]:
        """Those of the names that the routine has; a missing one is an error unless it is shared."""
        is_option = key == "with"
        allowed = sorted(routine.reachable_options) if is_option else list(move_titles(routine))
        known = []
        for name in names:
            found = name.text in allowed if is_option else not unknown_titles(routine, (name.text,))
            if found:
                known.append(name.text)
            if name.shared:
                shared = self._shared.setdefault(name, _SharedName(key))
                shared.allowed.update(allowed)
                shared.found |= found
            elif not found:
                self._report_missing(name, key, f"{quote(routine.title)} has", allowed)
        return tuple(known)

    def _report_missing(self, name: ChoiceName, key: str, owner: str, allowed: Collection[str]) -> None:
        what = "option" if key == "with" else "move"
        message = f"{key}: {owner} no such {what} ({quote(name.text)}), allowed: {', '.join(allowed) or 'none'}"
        self._nodes.error(name.node.pos, message, did_you_mean(name.text, allowed))


def _is_empty(node: Node) -> bool:
    return not (node.text.strip() if isinstance(node, ScalarNode) else node.items)

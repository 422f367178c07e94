"""A plan: who is to get which routines, fitted how. YAML, read as routines are: every mistake at once, at its place.

What a plan names, such as routines, levels, formats and voices, is known elsewhere; `Known` brings it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from voicecoach.errors import ChoiceError, ExternalError, Pos, Problem, ScriptError, did_you_mean
from voicecoach.routine import Routine
from voicecoach.script.fields import Fields
from voicecoach.script.library import is_file, is_path
from voicecoach.script.node_reader import NodeReader
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
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode, parse_yaml

__all__ = ["ITEM_KEYS", "PERSON_KEYS", "PLAN_KEYS", "read_plan"]

PLAN_KEYS = (*CHOICE_KEYS, "routines", "people", "groups")
"""The keys at the top of a plan; the choices there hold for all who say nothing else."""
PERSON_KEYS = (*CHOICE_KEYS, "only", "routines")
"""The keys of a person or a group."""
ITEM_KEYS = ("routine", *CHOICE_KEYS, "only")
"""The keys of a routine in a list, where it is more than a name."""
_STDIN = "-"


def read_plan(text: str, file: str, folder: Path, known: PlanContext) -> tuple[PlanEntry, ...]:
    """The wishes of the plan that `text` holds, in its order; paths in it begin at `folder`.

    Raises `ScriptError` with all its problems.
    """
    if not text.strip():
        raise ScriptError([Problem(Pos(file), "the plan is empty", "begin with `people:`")])
    root = parse_yaml(text, file)
    if not isinstance(root, MappingNode):
        raise ScriptError([Problem(Pos(file), "not a plan: no `key: value` at its top", "begin with `people:`")])
    notes = NodeReader(text)
    reader = _PlanReader(notes, known, folder)
    wishes = tuple(reader.plan(Fields(notes, MappingNode(Pos(file), items=root.items), "a plan", PLAN_KEYS)))
    if notes.problems:
        raise ScriptError(notes.problems)
    return wishes


@dataclass(slots=True)
class _SharedName:
    """What became of a name that is said for several routines."""

    key: str
    allowed: set[str] = field(default_factory=set)
    had: bool = False


@dataclass(slots=True)
class _PlanReader:
    notes: NodeReader
    known: PlanContext
    folder: Path
    shared: dict[ChoiceName, _SharedName] = field(default_factory=dict)

    def plan(self, fields: Fields) -> Iterator[PlanEntry]:
        """All wishes; what is wrong is noted."""
        if "people" not in fields and "groups" not in fields:
            self.notes.wrong(fields.pos, "a plan without `people:` or `groups:`", "add one, with names below it")
        top = read_choices(fields, self.known, shared=True)
        folders: dict[str, str] = {}
        for name, key, node in self._persons(fields):
            folder = self._folder(name, key, folders)
            person = self._person(name, node)
            if person is None:
                continue
            own = override_choices(top, read_choices(person, self.known, shared=True))
            asked = person.node("routines") or fields.node("routines")
            if asked is None:
                hint = "add `routines:` with a list below it, here or at the top"
                self.notes.wrong(key.pos, f"{quote(name)} without `routines:`", hint)
                continue
            for routine, item in self._items(asked):
                yield from self._wish(name, folder, routine, override_choices(own, item))
        for said, heard in self.shared.items():
            if not heard.had:
                self._missing(said, heard.key, "these routines have", sorted(heard.allowed))

    def _persons(self, fields: Fields) -> Iterator[tuple[str, ScalarNode, Node]]:
        for kind in ("people", "groups"):
            node = fields.node(kind)
            if isinstance(node, MappingNode) and node.items:
                yield from self.notes.pairs(node)
            elif node is not None:
                fault = "not a mapping" if _has_content(node) else "empty"
                self.notes.wrong(node.pos, f"{kind}: {fault}", "write each name below it, with a colon")

    def _folder(self, name: str, key: ScalarNode, taken: dict[str, str]) -> str:
        """Never another's: what one person gets is nobody else's business."""
        folder = self.known.folder(name)
        if not folder:
            self.notes.wrong(key.pos, f"a name that no folder can have ({quote(name)})", "use letters or digits")
        elif folder.casefold() in taken:
            message = f"two who would share a folder ({quote(taken[folder.casefold()])} and {quote(name)})"
            self.notes.wrong(key.pos, message, "tell their names apart")
        taken.setdefault(folder.casefold(), name)
        return folder

    def _person(self, name: str, node: Node) -> Fields | None:
        if isinstance(node, SequenceNode):  # the routines alone
            key = ScalarNode(node.pos, "routines", plain=True, end=(0, 0))
            node = MappingNode(node.pos, items=[(key, node)])
        if not isinstance(node, MappingNode):
            message = f"{quote(name)}: not a list of routines, nor a mapping"
            self.notes.wrong(node.pos, message, "write `routines:` below it")
            return None
        return Fields(self.notes, node, quote(name), PERSON_KEYS)

    def _items(self, node: Node) -> Iterator[tuple[ScalarNode, PlanChoices]]:
        """Each routine of a list, with the choices beside it; a single one may stand by itself."""
        items = node.items if isinstance(node, SequenceNode) else [node]
        if not items:
            self.notes.wrong(node.pos, "an empty list in `routines:`, at least one routine is needed")
        for item in items:
            if isinstance(item, ScalarNode):
                yield item, {}
            elif isinstance(item, SequenceNode):
                self.notes.wrong(item.pos, "routines: a list within a list", "write a routine's name")
            else:
                fields = Fields(self.notes, item, "a routine", ITEM_KEYS)
                chosen = read_choices(fields, self.known, shared=False)
                routine = fields.node("routine")
                if isinstance(routine, ScalarNode):
                    yield routine, chosen
                else:
                    at = item.pos if routine is None else routine.pos
                    self.notes.wrong(at, "a routine without its name", "write `routine:` and a name")

    def _wish(self, person: str, folder: str, node: ScalarNode, chosen: PlanChoices) -> Iterator[PlanEntry]:
        asked = self.notes.plain(node, "routines") or ""
        routine = self._routine(node, asked)
        if routine is None:
            return
        named: dict[str, tuple[str, ...]] = dict.fromkeys(("with", "only", "skip"), ())
        if isinstance(routine, Routine):
            named = {key: self._had(routine, key, chosen.get(key, [])) for key in named}
            self._look_at_voice(routine, chosen.get("voice"))
        plain = ("level", "minutes", "side", "speed", "intro", "formats")
        yield PlanEntry(
            person=person,
            folder=folder,
            name=asked,
            routine=routine,
            options=named["with"],
            only=named["only"],
            skip=named["skip"],
            voice=chosen["voice"].text if "voice" in chosen else "auto",
            **{key: chosen[key] for key in plain if chosen.get(key) is not None},
        )

    def _routine(self, node: ScalarNode, asked: str) -> Routine | ScriptError | ExternalError | None:
        path = self.folder / asked
        if asked == _STDIN or (is_path(asked) and not is_file(path)):
            self.notes.wrong(node.pos, f"routines: there is no such file ({quote(asked)})")
            return None
        try:
            return self.known.load(str(path) if is_path(asked) else asked)
        except ChoiceError as fault:
            self.notes.wrong(node.pos, f"routines: {fault.message}", fault.hint)
            return None
        except (ScriptError, ExternalError) as fault:
            return fault

    def _had(self, routine: Routine, key: str, names: list[ChoiceName]) -> tuple[str, ...]:
        """Those that this routine has; where it had to, and has it not, that is noted."""
        options = key == "with"
        allowed = sorted(routine.reachable_options) if options else list(self.known.titles(routine))
        found = []
        for name in names:
            has = name.text in allowed if options else not self.known.lacks(routine, (name.text,))
            if has:
                found.append(name.text)
            if name.shared:
                heard = self.shared.setdefault(name, _SharedName(key))
                heard.allowed.update(allowed)
                heard.had |= has
            elif not has:
                self._missing(name, key, f"{quote(routine.title)} has", allowed)
        return tuple(found)

    def _missing(self, name: ChoiceName, key: str, who_has: str, allowed: Collection[str]) -> None:
        what = "option" if key == "with" else "move"
        message = f"{key}: {who_has} no such {what} ({quote(name.text)}), allowed: {', '.join(allowed) or 'none'}"
        self.notes.wrong(name.node.pos, message, did_you_mean(name.text, allowed))

    def _look_at_voice(self, routine: Routine, voice: ChoiceName | None) -> None:
        """A voice that this machine lacks is no fault of the plan's: it is told when the session is made."""
        if voice is None:
            return
        try:
            self.known.voice(voice.text, routine.language)
        except ChoiceError as fault:
            self.notes.wrong(voice.node.pos, f"voice: {fault.message}", fault.hint)
        except ExternalError:
            return


def _has_content(node: Node) -> bool:
    """Whether there is anything in it."""
    return bool(node.text.strip() if isinstance(node, ScalarNode) else node.items)

"""A plan: who is to get which routines, fitted how. YAML, read as routines are: every mistake at once, at its place.

What a plan names, such as routines, levels, formats and voices, is known elsewhere; `Known` brings it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from voicecoach.errors import ChoiceError, Pos, Problem, ScriptError, SurroundingsError, nearest
from voicecoach.routine import Routine
from voicecoach.script.fields import Fields
from voicecoach.script.library import is_file, is_path
from voicecoach.script.node_reader import Notes
from voicecoach.script.plan_entry import CHOICES, Given, Known, Name, Wish, given, nearer
from voicecoach.script.source_text import shown
from voicecoach.script.yaml_tree import Mapping, Node, Scalar, Sequence, parse

__all__ = ["HEAD", "ITEM", "PERSON", "read"]

HEAD = (*CHOICES, "routines", "people", "groups")
"""The keys at the top of a plan; the choices there hold for all who say nothing else."""
PERSON = (*CHOICES, "only", "routines")
"""The keys of a person or a group."""
ITEM = ("routine", *CHOICES, "only")
"""The keys of a routine in a list, where it is more than a name."""
_STDIN = "-"


def read(text: str, file: str, folder: Path, known: Known) -> tuple[Wish, ...]:
    """The wishes of the plan that `text` holds, in its order; paths in it begin at `folder`.

    Raises `ScriptError` with all its problems.
    """
    if not text.strip():
        raise ScriptError([Problem(Pos(file), "the plan is empty", "begin with `people:`")])
    root = parse(text, file)
    if not isinstance(root, Mapping):
        raise ScriptError([Problem(Pos(file), "not a plan: no `key: value` at its top", "begin with `people:`")])
    notes = Notes(text)
    reader = _Reader(notes, known, folder)
    wishes = tuple(reader.plan(Fields(notes, Mapping(Pos(file), items=root.items), "a plan", HEAD)))
    if notes.problems:
        raise ScriptError(notes.problems)
    return wishes


@dataclass(slots=True)
class _Heard:
    """What became of a name that is said for several routines."""

    key: str
    allowed: set[str] = field(default_factory=set)
    had: bool = False


@dataclass(slots=True)
class _Reader:
    notes: Notes
    known: Known
    folder: Path
    shared: dict[Name, _Heard] = field(default_factory=dict)

    def plan(self, fields: Fields) -> Iterator[Wish]:
        """All wishes; what is wrong is noted."""
        if "people" not in fields and "groups" not in fields:
            self.notes.wrong(fields.pos, "a plan without `people:` or `groups:`", "add one, with names below it")
        top = given(fields, self.known, shared=True)
        folders: dict[str, str] = {}
        for name, key, node in self._persons(fields):
            folder = self._folder(name, key, folders)
            person = self._person(name, node)
            if person is None:
                continue
            own = nearer(top, given(person, self.known, shared=True))
            asked = person.node("routines") or fields.node("routines")
            if asked is None:
                hint = "add `routines:` with a list below it, here or at the top"
                self.notes.wrong(key.pos, f"{shown(name)} without `routines:`", hint)
                continue
            for routine, item in self._items(asked):
                yield from self._wish(name, folder, routine, nearer(own, item))
        for said, heard in self.shared.items():
            if not heard.had:
                self._missing(said, heard.key, "these routines have", sorted(heard.allowed))

    def _persons(self, fields: Fields) -> Iterator[tuple[str, Scalar, Node]]:
        for kind in ("people", "groups"):
            node = fields.node(kind)
            if isinstance(node, Mapping) and node.items:
                yield from self.notes.pairs(node)
            elif node is not None:
                fault = "not a mapping" if _holds(node) else "empty"
                self.notes.wrong(node.pos, f"{kind}: {fault}", "write each name below it, with a colon")

    def _folder(self, name: str, key: Scalar, taken: dict[str, str]) -> str:
        """Never another's: what one person gets is nobody else's business."""
        folder = self.known.folder(name)
        if not folder:
            self.notes.wrong(key.pos, f"a name that no folder can have ({shown(name)})", "use letters or digits")
        elif folder.casefold() in taken:
            message = f"two who would share a folder ({shown(taken[folder.casefold()])} and {shown(name)})"
            self.notes.wrong(key.pos, message, "tell their names apart")
        taken.setdefault(folder.casefold(), name)
        return folder

    def _person(self, name: str, node: Node) -> Fields | None:
        if isinstance(node, Sequence):  # the routines alone
            key = Scalar(node.pos, "routines", plain=True, end=(0, 0))
            node = Mapping(node.pos, items=[(key, node)])
        if not isinstance(node, Mapping):
            message = f"{shown(name)}: not a list of routines, nor a mapping"
            self.notes.wrong(node.pos, message, "write `routines:` below it")
            return None
        return Fields(self.notes, node, shown(name), PERSON)

    def _items(self, node: Node) -> Iterator[tuple[Scalar, Given]]:
        """Each routine of a list, with the choices beside it; a single one may stand by itself."""
        items = node.items if isinstance(node, Sequence) else [node]
        if not items:
            self.notes.wrong(node.pos, "an empty list in `routines:`, at least one routine is needed")
        for item in items:
            if isinstance(item, Scalar):
                yield item, {}
            elif isinstance(item, Sequence):
                self.notes.wrong(item.pos, "routines: a list within a list", "write a routine's name")
            else:
                fields = Fields(self.notes, item, "a routine", ITEM)
                chosen = given(fields, self.known, shared=False)
                routine = fields.node("routine")
                if isinstance(routine, Scalar):
                    yield routine, chosen
                else:
                    at = item.pos if routine is None else routine.pos
                    self.notes.wrong(at, "a routine without its name", "write `routine:` and a name")

    def _wish(self, person: str, folder: str, node: Scalar, chosen: Given) -> Iterator[Wish]:
        asked = self.notes.plain(node, "routines") or ""
        routine = self._routine(node, asked)
        if routine is None:
            return
        named: dict[str, tuple[str, ...]] = dict.fromkeys(("with", "only", "skip"), ())
        if isinstance(routine, Routine):
            named = {key: self._had(routine, key, chosen.get(key, [])) for key in named}
            self._look_at_voice(routine, chosen.get("voice"))
        plain = ("level", "minutes", "side", "speed", "intro", "formats")
        yield Wish(
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

    def _routine(self, node: Scalar, asked: str) -> Routine | ScriptError | SurroundingsError | None:
        path = self.folder / asked
        if asked == _STDIN or (is_path(asked) and not is_file(path)):
            self.notes.wrong(node.pos, f"routines: there is no such file ({shown(asked)})")
            return None
        try:
            return self.known.load(str(path) if is_path(asked) else asked)
        except ChoiceError as fault:
            self.notes.wrong(node.pos, f"routines: {fault.message}", fault.hint)
            return None
        except (ScriptError, SurroundingsError) as fault:
            return fault

    def _had(self, routine: Routine, key: str, names: list[Name]) -> tuple[str, ...]:
        """Those that this routine has; where it had to, and has it not, that is noted."""
        options = key == "with"
        allowed = sorted(routine.reachable_options) if options else list(self.known.titles(routine))
        found = []
        for name in names:
            has = name.text in allowed if options else not self.known.lacks(routine, (name.text,))
            if has:
                found.append(name.text)
            if name.shared:
                heard = self.shared.setdefault(name, _Heard(key))
                heard.allowed.update(allowed)
                heard.had |= has
            elif not has:
                self._missing(name, key, f"{shown(routine.title)} has", allowed)
        return tuple(found)

    def _missing(self, name: Name, key: str, who_has: str, allowed: Collection[str]) -> None:
        what = "option" if key == "with" else "move"
        message = f"{key}: {who_has} no such {what} ({shown(name.text)}), allowed: {', '.join(allowed) or 'none'}"
        self.notes.wrong(name.node.pos, message, nearest(name.text, allowed))

    def _look_at_voice(self, routine: Routine, voice: Name | None) -> None:
        """A voice that this machine lacks is no fault of the plan's: it is told when the session is made."""
        if voice is None:
            return
        try:
            self.known.voice(voice.text, routine.language)
        except ChoiceError as fault:
            self.notes.wrong(voice.node.pos, f"voice: {fault.message}", fault.hint)
        except SurroundingsError:
            return


def _holds(node: Node) -> bool:
    """Whether there is anything in it."""
    return bool(node.text.strip() if isinstance(node, Scalar) else node.items)

"""One file's text → `Routine`, or every problem in it at once."""

from __future__ import annotations

import re

from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.routine import Option, Routine, used_by
from voicecoach.script import extent, limits, values, words
from voicecoach.script.fields import Fields, Notes
from voicecoach.script.kinds import Around
from voicecoach.script.steps import Links, Reader
from voicecoach.script.tree import Mapping, Node, Scalar, parse

__all__ = ["HEAD", "decode", "read"]

HEAD = ("title", "about", "language", "tags", "needs", "caution", "minutes", "options", "pronounce", "steps")
"""The keys at the top of a routine."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OPTION = re.compile(r"[^\s,]+")


def decode(data: bytes, file: str) -> str:
    """A file's bytes as text: UTF-8, with or without a byte order mark."""
    if len(data) > limits.BYTES:
        message = f"larger than {limits.BYTES // 1024 // 1024} MiB ({len(data):,} bytes); a routine is a short text"
        raise ScriptError([Problem(Pos(file), message)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode("utf-8", "replace")
        pos = Pos(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        byte = f"0x{data[fault.start]:02x}"
        raise ScriptError([Problem(pos, f"not UTF-8 (byte {byte})", "save the file as UTF-8")]) from None


def read(text: str, file: str, links: Links, *, name: str = "") -> Routine:
    """The routine that `text` holds; `file` is what problems are told of. Raises `ScriptError` with all of them."""
    root = parse(text, file)
    notes = Notes(text)
    if not isinstance(root, Mapping):
        raise ScriptError([Problem(root.pos, "not a routine: no `key: value` at its top", "begin with `title:`")])
    fields = Fields(notes, root, "a routine", HEAD)
    options = _options(notes, fields.node("options"))
    reader = Reader(notes, frozenset(option.name for option in options), links)
    title = _spoken(fields, "title")
    if "title" not in fields:
        notes.wrong(Pos(file), "a routine without `title:`", "add `title:` with its name")
    routine = Routine(
        title=title,
        name=name or title,
        about=fields.plain("about"),
        language=_language(notes, fields),
        tags=fields.names("tags"),
        needs=fields.names("needs"),
        caution=_spoken(fields, "caution"),
        minutes=fields.value("minutes", values.minutes, None) if "minutes" in fields else None,
        options=options,
        pronounce=_pronounce(notes, fields.node("pronounce")),
        steps=reader.below(fields, "steps", Around()),
        pos=Pos(file),
        warnings=tuple(notes.warnings),
    )
    _check_whole(notes, routine)
    if notes.problems:
        raise ScriptError(notes.problems)
    return routine


def _check_whole(notes: Notes, routine: Routine) -> None:
    if not routine.steps and not notes.problems:
        notes.wrong(routine.pos, "a routine without steps")
    for used in used_by(routine.steps):
        if used.language.lower() != routine.language.lower():
            message = f"uses {used.name}, which speaks another language ({used.language}, not {routine.language})"
            notes.wrong(routine.pos, message)
    if not notes.problems:
        extent.check(routine, notes)


def _spoken(fields: Fields, name: str) -> str:
    node = fields.node(name)
    if node is None:
        return ""
    text = fields.notes.text(node, name, ())
    return "".join(part for part in text.parts if isinstance(part, str))


def _language(notes: Notes, fields: Fields) -> str:
    language = fields.plain("language") if "language" in fields else "en"
    if not _LANGUAGE.fullmatch(language):
        node = fields.node("language")
        pos = node.pos if node else fields.pos
        notes.wrong(pos, f"not a language ({language or 'nothing'}), a BCP 47 code is allowed: en, de, pt-BR")
    return language


def _items(notes: Notes, node: Node | None, what: str, example: str) -> list[tuple[Scalar, str]]:
    if node is None:
        return []
    if not isinstance(node, Mapping):
        notes.wrong(node.pos, f"`{what}:` is not a mapping", f"write `{example}`")
        return []
    seen: set[str] = set()
    found = []
    for key, value in node.items:
        if key.text in seen:
            notes.wrong(key.pos, f"a key that stands twice ({key.text})")
        seen.add(key.text)
        text = notes.scalar(value, what)
        if text is not None:
            found.append((key, text))
    return found


def _options(notes: Notes, node: Node | None) -> tuple[Option, ...]:
    options = []
    for key, about in _items(notes, node, "options", "chair: Seated, for anyone who cannot stand for long."):
        if not _OPTION.fullmatch(key.text):
            notes.wrong(key.pos, f"options: not a name ({key.text}), one word without spaces or commas is allowed")
        options.append(Option(key.text, about))
    return tuple(options)


def _pronounce(notes: Notes, node: Node | None) -> tuple[tuple[str, str], ...]:
    pairs = []
    for key, respelling in _items(notes, node, "pronounce", "psoas: so-as"):
        for spelled in (key.text, respelling):
            text, _ = words.cut(spelled.replace("{", "{{"), key.pos, ())
            if not words.speakable(text):
                notes.wrong(key.pos, f"pronounce: nothing that can be spoken ({spelled or 'nothing'})")
        pairs.append((key.text, respelling))
    return tuple(pairs)

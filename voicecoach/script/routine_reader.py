"""Reads the text of one file into a `Routine`, or reports every problem in it."""

from __future__ import annotations

import re

from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.gc_pause import pause_gc
from voicecoach.routine import Option, Routine
from voicecoach.script import limits, placeholders, routine_size, values
from voicecoach.script.fields import Fields
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.source_text import quote
from voicecoach.script.step_reader import Resolvers, StepReader
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, parse_yaml

__all__ = ["ROUTINE_KEYS", "read_routine"]

ROUTINE_KEYS = ("title", "about", "language", "tags", "needs", "caution", "minutes", "options", "pronounce", "steps")
"""The keys at the top of a routine."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OPTION = re.compile(r"[^\s,]+")


@pause_gc()
def read_routine(text: str, file: str, links: Resolvers, *, name: str = "") -> Routine:
    """The routine that `text` holds; `file` is what problems are told of. Raises `ScriptError` with all of them."""
    root = parse_yaml(text, file)
    notes = NodeReader(text)
    if not isinstance(root, MappingNode):
        raise ScriptError([Problem(Pos(file), "not a routine: no `key: value` at its top", "begin with `title:`")])
    fields = Fields(notes, MappingNode(Pos(file), items=root.items), "a routine", ROUTINE_KEYS)
    options, language = _options(fields), _language(fields)
    reader = StepReader(notes, frozenset(option.name for option in options), language, links)
    title = fields.spoken("title")
    if "title" not in fields:
        notes.wrong(Pos(file), "a routine without `title:`", "add `title:` with its name")
    routine = Routine(
        title=title,
        name=name or title,
        about=fields.plain("about"),
        language=language,
        tags=fields.tags("tags"),
        needs=fields.props("needs"),
        caution=fields.spoken("caution"),
        minutes=fields.value("minutes", values.minutes, None),
        options=options,
        pronounce=_pronounce(fields),
        steps=reader.below(fields, "steps", placeholders.ANYWHERE),
        pos=Pos(file),
        places=tuple((key, fields[key].pos) for key in ("language", "minutes") if key in fields),
        warnings=tuple(sorted(notes.warnings)),
    )
    if not notes.problems:
        routine_size.check_size(routine, notes)
    if notes.problems:
        raise ScriptError(notes.problems)
    return routine


def _language(fields: Fields) -> str:
    return fields.value("language", _language_tag, "en")


def _language_tag(typed: str) -> str:
    if not _LANGUAGE.fullmatch(typed):
        raise ValueError(f"not a language ({quote(typed)}), a BCP 47 code is allowed: en, de, fr-CA")
    return typed


def _name_text_pairs(fields: Fields, what: str, example: str) -> list[tuple[str, str, tuple[ScalarNode, Node]]]:
    """Names and texts of a mapping, each pair with its two nodes."""
    node = fields.node(what)
    if node is None:
        return []
    if not isinstance(node, MappingNode):
        fields.notes.wrong(node.pos, f"{what}: not a mapping", f"write `{example}` below it")
        return []
    found = []
    for name, key, value in fields.notes.pairs(node):
        text = fields.notes.plain(value, what)
        if text is not None:
            found.append((name, text, (key, value)))
    return found


def _options(fields: Fields) -> tuple[Option, ...]:
    options = []
    node = fields.node("options")
    if isinstance(node, MappingNode) and len(node.items) > limits.OPTIONS:
        message = f"options: too many ({len(node.items):,}), at most {limits.OPTIONS} are allowed"
        raise ScriptError([Problem(node.pos, message)])
    for name, about, (key, _) in _name_text_pairs(
        fields, "options", "chair: Seated, for anyone who cannot stand for long."
    ):
        if not _OPTION.fullmatch(name):
            message = f"options: not a name ({quote(name)}), one word without commas is allowed"
            fields.notes.wrong(key.pos, message)
        options.append(Option(name, about))
    return tuple(options)


def _pronounce(fields: Fields) -> tuple[tuple[str, str], ...]:
    pairs = []
    for word, respelling, nodes in _name_text_pairs(fields, "pronounce", "psoas: so-as"):
        for spelled, node in zip((word, respelling), nodes, strict=True):
            if not any(map(str.isalnum, spelled)):
                fields.notes.wrong(node.pos, f"pronounce: nothing that can be spoken ({quote(spelled)})")
            if len(spelled) > limits.RESPELLING:
                message = f"pronounce: too long ({len(spelled):,} characters), at most {limits.RESPELLING} are allowed"
                fields.notes.wrong(node.pos, message)
        pairs.append((word, respelling))
    return tuple(pairs)

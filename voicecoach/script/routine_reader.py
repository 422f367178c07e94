"""Reads the text of one file into a `Routine`, or reports every problem in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.gc_pause import pause_gc
from voicecoach.routine import Option, Routine
from voicecoach.script import limits, placeholders, values
from voicecoach.script.keywords import ROUTINE_KEYS
from voicecoach.script.node_reader import Fields, NodeReader, top_fields
from voicecoach.script.routine_size import size_problems
from voicecoach.script.source_text import quote
from voicecoach.script.step_reader import Resolvers, StepReader
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OPTION = re.compile(r"[^\s,]+")


@pause_gc()
def read_routine(text: str, file: str, resolvers: Resolvers, *, name: str = "") -> Routine:
    """Read a routine. Problems are reported for `file`; raises `ScriptError` with all of them."""
    fields = top_fields(text, file, "a routine", ROUTINE_KEYS, "title")
    nodes, options = fields.nodes, _options(fields)
    language = fields.value("language", _language_tag, "en")
    step_reader = StepReader(nodes, frozenset(option.name for option in options), language, resolvers)
    title = fields.spoken("title")
    if "title" not in fields:
        nodes.error(Pos(file), "a routine without `title:`", "add `title:` with its name")
    routine = Routine(
        title=title,
        name=name or title,
        about=fields.plain("about"),
        language=language,
        tags=tuple(tag for tag, _ in fields.names("tags")),
        needs=fields.spoken_names("needs"),
        caution=fields.spoken("caution"),
        minutes=fields.value("minutes", values.minutes, None),
        options=options,
        pronounce=_pronounce(fields),
        steps=step_reader.steps(fields, "steps", placeholders.ANYWHERE),
        pos=Pos(file),
        places=tuple((key, fields[key].pos) for key in ("language", "minutes") if key in fields),
        warnings=tuple(sorted(nodes.warnings)),
    )
    if problems := nodes.errors or list(size_problems(routine)):
        raise ScriptError(problems)
    return routine


def _language_tag(typed: str) -> str:
    if not _LANGUAGE.fullmatch(typed):
        raise ValueError(f"not a language ({quote(typed)}), a BCP 47 code is allowed: en, de, fr-CA")
    return typed


def _options(fields: Fields) -> tuple[Option, ...]:
    node = fields.get("options")
    if isinstance(node, MappingNode) and len(node.items) > limits.OPTIONS:
        message = f"options: too many ({len(node.items):,}), at most {limits.OPTIONS} are allowed"
        raise ScriptError([Problem(node.pos, message)])
    options = []
    for key, name, _, about in _texts(fields, "options", "chair: Seated, for anyone who cannot stand for long."):
        if not _OPTION.fullmatch(name):
            message = f"options: not a name ({quote(name)}), one word without commas is allowed"
            fields.nodes.error(key.pos, message)
        options.append(Option(name, about))
    return tuple(options)


def _pronounce(fields: Fields) -> tuple[tuple[str, str], ...]:
    pairs = []
    for key, word, value, respelling in _texts(fields, "pronounce", "psoas: so-as"):
        _check_spelling(fields.nodes, key, word)
        _check_spelling(fields.nodes, value, respelling)
        pairs.append((word, respelling))
    return tuple(pairs)


def _check_spelling(nodes: NodeReader, node: Node, text: str) -> None:
    if not any(map(str.isalnum, text)):
        nodes.error(node.pos, f"pronounce: nothing that can be spoken ({quote(text)})")
    if len(text) > limits.RESPELLING:
        message = f"pronounce: too long ({len(text):,} characters), at most {limits.RESPELLING} are allowed"
        nodes.error(node.pos, message)


def _texts(fields: Fields, key: str, example: str) -> Iterator[tuple[ScalarNode, str, Node, str]]:
    """The entries of a mapping of names to texts: key node and name, value node and text."""
    node = fields.get(key)
    if node is None:
        return
    if not isinstance(node, MappingNode):
        fields.error(key, "not a mapping", f"write `{example}` below it")
        return
    for name, key_node, value in fields.nodes.pairs(node):
        text = fields.nodes.plain(value, key)
        if text is not None:
            yield key_node, name, value, text

"""The schema and the reader agree, on built-in routines, on examples and on generated ones."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from voicecoach import resources
from voicecoach.cli.new import STARTER
from voicecoach.errors import ScriptError
from voicecoach.script.json_schema import routine_schema
from voicecoach.script.library import Library
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.routine_reader import read_routine
from voicecoach.script.step_reader import Resolvers
from voicecoach.script.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode, parse_yaml

PROJECT = Path(__file__).resolve().parents[2]


def value(node: Node) -> Any:
    """A node as an editor checks it: scalars follow the core schema of YAML 1.2."""
    match node:
        case MappingNode():
            return {key.text: value(each) for key, each in node.items}
        case SequenceNode():
            return [value(each) for each in node.items]
        case ScalarNode(plain=False):
            return node.text
    text = node.text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(routine_schema())


def fits(text: str) -> bool:
    return bool(validator().is_valid(value(parse_yaml(text, "file"))))


def fences(page: Path) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


BUILT_IN = {path.name: path.read_text("utf-8") for path in resources.bundled_folder("scripts").glob("*.yaml")}
IN_DOCS = {
    f"{page.name} {number}": text
    for page in [*PROJECT.glob("docs/**/*.md"), PROJECT / "README.md"]
    if page.is_file() and page.name != "batch.md"  # its example is a plan, with a test of its own
    for number, text in enumerate(fences(page), 1)
}
NEW = {"starter": STARTER.format(path="my.yaml", title="My routine")}
GOOD = {**BUILT_IN, **IN_DOCS, **NEW}


def test_schema_is_valid() -> None:
    Draft202012Validator.check_schema(routine_schema())
    assert routine_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_examples_are_found() -> None:
    assert len(BUILT_IN) >= 12
    assert len(fences(PROJECT / "docs" / "language.md")) >= 20


@pytest.mark.parametrize("name", GOOD)
def test_examples_pass_schema_and_reader(scripts: Any, name: str) -> None:
    errors = [
        f"{error.json_path}: {error.message}" for error in validator().iter_errors(value(parse_yaml(GOOD[name], name)))
    ]
    assert errors == []
    library = Library((scripts.folder, resources.bundled_folder("scripts")))
    assert library.load_path(scripts.write(GOOD[name])).warnings == ()


REFUSED_BY_BOTH = [
    "- say: A",
    "steps: [say: A]",
    "title: A",
    "title: A\nsteps: []",
    "title: A\nsteps: A",
    "title: ''\nsteps: [say: A]",
    "title: [A]\nsteps: [say: A]",
    "titel: A\ntitle: A\nsteps: [say: A]",
    "title: A\nminutes: -5\nsteps: [say: A]",
    "title: A\noptions: [chair]\nsteps: [say: A]",
    "title: A\npronounce: psoas\nsteps: [say: A]",
    "title: A\ntags: {a: b}\nsteps: [say: A]",
    *(
        f"title: A\noptions: {{o: B}}\nsteps:\n  - {step}"
        for step in (
            "A",
            "[say: A]",
            "{}",
            "sya: A",
            "say:",
            "{say: A, pause: 1 s}",
            "{say: A, than: 1 s}",
            "{say: A, then: 3}",
            "{say: A, steps: [say: B]}",
            "pause: 30",
            "pause: soon",
            "pause: [1 s]",
            "{wait: 1 s, then: 1 s}",
            "hold: 20-30",
            "{hold: 20 s, cues: halfway}",
            "{hold: 20 s, cues: {half: A}}",
            "{hold: 20 s, quiet: 1}",
            "count: 10",
            "{count: 10, each: 1 s, phases: {a: 1 s}}",
            "{count: ten, each: 1 s}",
            "{count: 0, each: 1 s}",
            "{count: 10, phases: {}}",
            "{breathe: {in: 4 s}, rounds: 3}",
            "{breathe: {in: 4 s, out: 4 s}}",
            "{breathe: {in: 4 s, out: 4 s}, rounds: 3, for: 1 min}",
            "{breathe: {in: 4 s, out: 4 s, up: 1 s}, rounds: 3}",
            "repeat: 2",
            "{repeat: 1.5, steps: [say: A]}",
            "{repeat: 2, steps: []}",
            "{repeat: 2, between: A, steps: [say: A]}",
            "{repeat: 2, announce: maybe, steps: [say: A]}",
            "{sides: [left, left], steps: [say: A]}",
            "{sides: both, steps: [say: A]}",
            "{move: A}",
            "{move: A, position: flying, steps: [say: A]}",
            "{use: [a]}",
            "{say: A, when: [o]}",
        )
    ),
]


@pytest.mark.parametrize("text", REFUSED_BY_BOTH)
def test_schema_and_reader_refuse(scripts: Any, text: str) -> None:
    assert not fits(text)
    with pytest.raises(ScriptError):
        scripts.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "say: The {sied}.",
        "{say: A, when: chair}",
        "{hold: 20 s, cues: {at 30 s: A}}",
        "pause: 0 s",
        "pause: 30-20 s",
        "hold: 1 s",
        "use: nowhere",
    ],
)
def test_only_reader_refuses(scripts: Any, text: str) -> None:
    assert fits(f"title: A\nsteps:\n  - {text}")
    assert len(scripts.problems(f"title: A\nsteps:\n  - {text}")) == 1


@pytest.mark.parametrize("line", ["about:", "about: ''", "options: {chair: }"])
def test_optional_texts_may_be_empty(scripts: Any, line: str) -> None:
    text = f"title: A\n{line}\nsteps: [say: A]"
    assert fits(text)
    assert scripts.problems(text) == []


TIMES = st.sampled_from(["2 s", "0:02", "3-5 s", "1–2 min", " 30 s ", "1:00:00", "2.5-3 s", "10 s - 1 min"])
COUNTS = st.sampled_from(["1", "010", "2-3", "+4", "5–6", "' 7 '"])
ANSWERS = st.sampled_from(["yes", "no", "True", "fAlSe", "'yes'", "NO"])
TEXTS = st.sampled_from(["Up.", "1", "2.5", "true", "no", "'Up'", "1:30", "'{{x'", "2026-01-01", "0x1F", ".5", "-3"])
NAMES = st.sampled_from(["mat", "[mat, 5]", "[]", "[true]"])


def mapping(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[str]:
    fixed = st.fixed_dictionaries(required, optional=optional)
    return fixed.map(lambda pairs: "{" + ", ".join(f"{key}: {each}" for key, each in pairs.items()) + "}")


def steps(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, min_size=1, max_size=3).map(lambda each: f"[{', '.join(each)}]")
    between = {"between": st.just("[]") | some}
    return (
        mapping({"repeat": COUNTS, "steps": some}, {**between, "announce": ANSWERS})
        | mapping({"sides": st.sampled_from(["[left, right]", "[right, left]"]), "steps": some}, between)
        | mapping({"move": TEXTS, "steps": some}, {"position": st.just("on your back"), "needs": NAMES})
    )


COMMON = {"when": st.sampled_from(["o", "'o'", "7"]), "unless": st.just("o")}
PLAIN = (
    mapping({"say": TEXTS}, {"then": TIMES | st.just("0 s"), "again": TEXTS | st.just("''"), **COMMON})
    | mapping({"pause": TIMES}, COMMON)
    | mapping({"wait": TIMES}, {"say": TEXTS})
    | mapping({"chime": st.sampled_from(["tick", "'open'"])}, COMMON)
    | mapping(
        {"hold": TIMES},
        {
            "cues": st.sampled_from(["{}", "{halfway: 5, at 1 s: A, 1 s left: true}"]),
            "countdown": st.just("0"),
            "quiet": ANSWERS,
        },
    )
    | mapping({"count": COUNTS, "each": TIMES}, {"aloud": ANSWERS})
    | mapping({"count": COUNTS, "phases": st.just("{5: 1 s, up: 1-2 s}")}, {})
    | mapping({"breathe": st.just("{in: 4 s, rest: 1 s, out: 1:00}"), "rounds": COUNTS}, {})
    | mapping({"breathe": st.just("{in: 4 s, out: 6 s}"), "for": TIMES}, {})
)
ROUTINES = mapping(
    {
        "title": TEXTS,
        "options": st.just("{o: 5, 7: }"),
        "steps": st.lists(st.recursive(PLAIN, steps, max_leaves=6), min_size=1).map(
            lambda each: f"[{', '.join(each)}]"
        ),
    },
    {
        "about": TEXTS | st.just("''") | st.just(""),
        "language": st.sampled_from(["en", "no", "pt-BR"]),
        "tags": NAMES,
        "needs": NAMES,
        "caution": TEXTS,
        "minutes": st.sampled_from(["5", "7.5", "'5'", "010"]),
        "pronounce": st.just("{psoas: so-as, 5: five}"),
    },
)


def unused(notes: NodeReader, node: Node, asked: str) -> None:
    raise AssertionError(f"{node.pos}: {asked} {notes}")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROUTINES)
def test_schema_accepts_what_reader_accepts(text: str) -> None:
    try:
        read_routine(text, "file", Resolvers(unused, unused))
    except ScriptError as fault:
        # Only the size limits may refuse a generated routine.
        assert all("24 h" in problem.message for problem in fault.problems), f"{text}\n{fault}"  # noqa: PT017
    assert fits(text), text

"""Any file is read, or its problems are readable and at places that exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from voicecoach import resources
from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.routine import Routine
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.routine_reader import read_routine
from voicecoach.script.source_text import decode
from voicecoach.script.step_reader import Resolvers
from voicecoach.script.yaml_tree import Node

BUILT_IN = sorted(path.read_text("utf-8") for path in resources.bundled_folder("scripts").glob("*.yaml"))
SIGNS = st.sampled_from(
    [
        *"{}[]&*!|>'\"%@`#:-?,\t\n\r\0\x1b\x85\u2028\ufeff🧘é",
        ": ",
        "- ",
        " #",
        "<<: ",
        "---\n",
        "\\ud800",
        "{side}",
        "0 s",
        "yes",
    ]
)
CONTEXT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class NoFiles:
    """Resolvers that find no other file."""

    @staticmethod
    def routine(notes: NodeReader, node: Node, asked: str) -> Routine | None:
        notes.error(node.pos, f"no {len(asked)}")
        return None

    @staticmethod
    def sound(notes: NodeReader, node: Node, asked: str) -> str | None:
        notes.error(node.pos, f"no {len(asked)}")
        return None


def check(data: bytes) -> None:
    """Assert that there is a routine, or problems that a person can find and read."""
    lines = f"{data.decode('utf-8', 'replace')}.".splitlines()
    for problem in problems(data):
        assert str(problem).isprintable()
        assert len(str(problem)) < 400
        assert 1 <= problem.pos.line <= len(lines)
        assert 1 <= problem.pos.column <= len(lines[problem.pos.line - 1]) + 1


def problems(data: bytes) -> tuple[Problem, ...]:
    try:
        return read_routine(decode(data, "file"), "file", Resolvers(NoFiles.routine, NoFiles.sound)).warnings
    except ScriptError as fault:
        assert fault.problems  # noqa: PT017 what it carries is the point
        return fault.problems


@CONTEXT
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    check(data)


@CONTEXT
@example("---")
@given(st.lists(SIGNS | st.text(max_size=5), max_size=40).map("".join))
def test_any_text(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@CONTEXT
@example("---")
@given(st.lists(SIGNS | st.text(max_size=5), max_size=20).map("".join))
def test_any_text_after_valid_start(text: str) -> None:
    check(f"title: A\nsteps:\n  - say: {text}\n".encode("utf-8", "surrogatepass"))


VALUES = st.sampled_from(
    ["", "0", "5", "-1 s", "20-30 s", "30-20 s", "yes", "[a, b]", "{a: b}", "{in: 4 s}", "*a", "&a b", "'", "~"]
)


@st.composite
def damaged_routines(draw: st.DrawFn) -> str:
    """Built-in routines after up to five accidents as they happen in an editor."""
    lines = draw(st.sampled_from(BUILT_IN)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 5))):
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match draw(st.sampled_from(["delete", "double", "swap", "value", "indent", "cut", "sign"])):
            case "delete" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "value":
                lines[at] = f"{lines[at].partition(':')[0]}: {draw(VALUES)}\n"
            case "indent":
                lines[at] = " " * draw(st.integers(0, 6)) + lines[at].lstrip()
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case _:
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + draw(SIGNS) + lines[at][column:]
    return "".join(lines)


@CONTEXT
@given(damaged_routines())
def test_damaged_routine(text: str) -> None:
    check(text.encode())


@pytest.mark.parametrize("path", sorted(resources.bundled_folder("scripts").glob("*.yaml")), ids=lambda path: path.stem)
def test_truncated_routine(path: Path) -> None:
    data = path.read_bytes()
    for end in range(0, len(data), 149):
        check(data[:end])


def test_position_format() -> None:
    assert str(Pos("a/b.yaml", 3, 14)) == "a/b.yaml:3:14"

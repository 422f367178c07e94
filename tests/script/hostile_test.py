"""Files made to do harm are refused at once, with a message that names the limit.

Without the limits, each of these tests would take hours or all memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicecoach.errors import ScriptError
from voicecoach.script.library import Library

Problems = Callable[[str | bytes], list[str]]
HEAD = "title: A\nsteps:\n"


def tenfold_aliases(name: str, shape: str, levels: int = 30) -> str:
    """Lines that each contain the one before it ten times."""
    return "".join(
        shape.format(name=f"&{name}{level}", inner=", ".join([f"*{name}{level - 1}"] * 10))
        for level in range(1, levels)
    )


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "{a: " * 200_000,
        "- " * 400_000,
        "? " * 400_000,
        "".join(" " * depth + "a:\n" for depth in range(1000)),
        HEAD + "  - &s0 {say: A}\n" + "".join(f"  - &s{n} {{repeat: 1, steps: [*s{n - 1}]}}\n" for n in range(1, 99)),
    ],
    ids=["lists", "mappings", "dashes", "question marks", "indentation", "through aliases"],
)
def test_deep_nesting(problems: Problems, text: str) -> None:
    (message,) = problems(text)
    assert message.endswith("nested deeper than 64 levels")


@pytest.mark.parametrize(
    "text",
    [
        "x: &x0 [ha]\n" + tenfold_aliases("x", "y: {name} [{inner}]\n"),
        HEAD + "  - &s0 {say: A}\n" + tenfold_aliases("s", "  - {name} {{repeat: 1, steps: [{inner}]}}\n"),
        "x: &x0 {a: b}\n" + tenfold_aliases("x", "? {name} [{inner}]\n: 1\n"),
        HEAD + "  - say: &t " + "a" * 400_000 + "\n" + "  - say: *t\n" * 20_000,
        HEAD
        + "  - {move: A, needs: &n ["
        + "a, " * 60_000
        + "a], steps: &s [say: A]}\n"
        + "  - {move: A, needs: *n, steps: *s}\n" * 15_000,
    ],
    ids=["lists", "steps", "keys", "a long text", "a long list"],
)
def test_exploding_aliases(problems: Problems, text: str) -> None:
    (message,) = problems(text)
    too_large = ": aliases that grow too large (*" in message and message.endswith(", to more than 4 MiB")
    assert too_large or message.endswith("a key that is not a word; put the text in quotes")


def test_too_many_rounds(problems: Problems) -> None:
    assert problems(HEAD + "  - {repeat: 1000000000, steps: [say: A]}\n") == [
        "3:14: repeat: out of range (1000000000), 1 to 10000 is allowed"
    ]


def test_nested_rounds(problems: Problems) -> None:
    step = "say: A"
    for _ in range(20):
        step = f"{{repeat: 10000, steps: [{step}]}}"
    assert problems(f"{HEAD}  - say: B\n  - {step}\n") == [
        "1:1: a session of more than 24 h (over a trillion h with every range at its high end)",
        "4:437: too many events with loops unrolled (over a trillion), at most 50,000 are allowed",
    ]


@pytest.mark.parametrize(
    ("steps", "hours"),
    [
        ("[{pause: 24 h}, {pause: 1 h}]", "25"),
        ("[{repeat: 1000, steps: [hold: 1-2 min]}]", "33"),
        ("[{count: 10000, each: 20 s}]", "55"),
        ("[{breathe: {in: 5 s, out: 5 s}, rounds: 10000}]", "27"),
        ("[{repeat: 200, steps: [{repeat: 100, steps: [{say: A, then: 5 s}]}]}]", "27"),
    ],
)
def test_session_longer_than_a_day(problems: Problems, steps: str, hours: str) -> None:
    assert problems(f"title: A\nsteps: {steps}\n") == [
        f"1:1: a session of more than 24 h ({hours} h with every range at its high end)"
    ]


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("{hold: 24 h, every: 0.001 s}", "86,400,006"),
        ("{repeat: 10000, steps: [{hold: 8 s, cues: {CUES}}]}", "10,070,000"),
        ("{repeat: 10000, steps: [{hold: 8 s, countdown: 60}]}", "650,000"),
        ("{count: 9000-10000, phases: {a: 1 s, b: 1 s, c: 1 s, d: 1 s, e: 1 s}}", "50,001"),
        ("{breathe: {in: 1 s, hold: 1 s, out: 1-2 s}, for: 15 h}", "54,004"),
        ("{repeat: 10000, steps: [{wait: 1 s, say: A}, {chime: tick}, {pause: 1 s}, {say: A}]}", "60,000"),
        ("{repeat: 10000, between: [{chime: tick}], steps: [{pause: 1 s}, {move: A, steps: [use: b]}]}", "69,999"),
        ("{repeat: 10000, steps: [{sides: [left, right], steps: [{pause: 1 s}]}]}", "70,000"),
    ],
)
def test_too_many_events_in_one_step(scripts: Any, step: str, found: str) -> None:
    scripts.write("title: B\nsteps: [{pause: 1 s}, {pause: 1 s}]\n", "b.yaml")
    cues = ", ".join(f"at {number / 1000} s: a" for number in range(1, 1001))
    assert scripts.problems(f"{HEAD}  - {step}\n".replace("CUES", cues))[-1] == (
        f"3:5: too many events with loops unrolled ({found}), at most 50,000 are allowed"
    )


def test_step_beyond_the_limit_is_named(problems: Problems) -> None:
    counts = "  - {count: 5000-10000, each: 1 s, aloud: yes}\n" * 6
    assert problems(HEAD + counts) == ["7:5: too many events with loops unrolled (60,006), at most 50,000 are allowed"]
    inside = "  - repeat: 2\n    steps:\n      - say: A\n" + counts.replace("  -", "      -")
    assert problems(HEAD + inside) == [
        "1:1: a session of more than 24 h (33 h with every range at its high end)",
        "10:9: too many events with loops unrolled (120,016), at most 50,000 are allowed",
    ]


@pytest.mark.parametrize(
    "steps",
    [
        "[{repeat: 10000, steps: [{say: 'LONG', then: 0 s}]}]",
        "[{repeat: 10000, steps: [{say: a, again: 'LONG', then: 0 s}]}]",
        "[{repeat: 10000, steps: [{wait: 0.1 s, say: 'LONG'}]}]",
        "[{repeat: 5000, steps: [{hold: 2 s, cues: {at 1 s: 'LONG'}}]}]",
        "[{count: 10000, phases: {'KEY': 0.1 s}}]",
        "[{repeat: 10000, steps: [{move: 'LONG', steps: [{say: a, then: 0 s}]}]}]",
        "[{repeat: 10000, steps: [{say: '{move}{move}{move}', then: 0 s}]}, {move: 'LONG', steps: [say: a]}]",
        "[{repeat: 10000, steps: [{say: '{next}', then: 0 s}]}, use: b]",
    ],
)
def test_texts_longer_than_a_day(scripts: Any, steps: str) -> None:
    long = "ha " * 3_300
    scripts.write(f"title: {long}\nsteps: [say: a]\n", "b.yaml")
    steps = steps.replace("LONG", long).replace("KEY", long[:1000])
    (message,) = scripts.problems(f"title: A\nsteps: {steps}\n")
    assert message.startswith("1:1: a session of more than 24 h (")


def test_long_respelling(problems: Problems) -> None:
    assert problems(f"title: A\npronounce: {{a: '{'b' * 101}'}}\nsteps: [say: a]\n") == [
        "2:16: pronounce: too long (101 characters), at most 100 are allowed"
    ]


def test_file_too_large(problems: Problems) -> None:
    assert problems(HEAD + "  - say: A\n" * 100_000) == ["1:1: larger than 1 MiB; split it into several files"]


def test_too_many_problems(problems: Problems) -> None:
    messages = problems(HEAD + "  - sya: A\n" * 5_000)
    assert len(messages) == 1_001
    assert messages[0] == "1:1: 1,000 problems, the rest was not checked; fix these first"


def test_too_many_values(problems: Problems) -> None:
    (message,) = problems(HEAD + "  - say: A\n" * 40_000)
    assert message == "33334:10: too large: more than 100,000 keys and values; split it into several files"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: A\npronounce: {MANY}\nsteps: [say: A]", "2:12: too many entries (5,000), at most 1,000 are allowed"),
        (HEAD + "  - hold: 24 h\n    cues: {MANY}", "4:11: too many entries (5,000), at most 1,000 are allowed"),
        (HEAD + "  - count: 2\n    phases: {MANY}", "4:13: too many entries (5,000), at most 1,000 are allowed"),
    ],
)
def test_too_many_entries(problems: Problems, text: str, message: str) -> None:
    many = ", ".join(f"at {number} s: 1 s" for number in range(1, 5_001))
    assert problems(text.replace("MANY", many)) == [message]


@pytest.mark.parametrize("key", ["needs", "tags"])
def test_too_many_names(problems: Problems, key: str) -> None:
    many = ", ".join(f"n{number}" for number in range(5_000))
    message = f"2:{len(key) + 3}: {key}: too many (5,000), at most 100 are allowed"
    assert problems(f"title: A\n{key}: [{many}]\nsteps: [say: A]\n") == [message]


@pytest.mark.parametrize("key", ["title", "about", "caution"])
def test_long_text(problems: Problems, key: str) -> None:
    messages = problems(f"{key}: {'a ' * 200_000}b\nsteps: [say: A]\n" + ("" if key == "title" else "title: A\n"))
    assert messages == [f"1:{len(key) + 3}: {key}: too long (400,001 characters), at most 10,000 are allowed"]


def test_too_many_options(problems: Problems) -> None:
    options = "".join(f"  o{number}: A\n" for number in range(5_000))
    assert problems(f"title: A\noptions:\n{options}steps: [say: A]\n") == [
        "3:3: options: too many (5,000), at most 100 are allowed"
    ]


@pytest.mark.parametrize(
    "step",
    [
        "pause: a" + " " * 900_000 + "b",
        "pause: " + "9" * 900_000 + " s",
        "pause: 1," + "1" * 900_000 + "!",
        "{repeat: " + "9" * 900_000 + ", steps: [say: A]}",
        "{hold: 20 s, cues: {'at " + "9" * 1_000 + " s': A}}",
        "say: '" + "{" * 900_000 + "'",
        "say: 'a" + "{sied}" * 100_000 + "'",
        "use: " + "a" * 900_000,
        "use: " + "a/" * 400_000,
        "chime: " + "../" * 300_000,
        "use: '" + "a\n\n" * 200_000 + "'",
    ],
    ids=lambda step: step[:20],
)
def test_messages_for_long_values_are_short(problems: Problems, step: str) -> None:
    messages = problems(f"{HEAD}  - {step}\n")
    assert messages
    for each in messages:
        assert each.isprintable()
        assert len(each) < 300


OUT = "a path that leaves the routine's folder ({}), only files in it are allowed"


@pytest.mark.parametrize("key", ["use", "chime"])
@pytest.mark.parametrize(
    "path", ["../secret.yaml", "/etc/passwd", "a/../../secret.yaml", "link/secret.yaml", "link.yaml"]
)
def test_path_outside_folder(scripts: Any, key: str, path: str) -> None:
    inner = scripts.folder / "inner"
    scripts.write("title: Secret\nsteps: [say: A]\n", "secret.yaml")
    (inner / "a").mkdir(parents=True)
    (inner / "link").symlink_to(scripts.folder)
    (inner / "link.yaml").symlink_to(scripts.folder / "secret.yaml")
    mine = scripts.write(f"title: A\nsteps:\n  - {key}: {path}\n", "inner/mine.yaml")
    if (key, path) == ("chime", "link.yaml"):
        path = "./link.yaml"
        mine = scripts.write(f"title: A\nsteps:\n  - {key}: {path}\n", "inner/mine.yaml")
    with pytest.raises(ScriptError) as fault:
        Library(()).load_path(mine)
    assert fault.value.problems[0].message == f"{key}: {OUT.format(path)}"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("use: pipe.yaml", "3:10: use: not a file (pipe.yaml)"),
        ("use: pipe", "3:10: use: no routine of that name (pipe)"),
        ("chime: pipe.wav", "3:12: chime: not a file (pipe.wav)"),
        ("use: folder.yaml", "3:10: use: not a file (folder.yaml)"),
        ("chime: folder.wav", "3:12: chime: not a file (folder.wav)"),
        ("use: round.yaml", "3:10: use: there is no such file (round.yaml)"),
        ("use: ./", "3:10: use: not a file (./)"),
    ],
)
def test_paths_that_are_no_files(scripts: Any, step: str, message: str) -> None:
    for name in ("pipe.yaml", "pipe.wav"):
        os.mkfifo(scripts.folder / name)
    for name in ("folder.yaml", "folder.wav"):
        (scripts.folder / name).mkdir()
    (scripts.folder / "round.yaml").symlink_to(scripts.folder / "round.yaml")
    assert scripts.problems(f"{HEAD}  - {step}\n") == [message]


def test_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ScriptError, match=r"pipe\.yaml:1:1: not a file"):
        Library(()).load_path(tmp_path / "pipe.yaml")


def test_used_routines_count_toward_limits(scripts: Any) -> None:
    step = "say: A"
    for _ in range(30):
        step = f"{{repeat: 1, steps: [{step}]}}"
    scripts.write(f"title: B\nsteps: [{step}]\n", "b.yaml")
    scripts.write(f"title: C\nsteps: [{step.replace('say: A', 'use: b')}]\n", "c.yaml")
    assert scripts.problems(f"{HEAD}  - {step.replace('say: A', 'use: c')}\n") == [
        "1:1: steps nested deeper than 64 levels, aliases and used routines included"
    ]
    scripts.write("title: D\nsteps: [{repeat: 10000, steps: [pause: 0.1 s]}]\n", "d.yaml")
    assert scripts.problems(f"{HEAD}  - {{repeat: 10, steps: [use: d, use: d, use: d]}}\n") == [
        "3:42: too many events with loops unrolled (600,040), at most 50,000 are allowed"
    ]

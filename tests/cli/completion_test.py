"""Shell completion, in interactive shells: which words a line has after Tab."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_texts import FILE_NAMES
from interactive_shell import InteractiveShell

from voicecoach.cli.shell_words import quote_for_fish, quote_word, split_line
from voicecoach.terminal_text import UNSAFE

SHELLS = ("bash", "zsh", "fish")
TITLES = [
    "Side stretch",
    "Child's pose",
    'Say "ah", loudly',
    "Twist (slow) * $HOME",
    "Neck: left",
    "Neck: right",
    "a@b c",
]
NAMES = {f"n{number:02}-{name}": key for number, (key, name) in enumerate(FILE_NAMES.items())}
"""Routines whose names would do harm: a number completes each."""
NUMBERS = {key: name[:4] for name, key in NAMES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with odd names and titles."""
    folder = tmp_path_factory.mktemp("completion")
    steps = [{"move": title, "steps": [{"say": "A"}]} for title in TITLES]
    (folder / "odd.yaml").write_text(json.dumps({"title": "Odd", "steps": steps, "options": {"chair": "Seated."}}))
    for name in NAMES:
        (folder / f"{name[:150]}.yaml").write_text("title: A\nsteps: [{say: A}]")
    return folder


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    """An environment in which `voicecoach` is this very checkout's."""
    script = folder / "bin" / "voicecoach"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m voicecoach "$@"\n')
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "VOICECOACH_PATH": str(folder)}


@pytest.fixture(scope="module", params=[pytest.param(name, marks=pytest.mark.system(name)) for name in SHELLS])
def shell(request: pytest.FixtureRequest, folder: Path, environment: dict[str, str]) -> Iterator[InteractiveShell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"needs {request.param}, which this machine does not have")
    with InteractiveShell(request.param, folder, environment) as shell:
        yield shell


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("sch", ["schema"]),
        ("play odd --only Child\\'", ["play", "odd", "--only", "Child's pose"]),
        ('play odd --only "Tw', ["play", "odd", "--only", "Twist (slow) * $HOME"]),
        ('play odd --only="Neck: l', ["play", "odd", "--only=Neck: left"]),
        ("play --voice=espeak:en-gb-s", ["play", "--voice=espeak:en-gb-scotland"]),
        ('play "" ~/od', ["play", "", "~/odd.yaml"]),
    ],
)
def test_tab_completes_word(shell: InteractiveShell, folder: Path, typed: str, words: list[str]) -> None:
    wanted = [word.replace("~", str(folder)).encode() for word in words]
    assert shell.complete(f"voicecoach {typed}") == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("play odd --with ch", ["play", "odd", "--with", "chair"]),
        ("play odd --only 'Ch", ["play", "odd", "--only", "Child's pose"]),
        ("play muscle-k", ["play", "muscle-knots"]),
        ("play -r knee", ["play", "-r", "knee-to-chest"]),
        ("show --level st", ["show", "--level", "standard"]),
        ("export --voice ton", ["export", "--voice", "tones"]),
        ("show --voice espeak:en-gb-scotland cat-", ["show", "--voice", "espeak:en-gb-scotland", "cat-cow"]),
        ("play ~/odd.yaml --only Sid", ["play", "~/odd.yaml", "--only", "Side stretch"]),
        ("play odd --only si", ["play", "odd", "--only", "Side stretch"]),
        ('play odd --only "Sa', ["play", "odd", "--only", 'Say "ah", loudly']),
        ("play odd --only Tw", ["play", "odd", "--only", "Twist (slow) * $HOME"]),
        ("play odd --only a@b", ["play", "odd", "--only", "a@b c"]),
        ("play odd --only='Sid", ["play", "odd", "--only=Side stretch"]),
        ("play 'two words' od", ["play", "two words", "odd"]),
        ("play --routine=./od", ["play", "--routine=./odd.yaml"]),
        ("export -o ./od", ["export", "-o", "./odd.yaml"]),
        ("play - --only Child", ["play", "-", "--only", "Child's pose"]),
    ],
)
def test_tab_completes_any_word(shell: InteractiveShell, folder: Path, typed: str, words: list[str]) -> None:
    test_tab_completes_word(shell, folder, typed, words)


def test_empty_word_offers_all(shell: InteractiveShell) -> None:
    """The last word of the line is empty, which is easily lost on its way."""
    assert "Traceback" not in shell.list_offers("voicecoach play odd --with ", last="chair")


NOT_IN_FISH = re.compile("[\t\n\x80-\x9f\u2028-\u202e\u2066-\u2069]")
"""Separates its completions, or would be shown raw: nothing with that is offered."""
RAW = re.compile("\x1b\\[31m|\x1b\\]|[\x80-\x9f\u2028-\u202e\u2066-\u2069\udc80-\udcff]")
"""Of the names, not of the shells' own drawing."""


def completes_hostile_name(shell: InteractiveShell, key: str) -> None:
    words = shell.complete(f"voicecoach play {NUMBERS[key]}")
    name = next(name for name, named in NAMES.items() if named == key)[:150]
    typed_only = shell.name == "fish" and NOT_IN_FISH.search(name)
    if shell.name == "zsh" and key == "private":
        name = name[: name.index("\ue000")]  # zsh itself uses these characters, and ends at one
    assert words[1].decode("utf-8", "surrogateescape") == (NUMBERS[key] if typed_only else name)
    assert not RAW.search(shell.seen.decode(errors="surrogateescape"))


@pytest.mark.parametrize("key", ["not-utf-8", "clipboard", "substitution"])
def test_hostile_name_is_one_word(shell: InteractiveShell, folder: Path, key: str) -> None:
    completes_hostile_name(shell, key)
    assert not (folder / "owned").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "key",
    [
        "escape",
        "link",
        "bell",
        "backspaces",
        "return",
        "tab",
        "delete",
        "c1-csi",
        "c1-osc",
        "bidi",
        "isolates",
        "newline",
        "next-line",
        "line-separator",
        "file-separators",
        "attribute",
        "github",
        "backticks",
        "separator",
        "expansion",
        "option",
        "percent",
        "double-quote",
        "single-quote",
        "backslash",
        "wide",
        "combining",
        "emoji",
        "private",
        "no-break",
        "long",
    ],
)
def test_any_hostile_name_is_one_word(shell: InteractiveShell, folder: Path, key: str) -> None:
    completes_hostile_name(shell, key)
    assert not (folder / "owned").exists()


def test_offers_are_visible(shell: InteractiveShell) -> None:
    assert not RAW.search(shell.list_offers("voicecoach play n0", last="red"))


@pytest.mark.parametrize("quote", ["", "'", '"', "$'"])
def test_quoted_words_are_read_back(quote: str) -> None:
    for name in FILE_NAMES.values():
        written = quote_word(name, quote)
        assert not UNSAFE.search(written)
        words = split_line(f"voicecoach {quote}{written}{quote[-1:]}")
        assert [word.text for word in words] == ["voicecoach", name]


def test_fish_words_are_read_back() -> None:
    for name in FILE_NAMES.values():
        assert split_line(f"voicecoach {quote_for_fish(name)}", "fish")[1].text == name


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.system(name)) for name in ("bash", "zsh")])
def test_shell_reads_quoted_words(name: str) -> None:
    script = "printf '%s\\0' " + " ".join(map(quote_word, FILE_NAMES.values()))
    ran = subprocess.run([name, "-c", script], capture_output=True, timeout=60, check=True, env={"LC_ALL": "C.UTF-8"})
    assert ran.stdout.split(b"\0")[:-1] == [os.fsencode(each) for each in FILE_NAMES.values()]


@pytest.mark.parametrize(
    ("line", "texts", "finished"),
    [
        ("voicecoach play ", ["voicecoach", "play", ""], 0),
        ("voicecoach play", ["voicecoach", "play"], 0),
        ("  a  '' b", ["a", "", "b"], 0),
        ("a 'b\nc' \"d", ["a", "b\nc", "d"], 0),
        ("a b\\ c\\", ["a", "b c\\"], 0),
        ("a --x=y:z", ["a", "--x=y:z"], 6),
        ("a --x='y:z", ["a", "--x=y:z"], 4),
        ("a y\\:z", ["a", "y:z"], 0),
        ("a $'\\x1b\\xc3\\xa4\\n\\101\\u202e'", ["a", "\x1bä\nA\u202e"], 0),
    ],
)
def test_line_is_split_as_shells_do(line: str, texts: list[str], finished: int) -> None:
    words = split_line(line, breaks=":=")
    assert ([word.text for word in words], words[-1].finished) == (texts, finished)


@pytest.mark.system("bash")
def test_completion_never_reads_stdin(environment: dict[str, str]) -> None:
    """`-r -` is a routine on standard input, which in a shell has no end."""
    line = "voicecoach play -r - --only Side"
    own = {"_VOICECOACH_COMPLETE": "bash_complete", "COMP_LINE": line, "COMP_POINT": "32", "COMP_WORDBREAKS": " :="}
    read, write = os.pipe()
    try:
        ran = subprocess.run(
            ["voicecoach"], env=environment | own, stdin=read, capture_output=True, text=True, timeout=30, check=True
        )
    finally:
        os.close(read)
        os.close(write)
    assert "stretch" in ran.stdout

"""Shell completion, in the shells themselves."""

from __future__ import annotations

import json
import os
import re
import select
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINES = [
    ("voicecoach pl", {"play"}),
    ("voicecoach play muscle-k", {"muscle-knots"}),
    ("voicecoach play -r knee", {"knee-to-chest"}),
    ("voicecoach play muscle-knots --with h", {"heat"}),
    ("voicecoach export --voice au", {"auto"}),
    ("voicecoach show --level st", {"standard"}),
    ("voicecoach play side-stretch --only S", {"Side stretch"}),
]

BASH = """
eval "$(_VOICECOACH_COMPLETE=bash_source voicecoach)"
read -ra COMP_WORDS <<<"$LINE"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_voicecoach_completion voicecoach
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = "_VOICECOACH_COMPLETE=fish_source voicecoach | source; complete -C $LINE"
# zsh completes only in a terminal: give it a pseudo one, press Tab, and read the line that it makes of it.
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= RPS1=; autoload -Uz compinit; compinit -u -D'
zpty -w shell 'eval "$(_VOICECOACH_COMPLETE=zsh_source voicecoach)"; echo READY$((1 + 1))'
zpty -r -m shell REPLY '*READY2*'
zpty -n -w shell "$LINE"$'\\t'
zpty -r -m shell REPLY "*$WANTED*"
print -r -- "$REPLY"
"""


@pytest.fixture
def command_on_path(tmp_path: Path) -> dict[str, str]:
    """An environment in which `voicecoach` is this very checkout's."""
    script = tmp_path / "voicecoach"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m voicecoach "$@"\n')
    script.chmod(0o755)
    return os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def odd(tmp_path: Path, command_on_path: dict[str, str]) -> dict[str, str]:
    """The same, with a routine whose moves have names that mean something to a shell."""
    titles = ["Side stretch", "Child's pose", 'Say "ah", loudly', "Twist (slow) * $HOME", "Neck: left", "Neck: right"]
    steps = [{"move": title, "steps": [{"say": "A"}]} for title in titles]
    (tmp_path / "odd.yaml").write_text(json.dumps({"title": "Odd", "steps": steps}))
    return command_on_path | {"VOICECOACH_PATH": str(tmp_path)}


def completions(shell: list[str], line: str, environment: dict[str, str]) -> str:
    ran = subprocess.run(
        shell, env=environment | {"LINE": line}, capture_output=True, text=True, timeout=60, check=True
    )
    return ran.stdout


@pytest.mark.system("bash")
@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_bash_completion(command_on_path: dict[str, str], line: str, wanted: set[str]) -> None:
    bash = [shutil.which("bash") or "bash", "--norc", "-c", BASH]
    assert {shlex.split(each)[0] for each in completions(bash, line, command_on_path).splitlines()} == wanted


@pytest.mark.system("bash")
@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Sid", "Side stretch"),
        ("s\ti", "Side stretch"),
        ("Child\\'", "Child's pose"),
        ("'Ch", "Child's pose"),
        ('"Sa', 'Say "ah", loudly'),
        ("Tw", "Twist (slow) * $HOME"),
        ('"Tw', "Twist (slow) * $HOME"),
        ("neck:\\ l", "neck: left"),
        ('"Neck: l', "Neck: left"),
    ],
)
def test_bash_inserts_one_word(odd: dict[str, str], typed: str, wanted: str) -> None:
    assert put_in_by_bash(odd, f"voicecoach play odd --only {typed}") == wanted


def put_in_by_bash(environment: dict[str, str], line: str) -> str:
    """The last word of the line as a bash in a terminal has it after Tab."""
    ours, its = os.openpty()
    bash = [shutil.which("bash") or "bash", "--norc", "--noprofile", "-i"]
    shell = subprocess.Popen(
        bash, stdin=its, stdout=its, stderr=its, env=environment | {"TERM": "dumb"}, start_new_session=True
    )
    os.close(its)
    try:
        os.write(ours, b'eval "$(_VOICECOACH_COMPLETE=bash_source voicecoach)"; echo READY$((1 + 1))\n')
        read_until(ours, "READY2")
        # Ctrl-A goes to the head of the line, which becomes the arguments of another command.
        os.write(ours, f"{line}\t\x01printf '<%s>END' \n".encode())
        return re.findall("<([^>]*)>END", read_until(ours, "<--only>END<[^>]*>END"))[-1]
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)


def read_until(terminal: int, wanted: str) -> str:
    seen = ""
    while not re.search(wanted, seen):
        assert select.select([terminal], [], [], 30)[0], seen
        seen += os.read(terminal, 65536).decode()
    return seen


@pytest.mark.system("bash")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("--voice espeak : en-gb-s", {"en-gb-scotland"}),
        ("--voice espeak : en-gb-scotland cat-", {"cat-cow"}),
        ("--voice esp", {"espeak"}),
    ],
)
def test_bash_completes_across_colons(command_on_path: dict[str, str], words: str, wanted: set[str]) -> None:
    """A voice's name comes in three words, and only what stands behind the colon is to be completed."""
    bash = [shutil.which("bash") or "bash", "--norc", "-c", BASH]
    offered = {each.strip() for each in completions(bash, f"voicecoach show {words}", command_on_path).splitlines()}
    assert {each for each in offered if ":" not in each} == wanted


@pytest.mark.system("fish")
def test_fish_completes_titles_with_commas(odd: dict[str, str]) -> None:
    offered = completions(["fish", "--no-config", "-c", FISH], "voicecoach play odd --only Say", odd)
    assert offered.splitlines() == ['Say "ah", loudly']


@pytest.mark.system("fish")
@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_fish_completion(command_on_path: dict[str, str], line: str, wanted: set[str]) -> None:
    offered = completions(["fish", "--no-config", "-c", FISH], line, command_on_path).splitlines()
    assert {each.partition("\t")[0] for each in offered} == wanted


@pytest.mark.system("bash")
def test_completion_never_reads_stdin(command_on_path: dict[str, str]) -> None:
    """`-r -` is a routine on standard input, which in a shell has no end."""
    bash = [shutil.which("bash") or "bash", "--norc", "-c", BASH]
    read, write = os.pipe()
    try:
        environment = command_on_path | {"LINE": "voicecoach play -r - --only Side"}
        ran = subprocess.run(bash, env=environment, stdin=read, capture_output=True, text=True, timeout=30, check=True)
    finally:
        os.close(read)
        os.close(write)
    assert "stretch" in ran.stdout


@pytest.mark.system("zsh")
def test_zsh_completion(command_on_path: dict[str, str]) -> None:
    environment = command_on_path | {"WANTED": "muscle-knots"}
    assert "play muscle-knots" in completions(["zsh", "-f", "-c", ZSH], "voicecoach play muscle-k", environment)

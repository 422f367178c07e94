"""Shell completion, asked of the shells themselves."""

from __future__ import annotations

import os
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


def asked(shell: list[str], line: str, environment: dict[str, str]) -> str:
    ran = subprocess.run(
        shell, env=environment | {"LINE": line}, capture_output=True, text=True, timeout=60, check=True
    )
    return ran.stdout


@pytest.mark.system("bash")
@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_bash(command_on_path: dict[str, str], line: str, wanted: set[str]) -> None:
    bash = [shutil.which("bash") or "bash", "--norc", "-c", BASH]
    assert {each.strip() for each in asked(bash, line, command_on_path).splitlines()} == wanted


@pytest.mark.system("bash")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("--voice espeak : en-gb-s", {"en-gb-scotland"}),
        ("--voice espeak : en-gb-scotland cat-", {"cat-cow"}),
        ("--voice esp", {"espeak"}),
    ],
)
def test_bash_breaks_words_at_colons(command_on_path: dict[str, str], words: str, wanted: set[str]) -> None:
    """A voice's name comes in three words, and only what stands behind the colon is to be completed."""
    bash = [shutil.which("bash") or "bash", "--norc", "-c", BASH]
    offered = {each.strip() for each in asked(bash, f"voicecoach show {words}", command_on_path).splitlines()}
    assert {each for each in offered if ":" not in each} == wanted


@pytest.mark.system("fish")
@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_fish(command_on_path: dict[str, str], line: str, wanted: set[str]) -> None:
    offered = asked(["fish", "--no-config", "-c", FISH], line, command_on_path).splitlines()
    assert {each.partition("\t")[0] for each in offered} == wanted


@pytest.mark.system("bash")
def test_nothing_is_read_from_the_terminal(command_on_path: dict[str, str]) -> None:
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
def test_zsh(command_on_path: dict[str, str]) -> None:
    environment = command_on_path | {"WANTED": "muscle-knots"}
    assert "play muscle-knots" in asked(["zsh", "-f", "-c", ZSH], "voicecoach play muscle-k", environment)

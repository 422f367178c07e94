"""The README's quick start: exactly two lines, both true. `.ci/run` runs them as they stand, in a fresh clone."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from voicecoach.cli import voicecoach


@pytest.fixture
def quick_start(project: Path) -> list[str]:
    page = (project / "README.md").read_text("utf-8")
    section = page.split("## Quick start")[1]
    found = re.search(r"```sh\n(.*?)```", section, re.S)
    assert found
    return found[1].splitlines()


def test_quick_start_is_two_lines(quick_start: list[str]) -> None:
    assert len(quick_start) == 2


def test_first_line_does_the_main_job(quick_start: list[str], project: Path) -> None:
    make, install, run = (shlex.split(command) for command in quick_start[0].split(" && "))
    assert make == ["python3", "-m", "venv", ".venv"]
    assert install == [".venv/bin/pip", "install", "-q", "."]
    assert run[0] == ".venv/bin/voicecoach"
    command = voicecoach.get_command(click.Context(voicecoach), run[1])
    assert command
    asked = command.make_context(run[1], run[2:]).params
    assert [(project / "scripts" / f"{name}.yaml").is_file() for name in asked["names"]] == [True]


def test_second_line_runs_the_tests(quick_start: list[str]) -> None:
    install, run = (shlex.split(command) for command in quick_start[1].split(" && "))
    assert install == [".venv/bin/pip", "install", "-q", ".[test]"]
    assert run == [".venv/bin/python", "-m", "pytest", "-q"]


def test_ci_runs_both_lines(project: Path) -> None:
    script = (project / ".ci" / "run").read_text("utf-8")
    assert 'bash -euc "$main_job"' in script
    assert 'bash -euc "$run_tests"' in script
    assert script.index('bash -euc "$run_tests"') < script.index("pip install -q '.[natural")  # as on a fresh machine


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        *(f"docs/{path.name}" for path in (Path(__file__).parents[1] / "docs").glob("*.md")),
    ],
)
def test_links_lead_somewhere(project: Path, page: str) -> None:
    text = (project / page).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if not target.startswith("http"):
            assert ((project / page).parent / target).exists(), f"{page}: {target}"

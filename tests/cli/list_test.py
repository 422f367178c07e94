"""`voicecoach list`: the routines, by tags and needs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two routines of the listener's own, one of them broken."""
    (tmp_path / "wall.yaml").write_text(
        "title: Wall\nabout: At the wall.\ntags: [legs]\nneeds: [Wall]\noptions: {easy: Higher "
        "up.}\nsteps: [hold: 20 s]\n"
    )
    (tmp_path / "broken.yaml").write_text("title: Broken\n")
    monkeypatch.setenv("VOICECOACH_PATH", str(tmp_path))


def names(ran: Any) -> list[str]:
    return [line.split()[0] for line in ran.out.splitlines() if not line.startswith(" ")]


def test_lists_all_by_name(run: Run, project: Path) -> None:
    ran = run("list")
    assert ran.code == 0
    assert names(ran) == sorted({"wall", *(path.stem for path in (project / "scripts").glob("*.yaml"))})
    assert any(line.split() == ["wall", "At", "the", "wall."] for line in ran.out.splitlines())


def test_filters_ignore_case(run: Run) -> None:
    assert names(run("list", "--tag", "LEGS")) == ["wall"]
    assert names(run("list", "--needs", "wall", "--tag", "legs")) == ["wall"]
    assert "wall" not in names(run("list", "--needs", "none"))
    assert "floor-reset" in names(run("list", "--needs", "none"))
    assert names(run("list", "--needs", "foam roller")) == ["foam-roll", "muscle-knots"]
    assert run("list", "--tag", "legs", "--needs", "none").out.startswith("No routine matches.")


def test_json_output(run: Run, tmp_path: Path) -> None:
    (row,) = json.loads(run("list", "--tag", "legs", "--json").out)
    assert row == {
        "name": "wall",
        "title": "Wall",
        "about": "At the wall.",
        "language": "en",
        "tags": ["legs"],
        "needs": ["Wall"],
        "options": {"easy": "Higher up."},
        "moves": ["Wall"],
        "file": str(tmp_path / "wall.yaml"),
    }
    assert json.loads(run("list", "--tag", "none of these", "--json").out) == []


HEAVY = ("voicecoach.compiler", "voicecoach.voices", "voicecoach.sound", "numpy", "av", "PIL", "difflib", "decimal")


@pytest.mark.parametrize("args", [["list"], ["--help"]], ids=" ".join)
def test_quick_commands_import_nothing_heavy(args: list[str]) -> None:
    """The figures of `tests/benchmarks/startup.py` rest on this."""
    print_modules = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    code = f"{print_modules}; from voicecoach.cli import main; main({args})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {module for module in ran.stderr.split() if module in HEAVY} == set()

"""Every command and option is documented, and every mistake is one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from voicecoach import __version__
from voicecoach.cli import COMMANDS, voicecoach

CONTEXT = click.Context(voicecoach)
ALL = [(name, voicecoach.get_command(CONTEXT, name)) for name in COMMANDS]


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_docs_cover_every_option(name: str, command: click.Command, project: Path) -> None:
    page = (project / "docs" / "commands.md").read_text("utf-8")
    assert name in page
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            for named in re.findall(r"docs/[a-z-]+\.md", option.help or ""):
                assert (project / named).is_file(), f"{name} {option.name} names {named}"
            assert option.help, f"{name} {option.name} has no help"
            for spelled in option.opts:
                assert f"`{spelled}" in page, f"{name} {spelled} is not in docs/commands.md"


def test_help_summaries_match_commands(run: Callable[..., Any]) -> None:
    out = run("--help").out
    for name, line in COMMANDS.items():
        assert f"{name} " in out
        assert line in out


def test_version(run: Callable[..., Any]) -> None:
    assert run("--version").out == f"voicecoach {__version__}\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("play", "cat-cwo"), "no routine of that name (cat-cwo); did you mean cat-cow?"),
        (("show", "cat-cow", "--minutes", "2:30"), "not a number of minutes (2:30); write 20, or 7.5"),
        (("show", "cat-cow", "--minutes", "0"), "out of range (0)"),
        (("show", "cat-cow", "--minutes", "300"), "--minutes: out of reach (5:00:00), allowed is between"),
        (
            ("show", "cat-cow", "--level", "hard"),
            "not a level (hard), allowed are gentle, standard, deep, and 0 to 100",
        ),
        (("show", "cat-cow", "--level", "101"), "not a level (101)"),
        (("show", "cat-cow", "--level", "50", "--minutes", "3"), "--level and --minutes together"),
        (("show", "cat-cow", "--speed", "3"), "not a speed (3), 0.5 to 2.0 is allowed"),
        *(
            (("show", "cat-cow", "--speed", speed), f"not a speed ({speed})")
            for speed in ("nan", "1e999999", ".", "0.49", "-1", "٢", "1" * 12)
        ),
        (("show", "cat-cow", "--with", "wings"), "has no option (wings), allowed: none"),
        (("show", "muscle-knots", "--with", "heet"), "did you mean heat?"),
        (("show", "cat-cow", "--only", "Dog"), "--only: Cat and cow has no move (Dog), allowed: Cat and cow"),
        (("show", "muscle-knots", "--skip", "Foam rol"), "did you mean Foam roll?"),
        (("show", "cat-cow", "--side", "up"), "'--side'"),
        (("show", "cat-cow", "--voice", "unknown"), "unknown"),
        (("show", "cat-cow", "--voice", "eva.onnx"), "there is no such file (eva.onnx); a Piper voice is NAME.onnx"),
        (("show",), "no routine was named"),
        (("show", "--tag", "nonsense"), "no routine matches"),
        (("show", "nowhere/missing.yaml"), "nowhere/missing.yaml:1:1: there is no such file"),
        (("export", "cat-cow"), "Missing option '-o'"),
        (("export", "cat-cow", "-o", "s.doc"), ".doc"),
        (("sing",), "No such command 'sing'"),
        (("shwo",), "No such command 'shwo'; did you mean show?"),
        (("list", "--loud"), "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistakes_are_one_line(run: Callable[..., Any], args: tuple[str, ...], message: str) -> None:
    ran = run(*args, *(("--voice", "tones") if args[0] == "show" and "--voice" not in args else ()))
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1, ran.err


def test_several_routines_make_one_session(run: Callable[..., Any]) -> None:
    out = run("show", "-r", "cat-cow", "draw-in", "--voice", "tones").out
    assert out.startswith("Cat and cow, ")
    assert out.count("(open)") == out.count("(done)") == 1
    assert out.index("== Cat and cow") < out.index("== Abdominal draw-in")


def test_several_routines_share_limits(run: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("title: A\nsteps: [{repeat: 10000, steps: [pause: 1 s]}]\n")
    ran = run("show", *(["-r", path] * 3), "--voice", "tones")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "<several>:1:1: too many events with loops unrolled (60,003), at most 50,000 are allowed\n"


def test_minutes_choose_nearest_routine(run: Callable[..., Any]) -> None:
    out = run("show", "--minutes", "20", "--needs", "foam roller", "--voice", "tones").out
    assert "20:00 at level" in out.splitlines()[0]


def test_criteria_respect_choices(run: Callable[..., Any]) -> None:
    """Without the heat no session is as long."""
    wish = ("show", "--tag", "session", "--minutes", "50", "--voice", "tones")
    assert run(*wish).code == 2
    assert run(*wish, "--with", "heat").out.startswith("Muscle knots")


def test_missed_minutes_are_a_warning(run: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text("title: A\nminutes: 60\nsteps: [hold: 20-60 s]\n")
    ran = run("show", path, "--voice", "tones")
    assert ran.code == 0
    assert ran.err.startswith(f"{path}:2:10: warning: minutes: out of reach (1:00:00), the nearest is 1:")
    for chosen in (("--level", "50"), ("--minutes", "1"), ("--side", "left")):
        assert run("show", path, "--voice", "tones", *chosen).err == ""


def test_cut_text_warns_in_every_command(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text("title: B\nsteps:\n  - say: Roll # slowly\n")
    path = tmp_path / "whole.yaml"
    path.write_text("title: A\nsteps:\n  - use: part.yaml\n  - use: part.yaml\n")
    shown, checked = run("show", path, "--voice", "tones"), run("check", path, "--voice", "none")
    assert shown.err.startswith(f"{tmp_path / 'part.yaml'}:3:")
    assert (shown.code, shown.err.count("\n"), shown.err) == (0, 1, checked.out)


def test_unplayable_sound_is_a_script_mistake(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "gong.wav").write_bytes(b"no sound")
    path = tmp_path / "gong.yaml"
    path.write_text("title: A\nsteps:\n  - chime: gong.wav\n")
    ran = run("show", path, "--voice", "tones")
    assert (ran.code, ran.out) == (2, "")
    what = "not a WAV, FLAC, Ogg, MP3, M4A or AIFF file (gong.wav); export it again, as WAV for example"
    assert ran.err == f"{path}:3:5: chime: {what}\n"

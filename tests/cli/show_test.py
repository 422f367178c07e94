"""`voicecoach show`: the table, JSON and the picture, exact against the exported sound."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROUTINE = """\
title: Two holds
caution: Stop when it hurts.
steps:
  - move: Press
    position: on your back
    steps:
      - repeat: 2
        steps:
          - say: Press now.
            again: Again.
            then: 3 s
          - hold: 20-40 s
  - move: Rest
    steps:
      - pause: 5 s
      - wait: 10 s
        say: Say when you are ready.
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "two-holds.yaml"
    path.write_text(ROUTINE)
    return path


@pytest.fixture
def shown(run: Callable[..., Any], script: Path) -> dict[str, Any]:
    ran = run("show", script, "--voice", "tones", "--level", "deep", "--json")
    assert ran.code == 0
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_json_fields(shown: dict[str, Any]) -> None:
    assert list(shown) == ["title", "language", "voice", "level", "length_ms", "moves", "events", "left_out"]
    assert (shown["title"], shown["language"], shown["level"]) == ("Two holds", "en", 100)
    assert [list(move) for move in shown["moves"]] == [["title", "start_ms", "end_ms", "position"]] * 2
    fields = ["kind", "start_ms", "end_ms", "text", "sound", "move", "side", "round", "line"]
    assert all(list(event) == fields for event in shown["events"])
    assert {event["kind"] for event in shown["events"]} == {"say", "chime", "hold", "pause", "wait"}


def test_problem_has_its_place(shown: dict[str, Any]) -> None:
    first, second = (event for event in shown["events"] if event["kind"] == "hold")
    assert first["end_ms"] - first["start_ms"] == second["end_ms"] - second["start_ms"] == 40_000
    assert (first["move"], first["round"], second["round"], first["line"]) == ("Press", 1, 2, 12)


def test_coach_phrases_have_no_line(shown: dict[str, Any]) -> None:
    lines = {event["text"]: event["line"] for event in shown["events"] if event["kind"] == "say"}
    assert lines["Two holds"] is None
    assert (lines["Press now."], lines["Again."]) == (9, 9)


def test_times_match_exported_sound(
    run: Callable[..., Any], script: Path, shown: dict[str, Any], tmp_path: Path
) -> None:
    ran = run("export", script, "--voice", "tones", "--level", "deep", "-o", tmp_path / "s.wav")
    assert ran.code == 0
    with wave.open(str(tmp_path / "s.wav")) as file:
        sound = np.abs(np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(int))
    assert len(sound) == shown["length_ms"] * 48
    audible = np.zeros(len(sound), bool)
    for event in shown["events"]:
        if event["kind"] in ("say", "chime"):
            start, end = event["start_ms"] * 48, event["end_ms"] * 48
            audible[start:end] = True
            assert sound[start : start + 50 * 48].max() > 100, event
            assert sound[end - 200 * 48 : end].max() > 0, event
    assert not sound[~audible].any()


def test_table_is_in_order(run: Callable[..., Any], script: Path) -> None:
    lines = run("show", script, "--voice", "tones").out.splitlines()
    assert lines[0].startswith("Two holds: ")
    assert lines[0].endswith("at level 50, spoken by tones")
    texts = [line.split(None, 1)[1] for line in lines[2:]]
    assert texts[:4] == ["(open)", "Two holds", "About 2 minutes.", "Stop when it hurts."]
    assert texts.index("== Press (on your back) ==") < texts.index("[hold 30 s]") < texts.index("== Rest ==")
    assert texts[-2:] == ["(done)", "That is all for this session. Well done."]


def test_readable_at_40_columns(run: Callable[..., Any], script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, run("show", script, "--voice", "tones").out.splitlines()[1:])) <= 40


@pytest.mark.parametrize("extension", ["svg", "png"])
def test_plot_draws_and_never_overwrites(run: Callable[..., Any], script: Path, tmp_path: Path, extension: str) -> None:
    picture = tmp_path / f"s.{extension}"
    assert run("show", script, "--voice", "tones", "--plot", picture).code == 0
    before = picture.read_bytes()
    assert before.startswith((b"<svg", b"\x89PNG"))
    ran = run("show", script, "--voice", "tones", "--plot", picture)
    assert (ran.code, picture.read_bytes()) == (2, before)
    assert "--force" in ran.err
    assert run("show", script, "--voice", "tones", "--plot", picture, "--force").code == 0
    assert picture.read_bytes() == before
    ran = run("show", script, "--plot", f"{'s' * 300}.{extension}")
    assert (ran.code, ran.err.endswith("File name too long; choose a shorter name\n")) == (2, True)


def test_unknown_extension_is_refused_first(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("show", "cat-cow", "--plot", tmp_path / "s.gif")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ".svg or .png" in ran.err

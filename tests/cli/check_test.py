"""`voicecoach check`: every mistake of every file, in three formats, and the exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicecoach.script.library import is_file

Run = Callable[..., Any]

BROKEN = {
    "title.yaml": "steps: [say: A]",
    "title-empty.yaml": "title: ''\nsteps: [say: A]",
    "steps.yaml": "title: A",
    "steps-empty.yaml": "title: A\nsteps: []",
    "key.yaml": "title: A\nlangauge: en\nsteps: [say: A]",
    "twice.yaml": "title: A\ntitle: B\nsteps: [say: A]",
    "kind.yaml": "title: A\nsteps: [sya: A]",
    "kinds.yaml": "title: A\nsteps: [{say: A, pause: 1 s}]",
    "unit.yaml": "title: A\nsteps: [pause: 30]",
    "range.yaml": "title: A\nsteps: [hold: 30-20 s]",
    "short.yaml": "title: A\nsteps: [hold: 1 s]",
    "moment.yaml": "title: A\nsteps: [{hold: 20 s, cues: {at 30 s: B}}]",
    "placeholder.yaml": "title: A\nsteps: [say: 'The {sied}.']",
    "side.yaml": "title: A\nsteps: [say: 'The {side}.']",
    "option.yaml": "title: A\nsteps: [{say: A, when: chair}]",
    "emoji.yaml": "title: A\nsteps: [say: 🧘]",
    "chime.yaml": "title: A\nsteps: [chime: gong]",
    "outside.yaml": "title: A\nsteps: [chime: ../gong.wav]",
    "use.yaml": "title: A\nsteps: [use: nowhere]",
    "circle.yaml": "title: A\nsteps: [use: circle.yaml]",
    "position.yaml": "title: A\nsteps: [{move: A, position: flying, steps: [say: A]}]",
    "rounds.yaml": "title: A\nsteps: [{repeat: 1000000000, steps: [say: A]}]",
    "day.yaml": "title: A\nsteps: [{repeat: 100, steps: [pause: 1 h]}]",
    "tab.yaml": "title: A\nsteps:\n\t- say: A",
    "colon.yaml": "title: A\nsteps:\n  - say: Ready: go.",
    "brace.yaml": "title: A\nsteps:\n  - say: {side} up.",
    "tag.yaml": "title: !python A\nsteps: [say: A]",
    "documents.yaml": "title: A\nsteps: [say: A]\n---\ntitle: B",
    "deep.yml": "[" * 1000,
    "sub/empty.yaml": "",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in BROKEN.items():
        path = tmp_path / "broken" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "broken" / "notes.txt").write_text("Not a routine.")
    os.mkfifo(tmp_path / "broken" / "pipe.yaml")
    return Path("broken")


def test_thirty_broken_scripts(run: Run, folder: Path) -> None:
    ran = run("check", folder, "--voice", "none")
    assert (ran.code, ran.err) == (2, "")
    lines = ran.out.splitlines()
    assert {line.partition(":")[0] for line in lines} == {f"broken/{name}" for name in BROKEN}
    assert lines == sorted(lines, key=lambda line: line.split(":")[0])
    assert "broken/kind.yaml:2:9: a step of no known kind (sya)" in ran.out
    assert "broken/use.yaml:2:14: use: no routine of that name (nowhere)" in lines
    assert len(BROKEN) == 30


def test_vanishing_folder_ends_no_check(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(path: Path) -> bool:
        shutil.rmtree(folder / "sub", ignore_errors=True)
        return is_file(path)

    monkeypatch.setattr("voicecoach.app.checking.is_file", look)
    ran = run("check", folder)
    assert (ran.code, ran.err) == (2, "")
    assert "sub/" not in ran.out


def test_json_output(run: Run, folder: Path) -> None:
    ran = run("check", folder, "--voice", "none", "--format", "json")
    assert ran.code == 2
    rows = json.loads(ran.out)
    assert {row["file"] for row in rows} == {f"broken/{name}" for name in BROKEN}
    assert [row for row in rows if row["file"] == "broken/key.yaml"] == [
        {
            "file": "broken/key.yaml",
            "line": 2,
            "column": 1,
            "severity": "error",
            "message": "an unknown key (langauge) in a routine, allowed: title, about, language, tags, needs, "
            "caution, minutes, options, pronounce, steps",
            "hint": "did you mean language?",
        }
    ]


def test_github_format(run: Run, folder: Path) -> None:
    ran = run("check", folder, "--voice", "none", "--format", "github")
    assert ran.code == 2
    lines = ran.out.splitlines()
    assert all(line.startswith("::error file=broken/") for line in lines)
    assert (
        "::error file=broken/unit.yaml,line=2,col=16::pause: a duration without its unit (30), allowed are s, min "
        in (ran.out)
    )


def test_github_format_escapes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a,b 100%.yaml").write_text("title: A\nsteps: [pause: 50%]")
    out = run("check", "a,b 100%.yaml", "--voice", "none", "--format", "github").out
    assert out.startswith("::error file=a%2Cb 100%25.yaml,line=2,col=16::pause: not a duration (50%25)")


def test_valid_routines_pass(run: Run, project: Path) -> None:
    files = len(list((project / "scripts").glob("*.yaml")))
    ran = run("check", project / "scripts", "--voice", "none")
    assert (ran.code, ran.out, ran.err) == (0, f"{files} routines, no problems found.\n", "")
    assert run("check", "cat-cow", "--voice", "none").out == "1 routine, no problems found.\n"
    assert run("check", "cat-cow", "--voice", "none", "--format", "json").out == "[]\n"
    assert run("check", "cat-cow", "--voice", "none", "--format", "github").out == ""


def test_without_names_checks_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text("title: A\nsteps: [pause: 3]")
    monkeypatch.setenv("VOICECOACH_PATH", str(tmp_path))
    ran = run("check", "--voice", "none")
    assert ran.code == 2
    (line,) = ran.out.splitlines()
    assert line.startswith(f"{tmp_path}/mine.yaml:2:16: pause: a duration without its unit (3)")


def test_omitted_words_are_warnings(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "full.yaml"
    cues = ", ".join(f"at {second} s: Words that take a while to say" for second in (4, 5, 6))
    path.write_text(f"title: A\nsteps:\n  - say: Up.\n  - {{hold: 10 s, cues: {{{cues}}}}}\n")
    ran = run("check", path, "--voice", "none")
    assert ran.code == 0
    assert f"{path}:4:" in ran.out
    levels = "0 (gentle), 50 (standard), 100 (deep)"
    assert f"warning: left out at levels {levels}: Words that take a while to say" in ran.out


@pytest.mark.parametrize(
    ("minutes", "message"), [(1, ""), (60, "2:10: warning: minutes: out of reach (1:00:00), the nearest is ")]
)
def test_unreachable_minutes_are_a_warning(run: Run, tmp_path: Path, minutes: int, message: str) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(f"title: A\nminutes: {minutes}\nsteps: [hold: 20-60 s]\n")
    ran = run("check", path, "--voice", "none")
    assert ran.code == 0
    assert ran.out.startswith(f"{path}:{message}" if message else "1 routine, no problems found.")


def test_repeated_omissions_warn_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "beat.yaml"
    path.write_text("title: A\nsteps: [{count: 20, phases: {and now squeeze as hard as you can: 1 s, relax: 1 s}}]\n")
    (line,) = run("check", path, "--voice", "none").out.splitlines()
    levels = "0 (gentle), 50 (standard), 100 (deep)"
    place = f"{path}:2:9: warning: left out at levels {levels}"
    assert line == f"{place}: relax (no room 1 s into a count of 40 s, 20 times); make room, or shorten the words"


def test_long_count_warns_of_few_numbers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "fast.yaml"
    path.write_text("title: A\nsteps: [{count: 300, each: 0.1 s, aloud: yes}]\n")
    lines = run("check", path, "--voice", "none").out.splitlines()
    assert len(lines) == 21
    assert any(re.fullmatch(r".*:2:9: warning: left out: \d+ more texts of this step", line) for line in lines)


def test_language_without_phrases(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hei.yaml"
    path.write_text("title: Hei\nlanguage: no\nsteps: [say: Hei.]\n")
    ran = run("check", path, "--voice", "none")
    assert ran.code == 2
    assert ran.out.startswith(f"{path}:2:11: language: the coach has no phrases in it (no), allowed: de, en, ")


CUE = f"{{hold: 5 s, cues: {{at 1 s: {'Words that take far longer than there is time. ' * 3}}}}}"
GERMAN = """
from voicecoach.script.library import is_file
from voicecoach.voices.voice import Voice

class Engine:
    def voices(self, *, fresh=False):
        return (Voice("german", "german", "german", ("de",), "1", "voicecoach.voices.tones_engine:load_voice", ""),)

    def find(self, name):
        return None
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that is installed, and speaks nothing but German."""
    (tmp_path / "only_german.py").write_text(GERMAN)
    packaged = tmp_path / "only_german-1.dist-info"
    packaged.mkdir()
    (packaged / "METADATA").write_text("Metadata-Version: 2.1\nName: only-german\nVersion: 1\n")
    (packaged / "entry_points.txt").write_text("[voicecoach.voices]\ngerman = only_german:Engine\n")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.parametrize("voice", ["tones", "auto"])
def test_voice_decides_what_fits(run: Run, tmp_path: Path, voice: str) -> None:
    path = tmp_path / "full.yaml"
    path.write_text(f"title: A\nsteps:\n  - {CUE}\n")
    ran = run("check", path, "--voice", voice)
    assert (ran.code, ran.err) == (0, "")
    (line,) = ran.out.splitlines()
    assert line.startswith(f"{path}:3:24: warning: left out at levels 0 (gentle), 50 (standard), 100 (deep): Words")


@pytest.mark.parametrize("voice", ["tone", "espeak:unknown", "nowhere.onnx"])
def test_unknown_voice_ends_the_check(run: Run, voice: str) -> None:
    ran = run("check", "cat-cow", "draw-in", "--voice", voice)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert voice in ran.err


@pytest.mark.usefixtures("german")
def test_wrong_language_is_one_problem(run: Run, tmp_path: Path) -> None:
    (one := tmp_path / "one.yaml").write_text(f"title: A\nlanguage: en\nsteps: [{CUE}]\n")
    (two := tmp_path / "two.yaml").write_text("title: A\nlanguage: de\nsteps: [say: A]\n")
    ran = run("check", one, two, "--voice", "german")
    assert (ran.code, ran.err) == (2, "")
    language, words = ran.out.splitlines()
    message = "language: german has no voice for 'en'; it speaks de; --voice auto finds one that fits"
    assert language == f"{one}:2:11: {message}"
    assert words.startswith(f"{one}:3:28: warning: left out at levels")


def sound(path: Path, seconds: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes(range(160)) * round(seconds * 50))


@pytest.mark.parametrize("voice", ["none", "tones"])
def test_unplayable_sound_names_its_step(run: Run, tmp_path: Path, voice: str) -> None:
    sound(tmp_path / "gong.wav", 0.5)
    sound(tmp_path / "song.wav", 60.5)
    (tmp_path / "words.mp3").write_text("Gong!")
    (tmp_path / "part.yaml").write_text("title: B\nsteps:\n  - chime: words.mp3\n")
    path = tmp_path / "whole.yaml"
    path.write_text(
        "title: A\nminutes: 60\nsteps:\n  - chime: gong.wav\n  - repeat: 2\n    steps:\n      - chime: song.wav\n"
        "  - chime: song.wav\n  - use: part.yaml\n"
    )
    ran = run("check", path, "--voice", voice)
    assert (ran.code, ran.err) == (2, "")
    part, warned, *others = ran.out.replace(f"{tmp_path}/", "").splitlines()
    kinds = "WAV, FLAC, Ogg, MP3, M4A or AIFF"
    assert part == f"part.yaml:3:5: chime: not a {kinds} file (words.mp3); export it again, as WAV for example"
    assert warned.startswith("whole.yaml:2:10: warning: minutes: out of reach")
    longer = "chime: longer than 60 s (song.wav); cut it, a chime is played whole"
    assert others == [f"whole.yaml:7:9: {longer}", f"whole.yaml:8:5: {longer}"]


def test_cut_text_is_a_warning(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    path.write_text("title: A\nsteps:\n  - say: Do set #1.\n")
    ran = run("check", path, "--voice", "none", "--format", "github")
    assert (ran.code, ran.out.startswith(f"::warning file={path},line=3,col=17::the text ends before the #")) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "nowhere:1:1: no routine of that name (nowhere)"),
        ("nowhere.yaml", "nowhere.yaml:1:1: there is no such file"),
        ("pipe.yaml", "pipe.yaml:1:1: not a file"),
        ("a" * 300, f"{'a' * 300}:1:1: no routine of that name ({'a' * 59}…)"),
    ],
    ids=["name", "path", "pipe", "long"],
)
def test_missing_names_are_problems(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.yaml")
    Path("bad.yaml").write_text("title: A\nsteps: [pause: 3]")
    ran = run("check", name, "bad.yaml", "--voice", "none")
    assert (ran.code, ran.err) == (2, "")
    assert any(line.startswith(message) for line in ran.out.splitlines())
    assert "bad.yaml:2:16: pause:" in ran.out


def test_any_file_can_be_checked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_text("title: A\nsteps: [pause: 3]")
    assert f"{path}:2:16: pause:" in run("check", path, "--voice", "none").out


def test_shared_mistake_is_reported_once(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("set").mkdir()
    Path("set/part.yaml").write_text("title: A\nsteps: [pause: 3]")
    Path("set/whole.yaml").write_text("title: A\nsteps: [use: part.yaml]")
    lines = run("check", "set", "--voice", "none").out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        "set/part.yaml:2:16: pause: a duration without its unit",
        "set/whole.yaml:2:14: use: part.yaml has mistakes of its own",
    ]

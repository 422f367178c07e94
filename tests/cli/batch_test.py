"""`voicecoach batch`: from the command line to the folder."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicecoach.app.batching import BatchRequest, prepare_batch
from voicecoach.batch import BatchReporter

Run = Callable[..., Any]
WORDS = ("--formats", "vtt", "--voices", "tones", "--jobs", "1")


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two short routines and one with a mistake."""
    (folder := tmp_path / "mine").mkdir()
    for name, tag in (("wave", "arms"), ("roll", "back")):
        (folder / f"{name}.yaml").write_text(f"title: {name}\ntags: [{tag}]\nsteps:\n- say: {name}.\n- pause: 1-60 s\n")
    (folder / "broken.yaml").write_text("title: Broken\nsteps:\n- hold: 5\n")
    monkeypatch.setenv("VOICECOACH_PATH", str(folder))
    return folder


def names(folder: Path) -> list[str]:
    """All visible files below a folder."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in files if ".voicecoach" not in path.parts)


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "voicecoach", "batch", *map(str, args)]


def test_second_run_makes_nothing(run: Run, mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    words = ("batch", "wave", mine / "roll.yaml", "--into", out, "--formats", "vtt,md", "--voices", "tones")
    words += ("--levels", "gentle,deep", "--lengths", "0.5", "--jobs", "2")
    ran = run(*words)
    assert (ran.code, ran.err) == (0, "")
    *lines, summary = ran.out.splitlines()
    assert sorted(line.partition(" ")[2] for line in lines) == [
        f"{name} {dose}: vtt, md" for name in ("roll", "wave") for dose in ("0.5 min", "deep", "gentle")
    ]
    assert summary.startswith(f"Made 12 files of 6 sessions in {out} (")
    assert len(names(out)) == 12
    assert run(*words).out == f"Nothing to do in {out}: 12 files up to date.\n"


def test_broken_routine_fails_alone(run: Run, mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("batch", "--tag", "arms", "--into", out, *WORDS)
    assert (ran.code, names(out)) == (0, ["wave.vtt"])
    ran = run("batch", "wave", "broken", "roll", "gone", "--into", out, *WORDS)
    assert (ran.code, names(out)) == (2, ["roll.vtt", "wave.vtt"])
    assert ran.out.splitlines()[-2:] == [
        f"Made 1 file of 1 session in {out} (0:42 of sound, 0.0 MB); 1 file up to date.",
        "Failed: 2 (broken, gone).",
    ]
    hint = "; write it with its unit: 30 s, 2 min, 1 h, or 1:30"
    assert ran.err.splitlines() == [
        f"broken: {mine / 'broken.yaml'}:3:9: hold: a duration without its unit (5), allowed are s, min and h{hint}",
        "gone: no routine of that name (gone); `voicecoach list` shows them all",
    ]
    left = run("batch", "wave", "--into", out, *WORDS)
    assert left.out.splitlines()[1] == "Left alone: 1 file of other batches, such as roll.vtt."


def test_unknown_voice_fails_alone(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("batch", "wave", "--into", out, "--formats", "vtt", "--voices", "gone:one,tones,gone:two", "--jobs", "1")
    assert (ran.code, names(out)) == (2, ["wave.vtt"])
    assert [line.partition(": there")[0] for line in ran.err.splitlines()] == ["wave gone:one", "wave gone:two"]
    assert ran.out.splitlines()[-1] == "Failed: 2 (wave gone:one, wave gone:two)."
    ran = run("batch", "wave", "--into", out, "--formats", "vtt", "--voices", "gone:one", "--jobs", "1")
    assert ran.out == "Left alone: 1 file of other batches, such as wave.vtt.\nFailed: 1 (wave).\n"


def test_summary_survives_early_end(run: Run, mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("batch", "wave", "broken", "--into", out, *WORDS[:-2], "--cluster", "nonsense")
    assert (ran.code, ran.out) == (3, "Failed: 1 (broken).\n")
    assert ran.err.splitlines()[-1].startswith("no Dask scheduler answers at nonsense")
    (mine / "long.yaml").write_text("title: Long\nsteps:\n- say: Sleep.\n- pause: 10 h\n")
    words = command("wave", "long", "--voices", "tones", "--jobs", "1", "--formats", "flac", "--into", out)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "1/2 wave: flac\n"
        (ledger := out / ".voicecoach" / "made.jsonl").unlink()
        ledger.mkdir()  # the next look at it fails
        output, errors = child.communicate()
    assert (child.returncode, errors) == (3, f"{ledger}: Is a directory; batches keep their list of files there\n")
    assert output.startswith(f"Made 1 file of 1 session in {out} (")


def test_bit_rate_applies_where_possible(run: Run, tmp_path: Path) -> None:
    """Another one is no reason to make the others again."""
    out = tmp_path / "out"
    words = ("batch", "wave", "--into", out, "--formats", "wav,mp3,vtt", "--voices", "tones", "--jobs", "1")
    sizes = []
    for rate, made in (("32", "3 files"), ("64", "1 file")):
        ran = run(*words, "--bitrate", rate)
        assert (ran.code, ran.err) == (0, "")
        assert f"Made {made} of 1 session" in ran.out
        sizes.append((out / "wave.mp3").stat().st_size)
    assert sizes[0] < sizes[1]


def test_documented_example_works(run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (project / "docs" / "batch.md").read_text("utf-8")
    line = next(line for line in page.splitlines() if line.startswith("voicecoach batch --tag"))
    ran = run(*shlex.split(line, comments=True)[1:], *WORDS)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].startswith("Made 8 files of 8 sessions in out (")


def test_all_takes_every_routine_by_name(tmp_path: Path) -> None:
    request = BatchRequest(into=tmp_path, all_routines=True, voices=("tones",))
    batch = prepare_batch(request, BatchReporter())
    assert {"wave", "roll", "muscle-knots"} <= {due.session.routine.name for due in batch.due}
    assert [failure.name for failure in batch.outcome.failures] == ["broken"]


def test_plan_with_mistakes_writes_nothing(run: Run, tmp_path: Path) -> None:
    plan = tmp_path / "catalogue.yaml"
    plan.write_text("voice: tones\nformats: [vtt]\npeople:\n  Anna/K: [wave, roll, broken]\ngroups:\n  Tue: [wave]\n")
    out = tmp_path / "out"
    ran = run("batch", "--plan", plan, "--into", out, "--jobs", "1")
    assert (ran.code, names(out)) == (2, ["Anna K/roll.vtt", "Anna K/wave.vtt", "Tue/wave.vtt"])
    assert ran.err.startswith("Anna K/broken: ")
    plan.write_text("people:\n  Anna: [wvae]\n  Ben: {level: hard}\n")
    ran = run("batch", "--plan", plan, "--into", tmp_path / "none")
    assert (ran.code, ran.out, (tmp_path / "none").exists()) == (2, "", False)
    assert [line.removeprefix(f"{plan}:").partition(";")[0] for line in ran.err.splitlines()] == [
        "2:10: routines: no routine of that name (wvae)",
        "3:3: Ben without `routines:`",
        "3:16: level: not a level (hard), allowed are gentle, standard, deep, and 0 to 100",
    ]
    message = f"{tmp_path} is a folder; name the plan in it, such as {plan}\n"
    assert run("batch", "--plan", tmp_path, "--into", out).err == message


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Missing option '--into'"),
        (("heat", "--into", "out", "-o", "s.m4a"), "No such option '-o'"),
        (("heat", "--into", "out", "--minutes", "20"), "No such option '--minutes'"),
        (("--into", "out"), "no routine was named; name some, or say --all, --tag TAG or --plan FILE"),
        (("heat", "--all", "--into", "out"), "routines by name and by --all, --tag or --needs; leave one out"),
        (("--tag", "nonsense", "--into", "out"), "no routine matches the request"),
        (("heat", "--plan", "p.yaml", "--into", "out"), "a routine together with --plan; write it into the plan"),
        (("--levels", "1", "--plan", "p.yaml", "--into", "out"), "--levels together with --plan"),
        (("--formats", "wav", "--plan", "p.yaml", "--into", "out"), "--formats together with --plan"),
        (("--plan", "p.yaml", "--into", "out"), "p.yaml:1:1: there is no such file"),
        (("heat", "--formats", "m4a,doc", "--into", "out"), "'doc' is not one of 'wav', 'flac'"),
        (("heat", "--formats", ",", "--into", "out"), "the list is empty"),
        (
            ("heat", "--formats", "wav,vtt", "--bitrate", "64", "--into", "out"),
            "none of these formats has a bit rate (wav, vtt); leave out --bitrate",
        ),
        (("heat", "--formats", "wav,mp3", "--bitrate", "100", "--into", "out"), "mp3 has no bit rate of 100 kbit/s"),
        (("heat", "--jobs", "0", "--into", "out"), "out of range (0), 1 to 256 is allowed"),
        (("heat", "--jobs", "2", "--cluster", "x", "--into", "out"), "--cluster together with --jobs"),
        (("heat", "--into", "file"), "file is not a folder; name a folder for --into"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistakes_are_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    ran = run("batch", *args)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1, ran.err
    assert names(tmp_path / "out") == []


def test_impossible_folder_exits_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run("batch", "heat", "--into", tmp_path / "file" / "out")
    message = f"{tmp_path / 'file' / 'out'}: Not a directory; choose another folder; nothing was changed\n"
    assert (ran.code, ran.err) == (3, message)


def test_ctrl_c_leaves_whole_files(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (mine / "long.yaml").write_text("title: Long\nsteps:\n- say: Sleep.\n- pause: 10 h\n")
    words = command("wave", "long", "--voices", "tones", "--jobs", "2", "--formats", "flac,vtt", "--into", out)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        words, stdout=theirs, stderr=theirs, env=os.environ | {"VOICECOACH_PATH": str(mine)}
    ) as child:
        os.close(theirs)
        shown = b""
        while b"\n1 of 2 sessions" not in shown or not re.search(rb"[1-9]%  long\r\n", shown):
            shown += os.read(ours, 4_000)
        child.send_signal(signal.SIGINT)
        rest = b""
        try:
            while more := os.read(ours, 4_000):
                rest += more
        except OSError:  # everything has been read, and the other end is closed
            pass
    os.close(ours)
    assert child.returncode == 130
    assert b"0%  wave\r\n" in shown
    assert rest.rstrip().endswith(b"\x1b[J"), "the bars are gone"
    made = names(out)
    assert made == ["wave.flac", "wave.vtt"]
    assert {path.name for path in (out / ".voicecoach").iterdir()} == {"made.jsonl"}
    stated = {json.loads(line)["file"] for line in (out / ".voicecoach" / "made.jsonl").read_text().split("\n") if line}
    assert stated == set(made)


def test_killed_batch_continues(run: Run, mine: Path, tmp_path: Path) -> None:
    """`kill -9` in a session that takes long; what was made is not made again."""
    out = tmp_path / "out"
    (long := mine / "long.yaml").write_text("title: Long\nsteps:\n- say: Sleep.\n- pause: 10 h\n")
    words = ("wave", "roll", "long", "--voices", "tones", "--formats", "flac,vtt", "--into", out, "--jobs", "1")
    with subprocess.Popen(command(*words), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(2):
            child.stdout.readline()
        child.kill()
        child.stdout.read()
    before = {name: (out / name).stat().st_mtime_ns for name in names(out)}
    assert list(before) == ["roll.flac", "roll.vtt", "wave.flac", "wave.vtt"]
    long.write_text(long.read_text().replace("10 h", "10 s"))
    ran = run("batch", *words)
    assert ran.code == 0
    assert "Made 2 files of 1 session" in ran.out
    assert "; 4 files up to date." in ran.out
    assert len(names(out)) == 6
    assert before.items() <= {name: (out / name).stat().st_mtime_ns for name in names(out)}.items()
    assert [path.name for path in (out / ".voicecoach").iterdir()] == ["made.jsonl"]


def test_two_batches_share_a_folder(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shared = ("--voices", "tones", "--levels", "0,100", "--formats", "flac,vtt", "--into", out)
    both = [
        subprocess.Popen(command(*routines, *shared, "--jobs", "1"), stdout=subprocess.PIPE, text=True)
        for routines in (("wave", "roll"), ("roll", "wave"))
    ]
    for child in both:
        printed, _ = child.communicate()
        assert child.returncode == 0, printed
    assert len(names(out)) == 8
    assert run("batch", "wave", "roll", *shared).out == f"Nothing to do in {out}: 8 files up to date.\n"

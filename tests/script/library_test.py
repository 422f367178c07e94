"""How routines are found, and how they use one another."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from voicecoach import resources
from voicecoach.errors import ChoiceError, ScriptError
from voicecoach.routine import Use
from voicecoach.script.library import Library, search_folders, user_folder


def write_routine(folder: Path, name: str, title: str, steps: str = "[say: A]", **head: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    path = folder / name
    path.write_text(f"title: {title}\n{lines}steps: {steps}\n")
    return path


def errors(library: Library, path: Path) -> list[str]:
    with pytest.raises(ScriptError) as fault:
        library.load_path(path)
    return [str(problem).replace(f"{path.parent}/", "") for problem in fault.value.problems]


def test_search_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICECOACH_PATH", os.pathsep.join(["/one", "", "~/two", "~no-such-user/three"]))
    assert search_folders() == (
        Path("/one"),
        Path.home() / "two",
        Path("~no-such-user/three"),
        user_folder(),
        resources.bundled_folder("scripts"),
    )


def test_first_folder_wins(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write_routine(one, "a.yml", "First")
    write_routine(two, "a.yaml", "Second")
    write_routine(two, "b.yaml", "Third")
    library = Library((tmp_path / "missing", one, two))
    assert library.paths() == {"a": one / "a.yml", "b": two / "b.yaml"}
    assert [library.load(name).title for name in ("a", "b")] == ["First", "Third"]


def test_only_yaml_files_are_listed(tmp_path: Path) -> None:
    write_routine(tmp_path, "notes.txt", "Not one")
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    assert Library((tmp_path,)).paths() == {}


def test_load_by_name_path_or_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_routine(tmp_path / "lib", "a.yaml", "By name")
    write_routine(tmp_path / "sub", "a.yaml", "By path")
    write_routine(tmp_path, "beside.yaml", "Beside")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"title: Piped\nsteps: [use: ./beside.yaml]\n")))
    library = Library((tmp_path / "lib",))
    assert library.load("a").title == "By name"
    assert library.load("sub/a.yaml").title == "By path"
    piped = library.load("-")
    assert (piped.title, piped.name, piped.pos.file) == ("Piped", "Piped", "<stdin>")
    assert [step.routine.title for step in piped.steps if isinstance(step, Use)] == ["Beside"]


def test_name_is_file_stem(tmp_path: Path) -> None:
    assert Library(()).load_path(write_routine(tmp_path, "wall-sit.yaml", "Sit at the wall")).name == "wall-sit"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("wal-sit", "no routine of that name (wal-sit); did you mean wall-sit?"),
        ("zzz", "no routine of that name (zzz); `voicecoach list` shows them all"),
        ("draft", "no routine of that name (draft); for a file, give its path: ./draft.yaml"),
        ("wall-sits", "no routine of that name (wall-sits); for a file, give its path: ./wall-sits.yaml"),
        ("", "no routine of that name (nothing); `voicecoach list` shows them all"),
        ("..", "no routine of that name (..); `voicecoach list` shows them all"),
        ("a\0b", "no routine of that name (a\\x00b); `voicecoach list` shows them all"),
        ("a" * 5000, f"no routine of that name ({'a' * 59}…); `voicecoach list` shows them all"),
    ],
    ids=lambda value: value[:20].replace("\0", "NUL"),
)
def test_unknown_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    write_routine(tmp_path, "draft.yaml", "Not in the library")
    write_routine(tmp_path, "wall-sits.yaml", "Not either")
    write_routine(tmp_path / "lib", "wall-sit.yaml", "In it")
    with pytest.raises(ChoiceError) as fault:
        Library((tmp_path / "lib",)).load(asked)
    assert str(fault.value) == message


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere.yaml", "there is no such file"),
        ("no/where", "there is no such file"),
        ("./draft", "there is no such file; did you mean draft.yaml?"),
        ("sub/", "a folder, not a routine's file"),
        ("a\0.yaml", "not a path"),
    ],
)
def test_path_without_routine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    write_routine(tmp_path, "draft.yaml", "Not meant")
    with pytest.raises(ScriptError) as fault:
        Library(()).load(path)
    (problem,) = fault.value.problems
    assert str(problem).endswith(f":1:1: {message}")


def test_use_step_holds_routine(tmp_path: Path) -> None:
    write_routine(tmp_path / "lib", "a.yaml", "By name", options="{strong: More.}")
    write_routine(tmp_path / "sub", "b.yaml", "By path", "[use: c.yaml]")
    write_routine(tmp_path / "sub", "c.yaml", "By path from there", options="{knee: Less.}")
    path = write_routine(
        tmp_path, "mine.yaml", "Mine", "[{use: a, options: [strong]}, use: sub/b.yaml, {use: a, options: strong}]"
    )
    routine = Library((tmp_path / "lib",)).load_path(path)
    first, second, third = routine.steps
    assert isinstance(first, Use)
    assert isinstance(second, Use)
    assert isinstance(third, Use)
    assert (first.routine.title, first.options, third.options) == ("By name", ("strong",), ("strong",))
    assert first.routine is third.routine
    assert isinstance(second.routine.steps[0], Use)
    assert routine.reachable_options == {"strong", "knee"}


def test_symlinked_routine_uses_files_beside_target(tmp_path: Path) -> None:
    write_routine(tmp_path / "work", "part.yaml", "Part")
    real = write_routine(tmp_path / "work", "mine.yaml", "Mine", "[use: part.yaml]")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "mine.yaml").symlink_to(real)
    assert Library((tmp_path / "lib",)).load("mine").title == "Mine"


def test_sound_file_path(scripts: Any) -> None:
    scripts.write(b"RIFF", "sounds/gong.wav")
    (chime,) = scripts.steps("- chime: sounds/gong.wav")
    assert (chime.sound, chime.path) == ("sounds/gong.wav", str((scripts.folder / "sounds/gong.wav").resolve()))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{use: part, options: [stron]}", ("2:31: options: an unknown option (stron), part has: knee, strong; "
                                         "did you mean strong?")),
        ("{use: plain.yaml, options: [x]}", "2:37: options: an unknown option (x), plain.yaml has none"),
        ("use: deutsch", "2:14: use: deutsch speaks another language (de), en-GB is allowed here"),
        ("use: prat", "2:14: use: no routine of that name (prat); did you mean part?"),
        ("use: beside", ("2:14: use: no routine of that name (beside); for the file beside this one, "
                        "write `use: beside.yaml`")),
    ],
)  # fmt: skip
def test_wrong_use_step(tmp_path: Path, step: str, message: str) -> None:
    library = tmp_path / "lib"
    write_routine(library, "part.yaml", "Part", options="{strong: More., knee: Less.}", language="en")
    write_routine(library, "deutsch.yaml", "Teil", language="de")
    write_routine(tmp_path, "plain.yaml", "Plain")
    write_routine(tmp_path, "beside.yaml", "Beside")
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"title: Mine\nsteps: [{step}]\nlanguage: en-GB\n")
    assert errors(Library((library,)), mine) == [f"mine.yaml:{message}"]


def test_errors_of_used_routine_keep_their_places(tmp_path: Path) -> None:
    write_routine(tmp_path, "part.yaml", "Part", "[pause: 3, sya: B]")
    mine = write_routine(tmp_path, "mine.yaml", "Mine", "[use: part.yaml, use: part.yaml, pause: 0 s]")
    assert [line.partition(" (")[0].partition(",")[0] for line in errors(Library(()), mine)] == [
        "mine.yaml:2:14: use: part.yaml has mistakes of its own",
        "mine.yaml:2:30: use: part.yaml has mistakes of its own",
        "mine.yaml:2:48: pause: a duration of zero",
        "part.yaml:2:16: pause: a duration without its unit",
        "part.yaml:2:19: a step of no known kind",
    ]


def test_circular_use(tmp_path: Path) -> None:
    one = write_routine(tmp_path, "one.yaml", "One", "[use: two.yaml]")
    two = write_routine(tmp_path, "two.yaml", "Two", "[use: one.yaml]")
    alone = write_routine(tmp_path, "alone.yaml", "Alone", "[use: alone.yaml]")
    library = Library(())
    assert errors(library, one) == [
        "one.yaml:2:14: use: two.yaml has mistakes of its own",
        "two.yaml:2:14: use: a circle (one → two → one)",
    ]
    assert errors(library, two)[0] == "one.yaml:2:14: use: a circle (two → one → two)"
    assert errors(library, alone) == ["alone.yaml:2:14: use: a circle (alone → alone)"]


def test_use_chain_is_limited(tmp_path: Path) -> None:
    """From its first link the chain is too long; from its second it is not, in whatever order they are loaded."""
    for number in range(16):
        write_routine(tmp_path, f"r{number}.yaml", "Link", f"[use: r{number + 1}.yaml]")
    write_routine(tmp_path, "r16.yaml", "Last")
    library = Library(())
    assert errors(library, tmp_path / "r0.yaml")[-2:] == [
        "r8.yaml:2:14: use: r9.yaml has mistakes of its own",
        "r9.yaml:2:14: use: r10.yaml has mistakes of its own",
    ]
    assert "r15.yaml:2:14: use: routines within routines deeper than 16" in errors(library, tmp_path / "r0.yaml")
    assert library.load_path(tmp_path / "r1.yaml").title == "Link"


def test_files_are_read_once(tmp_path: Path) -> None:
    """Each of fifteen links uses the next twice: without a memo the last would be read 32,768 times."""
    for number in range(14):
        write_routine(tmp_path, f"r{number}.yaml", "Link", f"[use: r{number + 1}.yaml, use: r{number + 1}.yaml]")
    write_routine(tmp_path, "r14.yaml", "Last", "[pause: 3]")
    assert len(errors(Library(()), tmp_path / "r0.yaml")) == 14 * 2 + 1

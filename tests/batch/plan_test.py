"""Plan files: their sessions, and every error at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voicecoach.batch import BatchSession, InvalidSession
from voicecoach.batch.plan import sessions_from_plan
from voicecoach.batch.session_files import KINDS, name_files
from voicecoach.choices import Choices
from voicecoach.errors import ScriptError
from voicecoach.units import MINUTE


def sessions(folder: Path, text: str) -> list[BatchSession]:
    """The sessions of a plan in which nothing is wrong."""
    (plan := folder / "plan.yaml").write_text(text)
    read = sessions_from_plan(plan, ("mp3",))
    valid = [session for session in read if isinstance(session, BatchSession)]
    assert valid == read
    return valid


def problems(folder: Path, text: str) -> list[str]:
    (plan := folder / "plan.yaml").write_text(text)
    with pytest.raises(ScriptError) as raised:
        sessions_from_plan(plan, ("mp3",))
    return str(raised.value).replace(f"{folder}/", "").splitlines()


def test_nearer_choices_override(tmp_path: Path) -> None:
    first, second, ben, group = sessions(
        tmp_path,
        """\
formats: [m4a, vtt]
level: gentle
voice: tones
people:
  Anna K.:
    minutes: 20
    with: [heat]
    skip: Foam roll
    routines:
      - muscle-knots
      - {routine: cat-cow, level: 30, side: left, speed: 0.8, intro: no, formats: vtt}
  Ben: [heat]
groups:
  Tuesday, 10 o'clock:
    routines: side-stretch
""",
    )
    assert [(session.folder, session.routine.name, session.kinds) for session in (first, second, ben, group)] == [
        ("Anna K", "muscle-knots", ("m4a", "vtt")),
        ("Anna K", "cat-cow", ("vtt",)),
        ("Ben", "heat", ("m4a", "vtt")),
        ("Tuesday, 10 o'clock", "side-stretch", ("m4a", "vtt")),
    ]
    assert {session.voice.public_name for session in (first, second, ben, group)} == {"tones"}
    assert first.choices == Choices(length=20 * MINUTE, options=frozenset({"heat"}), skip=("Foam roll",))
    assert second.choices == Choices(level=30, side="left", speed=80, intro=False)
    assert ben.choices == group.choices == Choices(level=0)


def test_top_routines_apply_to_people_without_any(tmp_path: Path) -> None:
    read = sessions(tmp_path, "routines: [heat, ice]\npeople:\n  Anna: {}\n  Ben: [cat-cow]\n")
    assert [(session.folder, session.name) for session in read] == [
        ("Anna", "heat"),
        ("Anna", "ice"),
        ("Ben", "cat-cow"),
    ]


def test_plan_of_the_docs(project: Path, tmp_path: Path) -> None:
    page = (project / "docs" / "batch.md").read_text("utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "shoulder.yaml").write_text("title: Shoulder\nsteps:\n- say: Up.\n")
    read = sessions(tmp_path, page.partition("```yaml\n")[2].partition("```")[0])
    assert [output.stem for output in name_files(read)] == [
        "Anna K/muscle-knots",
        "Anna K/floor-reset",
        "Ben/heat",
        "Ben/shoulder",
        "Tuesday/floor-reset",
        "Tuesday/cat-cow",
    ]
    knots, stretch, heat, *_, group = (session.choices for session in read)
    assert (knots.level, knots.length, knots.skip) == (None, 20 * MINUTE, ("Foam roll",))
    assert (stretch.length, stretch.options, stretch.skip) == (10 * MINUTE, {"knee-pain"}, ())
    assert (heat.level, group.level, group.speed) == (0, 0, 90)
    assert {session.kinds for session in read} == {("m4a", "vtt")}


def test_sessions_fail_alone(tmp_path: Path) -> None:
    """A routine with errors of its own, and a language that no voice speaks."""
    (tmp_path / "broken.yaml").write_text("title: Broken\nsteps:\n- hold: 5\n")
    (tmp_path / "foreign.yaml").write_text("title: Qo'\nlanguage: tlh\nsteps:\n- say: Qapla.\n")
    (plan := tmp_path / "plan.yaml").write_text("people:\n  Anna: [./broken.yaml, ./foreign.yaml, heat]\n")
    broken, foreign, heat = sessions_from_plan(plan, ("mp3",))
    assert isinstance(broken, InvalidSession)
    assert (broken.name, broken.error.exit_code) == ("Anna/./broken.yaml", 2)
    assert isinstance(foreign, InvalidSession)
    assert (foreign.error.exit_code, str(foreign.error)[:30]) == (3, "no voice on this machine speak")
    assert isinstance(heat, BatchSession)
    assert heat.kinds == ("mp3",)


def test_all_errors_are_reported_at_their_places(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
formats: [m4a, xyz, vtc]
levle: gentle
minutes: soon
side: up
speed: 3
intro: perhaps
with: [wings]
routines: []
only: [Foam roll]
<<: nothing
people:
  Anna:
    routines: [cat-cwo, nowhere.yaml, [heat], "-"]
    level: hard
    minutes: 0
  ANNA: [heat]
  ...: [heat]
  Ben: heat
  Cem:
    routine: heat
  Dora:
    routines: heat
    with: chiar
    skip: [Foam rol]
  Emil:
    routines:
      - {level: deep}
      - {routine: [a]}
      - {routine: heat, only: Dog, level: 101, minutes: 300000, formats: []}
      - {routine: floor-reset, with: ball, voice: unknown}
      - {routine: cat-cow, speed: nan, side: [left], skip: "", voice: "tones:x"}
    level: deep
    level: gentle
groups: Tuesday
""",
    )
    assert all(re.match(r"plan\.yaml:\d+:\d+: \S", line) for line in found), found
    expected = [
        f"1:16: formats: an unknown format (xyz), allowed: {', '.join(KINDS)}",
        f"1:21: formats: an unknown format (vtc), allowed: {', '.join(KINDS)}; did you mean vtt?",
        "2:1: an unknown key (levle) in a plan, allowed: level, minutes, with, skip, side, speed",
        "3:10: minutes: not a number of minutes (soon); write it without a unit: minutes: 5",
        "4:7: side: not a side (up), allowed are left, right, both",
        "5:8: speed: not a speed (3), 0.5 to 2.0 is allowed",
        "6:8: intro: not a yes or no (perhaps), allowed are yes and no",
        "7:8: with: these routines have no such option (wings), allowed: none",
        "9:1: an unknown key (only) in a plan",
        "10:1: a merge key (<<)",
        "13:16: routines: no routine of that name (cat-cwo); did you mean cat-cow?",
        "13:25: routines: there is no such file (nowhere.yaml)",
        "13:39: routines: a list within a list; write a routine's name",
        "13:47: routines: there is no such file (-)",
        "14:12: level: not a level (hard), allowed are gentle, standard, deep, and 0 to 100",
        "15:14: level and minutes together; minutes find the level by themselves: leave one out",
        "15:14: minutes: out of range (0)",
        "16:3: two people with the same folder (Anna and ANNA); give them different names",
        "17:3: a name that no folder can have (...); use letters or digits",
        "18:8: Ben: not a list of routines, nor a mapping; write `routines:` below it",
        "20:5: an unknown key (routine) in Cem",
        "23:11: with: these routines have no such option (chiar), allowed: none",
        "24:12: skip: these routines have no such move (Foam rol)",
        "27:9: a routine without its name; write `routine:` and a name",
        "28:19: a routine without its name",
        "29:31: only: Heat has no such move (Dog), allowed: Heat",
        "29:43: level: not a level (101)",
        "29:57: minutes: out of range (300000)",
        "29:74: formats: none, at least one is needed",
        "30:38: with: Floor reset has no such option (ball), allowed: knee-pain",
        "30:51: voice: there is no voice 'unknown'",
        "31:35: speed: not a speed (nan)",
        "31:46: side: a list where a single value is wanted",
        "31:60: skip: an empty name",
        "33:5: a duplicate key (level), first in line 32",
        "34:9: groups: not a mapping; write each name below it, with a colon",
    ]
    missing = [line for line in expected if not any(each.startswith(f"plan.yaml:{line}") for each in found)]
    assert not missing, "\n".join([*missing, "---", *found])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "plan.yaml:1:1: the plan is empty; begin with `people:`"),
        ("- heat\n", "plan.yaml:1:1: not a plan: no `key: value` at its top; begin with `people:`"),
        ("level: deep\n", "plan.yaml:1:1: a plan without `people:` or `groups:`; add one, with names below it"),
        ("people: {}\n", "plan.yaml:1:9: people: empty; write each name below it, with a colon"),
        ("people:\n", "plan.yaml:1:8: people: empty; write each name below it, with a colon"),
        ("groups: []\n", "plan.yaml:1:9: groups: empty; write each name below it, with a colon"),
        ("people:\n  Anna: {}\n", "plan.yaml:2:3: Anna without `routines:`; add `routines:` with a list below it"),
        ("people:\n  Anna: []\n", "plan.yaml:2:9: an empty list in `routines:`, at least one routine is needed"),
        ("people: [\n", "plan.yaml:1:10: this is not YAML"),
    ],
)
def test_text_that_is_no_plan(tmp_path: Path, text: str, message: str) -> None:
    (line,) = problems(tmp_path, text)
    assert line.startswith(message)

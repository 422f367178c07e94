"""A plan file: its entries, and every error at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voicecoach.choices import Choices
from voicecoach.compiler.selection import move_titles, unknown_titles
from voicecoach.errors import ScriptError
from voicecoach.exporter.destination import safe_file_name
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.script.plan_entry import PlanContext, PlanEntry
from voicecoach.script.plan_reader import read_plan
from voicecoach.units import Ms
from voicecoach.voices.registry import choose_voice

CONTEXT = PlanContext(
    formats=("m4a", "vtt"),
    load=Library().load,
    move_titles=move_titles,
    unknown_titles=unknown_titles,
    check_voice=choose_voice,
    folder_name=safe_file_name,
)


def entries(text: str, folder: Path = Path()) -> tuple[PlanEntry, ...]:
    return read_plan(text, "plan.yaml", folder, CONTEXT)


def problems(text: str) -> list[str]:
    with pytest.raises(ScriptError) as raised:
        entries(text)
    return str(raised.value).splitlines()


def test_nearer_choices_override() -> None:
    first, second, ben, group = entries("""\
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
""")
    both, group_name = ("m4a", "vtt"), "Tuesday, 10 o'clock"
    assert [(entry.person, entry.folder, entry.name, entry.voice, entry.formats) for entry in (first, second)] == [
        ("Anna K.", "Anna K", "muscle-knots", "tones", both),
        ("Anna K.", "Anna K", "cat-cow", "tones", ("vtt",)),
    ]
    assert [(entry.person, entry.folder, entry.name, entry.voice, entry.formats) for entry in (ben, group)] == [
        ("Ben", "Ben", "heat", "tones", both),
        (group_name, group_name, "side-stretch", "tones", both),
    ]
    assert first.choices == Choices(length=Ms(1_200_000), options=frozenset({"heat"}), skip=("Foam roll",))
    assert second.choices == Choices(level=30, side="left", speed=80, intro=False)
    assert ben.choices == group.choices == Choices(level=0)
    assert isinstance(first.routine, Routine)


def test_top_routines_apply_to_people_without_any() -> None:
    read = entries("routines: [heat, ice]\npeople:\n  Anna: {}\n  Ben: [cat-cow]\n")
    assert [(entry.person, entry.name) for entry in read] == [("Anna", "heat"), ("Anna", "ice"), ("Ben", "cat-cow")]


def test_paths_are_relative_to_plan(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("title: Mine\nsteps:\n- say: Hello.\n")
    (entry,) = entries("people:\n  Anna: [mine.yaml]\n", tmp_path)
    assert isinstance(entry.routine, Routine)


def test_broken_routine_is_no_plan_error(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("title: Broken\nsteps:\n- hold: 5\n")
    (entry,) = entries("people:\n  Anna: [./broken.yaml]\n", tmp_path)
    assert isinstance(entry.routine, ScriptError)


def test_all_errors_are_reported_at_their_places() -> None:
    found = problems("""\
formats: [m4a, ogg, vtc]
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
      - {routine: floor-reset, with: ball, voice: nobody}
      - {routine: cat-cow, speed: nan, side: [left], skip: "", voice: "tones:x"}
    level: deep
    level: gentle
groups: Tuesday
""")
    assert all(re.match(r"plan\.yaml:\d+:\d+: \S", line) for line in found), found
    expected = [
        "1:16: formats: an unknown format (ogg), allowed: m4a, vtt",
        "1:21: formats: an unknown format (vtc), allowed: m4a, vtt; did you mean vtt?",
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
        "15:14: minutes: out of reach (0)",
        "16:3: two who would share a folder (Anna and ANNA); tell their names apart",
        "17:3: a name that no folder can have (...); use letters or digits",
        "18:8: Ben: not a list of routines, nor a mapping; write `routines:` below it",
        "20:5: an unknown key (routine) in Cem",
        "23:11: with: these routines have no such option (chiar), allowed: none",
        "24:12: skip: these routines have no such move (Foam rol)",
        "27:9: a routine without its name; write `routine:` and a name",
        "28:19: a routine without its name",
        "29:31: only: Heat has no such move (Dog), allowed: Heat",
        "29:43: level: not a level (101)",
        "29:57: minutes: out of reach (300000)",
        "29:74: formats: none, at least one is needed",
        "30:38: with: Floor reset has no such option (ball), allowed: knee-pain",
        "30:51: voice: there is no voice 'nobody'",
        "31:35: speed: not a speed (nan)",
        "31:46: side: a list where a single value is wanted",
        "31:60: skip: an empty name",
        "33:5: a key that stands twice (level), first in line 32",
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
def test_text_that_is_no_plan(text: str, message: str) -> None:
    (line,) = problems(text)
    assert line.startswith(message)

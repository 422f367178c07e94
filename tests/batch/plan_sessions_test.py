"""A plan as the sessions of a catalogue."""

from __future__ import annotations

from pathlib import Path

from voicecoach.batch import BatchSession, InvalidSession
from voicecoach.batch.plan_sessions import sessions_from_plan
from voicecoach.batch.session_files import name_files
from voicecoach.units import MINUTE


def test_the_plan_in_the_docs_is_one(project: Path, tmp_path: Path) -> None:
    page = (project / "docs" / "batch.md").read_text("utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "shoulder.yaml").write_text("title: Shoulder\nsteps:\n- say: Up.\n")
    (plan := tmp_path / "catalogue.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0])
    made = sessions_from_plan(plan, ("mp3",))
    sessions = [session for session in made if isinstance(session, BatchSession)]
    assert sessions == made
    assert [output.stem for output in name_files(sessions)] == [
        "Anna K/muscle-knots",
        "Anna K/floor-reset",
        "Ben/heat",
        "Ben/shoulder",
        "Tuesday/floor-reset",
        "Tuesday/cat-cow",
    ]
    knots, stretch, heat, *_, group = (session.choices for session in sessions)
    assert (knots.level, knots.length, knots.skip) == (None, 20 * MINUTE, ("Foam roll",))
    assert (stretch.length, stretch.options, stretch.skip) == (10 * MINUTE, {"knee-pain"}, ())
    assert (heat.level, group.level, group.speed) == (0, 0, 90)
    assert {session.kinds for session in sessions} == {("m4a", "vtt")}


def test_what_the_plan_cannot_help_fails_alone(tmp_path: Path) -> None:
    """A routine with mistakes of its own, and a language that no voice here speaks."""
    (tmp_path / "broken.yaml").write_text("title: Broken\nsteps:\n- hold: 5\n")
    (tmp_path / "foreign.yaml").write_text("title: Qo'\nlanguage: tlh\nsteps:\n- say: Qapla.\n")
    (plan := tmp_path / "plan.yaml").write_text("people:\n  Anna: [./broken.yaml, ./foreign.yaml, heat]\n")
    broken, foreign, heat = sessions_from_plan(plan, ("mp3",))
    assert isinstance(broken, InvalidSession)
    assert (broken.name, broken.fault.exit_code) == ("Anna/./broken.yaml", 2)
    assert isinstance(foreign, InvalidSession)
    assert (foreign.fault.exit_code, str(foreign.fault)[:30]) == (3, "no voice on this machine speak")
    assert isinstance(heat, BatchSession)
    assert heat.kinds == ("mp3",)

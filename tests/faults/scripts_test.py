"""2,000 made-up scripts, with made-up choices and voices: each is read and keeps every promise, or has problems.

A failure shows the script and its seed. By hand, `VOICECOACH_SCRIPTS=20000` tries as many, and
`VOICECOACH_SCRIPTS_SEED=100000` begins at another seed.
"""

from __future__ import annotations

import json
import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bounded import bounded
from durations import seconds
from promises import (
    Lengths,
    assert_beats_are_steady,
    assert_end_chimes_end_holds,
    assert_in_order,
    assert_length,
    assert_nothing_overlaps,
    made_up_voice,
)

from tests.faults.made_up_scripts import MadeUpScript, length_between, made_up_script
from voicecoach.app.checking import check_routines
from voicecoach.app.exporting import export_session
from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.compiler.pacing import Pacing, shared_ranges
from voicecoach.errors import ChoiceError, Problem, ScriptError
from voicecoach.exporter import ExportOptions
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.timeline import Sound, Timeline
from voicecoach.units import ms

pytestmark = pytest.mark.faults

SCRIPTS = int(os.environ.get("VOICECOACH_SCRIPTS", "2000"))
FIRST_SEED = int(os.environ.get("VOICECOACH_SCRIPTS_SEED", "0"))
AT_ONCE = 100
REFUSALS = ("nothing is left to do", "has no option", "has no move", "no phrases", "out of reach")
EXPORTS = 20
"""Of 2,000 scripts, as many are exported."""


@contextmanager
def told(script: MadeUpScript) -> Iterator[None]:
    """Limits of time and memory; every failure shows the script."""
    try:
        with bounded(seconds=60, megabytes=150):
            yield
    except BaseException as error:
        error.add_note(str(script))
        raise


def written(script: MadeUpScript, folder: Path) -> Path:
    for name, text in script.files.items():
        (folder / name).write_text(text, "utf-8")
    return folder / "main.yaml"


def read(script: MadeUpScript, folder: Path) -> Routine | None:
    """The routine, or None if there are problems that a person can find and read."""
    try:
        return Library(()).load_path(written(script, folder))
    except ScriptError as error:
        assert error.problems  # noqa: PT017
        for problem in error.problems:
            assert_readable(problem, script)
        return None


def assert_readable(problem: Problem, script: MadeUpScript) -> None:
    assert str(problem).isprintable()
    assert len(problem.message) < 400
    lines = f"{script.files[Path(problem.pos.file).name]}.".splitlines()
    assert 1 <= problem.pos.line <= len(lines)
    assert 1 <= problem.pos.column <= len(lines[problem.pos.line - 1]) + 1


def compiled(routine: Routine, choices: Choices, lengths: Lengths) -> Timeline | None:
    """The session; None if the routine does not have what was chosen, or nothing is left of it."""
    try:
        return compile_session(routine, choices, lengths)
    except (ChoiceError, ScriptError) as error:
        if not any(refusal in str(error) for refusal in REFUSALS):
            raise
        return None


def assert_promises(timeline: Timeline, routine: Routine, choices: Choices) -> None:
    assert_nothing_overlaps(timeline)
    assert_in_order(timeline)
    assert_end_chimes_end_holds(timeline)
    if choices.level is not None:
        assert_beats_are_steady(timeline, routine, Pacing(choices.level, choices.speed))


def assert_fits(script: MadeUpScript, routine: Routine, lengths: Lengths) -> None:
    """A length between the shortest and the longest is met, or rounds and beats leave a gap there."""
    ends = [compiled(routine, replace(script.choices, level=level), lengths) for level in (0, 100)]
    if None in ends:
        return
    target = length_between(*(ms(each.length) for each in ends), script.share)
    choices = replace(script.choices, level=None, length=target)
    try:
        timeline = compile_session(routine, choices, lengths)
    except ChoiceError as error:
        assert "rounds and beats stay whole" in error.message  # noqa: PT017
        assert shared_ranges(routine.steps) or "{" in "".join(script.files.values())
        return
    assert_length(timeline, target)
    assert_promises(timeline, routine, choices)


def assert_can_be_exported(path: Path) -> None:
    """Where `check` finds no mistake, export works. In the file, the chimes of a hold are in place to the sample."""
    if not check_routines([str(path)], voice="tones").passed:
        return
    with open_session(SessionRequest(routines=(str(path),), voice="tones")) as session:
        timeline, wav = session.timeline, path.with_name("session.wav")
        export_session(session, wav, ExportOptions(force=True))
        with wave.open(str(wav)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        assert len(samples) == timeline.length
        for placed in timeline.placements:
            if isinstance(placed.source, Sound) and placed.source.name in ("start", "end"):
                clip = np.frombuffer(session.synthesizer.pcm(placed.source), "<i2")
                assert (samples[placed.start : placed.start + len(clip)] == clip).all()


@pytest.mark.parametrize("first", range(FIRST_SEED, FIRST_SEED + SCRIPTS, AT_ONCE))
def test_every_script_keeps_its_promises(tmp_path: Path, first: int) -> None:
    exports = AT_ONCE * EXPORTS // 2000
    for seed in range(first, min(first + AT_ONCE, FIRST_SEED + SCRIPTS)):
        script = made_up_script(seed)
        with told(script):
            assert Choices.from_plain(json.loads(json.dumps(script.choices.to_plain()))) == script.choices
            routine = read(script, tmp_path)
            if routine is None:
                continue
            lengths = made_up_voice(seed, [1, 400, 4_000, 60_000][seed % 4])
            timeline = compiled(routine, script.choices, lengths)
            if timeline is not None:
                assert_promises(timeline, routine, script.choices)
                assert compiled(routine, script.choices, lengths) == timeline
                assert_fits(script, routine, lengths)
            if exports and (usual := compiled(routine, Choices(), lengths)) and usual.length < seconds(600):
                exports -= 1
                assert_can_be_exported(tmp_path / "main.yaml")

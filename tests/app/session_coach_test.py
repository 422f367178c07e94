"""The coach of a session that plays: the same routine at another speed."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from voicecoach.app import recipe
from voicecoach.app.request import SessionRequest
from voicecoach.app.session import Session, open_session
from voicecoach.app.session_coach import SessionCoach
from voicecoach.choices import Choices
from voicecoach.compiler.phrases import load_phrases
from voicecoach.errors import ChoiceError, ScriptError, VoiceError
from voicecoach.player.timeline_edits import append_session, find_splice
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Utterance
from voicecoach.units import SAMPLE_RATE, Frames
from voicecoach.voices.speech_pool import SpeechPool

ROUTINE = """
title: Two moves
steps:
  - move: Lean
    steps:
      - say: Lean over.
      - hold: 20-40 s
  - move: Rest
    steps:
      - say: Lie down.
"""

MORE = """
title: More
caution: Stop when it hurts.
options: {long: With a hold.}
steps:
  - say: Sit up.
  - hold: 20-40 s
    when: long
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "two.yaml"
    path.write_text(ROUTINE)
    request = SessionRequest(routines=(str(path),), voice="tones", choices=Choices(level=80))
    with open_session(request) as made:
        yield made


def test_slower_keeps_holds(session: Session) -> None:
    with closing(SessionCoach(session)) as coach:
        slower = coach.recompile(50)
        assert slower.length > session.timeline.length
        holds = [event for each in (session.timeline, slower) for event in each.events if event.kind == "hold"]
        assert len({hold.end - hold.start for hold in holds}) == 1
        assert find_splice(TimelineIndex(session.timeline), TimelineIndex(slower), Frames(1)) is not None
        spoken = slower.placements[-1]
        assert coach.clip(spoken.source).length == spoken.length


def test_answers_in_session_voice(session: Session) -> None:
    with closing(SessionCoach(session)) as coach:
        assert coach.phrases == load_phrases("en")
        words = Utterance(coach.phrases.say("too_much"))
        assert coach.clip(words).length == session.synthesizer.clip(words).length


def test_missing_routine_keeps_speed(session: Session) -> None:
    kept = Session(session.timeline, session.synthesizer, session.voice, session.name)
    with closing(SessionCoach(kept)) as coach:
        assert coach.keeps_speed
        with pytest.raises(ChoiceError):
            coach.recompile(50)


def test_added_routine_shares_opening_and_closing(session: Session, tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    more.write_text(MORE)
    with closing(SessionCoach(session)) as coach:
        item = recipe.queue_item([str(more), "--level", "gentle", "--with", "long"], "en")
        part = coach.compile_item(item, 100)
        assert [event.end - event.start for event in part.events if event.kind == "hold"] == [20 * SAMPLE_RATE]
        both = append_session(session.timeline, part, Frames(0))
        said = [event.text for event in both.events if event.kind == "say"]
        lie_down, closing_words = said.index("Lie down."), "That is all for this session. Well done."
        assert said[lie_down : lie_down + 3] == ["Lie down.", "Stop when it hurts.", "Sit up."]
        assert (said.count(closing_words), said[-1]) == (1, closing_words)
        slower = coach.recompile(50, (item,))
        assert [move.title for move in slower.moves] == [move.title for move in both.moves] == ["Lean", "Rest", "More"]
        assert slower.length > both.length
        assert find_splice(TimelineIndex(both), TimelineIndex(slower), both.moves[2].start) is not None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["catcow"], "no routine of that name (catcow); did you mean cat-cow?"),
        (["cat-cow", "--minutes", "soon"], "add: --minutes: not a number of minutes (soon)"),
        (["cat-cow", "--nonsense"], "add: no such option (--nonsense)"),
        (["cat-cow", "--with", "ice"], "has no option (ice)"),
        (["cat-cow", "--speed", "2.0"], "has the voice and the speed of the session"),
        (["-"], "cannot read standard input"),
        ([], "no routine was named"),
        (["{path}"], "wrong.yaml:2:8: `steps:` is not a list (7)"),
        (["{german}"], "is in another language (de), the session is in en"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_adding_refuses_what_play_refuses(tmp_path: Path, words, told) -> None:
    wrong, german = tmp_path / "wrong.yaml", tmp_path / "german.yaml"
    wrong.write_text("title: Wrong\nsteps: 7\n")
    german.write_text("title: Mehr\nlanguage: de\nsteps:\n  - say: Setz dich auf.\n")
    words = [word.format(path=wrong, german=german) for word in words]
    with pytest.raises((ChoiceError, ScriptError)) as mistake:
        recipe.queue_item(words, "en")
    assert told in str(mistake.value)


DAMAGE = [
    *({"routines": value} for value in (None, 7, "cat-cow", [1], [["cat-cow"]], {}, ["\0"])),
    *({"files": value} for value in (None, [], {"a": 1}, {"\0": "ab"}, {"/dev/zero": "ab"}, {"/": "ab"})),
    *({"added": value} for value in (None, 7, [7], [{}], [{"words": 1, "files": {}, "first": 0}])),
    {"added": [{"words": ["cat-cow"], "files": {}, "first": "0"}]},
    *({"only": value} for value in (5, [5], "all", None)),
    *({"options": value} for value in ("abc", [[1]], None)),
    *({"speed": value} for value in (100.5, "100", True, 10**30)),
    *({"length": "long"}, {"level": [50]}, {"intro": "no"}, {"side": []}, {"skip": {"a": 1}}),
]


def test_damaged_recipe_only_costs_what_it_holds(session) -> None:
    """The compiled session is played all the same."""
    whole = json.loads(json.dumps(recipe.make_recipe(session.routines, session.choices, session.timeline)))
    for damage in DAMAGE:
        kept = whole | damage
        choices = session.choices if damage.keys() & {"routines", "files", "added"} else Choices()
        assert recipe.choices_from_recipe(kept) == choices, damage
        assert (recipe.routine_from_recipe(kept) is None) == bool(damage.keys() & {"routines", "files"}), damage
        assert (recipe.queue_from_recipe(kept, "en") is None) == ("added" in damage), damage


@pytest.mark.parametrize("change", ["nothing", "the routine", "what was added", "gone"])
def test_recipe_is_used_while_scripts_are_unchanged(session, tmp_path: Path, change) -> None:
    more, two = tmp_path / "more.yaml", tmp_path / "two.yaml"
    more.write_text(MORE)
    item = recipe.queue_item([str(more)], "en")
    kept = json.loads(
        json.dumps(
            {
                **recipe.make_recipe(session.routines, session.choices, session.timeline),
                "added": [{**item.recipe, "first": 2}],
            }
        )
    )
    if change == "gone":
        two.unlink()
    elif change != "nothing":
        script = two if change == "the routine" else more
        script.write_text(script.read_text() + "# changed\n")
    assert Choices.from_plain(kept) == session.choices
    assert (recipe.routine_from_recipe(kept) == session.routine) == (change in ("nothing", "what was added"))
    assert recipe.queue_from_recipe(kept, "en") == (
        None if change == "what was added" else (replace(item, first_move=2),)
    )


def test_leaving_stops_recompiling(session: Session) -> None:
    with closing(SessionCoach(session)) as coach:
        coach.leave()
        with pytest.raises(VoiceError, match="after 1 of"):
            coach.recompile(50)


def test_unwritable_cache_speaks_once(tmp_path, monkeypatch) -> None:
    (tmp_path / "cache").touch()
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    for name, text in (("two", ROUTINE), ("more", MORE)):
        (tmp_path / f"{name}.yaml").write_text(text)
    request = SessionRequest(routines=(str(tmp_path / "two.yaml"),), voice="tones")
    warnings: list[str] = []
    with open_session(request, warn=warnings.append) as session:
        assert "not kept" in warnings[0]
        with closing(SessionCoach(session)) as coach:
            part = coach.compile_item(recipe.queue_item([str(tmp_path / "more.yaml")], "en"), 100)
            monkeypatch.setattr(SpeechPool, "speak", lambda *_: pytest.fail("spoken again"))
            assert all(session.synthesizer.clip(each.source).length == each.length for each in part.placements)
        assert len(warnings) == 1

"""The coach of a session that plays: the same routine at another speed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from voicecoach.cli.coach import SessionCoach
from voicecoach.cli.session import Asked, Session
from voicecoach.errors import ChoiceError, VoiceError
from voicecoach.player.landmarks import Landmarks
from voicecoach.player.seam import seam
from voicecoach.timeline import Utterance
from voicecoach.units import Frames

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


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "two.yaml"
    path.write_text(ROUTINE)
    with Asked(names=(str(path),), voice="tones", level=80).session() as made:
        yield made


def test_slower_is_longer_but_for_its_holds_and_has_the_same_seams(session: Session) -> None:
    with closing(SessionCoach(session)) as coach:
        slower = coach.recompiled(50)
        assert slower.length > session.timeline.length
        holds = [event for each in (session.timeline, slower) for event in each.events if event.kind == "hold"]
        assert len({hold.end - hold.start for hold in holds}) == 1
        assert seam(Landmarks(session.timeline), Landmarks(slower), Frames(1)) is not None
        spoken = slower.placements[-1]
        assert coach.clip(spoken.source).length == spoken.length


def test_it_answers_in_the_language_and_the_voice_of_the_session(session: Session) -> None:
    with closing(SessionCoach(session)) as coach:
        assert coach.phrases.language == "en"
        words = Utterance(coach.phrases.say("too_much"))
        assert coach.clip(words).length == session.studio.clip(words).length


def test_a_session_whose_routine_is_gone_keeps_its_speed(session: Session) -> None:
    kept = Session(session.timeline, session.studio, session.voice, session.name)
    with closing(SessionCoach(kept)) as coach, pytest.raises(ChoiceError):
        coach.recompiled(50)


def test_whoever_leaves_does_not_wait_for_all_words_of_another_speed(session: Session) -> None:
    with closing(SessionCoach(session)) as coach:
        coach.leave()
        with pytest.raises(VoiceError, match="after 1 of"):
            coach.recompiled(50)

"""A real page for the tests of the page: a short routine with every kind of step, in tones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.exporter import export, tags_of

ROUTINE = """
title: Desk break
about: For stiff shoulders, after an hour at a desk.
caution: Pain is a "stop" & not a <b>goal</b>.
needs: [chair, wall]
tags: [desk]
steps:
  - move: Reach up
    steps:
      - say: Sit tall at the front of your chair, with both feet flat on the floor.
        then: 3 s
      - sides: [left, right]
        steps:
          - say: Reach up with the {side} arm.
          - hold: 22 s
  - move: Breathe
    steps:
      - breathe: {in: 3 s, out: 3 s}
        rounds: 4
  - move: Rest
    steps:
      - say: Rest.
      - hold: 3 s
        quiet: yes
"""


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the routine above."""
    folder = tmp_path_factory.mktemp("page")
    (script := folder / "desk-break.yaml").write_text(ROUTINE, "utf-8")
    request = SessionRequest(routines=(str(script),), voice="tones", choices=Choices(intro=False))
    with open_session(request) as session:
        tags = tags_of(session.timeline, voice="tones")
        export(session.timeline, session.synthesizer.clip, path := folder / "session.html", tags=tags)
    return path


@pytest.fixture
def hostile(session: Callable[..., Any], tmp_path: Path) -> Callable[[str], Path]:
    """Makes a page of 3 s in which every text is the given one."""

    def made(text: str) -> Path:
        plain = session(3_000, (0, text), title=text)
        events = tuple(replace(event, text=text) for event in plain.timeline.events)
        timeline = replace(plain.timeline, events=events, about=text, needs=(text,), cautions=(text,))
        type(plain)(timeline).export(path := tmp_path / "session.html")
        return path

    return made

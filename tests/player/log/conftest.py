"""A log in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach.player.log.entry import Begun


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture
def begun(timeline) -> Callable[..., Begun]:
    """`begun(start=…)`: the session of ten seconds."""

    def make(**values) -> Begun:
        return Begun(**{"routine": "side-stretch", "voice": "tones", "timeline": timeline, **values})

    return make

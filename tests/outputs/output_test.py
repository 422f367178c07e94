"""What holds for every output that needs no device: the promises of the seam."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.output import Output
from voicecoach.outputs.wav import WavOutput

Make = Callable[[], Output]


@pytest.fixture(params=["kept", "kept behind", "wav"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return {
        "kept": InMemoryOutput,
        "kept behind": lambda: InMemoryOutput(latency=7200),
        "wav": lambda: WavOutput(str(tmp_path / "session.wav"), ""),
    }[request.param]


@pytest.fixture
def output(make: Make):
    made = make()
    made.begin()
    made.wait_ready()
    yield made
    made.close()


def test_nothing_is_heard_before_it_is_written(output):
    assert output.heard() == 0
    assert output.room() > 0


def test_what_is_heard_never_exceeds_what_is_written(output):
    count = min(479, output.room())
    output.write(np.zeros(count, np.float32))
    assert 0 <= output.heard() <= count


def test_a_cut_drops_what_has_not_been_heard(output):
    output.write(np.zeros(479, np.float32))
    assert output.cut() == 479 - output.heard()
    assert output.cut() == 0


def test_closing_twice_and_closing_what_never_began_is_allowed(make):
    output = make()
    output.close()
    output.begin()
    output.close()
    output.close()

"""Rules for every output that needs no device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.output import Output
from voicecoach.outputs.wav import WavOutput

Create = Callable[[], Output]


@pytest.fixture(params=["in memory", "in memory, with latency", "wav"])
def create(request: pytest.FixtureRequest, tmp_path: Path) -> Create:
    return {
        "in memory": InMemoryOutput,
        "in memory, with latency": lambda: InMemoryOutput(latency=7200),
        "wav": lambda: WavOutput(str(tmp_path / "session.wav"), ""),
    }[request.param]


@pytest.fixture
def output(create: Create) -> Iterator[Output]:
    output = create()
    output.begin()
    output.wait_ready()
    yield output
    output.close()


def test_new_output_has_heard_nothing(output: Output) -> None:
    assert output.heard() == 0
    assert output.room() > 0


def test_heard_never_exceeds_written(output: Output) -> None:
    count = min(479, output.room())
    output.write(np.zeros(count, np.float32))
    assert 0 <= output.heard() <= count


def test_cut_drops_unheard_frames(output: Output) -> None:
    output.write(np.zeros(479, np.float32))
    assert output.cut() == 479 - output.heard()
    assert output.cut() == 0


def test_close_is_allowed_in_any_state(create: Create) -> None:
    output = create()
    output.close()
    output.begin()
    output.close()
    output.close()

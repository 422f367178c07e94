"""A flood of jumps while the machine is busy: the player and the device's end of its ring, in one process."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.ring_buffer import Counter, RingBuffer, RingReader
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.timeline import Event, Placement, Source, Span, Timeline, Utterance
from voicecoach.units import SAMPLE_RATE, Frames

LENGTH = Frames(60 * SAMPLE_RATE)
SAID = Clip((0.4 * np.sin(2 * np.pi * 150 / SAMPLE_RATE * np.arange(LENGTH))).astype(np.float32))
TICK = Clip(np.zeros(240, np.float32))
STEEPEST = 0.02
"""Between two frames: of the tone itself 0.008, of a fade of it 0.001 more; a click is a step of up to 0.4."""
TONE = Timeline(
    title="",
    language="en",
    level=50,
    length=LENGTH,
    placements=(Placement(Frames(0), LENGTH, Utterance("A tone."), 0),),
    events=(Event("say", Frames(0), LENGTH, text="A tone.", move=0),),
    moves=(Span("Tone", Frames(0), LENGTH),),
)


class Stage(DeviceOutput):
    """A device whose process is this one, and which asks for frames when the test wants it to."""

    def __init__(self, period: int) -> None:
        super().__init__("", "")
        self._ring = RingBuffer(self.RING_SIZE)
        self._reader, self._period = RingReader(self._ring), period
        self.heard_so_far: list[memoryview] = []

    def ask(self) -> None:
        self.heard_so_far.append(self._reader.read(self._period))

    def cut(self) -> int:
        counters = self._check_device()
        before = counters[Counter.DROPPED]
        counters[Counter.CUT] = counters[Counter.WRITTEN]
        self.ask()
        return counters[Counter.DROPPED] - before

    def _check_device(self) -> memoryview:
        return self._ring.counters

    @property
    def samples(self) -> Samples:
        return np.concatenate(self.heard_so_far)


def clip(source: Source) -> Clip:
    return SAID if isinstance(source, Utterance) else TICK


@pytest.fixture(params=[256, 960, 1000])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    made = Stage(request.param)
    yield made
    made.close()


def test_neither_jumps_nor_gaps_click(stage):
    chance = random.Random(3)
    looks = iter(range(300))

    def come(_: float) -> list[Command]:
        """One look in eight comes too late; jumps come alone and in lots."""
        late = chance.randint(0, 10_000 // stage._period) if chance.random() < 0.125 else 0
        for _ in range(late + chance.randint(1, max(1, 2000 // stage._period))):
            stage.ask()
        if next(looks, None) is None:
            return [Command(Action.STOP)]
        return [Command(Action.GO, chance.randint(0, 50_000)) for _ in range(chance.choice([0, 0, 1, 2, 8]))]

    Player(Transport(TimelineIndex(TONE)), clip, stage).play(come, lambda _: None)
    assert stage.count(Counter.UNDERRUNS) > 5
    assert np.abs(np.diff(stage.samples)).max() < STEEPEST

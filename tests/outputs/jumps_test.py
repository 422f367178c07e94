"""Many jumps while the machine is busy: the player and the device's end of the ring buffer, in one process."""

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
MAX_STEP = 0.02
"""Between two frames: 0.008 within the tone, 0.001 more within its fade; a click is a step of up to 0.4."""
TONE = Timeline(
    title="",
    language="en",
    level=50,
    length=LENGTH,
    placements=(Placement(Frames(0), LENGTH, Utterance("A tone."), 0),),
    events=(Event("say", Frames(0), LENGTH, text="A tone.", move=0),),
    moves=(Span("Tone", Frames(0), LENGTH),),
)


class ManualDevice(DeviceOutput):
    """A device in this process that requests frames only when the test calls `request`."""

    def __init__(self, period: int) -> None:
        super().__init__("", "")
        self._ring = RingBuffer(self.RING_SIZE)
        self._reader, self._period = RingReader(self._ring), period
        self._blocks: list[memoryview] = []

    def request(self) -> None:
        self._blocks.append(self._reader.read(self._period))

    def cut(self) -> int:
        counters = self._check_device()
        before = counters[Counter.DROPPED]
        counters[Counter.CUT] = counters[Counter.WRITTEN]
        self.request()
        return counters[Counter.DROPPED] - before

    def _check_device(self) -> memoryview:
        return self._ring.counters

    @property
    def samples(self) -> Samples:
        return np.concatenate(self._blocks)


def clip(source: Source) -> Clip:
    return SAID if isinstance(source, Utterance) else TICK


@pytest.fixture(params=[256, 960, 1000])
def device(request: pytest.FixtureRequest) -> Iterator[ManualDevice]:
    device = ManualDevice(request.param)
    yield device
    device.close()


def test_jumps_and_underruns_never_click(device: ManualDevice) -> None:
    chance = random.Random(3)
    calls = iter(range(300))

    def poll(_: float) -> list[Command]:
        """One call in eight comes too late; jumps come alone and in groups."""
        late = chance.randint(0, 10_000 // device._period) if chance.random() < 0.125 else 0
        for _ in range(late + chance.randint(1, max(1, 2000 // device._period))):
            device.request()
        if next(calls, None) is None:
            return [Command(Action.STOP)]
        return [Command(Action.GO, chance.randint(0, 50_000)) for _ in range(chance.choice([0, 0, 1, 2, 8]))]

    Player(Transport(TimelineIndex(TONE)), clip, device).play(poll, lambda _: None)
    assert device.count(Counter.UNDERRUNS) > 5
    assert np.abs(np.diff(device.samples)).max() < MAX_STEP

"""Playing into a real sound server, recorded at its other end."""

from __future__ import annotations

import time

import numpy as np
import pytest

from voicecoach.outputs.device import Device
from voicecoach.outputs.ring import Counter
from voicecoach.player.command import Command
from voicecoach.player.landmarks import Landmarks
from voicecoach.player.player import Player
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.render import Renderer
from voicecoach.timeline import Event, Placement, Sound, Source, Timeline
from voicecoach.units import RATE, Frames, Ms, frames

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

TICK = Clip((0.5 * np.sin(2 * np.pi * 1000 / RATE * np.arange(4800))).astype(np.float32))


def ticking(starts: list[int], length: int) -> Timeline:
    """A session of `length` ms with a tenth of a second of tone at each of `starts` ms."""
    return Timeline(
        title="Ticks",
        language="en",
        level=50,
        length=frames(Ms(length)),
        placements=tuple(Placement(frames(Ms(at)), TICK.length, Sound("tick"), 0) for at in starts),
        events=(Event("chime", Frames(0), frames(Ms(length)), sound="tick"),),
        moves=(),
    )


def clip(_: Source) -> Clip:
    return TICK


def wait(seconds: float) -> list[Command]:
    time.sleep(seconds)
    return []


def onsets(samples: Samples) -> list[int]:
    """Where sound begins after at least 50 ms of silence: frames."""
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    return [int(at) for at, gap in zip(loud, np.diff(loud, prepend=-RATE), strict=True) if gap > 2400]


def test_every_onset_is_recorded_where_the_timeline_has_it(sound_server):
    starts = [0, 1000, 2000, 2600, 3300, 3450, 4100, 5000, 6250, 7000]
    timeline = ticking(starts, 7500)
    output = Device("", "")
    with sound_server.recorded() as recording:
        output.begin()
        output.ready()
        player = Player(Renderer(timeline, clip), Landmarks(timeline), output, frames(Ms(700)))
        player.play(wait, lambda _: None)
        underruns = output.count(Counter.UNDERRUNS)
        output.close()
    heard = onsets(recording.samples)
    assert len(heard) == len(starts)
    assert underruns == 0
    late = [1000 * at / RATE - start for at, start in zip(heard, starts, strict=True)][2:]
    print(late)
    assert max(late) - min(late) < 10

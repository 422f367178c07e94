"""Commands as a real sound server plays them. Every sound has a level of its own, by which each sample is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest
from durations import seconds
from sound_server import SoundServer

from voicecoach.outputs.device import DeviceOutput
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import RAMP, ramp_gain
from voicecoach.timeline import Event, Placement, Source, Span, Timeline, Utterance

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

CHIME = Clip(np.full(4320, 0.1, np.float32))
SOFT = CHIME.samples * np.float32(0.6)
LEVELS = {"Lean.": 0.25, "Roll.": 0.5}


def level(text: str, count: int) -> Samples:
    return np.full(count, LEVELS[text], np.float32)


def clip(source: Source) -> Clip:
    return Clip(level(source.text, seconds(6))) if isinstance(source, Utterance) else CHIME


TWO_MOVES = Timeline(
    title="",
    language="en",
    level=50,
    length=seconds(12),
    placements=tuple(Placement(seconds(6 * at), seconds(6), Utterance(text), at) for at, text in enumerate(LEVELS)),
    events=tuple(
        Event("say", seconds(6 * at), seconds(6 * at + 6), text=text, move=at) for at, text in enumerate(LEVELS)
    ),
    moves=(Span("Lean", seconds(0), seconds(6)), Span("Roll", seconds(6), seconds(12))),
)


def press_keys(output: DeviceOutput, *presses: tuple[float, Action]) -> Callable[[float], list[Command]]:
    """A command source that presses each key when so many seconds have been heard."""
    waiting = list(presses)

    def poll(wait: float) -> list[Command]:
        time.sleep(wait)
        if waiting and output.heard() >= seconds(waiting[0][0]):
            return [Command(waiting.pop(0)[1], -5)]
        return []

    return poll


def after_silence(sound: Samples, start: int) -> int:
    """Index of the first sample after the next silence from `start` on."""
    silent = start + int(np.flatnonzero(sound[start:] == 0)[0])
    return silent + int(np.flatnonzero(sound[silent:])[0])


def test_commands_act_on_exact_sample(sound_server: SoundServer) -> None:
    presses = (2.5, Action.NEXT), (3.0, Action.PAUSE), (3.5, Action.RESUME), (4.0, Action.VOLUME), (4.7, Action.STOP)
    with sound_server.record() as recording, closing(DeviceOutput("", "")) as output:
        output.begin()
        output.wait_ready()
        player = Player(Transport(TimelineIndex(TWO_MOVES)), clip, output)
        assert player.play(press_keys(output, *presses), lambda _: None).state == "ended"
    # PulseAudio may delay a new stream within its first two seconds.
    sound = recording.samples[np.flatnonzero(recording.samples)[0] + seconds(2) :]
    rise = ramp_gain(level("Roll.", len(SOFT)), 0.0, 1.0) + SOFT

    jumped = after_silence(sound, 0)
    np.testing.assert_array_equal(sound[jumped : jumped + len(rise)], rise)
    before = sound[: np.flatnonzero(sound[:jumped] == 0)[0]]
    assert set(before[: -RAMP - 1]) == {np.float32(LEVELS["Lean."])}  # no chime before the new sound

    resumed = after_silence(sound, jumped)
    np.testing.assert_array_equal(sound[resumed : resumed + len(rise)], rise)
    assert not sound[resumed - seconds(0.2) : resumed].any()

    softer = resumed + len(rise) + int(np.flatnonzero(sound[resumed + len(rise) :] != LEVELS["Roll."])[0])
    slid = ramp_gain(level("Roll.", len(SOFT)), 1.0, 0.5) + CHIME.samples * np.float32(0.6 * 0.5)
    np.testing.assert_array_equal(sound[softer : softer + len(slid)], slid)

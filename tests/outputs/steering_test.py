"""What is heard of commands, in a real sound server: levels stand for sounds, so that each sample tells what it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest

from voicecoach.outputs.device import DeviceOutput
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import RAMP, ramp_gain
from voicecoach.timeline import Event, Placement, Source, Span, Timeline, Utterance
from voicecoach.units import Ms, frames

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

SECONDS = [frames(Ms(1000 * second)) for second in range(20)]
CHIME = Clip(np.full(4320, 0.1, np.float32))
SOFT = CHIME.samples * np.float32(0.6)
LEVELS = {"Lean.": 0.25, "Roll.": 0.5}


def level(text: str, count: int) -> Samples:
    return np.full(count, LEVELS[text], np.float32)


def clip(source: Source) -> Clip:
    return Clip(level(source.text, SECONDS[6])) if isinstance(source, Utterance) else CHIME


TWO_MOVES = Timeline(
    title="",
    language="en",
    level=50,
    length=SECONDS[12],
    placements=tuple(Placement(SECONDS[6 * at], SECONDS[6], Utterance(text), at) for at, text in enumerate(LEVELS)),
    events=tuple(
        Event("say", SECONDS[6 * at], SECONDS[6 * at + 6], text=text, move=at) for at, text in enumerate(LEVELS)
    ),
    moves=(Span("Lean", SECONDS[0], SECONDS[6]), Span("Roll", SECONDS[6], SECONDS[12])),
)


def pressing(output: DeviceOutput, *presses: tuple[float, Action]) -> Callable[[float], list[Command]]:
    """Somebody who presses a key whenever so many seconds of sound have been heard."""
    waiting = list(presses)

    def come(seconds: float) -> list[Command]:
        time.sleep(seconds)
        if waiting and output.heard() >= waiting[0][0] * SECONDS[1]:
            return [Command(waiting.pop(0)[1], -5)]
        return []

    return come


def after_silence(sound: Samples, start: int) -> int:
    """The first sample that sounds after the next silence from `start` on."""
    silent = start + int(np.flatnonzero(sound[start:] == 0)[0])
    return silent + int(np.flatnonzero(sound[silent:])[0])


def test_each_command_is_answered_with_its_first_new_sample_and_a_pause_by_silence(sound_server):
    presses = (2.5, Action.NEXT), (3.0, Action.PAUSE), (3.5, Action.RESUME), (4.0, Action.VOLUME), (4.7, Action.STOP)
    with sound_server.recorded() as recording, closing(DeviceOutput("", "")) as output:
        output.begin()
        output.wait_ready()
        player = Player(Transport(TimelineIndex(TWO_MOVES)), clip, output)
        assert player.play(pressing(output, *presses), lambda _: None).state == "ended"
    # From two seconds after the first sound on: before that PulseAudio may hold a new stream back.
    sound = recording.samples[np.flatnonzero(recording.samples)[0] + SECONDS[2] :]
    rise = ramp_gain(level("Roll.", len(SOFT)), 0.0, 1.0) + SOFT

    jumped = after_silence(sound, 0)
    np.testing.assert_array_equal(sound[jumped : jumped + len(rise)], rise)
    before = sound[: np.flatnonzero(sound[:jumped] == 0)[0]]
    assert set(before[: -RAMP - 1]) == {np.float32(LEVELS["Lean."])}  # no chime before the new sound

    resumed = after_silence(sound, jumped)
    np.testing.assert_array_equal(sound[resumed : resumed + len(rise)], rise)
    assert not sound[resumed - SECONDS[1] // 5 : resumed].any()

    softer = resumed + len(rise) + int(np.flatnonzero(sound[resumed + len(rise) :] != LEVELS["Roll."])[0])
    slid = ramp_gain(level("Roll.", len(SOFT)), 1.0, 0.5) + CHIME.samples * np.float32(0.6 * 0.5)
    np.testing.assert_array_equal(sound[softer : softer + len(slid)], slid)

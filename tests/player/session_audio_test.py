"""Resuming an interrupted session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from durations import seconds

from voicecoach.errors import FileError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.session_audio import fit_clips
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip
from voicecoach.sound.mix import RAMP
from voicecoach.timeline import Placement, Sound, Source, Utterance


def test_resumed_session_fades_in(index, clip, mix):
    output, shown = InMemoryOutput(latency=seconds(0.15)), []

    def come(_: float) -> list:
        output.catch_up(seconds(0.04))
        return []

    end = Player(Transport(index, seconds(3.6)), clip, output).play(come, shown.append)
    whole = mix.read(0, seconds(10))
    np.testing.assert_array_equal(output.samples[RAMP : seconds(6.4)], whole[seconds(3.6) + RAMP : seconds(10)])
    assert abs(output.samples[0]) < 0.002
    assert (shown[0].at, end.at, end.state) == (seconds(3.6), seconds(10), "ended")


@pytest.mark.parametrize("spoken", [0.4, 0.5, 0.7])
def test_clip_is_fitted_to_placement(timeline, spoken):
    clip = Clip(np.full(seconds(spoken), 0.5, np.float32))
    got = fit_clips(timeline, lambda _: clip)(timeline.placements[0].source)
    assert got.length == seconds(0.5)
    assert got.samples[seconds(0.2)] == 0.5
    if spoken != 0.5:
        assert abs(got.samples[-1]) < 0.001


def test_only_missing_sound_file_is_silence(timeline):
    def gone(_: object) -> Clip:
        raise FileError("gone.wav: No such file or directory")

    own = Placement(seconds(0), seconds(0.3), Sound("gone", "/gone.wav"), 0)
    clip = fit_clips(replace(timeline, placements=(own, *timeline.placements)), gone)
    assert clip(own.source).length == seconds(0.3)
    assert not clip(own.source).samples.any()
    with pytest.raises(FileError):
        clip(timeline.placements[0].source)


def test_sound_file_missing_after_change_is_silence(timeline, clip, mix):
    """Also when the session was changed since it began."""
    own = Placement(seconds(6.6), seconds(0.3), Sound("own", "/own.wav"), 7)
    with_own = replace(timeline, placements=(*timeline.placements[:8], own, *timeline.placements[8:]))
    output, presses = InMemoryOutput(latency=seconds(0.15)), [Command(Action.MORE_TIME)]

    def gone(source: Source) -> Clip:
        if source == own.source:
            raise FileError("/own.wav: No such file or directory")
        return clip(source)

    def come(_: float) -> list[Command]:
        output.catch_up(seconds(0.04))
        return [presses.pop()] if presses and output.heard() > seconds(2.2) else []

    end = Player(Transport(TimelineIndex(with_own)), gone, output).play(come, lambda _: None)
    assert end.at == end.timeline.length == seconds(12)
    np.testing.assert_array_equal(output.samples[seconds(7) : seconds(12)], mix.read(seconds(5), seconds(5)))


def test_unplaced_clip_keeps_length(timeline):
    spoken = Clip(np.zeros(seconds(0.7), np.float32))
    assert fit_clips(timeline, lambda _: spoken)(Utterance("Ten minutes left.")) is spoken

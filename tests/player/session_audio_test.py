"""Going on with a session that was broken off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from voicecoach.errors import FileError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.session_audio import fit_clips, resume_position
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip
from voicecoach.sound.mix import RAMP
from voicecoach.timeline import Event, Placement, Sound, Source, Utterance
from voicecoach.units import Frames, Ms, frames


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


@pytest.mark.parametrize(
    ("at", "start"),
    [(0, 0), (1.2, 1.0), (1.5, 1.5), (2.7, 2.7), (3.6, 3.5), (4.2, 4.2), (9.9, 9.9)],
    ids=["first", "in a word", "behind it", "in a hold", "in a cue of a hold", "in a count", "last"],
)
def test_it_goes_on_at_the_start_of_what_was_just_being_said(landmarks, at, start):
    assert resume_position(landmarks, f(at)) == f(start)


def test_it_does_not_go_back_far_for_a_long_sentence(timeline):
    long = TimelineIndex(replace(timeline, events=(Event("say", f(1), f(9), "A long story."),)))
    assert resume_position(long, f(3.4)) == f(1)
    assert resume_position(long, f(3.6)) == f(3.6)


def test_it_plays_from_there_softly_and_to_the_end(landmarks, clip, renderer):
    output, shown = InMemoryOutput(latency=f(0.15)), []

    def come(_: float) -> list:
        output.catch_up(f(0.04))
        return []

    end = Player(Transport(landmarks, f(3.6)), clip, output).play(come, shown.append)
    whole = renderer.read(0, f(10))
    np.testing.assert_array_equal(output.samples[RAMP : f(6.4)], whole[f(3.6) + RAMP : f(10)])
    assert abs(output.samples[0]) < 0.002
    assert (shown[0].at, end.at, end.state) == (f(3.6), f(10), "ended")


@pytest.mark.parametrize("seconds", [0.4, 0.5, 0.7])
def test_a_voice_that_is_another_by_now_keeps_to_its_places(timeline, seconds):
    spoken = Clip(np.full(f(seconds), 0.5, np.float32))
    got = fit_clips(timeline, lambda _: spoken)(timeline.placements[0].source)
    assert got.length == f(0.5)
    assert got.samples[f(0.2)] == 0.5
    if seconds != 0.5:
        assert abs(got.samples[-1]) < 0.001


def test_a_sound_file_that_is_gone_is_silence_and_a_word_that_cannot_be_had_a_fault(timeline):
    def gone(_: object) -> Clip:
        raise FileError("gone.wav: No such file or directory")

    own = Placement(f(0), f(0.3), Sound("gone", "/gone.wav"), 0)
    clip = fit_clips(replace(timeline, placements=(own, *timeline.placements)), gone)
    assert clip(own.source).length == f(0.3)
    assert not clip(own.source).samples.any()
    with pytest.raises(FileError):
        clip(timeline.placements[0].source)


def test_a_sound_file_that_vanishes_while_it_plays_costs_that_sound(timeline, clip, renderer):
    """Also when the session was changed since it began."""
    own = Placement(f(6.6), f(0.3), Sound("own", "/own.wav"), 7)
    with_own = replace(timeline, placements=(*timeline.placements[:8], own, *timeline.placements[8:]))
    output, presses = InMemoryOutput(latency=f(0.15)), [Command(Action.MORE_TIME)]

    def gone(source: Source) -> Clip:
        if source == own.source:
            raise FileError("/own.wav: No such file or directory")
        return clip(source)

    def come(_: float) -> list[Command]:
        output.catch_up(f(0.04))
        return [presses.pop()] if presses and output.heard() > f(2.2) else []

    end = Player(Transport(TimelineIndex(with_own)), gone, output).play(come, lambda _: None)
    assert end.at == end.landmarks.timeline.length == f(12)
    np.testing.assert_array_equal(output.samples[f(7) : f(12)], renderer.read(f(5), f(5)))


def test_a_word_that_was_not_in_the_session_is_as_long_as_it_is(timeline):
    spoken = Clip(np.zeros(f(0.7), np.float32))
    assert fit_clips(timeline, lambda _: spoken)(Utterance("Ten minutes left.")) is spoken

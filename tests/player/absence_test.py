"""The loudspeaker goes away in the middle of the session of conftest.py, and comes again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from voicecoach.errors import DeviceError
from voicecoach.outputs.kept import Kept
from voicecoach.outputs.lasting import Lasting
from voicecoach.player.absence import BACK, Absence
from voicecoach.player.command import Act, Command
from voicecoach.player.player import Player
from voicecoach.player.transport import Transport
from voicecoach.sound.gain import SLIDE
from voicecoach.units import FRAMES_PER_MS, Frames, Ms, frames

AHEAD = 150 * FRAMES_PER_MS


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


class Evening:
    """A clock, devices that play on by it while they last, and a person who presses keys at given times of it.

    From the first of each pair in `losses` to the second, seconds, there is no device.
    """

    def __init__(self, clip, landmarks, losses: list[tuple[float, float]], presses: dict[float, Command] | None = None):
        self.now = 0.0
        self.seen: list[tuple[float, Transport]] = []
        self.devices: list[Kept] = []
        self._losses, self._presses = losses, dict(presses or {})
        output = Lasting(self._make, clock=lambda: self.now)
        self.end = Player(Transport(landmarks), clip, output).play(self._come, self._show)

    @property
    def away(self) -> list[tuple[float, Transport]]:
        return [(at, transport) for at, transport in self.seen if transport.health.away]

    def _make(self, name: str) -> Kept:
        self.devices.append(Kept("", name, behind=AHEAD))
        self._come_or_go()
        return self.devices[-1]

    def _come_or_go(self) -> None:
        if any(start <= self.now < end for start, end in self._losses):
            self.devices[-1].fault = DeviceError("there is no sound device")

    def _come(self, seconds: float) -> Iterator[Command]:
        self._come_or_go()
        if self.devices[-1].fault is None:
            self.devices[-1].catch_up(f(seconds))
        self.now += seconds
        for at in [at for at in self._presses if at <= self.now]:
            yield self._presses.pop(at)

    def _show(self, transport: Transport) -> None:
        self.seen.append((self.now, transport))


@pytest.fixture
def whole(renderer):
    return renderer.read(0, renderer.length)


def test_it_goes_on_softly_two_seconds_before_the_last_frame_heard(clip, landmarks, whole):
    evening = Evening(clip, landmarks, [(3.3, 6.0)])
    first, *_, last = evening.devices
    lost = evening.away[0][1].at
    heard = first.heard()
    assert lost == heard
    assert f(3.2) <= lost <= f(3.35)
    np.testing.assert_array_equal(first.samples[:heard], whole[:heard])
    again = whole[lost - BACK :]
    np.testing.assert_array_equal(last.samples[SLIDE : len(again)], again[SLIDE:])
    rise = np.linspace(0, 1, SLIDE + 1)[1:]
    np.testing.assert_allclose(last.samples[:SLIDE], again[:SLIDE] * rise, atol=1e-6)
    assert evening.end == Transport(landmarks, f(10), "ended")


def test_it_stands_still_and_says_so_until_there_is_a_device(clip, landmarks):
    evening = Evening(clip, landmarks, [(3.6, 6.0)])
    assert len({transport.at for _, transport in evening.away}) == 1
    assert evening.away[0][1].health.word == "The loudspeaker is away. Trying again."
    assert evening.away[0][0] == pytest.approx(3.6, abs=0.1)
    back = next(at for at, transport in evening.seen if at > 3.7 and not transport.health.away)
    assert 6.0 <= back <= 8.0


def test_a_loss_in_the_last_instant_is_no_end(clip, landmarks, whole):
    evening = Evening(clip, landmarks, [(9.95, 12.0)])
    lost = evening.away[0][1]
    assert (lost.state, lost.at < f(10)) == ("playing", True)
    again = whole[lost.at - BACK :]
    np.testing.assert_array_equal(evening.devices[-1].samples[SLIDE : len(again)], again[SLIDE:])


def test_a_pause_while_it_is_away_lasts(clip, landmarks):
    evening = Evening(clip, landmarks, [(3.6, 6.0)], {4.0: Command(Act.PAUSE), 9.0: Command(Act.RESUME)})
    lost = evening.away[0][1].at
    assert evening.away[-1][1].state == "paused"
    found = next(transport for at, transport in evening.seen if at > 4 and not transport.health.away)
    assert (found.state, found.at) == ("paused", lost - BACK)
    resumed = next(at for at, transport in evening.seen if at > 4 and transport.state == "playing")
    assert resumed == pytest.approx(9.0, abs=0.1)


def test_stop_while_it_is_away_ends_the_session_there(clip, landmarks):
    evening = Evening(clip, landmarks, [(3.6, 99.0)], {5.0: Command(Act.STOP)})
    assert evening.now == pytest.approx(5.0, abs=0.1)
    assert (evening.end.state, evening.end.at) == ("ended", evening.away[0][1].at)


def test_two_moves_on_while_it_is_away_begin_at_their_very_start(clip, landmarks, whole):
    presses = {4.0: Command(Act.NEXT), 4.01: Command(Act.NEXT)}
    evening = Evening(clip, landmarks, [(3.6, 6.0)], presses)
    assert evening.away[-1][1].at == f(8)
    np.testing.assert_array_equal(evening.devices[-1].samples[SLIDE : f(2)], whole[f(8) + SLIDE :])


def test_a_device_lost_while_nothing_sounds_is_found_again_without_a_word(clip, landmarks):
    presses = {3.0: Command(Act.PAUSE), 7.0: Command(Act.RESUME)}
    evening = Evening(clip, landmarks, [(4.0, 5.0)], presses)
    assert {transport.state for at, transport in evening.seen if 3.1 < at < 6.9} == {"paused"}
    assert evening.end.state == "ended"


def test_one_that_comes_and_goes_does_not_drive_the_session_back(clip, landmarks):
    evening = Evening(clip, landmarks, [(4.0 + at, 4.1 + at) for at in range(6)])
    lost = [after.at for (_, before), (_, after) in pairwise(evening.seen) if after.health.away > before.health.away]
    assert len(lost) == 6
    assert min(lost) >= lost[0] - BACK


def test_near_the_start_it_goes_on_from_the_start(landmarks):
    absence = Absence()
    lost = absence.lost(Transport(landmarks, f(1.5)), f(1.2))
    assert absence.found(lost) == replace(lost, at=Frames(0))

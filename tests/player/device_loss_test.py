"""The loudspeaker goes away in the middle of the session of conftest.py, and comes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from durations import seconds

from voicecoach.compiler.phrases import load_phrases
from voicecoach.errors import DeviceError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.reconnecting import ReconnectingOutput
from voicecoach.player.background_tasks import BackgroundTasks
from voicecoach.player.command import Action, Command
from voicecoach.player.player import REWIND, DeviceLoss, Player
from voicecoach.player.transport import Transport
from voicecoach.sound.mix import RAMP
from voicecoach.timeline import Sound, Utterance
from voicecoach.units import FRAMES_PER_MS, Frames

AHEAD = 150 * FRAMES_PER_MS


class Evening:
    """A clock, devices that play by it while they last, and key presses at given times.

    From the first of each pair in `losses` to the second, seconds, there is no device.
    """

    def __init__(
        self,
        clip,
        index,
        losses: list[tuple[float, float]],
        presses: dict[float, Command] | None = None,
        lead_in: float = 0.0,
        tasks: BackgroundTasks | None = None,
        committed: float = 0.0,
    ):
        self.now = 0.0
        self.seen: list[tuple[float, Transport]] = []
        self.devices: list[InMemoryOutput] = []
        self._losses, self._presses, self._committed = losses, dict(presses or {}), seconds(committed)
        output = ReconnectingOutput(self._make(""), self._make, clock=lambda: self.now)
        self.end = Player(Transport(index), clip, output, seconds(lead_in), tasks).play(self._commands, self._show)

    @property
    def away(self) -> list[tuple[float, Transport]]:
        return [(at, transport) for at, transport in self.seen if transport.health.away]

    def _make(self, name: str) -> InMemoryOutput:
        self.devices.append(InMemoryOutput("", name, latency=AHEAD, committed=self._committed))
        self._check_device()
        return self.devices[-1]

    def _check_device(self) -> None:
        if any(start <= self.now < end for start, end in self._losses):
            self.devices[-1].error = DeviceError("there is no sound device")

    def _commands(self, wait: float) -> Iterator[Command]:
        self._check_device()
        if self.devices[-1].error is None:
            self.devices[-1].catch_up(seconds(wait))
        self.now += wait
        for at in [at for at in self._presses if at <= self.now]:
            yield self._presses.pop(at)

    def _show(self, transport: Transport) -> None:
        self.seen.append((self.now, transport))


@pytest.fixture
def play(clip, index) -> Callable[..., Evening]:
    """`play([(3.6, 6.0)])`: the session of conftest.py without a device in those seconds."""
    return partial(Evening, clip, index)


def test_session_rewinds_after_loss(play, index, whole):
    evening = play([(3.3, 6.0)])
    first, *_, last = evening.devices
    lost = evening.away[0][1].at
    heard = first.heard()
    assert lost == heard
    assert seconds(3.2) <= lost <= seconds(3.35)
    np.testing.assert_array_equal(first.samples[:heard], whole[:heard])
    again = whole[lost - REWIND :]
    np.testing.assert_array_equal(last.samples[RAMP : len(again)], again[RAMP:])
    rise = np.linspace(0, 1, RAMP + 1)[1:]
    np.testing.assert_allclose(last.samples[:RAMP], again[:RAMP] * rise, atol=1e-6)
    assert evening.end == Transport(index, seconds(10), "ended")


def test_session_stands_still_without_device(play):
    evening = play([(3.6, 6.0)])
    assert len({transport.at for _, transport in evening.away}) == 1
    assert evening.away[0][1].health.message == "The loudspeaker is disconnected. Reconnecting..."
    assert evening.away[0][0] == pytest.approx(3.6, abs=0.1)
    back = next(at for at, transport in evening.seen if at > 3.7 and not transport.health.away)
    assert 6.0 <= back <= 8.0


def test_loss_at_end_is_no_end(play, whole):
    evening = play([(9.95, 12.0)])
    lost = evening.away[0][1]
    assert (lost.state, lost.at < seconds(10)) == ("playing", True)
    again = whole[lost.at - REWIND :]
    np.testing.assert_array_equal(evening.devices[-1].samples[RAMP : len(again)], again[RAMP:])


def test_pause_during_loss_lasts(play):
    evening = play([(3.6, 6.0)], {4.0: Command(Action.PAUSE), 9.0: Command(Action.RESUME)})
    lost = evening.away[0][1].at
    assert evening.away[-1][1].state == "paused"
    found = next(transport for at, transport in evening.seen if at > 4 and not transport.health.away)
    assert (found.state, found.at) == ("paused", lost - REWIND)
    resumed = next(at for at, transport in evening.seen if at > 4 and transport.state == "playing")
    assert resumed == pytest.approx(9.0, abs=0.1)


def test_stop_during_loss(play):
    evening = play([(3.6, 99.0)], {5.0: Command(Action.STOP)})
    assert evening.now == pytest.approx(5.0, abs=0.1)
    assert (evening.end.state, evening.end.at) == ("ended", evening.away[0][1].at)


def test_stop_just_before_loss(play):
    """The device is lost just after it, and back long after the end."""
    evening = play([(3.6, 9.0)], {3.56: Command(Action.STOP)}, committed=0.06)
    assert evening.now < 4
    assert (evening.end.state, evening.end.at) == ("ended", evening.devices[0].heard())


def test_jumps_during_loss_are_exact(play, whole):
    presses = {4.0: Command(Action.NEXT), 4.01: Command(Action.NEXT)}
    evening = play([(3.6, 6.0)], presses)
    assert evening.away[-1][1].at == seconds(8)
    np.testing.assert_array_equal(evening.devices[-1].samples[RAMP : seconds(2)], whole[seconds(8) + RAMP :])


def test_loss_during_pause(play):
    presses = {3.0: Command(Action.PAUSE), 7.0: Command(Action.RESUME)}
    evening = play([(4.0, 5.0)], presses)
    assert {transport.state for at, transport in evening.seen if 3.1 < at < 6.9} == {"paused"}
    assert evening.end.state == "ended"


def test_flapping_device_rewinds_once(play):
    evening = play([(4.0 + at, 4.1 + at) for at in range(6)])
    lost = [after.at for (_, before), (_, after) in pairwise(evening.seen) if after.health.away > before.health.away]
    assert len(lost) == 6
    assert min(lost) >= lost[0] - REWIND


def test_jump_discovers_loss(play, whole):
    """The device is dead, and the command is the first to find out."""
    evening = play([(3.6, 6.0)], {3.63: Command(Action.NEXT)})
    assert evening.away[-1][1].at == seconds(5)
    np.testing.assert_array_equal(evening.devices[-1].samples[RAMP : seconds(4)], whole[seconds(5) + RAMP : seconds(9)])


def test_question_during_loss_is_answered_later(play, clip, whole, immediate):
    coach = SimpleNamespace(phrases=load_phrases("en"), item=None, keeps_speed=False, clip=clip)
    presses = {4.0: Command(Action.WHERE)}
    evening = play([(3.6, 6.0)], presses, lead_in=0.7, tasks=BackgroundTasks(coach, immediate))
    got = evening.devices[-1].samples
    assert np.flatnonzero(got)[0] == seconds(0.7)
    said = seconds(0.7) + seconds(0.005) + seconds(0.15) + 4 * seconds(0.65)  # a chime and four texts
    np.testing.assert_array_equal(
        got[said - seconds(0.65) : said - seconds(0.15)], clip(Utterance("1 minute left.")).samples
    )
    lost = evening.away[-1][1].at
    np.testing.assert_array_equal(got[said + RAMP :][: seconds(4)], whole[lost - REWIND + RAMP :][: seconds(4)])


def test_commands_during_loss_get_one_chime(play, clip):
    presses = {4.0 + at / 10: Command(Action.WHERE) for at in range(5)}
    got = play([(3.6, 6.0)], presses, lead_in=0.7).devices[-1].samples
    np.testing.assert_allclose(got[seconds(0.7) : seconds(0.705)], 0.6 * clip(Sound("tick")).samples, atol=1e-6)


def test_jump_respects_lead_in(play, whole):
    evening = play([(6.6, 6.8)], {8.6: Command(Action.NEXT)}, lead_in=3.0)
    assert next(at for at, transport in evening.seen if at > 7 and not transport.health.away) < 8.5
    got = evening.devices[-1].samples
    assert np.flatnonzero(got)[0] == seconds(3.0)
    np.testing.assert_array_equal(
        got[seconds(3.0) + RAMP :][: seconds(4)], whole[seconds(5) + RAMP : seconds(9) + RAMP]
    )


def test_observer_is_called_during_loss(play):
    assert len(play([(3.6, 6.0)]).away) >= 15


@pytest.mark.parametrize(
    "presses", [{3.3: Command(Action.PAUSE), 30.0: Command(Action.RESUME)}, {}], ids=["paused", "lost"]
)
def test_instruction_after_long_loss(play, clip, presses):
    evening = play([(3.4, 28.0)], presses)
    got = evening.devices[-1].samples
    loud = int(np.flatnonzero(got)[0])
    instruction = clip(Utterance("Lean over.")).samples
    start = next(
        at
        for at in range(loud - 2, loud + 480)
        if np.array_equal(got[at + RAMP :][: seconds(0.4)], instruction[RAMP:][: seconds(0.4)])
    )
    assert not got[start + seconds(0.5) : start + seconds(0.6)].any()


def test_instruction_is_repeated_once(play, clip):
    presses = {4.6: Command(Action.PAUSE), 30.0: Command(Action.RESUME)}
    evening = play([(25.0, 33.0)], presses)
    got, instruction = evening.devices[-1].samples, clip(Utterance("Lean over.")).samples
    assert np.abs(got[: seconds(0.005)]).max() > 0, "the tick"
    start = seconds(0.005) + seconds(0.15)
    np.testing.assert_array_equal(got[start:][: seconds(0.5)], instruction)
    assert not got[start + seconds(0.5) : start + seconds(1.4)].any(), "the hold, up to its next words"


def test_rewind_stops_at_start(index):
    loss = DeviceLoss()
    lost = Transport(index, seconds(1.2))
    loss.begin(lost.at)
    assert loss.end(lost, seconds(3)) == replace(lost, at=Frames(0))

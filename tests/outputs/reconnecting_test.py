"""An output that outlives its device: what the player is told, and what each device is given."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.errors import ChoiceError, DeviceBusyError, DeviceError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.output import DeviceHealth
from voicecoach.outputs.reconnecting import ReconnectingOutput, create_reconnecting_output
from voicecoach.outputs.wav import WavOutput

GONE = DeviceError("the sound device has stopped taking sound")


class World:
    """Devices that come and go, and the clock on the wall."""

    def __init__(self, device: str = ""):
        self.now = 0.0
        self.fault: DeviceError | ChoiceError | None = None
        self.devices: list[InMemoryOutput] = []
        self.output = ReconnectingOutput(self._make, device, lambda: self.now)

    @property
    def device(self) -> InMemoryOutput:
        return self.devices[-1]

    def open(self) -> ReconnectingOutput:
        self.output.begin()
        self.output.wait_ready()
        return self.output

    def write(self, count: int, heard: int) -> None:
        self.output.write(np.zeros(count, np.float32))
        self.device.catch_up(heard)

    def lose(self) -> None:
        self.device.error = GONE
        assert self.output.room() == 0

    def wait(self, seconds: float = 1.0) -> int:
        """Look on for so long, or until there is room."""
        end = self.now + seconds
        while self.now < end and not self.output.room():
            self.now += 0.04
        return self.output.room()

    def _make(self, name: str) -> InMemoryOutput:
        made = InMemoryOutput("", name, latency=7200)
        made.error = self.fault
        self.devices.append(made)
        return made


@pytest.fixture
def world() -> World:
    made = World()
    made.open()
    return made


def test_a_lost_device_leaves_no_room_and_heard_stands_still(world):
    world.write(1000, heard=479)
    world.lose()
    world.device.catch_up(500)
    assert world.output.heard() == 479
    assert world.output.health() == DeviceHealth(away=True, message="The loudspeaker is away. Trying again.")
    assert world.device.calls == ["begin", "wait_ready", "close"]


def test_a_cut_then_tells_what_was_lost_once(world):
    world.write(1000, heard=479)
    world.lose()
    assert world.output.cut() == 521
    assert world.output.cut() == 0


def test_the_next_device_goes_on_counting_where_the_lost_one_was_heard(world):
    world.write(1000, heard=479)
    world.lose()
    world.output.cut()
    assert world.wait() == 7200
    assert world.output.health() == DeviceHealth()
    world.write(300, heard=200)
    assert world.output.heard() == 679
    assert len(world.device.samples) == 300
    assert world.output.cut() == 100


def test_a_device_lost_in_a_write_has_not_played_that_block(world):
    world.write(1000, heard=479)
    world.device.error = GONE
    world.output.write(np.zeros(100, np.float32))
    assert world.output.health().away
    assert world.output.cut() == 621


def test_a_device_lost_in_a_cut_drops_all_that_was_not_heard(world):
    world.write(1000, heard=479)
    world.device.error = GONE
    assert world.output.cut() == 521
    assert world.output.health().away


def on_the_default_one() -> World:
    """After the one that was asked for has vanished."""
    world = World("headset")
    world.open()
    world.fault = ChoiceError("no sound device has 'headset' in its name")
    world.lose()
    world.wait(0.14)
    world.fault = None
    assert world.wait()
    return world


def test_a_name_that_vanished_is_told_as_long_as_another_plays():
    world = on_the_default_one()
    assert [device.device for device in world.devices] == ["headset", "headset", ""]
    assert world.output.health() == DeviceHealth(message="'headset' is gone: this is the default loudspeaker.")


def test_one_that_vanished_is_looked_for_again_with_the_next_loss():
    world = on_the_default_one()
    assert world.device.device == ""
    world.lose()
    assert world.wait()
    assert world.device.device == "headset"
    assert world.output.health() == DeviceHealth()


def test_losses_and_under_runs_of_all_devices_add_up(world):
    world.device.gaps = 2
    world.lose()
    world.wait()
    world.device.gaps = 3
    world.output.close()
    assert (world.output.losses, world.output.underruns()) == (1, 5)


def test_closing_while_away_leaves_nothing_open(world):
    world.lose()
    world.now += 0.2
    world.output.room()
    world.output.close()
    assert [device.calls[-1] for device in world.devices] == ["close", "close"]


def test_one_that_another_program_holds_at_the_start_is_away_until_it_is_let_go_of():
    world = World()
    world.device.error = world.fault = DeviceBusyError("another program plays")
    world.open()
    assert world.output.health() == DeviceHealth(
        away=True, message="Another program holds the loudspeaker. Trying again."
    )
    assert (world.wait(60), world.output.heard(), world.output.cut()) == (0, 0, 0)
    assert 10 < len(world.devices) < 25, "not less and less often"
    world.fault = None
    assert world.wait(5) == 7200
    assert world.output.health() == DeviceHealth()
    assert world.output.losses == 0, "what never was there was not lost"


def test_no_device_at_the_start_is_told_at_once():
    world = World()
    world.device.error = DeviceError("there is no sound device")
    with pytest.raises(DeviceError):
        world.open()
    assert world.now == 0


def test_a_file_needs_no_lasting(tmp_path):
    assert isinstance(create_reconnecting_output(f"wav:{tmp_path}/session.wav"), WavOutput)
    assert isinstance(create_reconnecting_output("miniaudio"), ReconnectingOutput)

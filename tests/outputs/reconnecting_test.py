"""An output that survives the loss of its device, and the search for another one; the clock is an argument."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voicecoach.errors import ChoiceError, DeviceBusyError, DeviceError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.output import OPEN_TIMEOUT, DeviceHealth
from voicecoach.outputs.reconnecting import (
    RETRY_DELAYS,
    DeviceSearch,
    ReconnectingOutput,
    create_reconnecting_output,
)
from voicecoach.outputs.wav import WavOutput

LOST = DeviceError("the sound device has stopped responding")
MISSING = DeviceError("there is no sound device")
UNKNOWN = ChoiceError("no sound device has that name")


class Devices:
    """Creates devices that all fail with `error`, on a clock of its own."""

    def __init__(self, error: DeviceError | ChoiceError | None = None, *, opens: bool = True) -> None:
        self.now = 0.0
        self.error, self.opens = error, opens
        self.created: list[InMemoryOutput] = []
        self.times: list[float] = []
        """When each was created."""

    @property
    def last(self) -> InMemoryOutput:
        return self.created[-1]

    @property
    def names(self) -> list[str]:
        return [device.device for device in self.created]

    def create(self, name: str) -> InMemoryOutput:
        device = InMemoryOutput("", name, latency=7200)
        device.error, device.opens = self.error, self.opens
        self.created.append(device)
        self.times.append(self.now)
        return device

    def poll(self, search: DeviceSearch, until: float) -> InMemoryOutput | None:
        """Poll every 40 ms, as the player does, until a device is found."""
        while self.now < until:
            self.now = round(self.now + 0.04, 2)
            if found := search.poll(self.now):
                return found
        return None


class Playback:
    """An output that was opened, and its devices."""

    def __init__(self, device: str = "", error: DeviceError | None = None) -> None:
        self.devices = Devices(error)
        self.output = ReconnectingOutput(
            self.devices.create(device), self.devices.create, device, lambda: self.devices.now
        )
        self.output.begin()
        self.output.wait_ready()

    def write(self, count: int, heard: int) -> None:
        self.output.write(np.zeros(count, np.float32))
        self.devices.last.catch_up(heard)

    def lose(self) -> None:
        self.devices.last.error = LOST
        assert self.output.room() == 0

    def wait(self, seconds: float = 1.0) -> int:
        """Wait until there is room, at most `seconds`."""
        end = self.devices.now + seconds
        while self.devices.now < end and not self.output.room():
            self.devices.now += 0.04
        return self.output.room()


@pytest.fixture
def playback() -> Playback:
    return Playback()


def test_heard_stands_still_without_device(playback: Playback) -> None:
    playback.write(1000, heard=479)
    playback.lose()
    playback.devices.last.catch_up(500)
    assert playback.output.heard() == 479
    assert playback.output.health() == DeviceHealth(
        away=True, message="The loudspeaker is disconnected. Reconnecting..."
    )
    assert playback.devices.last.calls == ["begin", "wait_ready", "close"]


def test_cut_returns_lost_frames_once(playback: Playback) -> None:
    playback.write(1000, heard=479)
    playback.lose()
    assert playback.output.cut() == 521
    assert playback.output.cut() == 0


def test_next_device_continues_count(playback: Playback) -> None:
    playback.write(1000, heard=479)
    playback.lose()
    playback.output.cut()
    assert playback.wait() == 7200
    assert playback.output.health() == DeviceHealth()
    playback.write(300, heard=200)
    assert playback.output.heard() == 679
    assert len(playback.devices.last.samples) == 300
    assert playback.output.cut() == 100


def test_block_written_during_loss_is_lost(playback: Playback) -> None:
    playback.write(1000, heard=479)
    playback.devices.last.error = LOST
    playback.output.write(np.zeros(100, np.float32))
    assert playback.output.health().away
    assert playback.output.cut() == 621


def test_loss_during_cut_drops_all_unheard(playback: Playback) -> None:
    playback.write(1000, heard=479)
    playback.devices.last.error = LOST
    assert playback.output.cut() == 521
    assert playback.output.health().away


@pytest.fixture
def on_default_device() -> Playback:
    """The headset has vanished, and the default device plays."""
    playback = Playback("headset")
    playback.devices.error = UNKNOWN
    playback.lose()
    playback.wait(0.14)
    playback.devices.error = None
    assert playback.wait()
    return playback


def test_vanished_device_stays_reported(on_default_device: Playback) -> None:
    assert on_default_device.devices.names == ["headset", "headset", ""]
    message = "'headset' is disconnected: playing on the default loudspeaker."
    assert on_default_device.output.health() == DeviceHealth(message=message)


def test_next_loss_tries_requested_device_again(on_default_device: Playback) -> None:
    on_default_device.lose()
    assert on_default_device.wait()
    assert on_default_device.devices.last.device == "headset"
    assert on_default_device.output.health() == DeviceHealth()


def test_losses_and_underruns_add_up(playback: Playback) -> None:
    playback.devices.last.gaps = 2
    playback.lose()
    playback.wait()
    playback.devices.last.gaps = 3
    playback.output.close()
    assert (playback.output.losses, playback.output.underruns()) == (1, 5)


def test_close_without_device_closes_everything(playback: Playback) -> None:
    playback.lose()
    playback.devices.now += 0.2
    playback.output.room()
    playback.output.close()
    assert [device.calls[-1] for device in playback.devices.created] == ["close", "close"]


def test_busy_device_is_awaited_at_start() -> None:
    playback = Playback(error=DeviceBusyError("another program plays"))
    message = "Another program is using the loudspeaker. Trying again..."
    assert playback.output.health() == DeviceHealth(away=True, message=message)
    assert (playback.wait(60), playback.output.heard(), playback.output.cut()) == (0, 0, 0)
    assert 10 < len(playback.devices.created) < 25, "attempts do not become rarer"
    playback.devices.error = None
    assert playback.wait(5) == 7200
    assert playback.output.health() == DeviceHealth()
    assert playback.output.losses == 0, "a device that was never there is not lost"


def test_missing_device_fails_at_start() -> None:
    with pytest.raises(DeviceError):
        Playback(error=MISSING)


def test_only_devices_are_reconnected(tmp_path: Path) -> None:
    assert isinstance(create_reconnecting_output(f"wav:{tmp_path}/session.wav"), WavOutput)
    assert isinstance(create_reconnecting_output("miniaudio"), ReconnectingOutput)


def assert_retry_delays(times: list[float], tolerance: float) -> None:
    delays = [after - before for before, after in zip([0.0, *times], times, strict=False)]
    assert len(delays) > len(RETRY_DELAYS) + 3
    expected = [*RETRY_DELAYS, *[RETRY_DELAYS[-1]] * (len(delays) - len(RETRY_DELAYS))]
    assert delays == pytest.approx(expected, abs=tolerance)


def test_search_finds_available_device_at_once() -> None:
    devices = Devices()
    assert devices.poll(DeviceSearch(devices.create, "", 0.0), until=0.3) is devices.created[0]
    assert devices.last.calls == ["begin"]


def test_search_delays_grow_to_four_seconds() -> None:
    devices = Devices(MISSING)
    assert devices.poll(DeviceSearch(devices.create, "", 0.0), until=42) is None
    assert_retry_delays(devices.times, 0.1)
    assert all(device.calls == ["begin", "close"] for device in devices.created)


def test_search_finds_device_that_comes_later() -> None:
    devices = Devices(MISSING)
    search = DeviceSearch(devices.create, "", 0.0)
    devices.poll(search, until=5)
    devices.error = None
    assert devices.poll(search, until=10) is devices.last


def test_search_gives_up_hanging_device() -> None:
    devices = Devices(opens=False)
    assert devices.poll(DeviceSearch(devices.create, "", 0.0), until=OPEN_TIMEOUT + 1) is None
    assert [device.calls for device in devices.created] == [["begin", "close"], ["begin"]]


def test_search_falls_back_to_default_device() -> None:
    devices = Devices(UNKNOWN)
    search = DeviceSearch(devices.create, "headset", 0.0)
    devices.poll(search, until=0.16)
    devices.error = None
    assert devices.poll(search, until=0.4) is devices.last
    assert devices.names == ["headset", ""]
    assert search.name == ""


def test_search_tries_requested_device_after_default() -> None:
    """A server that restarts first has neither that device nor any other."""
    devices = Devices()
    errors: dict[str, DeviceError | ChoiceError | None] = {"headset": UNKNOWN, "": MISSING}

    def create(name: str) -> InMemoryOutput:
        devices.error = errors[name]
        return devices.create(name)

    search = DeviceSearch(create, "headset", 0.0)
    assert devices.poll(search, until=42) is None
    assert devices.names == ["headset", ""] * (len(devices.names) // 2)
    assert_retry_delays(devices.times[::2], 0.2)
    errors["headset"] = None
    assert devices.poll(search, until=50) is devices.last
    assert (search.name, devices.last.device) == ("headset", "headset")


def test_refused_default_device_is_retried() -> None:
    devices = Devices(UNKNOWN)
    devices.poll(DeviceSearch(devices.create, "", 0.0), until=10)
    assert len(devices.created) == len(RETRY_DELAYS)


def test_suspension_does_not_delay_search() -> None:
    devices = Devices(MISSING)
    search = DeviceSearch(devices.create, "", 0.0)
    devices.poll(search, until=8)
    devices.error, devices.now = None, devices.now + 3600.0
    assert devices.poll(search, until=devices.now + 0.1) is not None


def test_close_ends_search() -> None:
    devices = Devices(opens=False)
    search = DeviceSearch(devices.create, "", 0.0)
    devices.poll(search, until=0.2)
    search.close()
    search.close()
    assert devices.last.calls == ["begin", "close"]

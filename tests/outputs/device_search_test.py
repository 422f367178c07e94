"""Looking for a device, with a clock that is an argument: seconds in, tries out."""

from __future__ import annotations

import pytest

from voicecoach.errors import ChoiceError, DeviceError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.reconnecting import OPEN_TIMEOUT, RETRY_DELAYS, DeviceSearch

NONE = DeviceError("there is no sound device")
UNKNOWN = ChoiceError("no sound device has that name")


class Shop:
    """Makes devices, all of one kind, and keeps them with the time at which each was asked for."""

    def __init__(self, fault: DeviceError | ChoiceError | None = None, *, opens: bool = True):
        self.fault, self.opens = fault, opens
        self.now = 0.0
        self.made: list[tuple[float, str, InMemoryOutput]] = []

    def make(self, name: str) -> InMemoryOutput:
        device = InMemoryOutput("", name, latency=7200)
        device.error, device.opens = self.fault, self.opens
        self.made.append((self.now, name, device))
        return device

    def look(self, search: DeviceSearch, until: float) -> InMemoryOutput | None:
        """Every 40 ms, as the player does."""
        while self.now < until:
            self.now = round(self.now + 0.04, 2)
            if found := search.poll(self.now):
                return found
        return None


def test_a_device_that_is_there_is_found_at_once():
    shop = Shop()
    found = shop.look(DeviceSearch(shop.make, "", 0.0), until=0.3)
    assert found is shop.made[0][2]
    assert found.calls == ["begin"]


def test_the_waits_grow_to_four_seconds_and_stay_there():
    shop = Shop(NONE)
    assert shop.look(DeviceSearch(shop.make, "", 0.0), until=30) is None
    tries = [at for at, _, _ in shop.made]
    gaps = [after - before for before, after in zip([0.0, *tries], tries, strict=False)]
    assert gaps == pytest.approx([*RETRY_DELAYS, *[RETRY_DELAYS[-1]] * (len(gaps) - len(RETRY_DELAYS))], abs=0.1)
    assert len(gaps) > len(RETRY_DELAYS) + 3
    assert all(device.calls == ["begin", "close"] for _, _, device in shop.made)


def test_a_device_that_comes_later_is_found_then():
    shop = Shop(NONE)
    search = DeviceSearch(shop.make, "", 0.0)
    shop.look(search, until=5)
    shop.fault = None
    assert shop.look(search, until=10) is shop.made[-1][2]


def test_one_that_hangs_while_it_opens_is_given_up():
    shop = Shop(opens=False)
    assert shop.look(DeviceSearch(shop.make, "", 0.0), until=OPEN_TIMEOUT + 1) is None
    assert [device.calls for _, _, device in shop.made] == [["begin", "close"], ["begin"]]


def test_a_name_that_vanished_falls_back_to_the_default_at_once():
    shop = Shop(UNKNOWN)
    search = DeviceSearch(shop.make, "headset", 0.0)
    shop.look(search, until=0.16)
    shop.fault = None
    assert shop.look(search, until=0.4) is shop.made[-1][2]
    assert [name for _, name, _ in shop.made] == ["headset", ""]
    assert search.name == ""


def test_a_server_that_starts_anew_is_asked_for_the_same_device_again():
    """Meanwhile there are others, of which none has that name and none can be played on."""
    shop = Shop()
    names = {"headset": UNKNOWN, "": NONE}

    def make(name: str) -> InMemoryOutput:
        shop.fault = names[name]
        return shop.make(name)

    search = DeviceSearch(make, "headset", 0.0)
    assert shop.look(search, until=30) is None
    assert [name for _, name, _ in shop.made] == ["headset", ""] * (len(shop.made) // 2)
    tries = [at for at, name, _ in shop.made if name]
    gaps = [after - before for before, after in zip([0.0, *tries], tries, strict=False)]
    assert gaps == pytest.approx([*RETRY_DELAYS, *[RETRY_DELAYS[-1]] * (len(gaps) - len(RETRY_DELAYS))], abs=0.2)
    names["headset"] = None
    assert shop.look(search, until=40) is shop.made[-1][2]
    assert (search.name, shop.made[-1][1]) == ("headset", "headset")


def test_a_default_one_that_is_refused_is_tried_again_as_seldom_as_any():
    shop = Shop(UNKNOWN)
    shop.look(DeviceSearch(shop.make, "", 0.0), until=10)
    assert len(shop.made) == len(RETRY_DELAYS)


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_jumps_makes_nobody_wait_longer(jump):
    shop = Shop(NONE)
    search = DeviceSearch(shop.make, "", 0.0)
    shop.look(search, until=8)
    shop.fault, shop.now = None, shop.now + jump
    assert shop.look(search, until=shop.now + 0.1) is not None


def test_closing_ends_what_is_being_opened():
    shop = Shop(opens=False)
    search = DeviceSearch(shop.make, "", 0.0)
    shop.look(search, until=0.2)
    search.close()
    search.close()
    assert shop.made[0][2].calls == ["begin", "close"]

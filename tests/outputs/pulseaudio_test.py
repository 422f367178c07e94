"""Playing into a real sound server, recorded at its other end to the last bit."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from voicecoach.errors import ChoiceError, DeviceError
from voicecoach.outputs.backends import list_devices
from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.output import DeviceInfo
from voicecoach.outputs.ring_buffer import FADE, Counter
from voicecoach.outputs.watchdog import UnderrunDetector
from voicecoach.player.command import Command
from voicecoach.player.player import Player
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Placement, Sound, Source, Timeline
from voicecoach.units import SAMPLE_RATE, Ms, frames

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

TICK = Clip((0.5 * np.cos(2 * np.pi * 1000 / SAMPLE_RATE * np.arange(4800))).astype(np.float32))


def ticking(starts: list[int], length: int) -> Timeline:
    """A session of `length` ms with a tenth of a second of tone at each of `starts` ms."""
    placements = tuple(Placement(frames(Ms(at)), TICK.length, Sound("tick"), 0) for at in starts)
    return Timeline(
        title="",
        language="en",
        level=50,
        length=frames(Ms(length)),
        placements=placements,
        events=(),
        moves=(),
    )


def clip(_: Source) -> Clip:
    return TICK


def wait(seconds: float) -> list[Command]:
    time.sleep(seconds)
    return []


def play(timeline: Timeline, output: DeviceOutput) -> None:
    output.begin()
    output.wait_ready()
    Player(Transport(TimelineIndex(timeline)), clip, output, frames(Ms(700))).play(wait, lambda _: None)


def onsets(samples: Samples) -> list[int]:
    """Where sound begins after at least 50 ms of silence: frames."""
    loud = np.flatnonzero(samples)
    return [int(at) for at, gap in zip(loud, np.diff(loud, prepend=-SAMPLE_RATE), strict=True) if gap > 2400]


@contextmanager
def opened(device: str = "") -> Iterator[DeviceOutput]:
    with closing(DeviceOutput("", device)) as output:
        output.begin()
        output.wait_ready()
        yield output


def arrived(server, timeline: Timeline) -> tuple[Samples, int]:
    """What was recorded of it, and how many under-runs were counted."""
    with server.recorded() as recording, closing(DeviceOutput("", "")) as output:
        play(timeline, output)
        underruns = output.count(Counter.UNDERRUNS)
    return recording.samples, underruns


def test_a_session_arrives_as_it_was_rendered(sound_server):
    """At the third try at the latest: a machine that is busy beside makes gaps, and tells so."""
    starts = [0, 1000, 2000, 2600, 2750, 3450, 4100, 4250]
    timeline = ticking(starts, 4500)
    for _ in range(3):
        recorded, underruns = arrived(sound_server, timeline)
        if not underruns:
            break
    heard = onsets(recorded)
    assert len(heard) == len(starts)
    late = [1000 * at / SAMPLE_RATE - start for at, start in zip(heard, starts, strict=True)]
    assert max(late[2:]) - min(late[2:]) < 10
    last = recorded[heard[2] :][: frames(Ms(2400))]
    np.testing.assert_array_equal(last, Mix(timeline, clip).read(frames(Ms(2000)), len(last)))
    assert underruns == 0


def test_a_cut_fades_at_once_and_tells_how_much_was_never_heard(sound_server):
    with sound_server.recorded() as recording, opened() as output:
        tone = np.full(output.room(), 0.5, np.float32)
        output.write(tone)
        while output.count(Counter.READ) == 0:
            os.sched_yield()
        dropped = output.cut()
        heard = len(tone) - dropped
        end = output.count(Counter.CALLBACKS) + 15
        while output.count(Counter.CALLBACKS) < end:
            os.sched_yield()
    sound = recording.samples[np.flatnonzero(recording.samples)[0] :]
    assert 0 < dropped < len(tone)
    np.testing.assert_array_equal(sound[: heard - FADE], tone[: heard - FADE])
    np.testing.assert_allclose(sound[heard - FADE : heard], 0.5 * (1 - np.arange(1, FADE + 1) / FADE), atol=1e-6)
    assert not sound[heard:].any()


def held_by_the_server() -> float:
    """How much of the only stream is on its way there, ms."""
    told = subprocess.run(["pactl", "list", "sink-inputs"], capture_output=True, text=True, check=True).stdout
    return sum(int(us) for us in re.findall(r"(?:Buffer|Sink) Latency: (\d+) usec", told)) / 1000


@pytest.mark.usefixtures("sound_server")
@pytest.mark.parametrize(("asked", "held"), [(None, 40), ("80", 80)])
def test_the_server_holds_as_much_as_lets_our_process_be_late(monkeypatch, asked, held):
    monkeypatch.delenv("PULSE_LATENCY_MSEC", raising=False)
    if asked:
        monkeypatch.setenv("PULSE_LATENCY_MSEC", asked)
    limit = time.monotonic() + 10
    with opened():
        while held_by_the_server() > held + 1:  # a sink that was idle is far ahead
            assert time.monotonic() < limit
        assert 0.7 * held < max(held_by_the_server() for _ in range(20)) <= held + 1


@pytest.mark.usefixtures("sound_server")
def test_a_longer_delay_than_that_is_counted():
    """Each once, unless a machine that is busy beside adds another."""
    with opened() as output:
        (device,) = multiprocessing.active_children()
        assert device.pid is not None
        time.sleep(UnderrunDetector.SETTLING + UnderrunDetector.WINDOW)
        counted = []
        while 1 not in counted and len(counted) < 5:
            before = output.underruns()
            os.kill(device.pid, signal.SIGSTOP)
            time.sleep(0.2)
            os.kill(device.pid, signal.SIGCONT)
            time.sleep(2.1 * UnderrunDetector.WINDOW)
            counted.append(output.underruns() - before)
        assert min(counted) == 1


def test_a_device_is_found_by_a_part_of_its_name(sound_server):
    with sound_server.recorded("headphones") as recording, closing(DeviceOutput("", "headph")) as output:
        play(ticking([0, 300], 500), output)
    assert len(onsets(recording.samples)) == 2


@pytest.mark.usefixtures("sound_server")
def test_an_unknown_device_is_answered_with_those_there_are():
    with pytest.raises(ChoiceError, match=r"'gramophone'.*LoudSpeaker.*HeadPhones"), opened("gramophone"):
        pass


@pytest.mark.usefixtures("sound_server")
def test_the_devices_are_listed_with_the_default():
    assert list_devices() == (DeviceInfo("LoudSpeaker", True), DeviceInfo("HeadPhones", False))


@pytest.mark.usefixtures("sound_server")
def test_nothing_is_left_behind():
    with opened():
        held = [line for line in Path("/proc/self/maps").read_text().splitlines() if "/dev/shm/psm_" in line]
    # The ring has no name any more while it is used: whatever happens, the system frees it.
    assert held
    assert all(line.endswith("(deleted)") for line in held)
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("sound_server")
def test_the_death_of_the_devices_process_is_told():
    with opened() as output:
        (child,) = multiprocessing.active_children()
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        with pytest.raises(DeviceError, match="has ended"):
            output.room()


def test_a_sound_server_that_hangs_while_it_is_opened_is_given_up(sound_server):
    output = DeviceOutput("", "")
    output.OPEN_TIMEOUT = 0.3
    sound_server.process.send_signal(signal.SIGSTOP)
    try:
        with closing(output):
            output.begin()
            with pytest.raises(DeviceError, match="does not open"):
                output.wait_ready()
    finally:
        sound_server.process.send_signal(signal.SIGCONT)
    assert multiprocessing.active_children() == []


def test_without_a_sound_server_it_is_told_what_can_be_done(monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent/pulse")
    with pytest.raises(DeviceError, match=r"no sound device.*--device.*voicecoach export.*wav:"), opened():
        pass

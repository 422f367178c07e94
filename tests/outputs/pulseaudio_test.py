"""Playing into a real sound server and comparing the recording bit by bit."""

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
from durations import seconds
from sound_server import SoundServer

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
from voicecoach.units import SAMPLE_RATE

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

TICK = Clip((0.5 * np.cos(2 * np.pi * 1000 / SAMPLE_RATE * np.arange(4800))).astype(np.float32))


def ticking(starts: list[float], length: float) -> Timeline:
    """A session of `length` seconds with a tenth of a second of tone at each of `starts`."""
    return Timeline(
        title="",
        language="en",
        level=50,
        length=seconds(length),
        placements=tuple(Placement(seconds(at), TICK.length, Sound("tick"), 0) for at in starts),
        events=(),
        moves=(),
    )


def clip(_: Source) -> Clip:
    return TICK


def wait(time_left: float) -> list[Command]:
    time.sleep(time_left)
    return []


def play(timeline: Timeline, output: DeviceOutput) -> None:
    output.begin()
    output.wait_ready()
    Player(Transport(TimelineIndex(timeline)), clip, output, seconds(0.7)).play(wait, lambda _: None)


def onsets(samples: Samples) -> list[int]:
    """Frames at which sound begins after at least 50 ms of silence."""
    loud = np.flatnonzero(samples)
    return [int(at) for at, gap in zip(loud, np.diff(loud, prepend=-SAMPLE_RATE), strict=True) if gap > 2400]


@contextmanager
def open_device(device: str = "") -> Iterator[DeviceOutput]:
    with closing(DeviceOutput("", device)) as output:
        output.begin()
        output.wait_ready()
        yield output


def play_recorded(server: SoundServer, timeline: Timeline) -> tuple[Samples, int]:
    """Play a session; return the recording and the number of underruns."""
    with server.record() as recording, closing(DeviceOutput("", "")) as output:
        play(timeline, output)
        underruns = output.count(Counter.UNDERRUNS)
    return recording.samples, underruns


def test_session_arrives_bit_by_bit(sound_server: SoundServer) -> None:
    """In the third attempt at the latest: a busy machine makes gaps, and counts them."""
    starts = [0, 2, 2.15, 2.6, 3.2, 3.35]
    timeline = ticking(starts, 3.5)
    for _ in range(3):
        recorded, underruns = play_recorded(sound_server, timeline)
        if not underruns:
            break
    heard = onsets(recorded)
    assert len(heard) == len(starts)
    delays = [at / SAMPLE_RATE - start for at, start in zip(heard, starts, strict=True)]
    assert max(delays[1:]) - min(delays[1:]) < 0.01
    last = recorded[heard[1] :][: seconds(1.4)]
    np.testing.assert_array_equal(last, Mix(timeline, clip).read(seconds(2), len(last)))
    assert underruns == 0


def test_cut_fades_out_and_counts(sound_server: SoundServer) -> None:
    with sound_server.record() as recording, open_device() as output:
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


def server_latency() -> float:
    """Milliseconds of the only stream that the server holds."""
    report = subprocess.run(["pactl", "list", "sink-inputs"], capture_output=True, text=True, check=True).stdout
    return sum(int(us) for us in re.findall(r"(?:Buffer|Sink) Latency: (\d+) usec", report)) / 1000


@pytest.mark.usefixtures("sound_server")
@pytest.mark.parametrize(("setting", "expected"), [(None, 40), ("80", 80)])
def test_server_latency_follows_setting(monkeypatch: pytest.MonkeyPatch, setting: str | None, expected: float) -> None:
    monkeypatch.delenv("PULSE_LATENCY_MSEC", raising=False)
    if setting:
        monkeypatch.setenv("PULSE_LATENCY_MSEC", setting)
    deadline = time.monotonic() + 10
    with open_device():
        while server_latency() > expected + 1:  # a sink that was idle is far ahead
            assert time.monotonic() < deadline
        assert 0.7 * expected < max(server_latency() for _ in range(20)) <= expected + 1


@pytest.mark.slow
@pytest.mark.usefixtures("sound_server")
def test_long_delay_is_one_underrun() -> None:
    """Unless a busy machine adds another."""
    with open_device() as output:
        (device,) = multiprocessing.active_children()
        assert device.pid is not None
        time.sleep(UnderrunDetector.SETTLING + UnderrunDetector.WINDOW)
        counts = []
        while 1 not in counts and len(counts) < 5:
            before = output.underruns()
            os.kill(device.pid, signal.SIGSTOP)
            time.sleep(0.2)
            os.kill(device.pid, signal.SIGCONT)
            time.sleep(2.1 * UnderrunDetector.WINDOW)
            counts.append(output.underruns() - before)
        assert min(counts) == 1


def test_part_of_name_selects_device(sound_server: SoundServer) -> None:
    with sound_server.record("headphones") as recording, closing(DeviceOutput("", "headph")) as output:
        play(ticking([0, 0.3], 0.5), output)
    assert len(onsets(recording.samples)) == 2


@pytest.mark.usefixtures("sound_server")
def test_unknown_device_lists_choices() -> None:
    with pytest.raises(ChoiceError, match=r"'gramophone'.*LoudSpeaker.*HeadPhones"), open_device("gramophone"):
        pass


@pytest.mark.usefixtures("sound_server")
def test_list_marks_default_device() -> None:
    assert list_devices() == (DeviceInfo("LoudSpeaker", True), DeviceInfo("HeadPhones", False))


@pytest.mark.usefixtures("sound_server")
def test_close_leaves_nothing_behind() -> None:
    with open_device():
        rings = [line for line in Path("/proc/self/maps").read_text().splitlines() if "/dev/shm/psm_" in line]
    # The memory has no name while it is used, so the system frees it in any case.
    assert rings
    assert all(line.endswith("(deleted)") for line in rings)
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("sound_server")
def test_dead_process_is_device_error() -> None:
    with open_device() as output:
        (child,) = multiprocessing.active_children()
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        with pytest.raises(DeviceError, match="has ended"):
            output.room()


def test_hung_server_fails_within_timeout(sound_server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> None:
    output = DeviceOutput("", "")
    monkeypatch.setattr("voicecoach.outputs.device.OPEN_TIMEOUT", 0.3)
    sound_server.process.send_signal(signal.SIGSTOP)
    try:
        with closing(output):
            output.begin()
            with pytest.raises(DeviceError, match="cannot be opened"):
                output.wait_ready()
    finally:
        sound_server.process.send_signal(signal.SIGCONT)
    assert multiprocessing.active_children() == []


def test_missing_server_gives_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent/pulse")
    with pytest.raises(DeviceError, match=r"no sound device.*--device.*voicecoach export.*wav:"), open_device():
        pass

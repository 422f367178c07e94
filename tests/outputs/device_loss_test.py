"""The real device is lost in the middle of a word: sound servers killed, hung and unloaded."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import numpy as np
import pytest
from durations import seconds
from sound_server import SoundServer

from voicecoach.errors import DeviceBusyError, DeviceError
from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.output import Output
from voicecoach.outputs.reconnecting import ReconnectingOutput, create_reconnecting_output
from voicecoach.outputs.watchdog import Watchdog
from voicecoach.player.command import Action, Command
from voicecoach.player.player import REWIND, Player
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import RAMP
from voicecoach.timeline import Placement, Sound, Timeline
from voicecoach.units import SAMPLE_RATE, Frames

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

WORD = Clip(np.random.default_rng(3).uniform(-0.5, 0.5, 5 * SAMPLE_RATE).astype(np.float32))
"""Five seconds of noise, in which no part occurs twice."""
TIMELINE = Timeline(
    title="",
    language="en",
    level=50,
    length=WORD.length,
    placements=(Placement(Frames(0), WORD.length, Sound("word"), 0),),
    events=(),
    moves=(),
)

START = seconds(3)
"""Where playing begins, so that there is more than `REWIND` before it."""
LEAD_IN = seconds(0.7)

LONG = pytest.mark.long

StartServer = Callable[..., AbstractContextManager[SoundServer]]

Script = Callable[[list[Transport]], Iterator[Command | None]]
"""Gets what was shown so far, and goes one step each time the player asks for commands."""


def play(output: Output, script: Script) -> list[Transport]:
    """Play a session to a script; return all that was shown."""
    shown = [Transport(TimelineIndex(TIMELINE), START)]
    steps = script(shown)

    def poll(wait: float) -> list[Command]:
        time.sleep(wait)
        command = next(steps, None)
        return [command] if command else []

    with closing(output):
        output.begin()
        output.wait_ready()
        Player(shown[0], lambda _: WORD, output, LEAD_IN).play(poll, shown.append)
    return shown


def until(shown: list[Transport], condition: Callable[[Transport], bool]) -> Iterator[None]:
    """Go on until what is shown meets a condition."""
    while not condition(shown[-1]):
        yield None


def is_playing(transport: Transport) -> bool:
    return transport.at >= START + seconds(0.25)


def is_away(transport: Transport) -> bool:
    return transport.health.away


def is_back(transport: Transport) -> bool:
    return not transport.health.away


def point_of_loss(shown: list[Transport]) -> Frames:
    return next(transport.at for transport in shown if is_away(transport))


PIECE = seconds(0.01)


def find_pieces(recorded: Samples, first: int, last: int) -> dict[int, int]:
    """Positions in the recording of the word's pieces between those frames, by the position in the word."""
    found = {}
    for own in range(first, last - PIECE + 1, PIECE):
        piece = WORD.samples[own : own + PIECE]
        for at in np.flatnonzero(recorded == piece[0]):
            if np.array_equal(recorded[at : at + PIECE], piece):
                found[own] = int(at)
    return found


def assert_heard(recorded: Samples, first: int, last: int) -> None:
    """The recording has the word from frame `first`, faded in, at least up to `last`, and no frame before.

    Silence may separate the pieces or replace a few, since a busy machine is too late for them.
    """
    found = find_pieces(recorded, first + RAMP, last)
    assert len(found) > (last - first - RAMP) / PIECE / 2
    assert [*found.values()] == sorted(found.values())
    own, at = next(iter(found.items()))
    assert at - np.flatnonzero(recorded)[0] >= own - first, "it starts later"
    assert not find_pieces(recorded, first - seconds(0.2), first), "it starts earlier"


def assert_resumes(recorded: Samples, lost: Frames) -> None:
    assert_heard(recorded, lost - REWIND, lost - REWIND + seconds(0.2))


def stop_after_resuming(shown: list[Transport]) -> Iterator[Command | None]:
    """Play a quarter of a second after the loss, then stop."""
    yield from until(shown, is_back)
    again = point_of_loss(shown) - REWIND + seconds(0.25)
    yield from until(shown, lambda transport: transport.at >= again)
    yield Command(Action.STOP)


@pytest.mark.parametrize("pause", [0.5, pytest.param(5, marks=LONG), pytest.param(60, marks=LONG)])
def test_session_resumes_after_server_restart(start_server: StartServer, pause: float) -> None:
    with ExitStack() as servers:
        first = servers.enter_context(start_server(awake=True))
        recording = servers.enter_context(first.record())
        heard = []

        def script(shown: list[Transport]) -> Iterator[Command | None]:
            yield from until(shown, is_playing)
            first.process.kill()
            restart = time.monotonic() + pause
            yield from until(shown, is_away)
            heard.append(recording.samples)
            yield from until(shown, lambda _: time.monotonic() > restart)
            second = servers.enter_context(start_server(awake=True))
            recordings.append(servers.enter_context(second.record()))
            yield from stop_after_resuming(shown)

        recordings = []
        shown = play(create_reconnecting_output("miniaudio"), script)
    lost = point_of_loss(shown)
    (before,) = heard
    assert_heard(before, START, lost - seconds(0.1))
    before = before[np.flatnonzero(before)[0] :]
    assert lost - START - len(before) < seconds(0.1), "some frames were not heard that count as heard"
    assert_resumes(recordings[0].samples, lost)


@pytest.mark.slow
def test_default_sink_replaces_unloaded_sink(start_server: StartServer) -> None:
    with start_server(awake=True) as server, server.record() as recording:

        def script(shown: list[Transport]) -> Iterator[Command | None]:
            yield from until(shown, is_playing)
            server.unload("headphones")
            yield from until(shown, is_away)
            yield from stop_after_resuming(shown)

        shown = play(create_reconnecting_output("miniaudio", "headph"), script)
    assert shown[-1].health.message == "'headph' is disconnected: playing on the default loudspeaker."
    assert_resumes(recording.samples, point_of_loss(shown))


@pytest.mark.parametrize("pause", [pytest.param(0, marks=pytest.mark.slow), pytest.param(30, marks=LONG)])
def test_hung_server_does_not_block_player(sound_server: SoundServer, pause: float) -> None:
    def script(shown: list[Transport]) -> Iterator[Command | None]:
        yield from until(shown, is_playing)
        sound_server.process.send_signal(signal.SIGSTOP)
        yield from until(shown, is_away)
        yield Command(Action.PAUSE)
        yield from until(shown, lambda transport: transport.state == "paused")
        end = time.monotonic() + pause
        yield from until(shown, lambda _: time.monotonic() > end)
        sound_server.process.send_signal(signal.SIGCONT)
        yield from until(shown, is_back)
        yield Command(Action.STOP)

    shown = play(create_reconnecting_output("miniaudio"), script)
    assert shown[-1].at == point_of_loss(shown) - REWIND
    assert multiprocessing.active_children() == []


def assert_loss_noticed(output: Output, message: str) -> None:
    """In half the time in which a new stream may pause."""
    with pytest.raises(DeviceError, match=message):
        poll_room(output, times=round(Watchdog.SETTLING_TIMEOUT / 2 / 0.02))


def poll_room(output: Output, times: int) -> None:
    for _ in range(times):
        output.room()
        time.sleep(0.02)


def test_early_hang_is_noticed(sound_server: SoundServer) -> None:
    """An idle sink may pause for two seconds at that time, so its server is pinged, and does not reply."""
    with closing(DeviceOutput("", "")) as output:
        output.begin()
        output.wait_ready()
        sound_server.process.send_signal(signal.SIGSTOP)
        try:
            assert_loss_noticed(output, "stopped responding")
        finally:
            sound_server.process.send_signal(signal.SIGCONT)


def test_unloaded_default_sink_is_noticed(start_server: StartServer) -> None:
    """Although there is another one."""
    with (
        start_server() as server,
        server.listen("speaker", subprocess.DEVNULL),
        closing(DeviceOutput("", "")) as output,
    ):
        output.begin()
        output.wait_ready()
        server.unload("speaker")
        assert_loss_noticed(output, "has disappeared")


@pytest.mark.parametrize("times", [5, pytest.param(200, marks=LONG)])
@pytest.mark.usefixtures("sound_server")
def test_reconnections_leave_nothing_behind(times: int) -> None:
    output = create_reconnecting_output("miniaudio")
    counts = []
    with closing(output):
        output.begin()
        output.wait_ready()
        for _ in range(times):
            (child,) = multiprocessing.active_children()
            os.kill(child.pid, signal.SIGKILL)
            while output.room():
                time.sleep(0.01)
            while not output.room():
                time.sleep(0.01)
            rings = Path("/proc/self/maps").read_text().count("/dev/shm/psm_")
            counts.append((len(list(Path("/proc/self/fd").iterdir())), rings))
    assert counts == counts[:1] * times
    assert output.losses == times
    assert multiprocessing.active_children() == []


def test_busy_device_is_awaited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    tally = str(tmp_path / "tally")

    def create(name: str) -> DeviceOutput:
        return DeviceOutput("", name, "stub_devices:busy_twice")

    output = ReconnectingOutput(create(tally), create, tally)
    with closing(output):
        output.begin()
        output.wait_ready()
        assert output.health().away
        while not output.room():
            time.sleep(0.01)
    assert Path(tally).read_text() == "xxx"


def test_busy_device_error_gives_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with closing(DeviceOutput("", str(tmp_path / "tally"), "stub_devices:busy_twice")) as output:
        output.begin()
        with pytest.raises(DeviceBusyError, match=r"held by another program.*--device"):
            output.wait_ready()


@pytest.mark.parametrize(("code", "card", "busy"), [(-19, "", True), (-401, "pcmC0D0p", True), (-401, "seq", False)])
def test_unopenable_card_counts_as_busy(tmp_path: Path, code: int, card: str, busy: bool) -> None:
    from voicecoach.outputs.miniaudio import is_busy

    (tmp_path / (card or "timer")).touch()
    assert is_busy(code, str(tmp_path)) is busy

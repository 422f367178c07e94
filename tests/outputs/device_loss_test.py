"""The real device goes away in the middle of a word: sound servers killed, hung and unloaded."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest

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
from voicecoach.units import SAMPLE_RATE, Frames, Ms, frames

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

WORD = Clip(np.random.default_rng(3).uniform(-0.5, 0.5, 5 * SAMPLE_RATE).astype(np.float32))
"""Five seconds of noise: every part of it is found at one place only."""
TIMELINE = Timeline(
    title="",
    language="en",
    level=50,
    length=WORD.length,
    placements=(Placement(Frames(0), WORD.length, Sound("word"), 0),),
    events=(),
    moves=(),
)

START = Frames(3 * SAMPLE_RATE)
"""Where it is begun: with more than 2 s before it."""
LEAD_IN = frames(Ms(700))

LONG = pytest.mark.long

Story = Callable[[list[Transport]], Iterator[Command | None]]
"""What happens while a session plays, given what was shown of it so far: a step between two looks of the player."""


def played(output: Output, story: Story) -> list[Transport]:
    """All that was shown."""
    shown = [Transport(TimelineIndex(TIMELINE), START)]
    steps = story(shown)

    def come(seconds: float) -> list[Command]:
        time.sleep(seconds)
        command = next(steps, None)
        return [command] if command else []

    with closing(output):
        output.begin()
        output.wait_ready()
        Player(shown[0], lambda _: WORD, output, LEAD_IN).play(come, shown.append)
    return shown


def till(shown: list[Transport], held: Callable[[Transport], bool]) -> Iterator[None]:
    """Look on until `held` does of what is shown."""
    while not held(shown[-1]):
        yield None


def well_begun(transport: Transport) -> bool:
    return transport.at >= START + SAMPLE_RATE // 4


def away(transport: Transport) -> bool:
    return transport.health.away


def there(transport: Transport) -> bool:
    return not transport.health.away


def point_of_loss(shown: list[Transport]) -> Frames:
    return next(transport.at for transport in shown if away(transport))


PIECE = SAMPLE_RATE // 100


def places(recorded: Samples, first: int, last: int) -> dict[int, int]:
    """Where the word's pieces between those frames lie in the recording, to the bit; by their own first frame."""
    found = {}
    for own in range(first, last - PIECE + 1, PIECE):
        piece = WORD.samples[own : own + PIECE]
        for at in np.flatnonzero(recorded == piece[0]):
            if np.array_equal(recorded[at : at + PIECE], piece):
                found[own] = int(at)
    return found


def assert_heard(recorded: Samples, first: int, last: int) -> None:
    """The recording has the word from frame `first`, softly at first, at least up to `last`, and no frame before.

    Silence may lie between its pieces, or in place of a few: a machine that is busy beside is too late for them.
    """
    found = places(recorded, first + RAMP, last)
    assert len(found) > (last - first - RAMP) / PIECE / 2
    assert [*found.values()] == sorted(found.values())
    own, at = next(iter(found.items()))
    assert at - np.flatnonzero(recorded)[0] >= own - first, "it began later"
    assert not places(recorded, first - SAMPLE_RATE // 5, first), "it began earlier"


def assert_goes_on(recorded: Samples, lost: Frames) -> None:
    assert_heard(recorded, lost - REWIND, lost - REWIND + SAMPLE_RATE // 5)


def a_little_more(shown: list[Transport]) -> Iterator[Command | None]:
    """A quarter of a second of what comes after the loss, then the end."""
    yield from till(shown, there)
    again = point_of_loss(shown) - REWIND + SAMPLE_RATE // 4
    yield from till(shown, lambda transport: transport.at >= again)
    yield Command(Action.STOP)


@pytest.mark.parametrize("seconds", [0.5, pytest.param(5, marks=LONG), pytest.param(60, marks=LONG)])
def test_a_server_killed_in_a_word_and_started_again(starting, seconds):
    with ExitStack() as evening:
        first = evening.enter_context(starting())
        recording = evening.enter_context(first.record())
        heard = []

        def story(shown: list[Transport]) -> Iterator[Command | None]:
            yield from till(shown, well_begun)
            first.process.kill()
            started = time.monotonic() + seconds
            yield from till(shown, away)
            heard.append(recording.samples)
            yield from till(shown, lambda _: time.monotonic() > started)
            second = evening.enter_context(starting())
            recordings.append(evening.enter_context(second.record()))
            yield from a_little_more(shown)

        recordings = []
        shown = played(create_reconnecting_output("miniaudio"), story)
    lost = point_of_loss(shown)
    (before,) = heard
    assert_heard(before, START, lost - SAMPLE_RATE // 10)
    before = before[np.flatnonzero(before)[0] :]
    assert lost - START - len(before) < SAMPLE_RATE // 10, "what was surely heard had not been"
    assert_goes_on(recordings[0].samples, lost)


def test_a_sink_unloaded_gives_way_to_the_default_one(starting):
    with starting() as server, server.record() as recording, server.listen("headphones", subprocess.DEVNULL):

        def story(shown: list[Transport]) -> Iterator[Command | None]:
            yield from till(shown, well_begun)
            server.unload("headphones")
            yield from till(shown, away)
            yield from a_little_more(shown)

        shown = played(create_reconnecting_output("miniaudio", "headph"), story)
    assert shown[-1].health.message == "'headph' is gone: this is the default loudspeaker."
    assert_goes_on(recording.samples, point_of_loss(shown))


@pytest.mark.parametrize("seconds", [0, pytest.param(30, marks=LONG)])
def test_a_server_that_hangs_hangs_nothing_of_ours(sound_server, seconds):
    def story(shown: list[Transport]) -> Iterator[Command | None]:
        yield from till(shown, well_begun)
        sound_server.process.send_signal(signal.SIGSTOP)
        yield from till(shown, away)
        yield Command(Action.PAUSE)
        yield from till(shown, lambda transport: transport.state == "paused")
        end = time.monotonic() + seconds
        yield from till(shown, lambda _: time.monotonic() > end)
        sound_server.process.send_signal(signal.SIGCONT)
        yield from till(shown, there)
        yield Command(Action.STOP)

    shown = played(create_reconnecting_output("miniaudio"), story)
    assert shown[-1].at == point_of_loss(shown) - REWIND
    assert multiprocessing.active_children() == []


def looked_at(output: Output, times: int) -> None:
    """Every 20 ms."""
    for _ in range(times):
        output.room()
        time.sleep(0.02)


def test_one_that_hangs_before_its_first_second_is_noticed_as_soon(sound_server):
    """An idle sink may be silent for two seconds then: its server is asked, and does not answer.

    Half of the looks that it may be silent for where it does.
    """
    with closing(DeviceOutput("", "")) as output:
        output.begin()
        output.wait_ready()
        sound_server.process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(DeviceError, match="stopped taking sound"):
                looked_at(output, times=round(Watchdog.SETTLING_TIMEOUT / 2 / 0.02))
        finally:
            sound_server.process.send_signal(signal.SIGCONT)


def test_a_default_one_taken_away_at_once_is_noticed_though_there_are_others(starting):
    with starting() as server, server.listen("speaker", subprocess.DEVNULL), closing(DeviceOutput("", "")) as output:
        output.begin()
        output.wait_ready()
        server.unload("speaker")
        with pytest.raises(DeviceError, match="not there any more"):
            looked_at(output, times=round(Watchdog.SETTLING_TIMEOUT / 2 / 0.02))


@pytest.mark.parametrize("times", [5, pytest.param(200, marks=LONG)])
@pytest.mark.usefixtures("sound_server")
def test_reconnections_leave_nothing_behind(times):
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


def test_a_device_that_another_program_holds_at_the_start_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    tally = str(tmp_path / "tally")
    output = ReconnectingOutput(lambda name: DeviceOutput("", name, "stub_devices:busy_twice"), tally)
    with closing(output):
        output.begin()
        output.wait_ready()
        assert output.health().away
        while not output.room():
            time.sleep(0.01)
    assert Path(tally).read_text() == "xxx"


def test_one_that_it_holds_on_to_is_told(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with closing(DeviceOutput("", str(tmp_path / "tally"), "stub_devices:busy_twice")) as output:
        output.begin()
        with pytest.raises(DeviceBusyError, match=r"held by another program.*--device"):
            output.wait_ready()


@pytest.mark.parametrize(("code", "card", "busy"), [(-19, "", True), (-401, "pcmC0D0p", True), (-401, "seq", False)])
def test_a_card_that_does_not_open_is_held_by_another_program(tmp_path, code, card, busy):
    from voicecoach.outputs.miniaudio import is_busy

    (tmp_path / (card or "timer")).touch()
    assert is_busy(code, str(tmp_path)) is busy

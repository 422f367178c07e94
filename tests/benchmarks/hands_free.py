"""How exactly a session keeps time, and how fast it obeys: `python tests/benchmarks/hands_free.py [MINUTES [FOLDER]]`.

Three minutes by default; `60` for the hour, and a folder in which the recordings of it are kept (0.7 GB each). Plays
through `voicecoach play` into a PulseAudio null sink that is recorded, and beside it, into another one, what one would
write without voicecoach: pyttsx3's `say` and `sleep` in a loop. Before that commands are given to a player of
continuous noise, and the recording searched for the moment in which they are heard. pyttsx3 writes each text into a
file and has `aplay` play it, which needs ALSA's pulse plugin to reach the sink (Debian: alsa-utils,
libasound2-plugins).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from play_cost import command, counters_of, cpu_seconds, onsets, timing
from sound_server import SoundServer, run_sound_server

from voicecoach.outputs.reconnecting import create_reconnecting_output
from voicecoach.outputs.ring_buffer import Counter
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Event, Placement, Sound, Source, Span, Timeline
from voicecoach.units import SAMPLE_RATE, Frames, Ms, frames

TEXT = "Lean over to the left."
PAUSE = 4
PERIOD = 20
"""ms: of the device."""
ENGINE = """
import ctypes, os, sys, time
import espeakng_loader
ctypes.CDLL(espeakng_loader.get_library_path(), ctypes.RTLD_GLOBAL)
os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
import pyttsx3
engine = pyttsx3.init()
"""
LOOP = f"""{ENGINE}
for _ in range(int(sys.argv[1])):
    engine.say({TEXT!r})
    engine.runAndWait()
    time.sleep({PAUSE})
"""
SAVE = f"""{ENGINE}
engine.save_to_file({TEXT!r}, sys.argv[1])
engine.runAndWait()
"""


def routine(folder: Path, minutes: float) -> tuple[Path, int]:
    rounds = round(minutes * 60 / (PAUSE + 1.32))
    path = folder / "lean.yaml"
    path.write_text(
        f"title: Lean\nsteps:\n  - repeat: {rounds}\n    steps:\n      - {{say: {TEXT}, then: {PAUSE} s}}\n"
    )
    return path, rounds


def loop(folder: Path, server: SoundServer, rounds: int) -> subprocess.Popen[bytes]:
    """The plain loop of the same routine, into the other sink."""
    settings = folder / "asound.conf"
    settings.write_text("pcm.!default { type pulse device headphones }\n")
    if shutil.which("aplay") is None:
        sys.exit("no aplay: pyttsx3 cannot play")  # and would not say so
    environment = os.environ | server.environment | {"ALSA_CONFIG_PATH": str(settings)}
    return subprocess.Popen([sys.executable, "-c", LOOP, str(rounds)], env=environment, stdout=subprocess.DEVNULL)


def memory(pid: int) -> float:
    """MB that a process and its children hold for themselves alone (USS)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    kept = 0
    for one in [str(pid), *children]:
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        kept += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return kept / 1024


def keeping_time(folder: Path, server: SoundServer, minutes: float) -> None:
    script, rounds = routine(folder, minutes)
    text = saved(folder)
    with server.record() as ours, server.record("headphones") as theirs:
        time.sleep(3)  # an idle sink is up to 2 s ahead of the clock, and would take the first words at once
        plain = loop(folder, server, rounds)
        player = subprocess.Popen(command(str(script), "-q"), env=os.environ | server.environment)
        counters = counters_of(player)
        time.sleep(15)
        start, used = time.monotonic(), cpu_seconds(player.pid)
        held = [memory(player.pid)]
        share = 0.0
        while player.poll() is None:
            with suppress(OSError):  # it ends just now
                share = (cpu_seconds(player.pid) - used) / (time.monotonic() - start)
                held.append(memory(player.pid))
            time.sleep(5)
        plain.wait()
    error, drift, count = timing(script, ours.samples)
    print(f"voicecoach: {count} onsets in {minutes:g} min, largest error {error:.2f} ms (allowed {PERIOD}),")
    print(f"            drift {drift:.3f} ms, {100 * share:.1f} % of one core (allowed 4), under-runs", end=" ")
    print(f"{counters[Counter.UNDERRUNS]},")
    tenths = [f"{held[(len(held) - 1) * tenth // 10]:.1f}" for tenth in range(11)]
    print(f"            memory, MB, at every tenth of it: {' '.join(tenths)}")
    loop_drift(theirs.samples, rounds, text)


def saved(folder: Path) -> float:
    """Seconds that pyttsx3's own file of the text lasts."""
    path = folder / "lean.wav"
    while not path.is_file() or not path.stat().st_size:  # sometimes it writes nothing
        subprocess.run([sys.executable, "-c", SAVE, str(path)], check=True, stdout=subprocess.DEVNULL)
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def loop_drift(samples: np.ndarray, rounds: int, saved: float) -> None:
    """Against what was meant: as long as the words are, and the pauses as long as was written."""
    starts, loud = onsets(samples), np.flatnonzero(np.abs(samples) > 0.001)
    if len(starts) != rounds:
        sys.exit(f"plain loop: {len(starts)} onsets of {rounds}: its recording is not whole")
    ends = loud[np.diff(loud, append=2 * len(samples)) > SAMPLE_RATE // 2]
    word = float(np.median(ends - starts))
    # Counted from the second cue: the first `runAndWait` of a process returns while its words are still being played.
    starts = starts[1:]
    late = 1000 * (starts - starts[0] - np.arange(len(starts)) * (word + PAUSE * SAMPLE_RATE)) / SAMPLE_RATE
    steps = np.diff(late)
    print(f"plain loop: {rounds} onsets, drift {late[-1] / 1000:.2f} s,", end=" ")
    print(f"{np.median(steps):.0f} ms a cue ({steps.min():.0f} to {steps.max():.0f}),")
    print(f"            {1000 * (saved - word / SAMPLE_RATE):.0f} of them silence that pyttsx3 puts behind the words")


SOFT, LOUD = (
    Clip(np.random.default_rng(1).uniform(-peak, peak, 10 * SAMPLE_RATE).astype(np.float32)) for peak in (0.05, 0.8)
)


def moves() -> Timeline:
    """Moves of ten seconds, soft and loud in turn."""
    starts = [Frames(10 * SAMPLE_RATE * at) for at in range(30)]
    length = SOFT.length
    return Timeline(
        title="",
        language="en",
        level=50,
        length=Frames(starts[-1] + length),
        placements=tuple(Placement(at, length, Sound(f"{no % 2}"), no) for no, at in enumerate(starts)),
        events=tuple(Event("chime", at, Frames(at + length), move=no) for no, at in enumerate(starts)),
        moves=tuple(Span(f"{no}", at, Frames(at + length)) for no, at in enumerate(starts)),
    )


class Ears:
    """Listens to a sink and remembers when what was heard; parec's own 20 to 40 ms make it a little late."""

    def __init__(self) -> None:
        self._got: list[tuple[int, np.ndarray]] = []

    @contextmanager
    def open(self, server: SoundServer) -> Iterator[None]:
        with server.listen("speaker", subprocess.PIPE) as parec:
            threading.Thread(target=self._listen, args=(parec.stdout.fileno(),), daemon=True).start()
            while not self._got:
                time.sleep(0.01)
            yield

    def _listen(self, pipe: int) -> None:
        while data := os.read(pipe, 65536):
            self._got.append((time.monotonic_ns(), np.frombuffer(data[: len(data) // 4 * 4], "<f4")))

    def since(self, then: int) -> tuple[np.ndarray, np.ndarray]:
        """The event that came after `then`, and how many milliseconds later."""
        parts = [((at - then) / 1e6, part) for at, part in self._got if at >= then]
        times = np.concatenate([at - 1000 * np.arange(len(part))[::-1] / SAMPLE_RATE for at, part in parts])
        return np.concatenate([part for _, part in parts]), times


def obeying(server: SoundServer, tries: int = 10) -> None:
    ears, timeline = Ears(), moves()
    given: list[tuple[Action, int]] = []
    story = chain.from_iterable(
        [(1.0, Action.NEXT), (1.0, Action.PAUSE), (1.0, Action.RESUME), (0.5, Action.NEXT)] for _ in range(tries)
    )
    due = [time.monotonic() + 3]

    def come(seconds: float) -> list[Command]:
        if time.monotonic() + seconds < due[0]:
            time.sleep(seconds)
            return []
        time.sleep(max(0.0, due[0] - time.monotonic()))
        wait, act = next(story, (1.0, Action.STOP))
        due[0] += wait
        given.append((act, time.monotonic_ns()))
        return [Command(act)]

    def clip(source: Source) -> Clip:
        return LOUD if source.name == "1" else SOFT

    with ears.open(server), closing(create_reconnecting_output("miniaudio")) as output:
        output.begin()
        output.wait_ready()
        Player(Transport(TimelineIndex(timeline)), clip, output, frames(Ms(700))).play(come, lambda _: None)
        time.sleep(0.3)  # what is on its way to the recorder
    silent = [when_silent(*ears.since(at)) for act, at in given if act is Action.PAUSE]
    there = [when_loud(*ears.since(at)) for act, at in [one for one in given if one[0] is Action.NEXT][::2]]
    print(f"pause to full silence:        {np.median(silent):.0f} ms, largest {max(silent):.0f} (allowed 80)")
    print(f"next to the move's first frame: {np.median(there):.0f} ms, largest {max(there):.0f} (allowed 120)")


def when_silent(samples: np.ndarray, times: np.ndarray) -> float:
    """The last sound before 200 ms of silence."""
    loud = np.flatnonzero(samples)
    return float(times[loud[np.argmax(np.diff(loud, append=2 * len(samples)) > SAMPLE_RATE // 5)]])


def when_loud(samples: np.ndarray, times: np.ndarray) -> float:
    return float(times[np.argmax(np.abs(samples) > 0.6)])


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(*(sys.argv[2:] or [name]))
        folder.mkdir(exist_ok=True)
        measure(folder, minutes)


def measure(folder: Path, minutes: float) -> None:
    with run_sound_server(folder) as server:
        os.environ.update(server.environment, XDG_DATA_HOME=str(folder), VOICECOACH_CACHE=f"{folder}/cache")
        obeying(server)
        keeping_time(folder, server, minutes)


if __name__ == "__main__":
    main()

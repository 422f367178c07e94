"""Sound through simpleaudio, an optional extra for systems where miniaudio does not work.

simpleaudio plays whole buffers only. The stream is therefore split at its silences and each chunk is started when
its time has come: no gap can fall inside speech, and nothing drifts. The library runs in its own process, because
some of its releases crash the interpreter on some versions of Python, and because ALSA writes to the terminal.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from threading import Timer
from typing import Any

import numpy as np

from voicecoach.errors import ChoiceError, DeviceError
from voicecoach.sound.clip import Samples, to_pcm
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE, Frames
from voicecoach.worker import MessageHandler, Worker, WorkerError

__all__ = ["MAX_CHUNK", "MIN_SILENCE", "SilenceSplitter", "SimpleaudioOutput", "SoundChunk", "serve_playback"]

MIN_SILENCE = SAMPLE_RATE // 4
"""Frames of silence at which it is cut: longer than any stop within a spoken sentence."""
MAX_CHUNK = 20 * SAMPLE_RATE
"""Frames after which it is cut in any case, so that memory and delay stay bounded."""


@dataclass(frozen=True, slots=True, eq=False)
class SoundChunk:
    """Sound between two silences."""

    start: int
    """Frame of the stream at which it begins."""
    samples: Samples
    """Begins and ends with what is not silent."""


class SilenceSplitter:
    """Takes blocks of any size, gives stretches as soon as they are whole."""

    def __init__(self) -> None:
        self._begin = 0
        self._held: Samples = np.empty(0, np.float32)

    @property
    def open(self) -> bool:
        """Whether a stretch has begun whose end is not known yet."""
        return len(self._held) > 0

    def add(self, block: Samples) -> list[SoundChunk]:
        """The stretches that end within `block`, or before it by the silence at its head."""
        held = np.concatenate([self._held, block])
        loud = np.flatnonzero(held)
        if not len(loud):
            self._keep(held, len(held))
            return []
        breaks = np.flatnonzero(np.diff(loud) > MIN_SILENCE)
        firsts = [int(loud[0]), *(int(at) for at in loud[breaks + 1])]
        lasts = [*(int(at) for at in loud[breaks]), int(loud[-1])]
        whole = len(held) - 1 - lasts[-1] > MIN_SILENCE or lasts[-1] - firsts[-1] >= MAX_CHUNK
        found = [
            SoundChunk(self._begin + first, held[first : last + 1]) for first, last in zip(firsts, lasts, strict=True)
        ]
        if whole:
            self._keep(held, len(held))
            return found
        self._keep(held, firsts[-1])
        return found[:-1]

    def restart(self, at: int) -> None:
        """Forget what is held: the next block is frame `at` of the stream."""
        self._begin, self._held = at, self._held[:0]

    def _keep(self, held: Samples, first: int) -> None:
        self._begin += first
        self._held = held[first:]


_INSTALL_HINT = "pip install 'voicecoach[simpleaudio]'"


class SimpleaudioOutput:
    """An `SessionFiles` to the system's default device."""

    live = True
    AHEAD = 300 * FRAMES_PER_MS
    """Frames taken before their time, more where a stretch is not whole yet."""
    GULP = 200 * FRAMES_PER_MS
    LATENCY = 100 * FRAMES_PER_MS
    """Frames that ALSA holds back, as simpleaudio asks it to."""
    AUDIBLE = 0.02
    """Seconds by which a stretch may be late and still not count as an under-run."""
    SECONDS = 5.0
    """Time limit of every question to the library's process."""

    def __init__(self, argument: str, device: str, clock: Callable[[], float] = time.monotonic) -> None:
        if argument or device:
            raise ChoiceError(
                f"simpleaudio plays on the default device only, not on {argument or device!r}",
                "leave the name out, or use --output miniaudio",
            )
        if find_spec("simpleaudio") is None:
            raise ChoiceError("the output 'simpleaudio' is not installed", _INSTALL_HINT)
        self._worker = Worker("voicecoach.outputs.simpleaudio:serve_playback")
        self._clock = clock
        self._zero: float | None = None
        """When the first frame was, or would have been, played."""
        self._written = self._reached = self._late = 0
        self._stretches = SilenceSplitter()

    def begin(self) -> None:
        """Start the library's process."""
        try:
            self._worker.start()
        except WorkerError as fault:
            raise DeviceError(f"simpleaudio cannot play ({fault})") from fault

    def ready(self) -> None:
        """Wait until a moment of silence has been played."""
        self._ask("try")

    def opened(self) -> bool:
        """Whether the library's process has started and has played a moment of silence, which is waited for."""
        try:
            if not self._worker.is_ready():
                return False
        except WorkerError as fault:
            raise DeviceError(f"simpleaudio cannot play ({fault})") from fault
        self.ready()
        return True

    def underruns(self) -> int:
        """How many times a stretch came too late, and all after it with it."""
        return self._late

    def room(self) -> int:
        """As many as there is time for, but always some while a stretch has no end."""
        room = self.AHEAD - (self._written - self._played())
        return max(room, self.GULP if self._stretches.open else 0)

    def write(self, block: Samples) -> None:
        """Hold the block back until its stretch is whole, then have that played in its time."""
        if self._zero is None:
            self._zero = self._clock()
        self._written += len(block)
        for stretch in self._stretches.add(block):
            self._play(stretch)

    def cut(self) -> int:
        """Stop what sounds and forget what would come."""
        self._ask("stop")
        dropped = self._written - self._played()
        self._written -= dropped
        self._stretches.restart(self._written)
        return dropped

    def heard(self) -> Frames:
        """What the clock says, less what ALSA holds back."""
        return Frames(max(0, self._played() - self.LATENCY))

    def finish(self) -> None:
        """Nothing to do: what was heard was heard."""

    def close(self) -> None:
        """End the library's process, and with it all sound."""
        self._worker.end()

    def _played(self) -> int:
        since = 0.0 if self._zero is None else self._clock() - self._zero
        self._reached = max(self._reached, min(self._written, int(since * SAMPLE_RATE)))
        return self._reached

    def _play(self, stretch: SoundChunk) -> None:
        assert self._zero is not None
        due = self._zero + stretch.start / SAMPLE_RATE
        late = self._clock() - due
        if late > 0:  # the program was held up: all that follows moves with it
            self._zero += late
            self._late += late > self.AUDIBLE
            due += late
        self._ask(("play", due, to_pcm(stretch.samples).tobytes()))

    def _ask(self, message: object) -> None:
        try:
            self._worker.ask(message, self.SECONDS)
        except WorkerError as fault:
            raise DeviceError(
                f"simpleaudio cannot play ({fault})", "use --output miniaudio, or voicecoach export"
            ) from fault


def serve_playback() -> MessageHandler:
    """In the library's process: `"try"`, `"stop"`, or `("play", when, samples)`, by `time.monotonic`."""
    import simpleaudio

    timers: list[Timer] = []
    faults: list[Exception] = []

    def play(pcm: bytes) -> None:
        try:
            simpleaudio.play_buffer(pcm, 1, 2, SAMPLE_RATE)
        except Exception as fault:  # noqa: BLE001 raised again where somebody hears it
            faults.append(fault)

    def answer(message: Any) -> None:
        if faults:
            raise faults[0]
        if message == "try":
            simpleaudio.play_buffer(bytes(2 * SAMPLE_RATE // 100), 1, 2, SAMPLE_RATE).wait_done()
        elif message == "stop":
            for timer in timers:
                timer.cancel()
            timers.clear()
            simpleaudio.stop_all()
        else:
            _, due, pcm = message
            timers[:] = [timer for timer in timers if timer.is_alive()]
            timers.append(Timer(max(0.0, due - time.monotonic()), partial(play, pcm)))
            timers[-1].daemon = True
            timers[-1].start()

    return answer

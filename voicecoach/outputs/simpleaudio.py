"""Sound through simpleaudio, an optional extra for systems where miniaudio does not work.

simpleaudio plays whole buffers only. The stream is therefore split at its silences and each chunk is started when
its time has come: no gap can fall inside speech, and nothing drifts. The library runs in its own process, because
some of its releases crash the interpreter on some versions of Python, and because ALSA writes to the terminal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from threading import Timer
from typing import Any

import numpy as np

from voicecoach.errors import ChoiceError, DeviceError
from voicecoach.outputs.output import ReopenableOutput
from voicecoach.sound.clip import Samples, to_pcm
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE, Frames
from voicecoach.worker import MessageHandler, Worker, WorkerError

MIN_SILENCE = SAMPLE_RATE // 4
"""Frames of silence at which the stream is split: longer than any pause within a spoken sentence."""
MAX_CHUNK = 20 * SAMPLE_RATE
"""Frames after which it is split in any case, so that memory and delay stay bounded."""


class SimpleaudioOutput(ReopenableOutput):
    """An `Output` to the system's default device."""

    live = True
    LEAD = 300 * FRAMES_PER_MS
    """Frames taken before they are due; more while a chunk is incomplete."""
    MIN_ROOM = 200 * FRAMES_PER_MS
    """Frames taken at a time to complete a chunk."""
    LATENCY = 100 * FRAMES_PER_MS
    """Frames that ALSA buffers, as simpleaudio requests."""
    TOLERANCE = 0.02
    """Seconds by which a chunk may be late without counting as an underrun."""
    TIMEOUT = 5.0
    """Seconds for every reply of the library's process."""

    def __init__(self, argument: str, device: str, clock: Callable[[], float] = time.monotonic) -> None:
        if argument or device:
            raise ChoiceError(
                f"simpleaudio plays on the default device only, not on {argument or device!r}",
                "leave the name out, or use --output miniaudio",
            )
        if find_spec("simpleaudio") is None:
            raise ChoiceError("the output 'simpleaudio' is not installed", "pip install 'voicecoach[simpleaudio]'")
        self._worker = Worker("voicecoach.outputs.simpleaudio:serve_playback")
        self._clock = clock
        self._started: float | None = None
        """When the first frame was due, moved on by every delay."""
        self._written = self._played = self._underruns = 0
        self._splitter = SilenceSplitter()

    def begin(self) -> None:
        """Start the library's process."""
        with _worker_errors():
            self._worker.start()

    def wait_ready(self) -> None:
        """Wait until a moment of silence has been played."""
        self._ask("test")

    def is_ready(self) -> bool:
        """Whether the library's process has started; if so, wait until it has played a moment of silence."""
        with _worker_errors():
            if not self._worker.is_ready():
                return False
        self.wait_ready()
        return True

    def underruns(self) -> int:
        """Return how many times a chunk was late, and delayed all that followed."""
        return self._underruns

    def room(self) -> int:
        """Return the room left in the lead, but always some while a chunk is incomplete."""
        room = self.LEAD - (self._written - self._update_played())
        return max(room, self.MIN_ROOM if self._splitter.incomplete else 0)

    def write(self, block: Samples) -> None:
        """Schedule every chunk that the block completes."""
        if self._started is None:
            self._started = self._clock()
        self._written += len(block)
        for chunk in self._splitter.add(block):
            self._schedule(chunk)

    def cut(self) -> int:
        """Stop all sound and drop what is not due yet."""
        self._ask("stop")
        dropped = self._written - self._update_played()
        self._written -= dropped
        self._splitter.restart(self._written)
        return dropped

    def heard(self) -> Frames:
        """Return the frames that are due by the clock, less `LATENCY`."""
        return Frames(max(0, self._update_played() - self.LATENCY))

    def close(self) -> None:
        """End the library's process, and with it all sound."""
        self._worker.end()

    def _update_played(self) -> int:
        passed = 0.0 if self._started is None else self._clock() - self._started
        self._played = max(self._played, min(self._written, int(passed * SAMPLE_RATE)))
        return self._played

    def _schedule(self, chunk: SoundChunk) -> None:
        assert self._started is not None
        due = self._started + chunk.start / SAMPLE_RATE
        delay = self._clock() - due
        if delay > 0:  # the program was held up: all that follows is delayed too
            self._started += delay
            self._underruns += delay > self.TOLERANCE
            due += delay
        self._ask(("play", due, to_pcm(chunk.samples).tobytes()))

    def _ask(self, message: object) -> None:
        with _worker_errors():
            self._worker.ask(message, self.TIMEOUT)


@contextmanager
def _worker_errors() -> Iterator[None]:
    try:
        yield
    except WorkerError as error:
        raise DeviceError(
            f"simpleaudio cannot play ({error})", "use --output miniaudio, or voicecoach export"
        ) from error


@dataclass(frozen=True, slots=True, eq=False)
class SoundChunk:
    """Sound between two silences, at least `MIN_SILENCE` long each."""

    start: int
    """Position in the stream, in frames."""
    samples: Samples
    """The first and the last one are not silent."""


class SilenceSplitter:
    """Splits a stream at its silences; takes blocks of any size."""

    def __init__(self) -> None:
        self._start = 0
        self._rest: Samples = np.empty(0, np.float32)

    @property
    def incomplete(self) -> bool:
        """Whether a chunk has begun and its end is not known yet."""
        return len(self._rest) > 0

    def add(self, block: Samples) -> list[SoundChunk]:
        """Return the chunks whose end is known by now."""
        samples = np.concatenate([self._rest, block])
        loud = np.flatnonzero(samples)
        if not len(loud):
            self._drop(samples, len(samples))
            return []
        breaks = np.flatnonzero(np.diff(loud) > MIN_SILENCE)
        firsts = [int(loud[0]), *(int(at) for at in loud[breaks + 1])]
        lasts = [*(int(at) for at in loud[breaks]), int(loud[-1])]
        complete = len(samples) - 1 - lasts[-1] > MIN_SILENCE or lasts[-1] - firsts[-1] >= MAX_CHUNK
        chunks = [
            SoundChunk(self._start + first, samples[first : last + 1])
            for first, last in zip(firsts, lasts, strict=True)
        ]
        self._drop(samples, len(samples) if complete else firsts[-1])
        return chunks if complete else chunks[:-1]

    def restart(self, position: int) -> None:
        """Drop what is incomplete; the next block is at `position` in the stream."""
        self._start, self._rest = position, self._rest[:0]

    def _drop(self, samples: Samples, count: int) -> None:
        self._start += count
        self._rest = samples[count:]


def serve_playback() -> MessageHandler:
    """Handle `"test"`, `"stop"` and `("play", due, samples)` in the library's process; `due` is `time.monotonic`."""
    import simpleaudio

    timers: list[Timer] = []
    errors: list[Exception] = []

    def play(pcm: bytes) -> None:
        try:
            simpleaudio.play_buffer(pcm, 1, 2, SAMPLE_RATE)
        except Exception as error:  # noqa: BLE001 raised by the next message
            errors.append(error)

    def handle(message: Any) -> None:
        if errors:
            raise errors[0]
        if message == "test":
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

    return handle

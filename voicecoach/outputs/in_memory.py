"""Keeps a session's samples in memory: for tests, and for programs that want them."""

from __future__ import annotations

import numpy as np

from voicecoach.errors import VoicecoachError
from voicecoach.outputs.output import ReopenableOutput
from voicecoach.sound.clip import Samples
from voicecoach.units import SAMPLE_RATE, Frames


class InMemoryOutput(ReopenableOutput):
    """An `Output` into memory.

    With `latency=0` every frame counts as heard once it is written, as in a file. Otherwise up to `latency` frames are
    taken ahead of `catch_up`, as by a device; the next `committed` of them can no longer be cut.
    """

    def __init__(self, argument: str = "", device: str = "", *, latency: int = 0, committed: int = 0) -> None:
        self.argument, self.device = argument, device
        self.live = bool(latency)
        self._latency, self._committed = latency, committed
        self._blocks: list[Samples] = []
        self._written = self._heard = 0
        self.calls: list[str] = []
        """Names of the calls of `begin`, `wait_ready`, `cut`, `finish` and `close`, in order."""
        self.error: VoicecoachError | None = None
        """Raised by `wait_ready`, `is_ready`, `room`, `write` and `cut`: a device that is missing or lost."""
        self.opens = True
        """Returned by `is_ready`."""
        self.gaps = 0
        """Returned by `underruns`."""

    @property
    def samples(self) -> Samples:
        """All that was written and not cut."""
        return np.concatenate([np.empty(0, np.float32), *self._blocks])

    def begin(self) -> None:
        """Record the call."""
        self.calls.append("begin")

    def wait_ready(self) -> None:
        """Record the call."""
        self.calls.append("wait_ready")
        self._raise_error()

    def is_ready(self) -> bool:
        """Return `opens`."""
        self._raise_error()
        return self.opens

    def underruns(self) -> int:
        """Return `gaps`."""
        return self.gaps

    def room(self) -> int:
        """Return what is left of `latency`, or a second if that is 0."""
        self._raise_error()
        return self._latency - (self._written - self._heard) if self._latency else SAMPLE_RATE

    def write(self, block: Samples) -> None:
        """Keep a copy."""
        self._raise_error()
        self._blocks.append(block.copy())
        self._written += len(block)
        if not self._latency:
            self._heard = self._written

    def catch_up(self, count: int) -> None:
        """Let `count` more frames be heard, or as many as there are."""
        self._heard = min(self._written, self._heard + count)

    def cut(self) -> int:
        """Drop what was neither heard nor committed."""
        self.calls.append("cut")
        self._raise_error()
        kept = min(self._written, self._heard + self._committed)
        dropped = self._written - kept
        self._blocks = [self.samples[:kept]]
        self._written = kept
        return dropped

    def heard(self) -> Frames:
        """Return the frames heard so far."""
        return Frames(self._heard)

    def finish(self) -> None:
        """Record the call."""
        self.calls.append("finish")

    def close(self) -> None:
        """Record the call; the samples stay."""
        self.calls.append("close")

    def _raise_error(self) -> None:
        if self.error is not None:
            raise self.error

"""Keeps a session's samples in memory: for tests, and for programs that want them."""

from __future__ import annotations

import numpy as np

from voicecoach.errors import VoicecoachError
from voicecoach.sound.clip import Samples
from voicecoach.units import SAMPLE_RATE, Frames

__all__ = ["InMemoryOutput"]


class InMemoryOutput:
    """An `SessionFiles` into memory.

    With `behind=0` everything written counts as heard at once, as in a file; else it takes that many frames
    ahead of what `catch_up` lets be heard, as a device does. Of these the next `held` are on their way already:
    no cut takes them back.
    """

    def __init__(self, argument: str = "", device: str = "", *, behind: int = 0, held: int = 0) -> None:
        self.argument, self.device = argument, device
        self.live = bool(behind)
        self._behind, self._held = behind, held
        self._blocks: list[Samples] = []
        self._written = self._heard = 0
        self.calls: list[str] = []
        """Which of `begin`, `ready`, `cut`, `finish` and `close` were called, in order."""
        self.fault: VoicecoachError | None = None
        """What `ready`, `opened`, `room`, `write` and `cut` raise: a device that is not there, or gone."""
        self.opens = True
        """Whether `opened` says so."""
        self.gaps = 0
        """How many under-runs it tells of."""

    @property
    def samples(self) -> Samples:
        """All that was written and not cut."""
        return np.concatenate([np.empty(0, np.float32), *self._blocks])

    def begin(self) -> None:
        """Nothing to open."""
        self.calls.append("begin")

    def ready(self) -> None:
        """Always is, or raises the `fault`."""
        self.calls.append("ready")
        self._check()

    def opened(self) -> bool:
        """As `opens` says."""
        self._check()
        return self.opens

    def underruns(self) -> int:
        """As `gaps` says."""
        return self.gaps

    def room(self) -> int:
        """A second, or what is missing of `behind`."""
        self._check()
        return self._behind - (self._written - self._heard) if self._behind else SAMPLE_RATE

    def write(self, block: Samples) -> None:
        """Keep a copy."""
        self._check()
        self._blocks.append(block.copy())
        self._written += len(block)
        if not self._behind:
            self._heard = self._written

    def catch_up(self, count: int) -> None:
        """Let `count` frames more be heard, as far as there are any."""
        self._heard = min(self._written, self._heard + count)

    def cut(self) -> int:
        """Drop what has not left yet."""
        self.calls.append("cut")
        self._check()
        left = min(self._written, self._heard + self._held)
        dropped = self._written - left
        self._blocks = [self.samples[:left]]
        self._written = left
        return dropped

    def heard(self) -> Frames:
        """What was heard."""
        return Frames(self._heard)

    def finish(self) -> None:
        """Nothing to do."""
        self.calls.append("finish")

    def close(self) -> None:
        """Nothing to free; what was kept stays."""
        self.calls.append("close")

    def _check(self) -> None:
        if self.fault is not None:
            raise self.fault

"""Writes a session to a WAV file as it would be played, as fast as possible: `--output wav:FILE`."""

from __future__ import annotations

import os
import tempfile
import wave
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from voicecoach.errors import ChoiceError, FileError
from voicecoach.sound.clip import Samples, to_pcm
from voicecoach.units import SAMPLE_RATE, Frames

__all__ = ["WavOutput"]


class WavOutput:
    """An `SessionFiles` to a 16-bit mono file, which appears under its name when the session is whole."""

    live = False
    MOST = 12 * 3600 * SAMPLE_RATE
    """Frames; the sizes in a WAV file have 32 bits, and count bytes."""

    def __init__(self, argument: str, device: str) -> None:
        if not argument:
            raise ChoiceError("--output wav needs a file", "write --output wav:session.wav")
        if device:
            raise ChoiceError("--device means nothing to a file", f"leave it out with --output wav:{argument}")
        self._path = Path(argument)
        self._part: Path | None = None
        self._raw: BinaryIO | None = None
        self._file: wave.Wave_write | None = None
        self._written = 0

    def begin(self) -> None:
        """Make the unfinished file, in the folder of the finished one."""
        try:
            handle, part = tempfile.mkstemp(".part", f".{self._path.name}.", self._path.parent)
            self._part = Path(part)
        except OSError as fault:
            raise FileError.of(self._path, fault) from fault
        self._raw = os.fdopen(handle, "wb")
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115 closed by finish or close
        self._file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))

    def ready(self) -> None:
        """Always is."""

    def room(self) -> int:
        """A fifth of a second at a time: no cue is passed over by who looks on."""
        return SAMPLE_RATE // 5

    def write(self, block: Samples) -> None:
        """Append a block."""
        assert self._file is not None
        if self._written + len(block) > self.MOST:
            raise FileError(f"{self._path}: a WAV file holds 12 hours of sound at most", "use voicecoach export")
        try:
            self._file.writeframesraw(to_pcm(block).astype("<i2").tobytes())
        except OSError as fault:
            raise FileError.of(self._path, fault) from fault
        self._written += len(block)

    def cut(self) -> int:
        """What is written stays."""
        return 0

    def heard(self) -> Frames:
        """Everything, at once."""
        return Frames(self._written)

    def finish(self) -> None:
        """Complete the file and put it under its name."""
        assert self._file is not None
        assert self._raw is not None
        assert self._part is not None
        try:
            self._file.close()
            self._raw.close()
            self._part.chmod(0o666 & ~_umask())
            self._part.replace(self._path)
        except OSError as fault:
            raise FileError.of(self._path, fault) from fault
        self._part = None

    def close(self) -> None:
        """Remove what was not finished."""
        for file in (self._file, self._raw):
            if file is not None:
                with suppress(OSError):  # a full disk, of which write has told already
                    file.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)
        self._file = self._raw = self._part = None


def _umask() -> int:
    """What the user takes away from new files; `mkstemp` takes away more."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

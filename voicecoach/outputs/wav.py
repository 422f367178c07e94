"""Writes a session to a WAV file as it would be played, as fast as possible: `--output wav:FILE`."""

from __future__ import annotations

import wave
from contextlib import suppress
from pathlib import Path

from voicecoach.errors import ChoiceError, FileError
from voicecoach.files import WholeFile, begin_file, write_error
from voicecoach.outputs.output import Output
from voicecoach.sound.clip import Samples, to_pcm
from voicecoach.units import SAMPLE_RATE, Frames


class WavOutput(Output):
    """An `Output` to a 16-bit mono file, which appears under its name when the session is complete."""

    live = False
    MAX_FRAMES = 12 * 3600 * SAMPLE_RATE
    """The sizes in a WAV file are 32-bit byte counts."""

    def __init__(self, argument: str, device: str) -> None:
        if not argument:
            raise ChoiceError("--output wav needs a file", "write --output wav:session.wav")
        if device:
            raise ChoiceError("--device does not apply to a file", f"leave it out with --output wav:{argument}")
        self._path = Path(argument)
        self._part: WholeFile | None = None
        self._wave: wave.Wave_write | None = None
        self._written = 0

    def begin(self) -> None:
        """Create the part file, in the folder of the finished one."""
        try:
            self._part = begin_file(self._path, durable=False)
        except OSError as error:
            raise write_error(self._path, error) from error
        self._wave = wave.open(self._part, "wb")  # noqa: SIM115 closed by finish or close
        self._wave.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))

    def room(self) -> int:
        """Return a fifth of a second, so that a display shows every cue."""
        return SAMPLE_RATE // 5

    def write(self, block: Samples) -> None:
        """Append a block."""
        assert self._wave is not None
        if self._written + len(block) > self.MAX_FRAMES:
            raise FileError(f"{self._path}: a WAV file holds 12 hours of sound at most", "use voicecoach export")
        try:
            self._wave.writeframesraw(to_pcm(block).astype("<i2").tobytes())
        except OSError as error:
            raise write_error(self._path, error) from error
        self._written += len(block)

    def cut(self) -> int:
        """Drop nothing: what is written stays."""
        return 0

    def heard(self) -> Frames:
        """Return the length of the file: everything counts as heard at once."""
        return Frames(self._written)

    def finish(self) -> None:
        """Complete the file and move it into place."""
        assert self._wave is not None
        assert self._part is not None
        try:
            self._wave.close()
            self._part.commit()
        except OSError as error:
            raise write_error(self._path, error) from error

    def close(self) -> None:
        """Remove a file that was not finished."""
        if self._wave is not None:
            with suppress(OSError):  # a full disk, which `write` has reported
                self._wave.close()
        if self._part is not None:
            self._part.discard()
        self._wave = self._part = None

"""Our own chimes: WAV files of one channel, 16 bit, 48 kHz, taken as they are."""

from __future__ import annotations

import wave
from pathlib import Path

from voicecoach.errors import FileError
from voicecoach.resources import folder
from voicecoach.units import FRAMES_PER_MS, RATE, Frames

__all__ = ["chime_bytes", "chime_length"]


def chime_length(name: str) -> Frames:
    """Of the chime as it will sound, whole milliseconds; raises FileError."""
    return Frames(-(-_read(name, 0)[1] // FRAMES_PER_MS) * FRAMES_PER_MS)


def chime_bytes(name: str) -> bytes:
    """Its 16-bit samples, silence added up to a whole millisecond; raises FileError."""
    sound, count = _read(name, -1)
    return sound + bytes(2 * (-count % FRAMES_PER_MS))


def _read(name: str, frames: int) -> tuple[bytes, int]:
    path = _path(name)
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                raise FileError(f"{path} is not one channel of 16 bits at 48 kHz", _REINSTALL)
            count = file.getnframes()
            return file.readframes(count if frames < 0 else frames), count
    except OSError as fault:
        raise FileError.of(path, fault, _REINSTALL) from fault
    except (wave.Error, EOFError) as fault:
        raise FileError(f"{path}: {fault or 'cut short'}", _REINSTALL) from fault


def _path(name: str) -> Path:
    return folder("audio") / f"{name}.wav"


_REINSTALL = "it comes with voicecoach: install that again"

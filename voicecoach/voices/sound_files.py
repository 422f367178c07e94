"""Sound files: the chimes that come with voicecoach, and a user's own sounds in any format that PyAV reads."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import FileError
from voicecoach.resources import folder
from voicecoach.units import FRAMES_PER_MS, RATE, Frames

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av import AudioFrame

    from voicecoach.sound.clip import Samples

__all__ = ["LONGEST_SECONDS", "chime_bytes", "chime_length", "decode", "made_ready"]


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


LONGEST_SECONDS = 60
"""A chime is played whole; what is longer was hardly meant as one."""


def made_ready(path: Path) -> bytes:
    """The sound as 16-bit samples at 48 kHz, levelled gently. Raises FileError, also where it is too long."""
    from voicecoach.sound.clip import to_pcm
    from voicecoach.sound.mastering import soften

    return to_pcm(soften(decode(path)).samples).astype("<i2", copy=False).tobytes()


def decode(path: Path) -> Samples:
    """One channel at 48 kHz. Raises FileError for what is no sound, or longer than `LONGEST_SECONDS`."""
    import av
    import numpy as np

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    parts: list[Samples] = []
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise FileError(f"{path}: there is no sound in it")
            for frame in container.decode(audio=0):
                parts += _arrays(resampler.resample(frame))
                if sum(map(len, parts)) > LONGEST_SECONDS * RATE:
                    raise FileError(f"{path}: longer than {LONGEST_SECONDS} s", "cut it, a chime is played whole")
            parts += _arrays(resampler.resample(None))
    except av.FFmpegError as fault:
        raise FileError(f"{path}: {fault.strerror}", "is it a sound file?") from fault
    if not parts:
        raise FileError(f"{path}: there is no sound in it")
    return np.concatenate(parts)


def _arrays(frames: Iterable[AudioFrame]) -> list[Samples]:
    return [frame.to_ndarray().reshape(-1).astype("float32", copy=False) for frame in frames]

"""A user's own sound beside a routine, in any format that PyAV reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import FileError
from voicecoach.units import RATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av import AudioFrame

    from voicecoach.sound.clip import Samples

__all__ = ["LONGEST_SECONDS", "decode", "made_ready"]

LONGEST_SECONDS = 60
"""A chime is played whole; what is longer was hardly meant as one."""


def made_ready(path: Path) -> bytes:
    """The sound as 16-bit samples at 48 kHz, levelled gently. Raises FileError, also where it is too long."""
    from voicecoach.sound.mastering import soften
    from voicecoach.sound.pcm import to_pcm

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

"""Decodes sound files. Those of a user are decoded in a `Sandbox`, since a damaged file can hang or crash a decoder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from av import AudioFrame, AudioResampler

from voicecoach.containers import open_sound
from voicecoach.errors import FileError
from voicecoach.sound.clip import Samples
from voicecoach.sound.mastering import master_sound
from voicecoach.units import SAMPLE_RATE

_MAX_SECONDS = 60
"""A chime is played whole; a longer file was hardly meant as one."""
_MAX_LEVEL = 1000.0
"""Linear, 60 dB over full scale: samples beyond that are not sound."""


def load_sound(path: Path, max_bytes: int, hint: str) -> bytes:
    """A user's sound of at most a minute and `max_bytes`, mastered, as 16-bit samples at 48 kHz.

    Raises FileError with `hint` for a file that holds no sound, and for one that is too long.
    """
    with open_sound(path, hint, limit=max_bytes) as container:
        samples = _concatenate(_limit_length(container.decode(audio=0), path), path, hint)
    if not np.abs(samples).max() < _MAX_LEVEL:  # also for samples that are not numbers
        raise FileError(f"{path}: its samples are out of range", hint)
    return master_sound(samples).to_bytes()


def decode_recording(path: Path) -> Samples:
    """A recording by a speech engine: one channel at 48 kHz. Raises FileError."""
    with open_sound(path, hint := "the speech engine made it") as container:
        return _concatenate(container.decode(audio=0), path, hint)


def _limit_length(frames: Iterable[AudioFrame], path: Path) -> Iterator[AudioFrame]:
    seconds = 0.0
    for frame in frames:
        seconds += frame.samples / frame.sample_rate if frame.sample_rate else 0
        if seconds > _MAX_SECONDS:
            raise FileError(f"{path}: longer than {_MAX_SECONDS} s", "cut it, a chime is played whole")
        yield frame


def _concatenate(frames: Iterable[AudioFrame], path: Path, hint: str) -> Samples:
    """Mix the frames to one channel at 48 kHz. Their format may change in a file that was joined from others."""
    resampled = [frame for _, alike in groupby(frames, _format) for frame in _resample(alike)]
    if not sum(frame.samples for frame in resampled):
        raise FileError(f"{path}: there is no sound in it", hint)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in resampled]).astype(np.float32, copy=False)


def _format(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _resample(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    for frame in frames:
        yield from resampler.resample(frame)
    yield from resampler.resample(None)

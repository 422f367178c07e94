"""Clips: mono sound in memory, its 16-bit form, and its edges (trim, fade, pad, cut to a length)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from voicecoach.units import FRAMES_PER_MS, Frames

Samples: TypeAlias = npt.NDArray[np.float32]
"""One channel at 48 kHz, −1..1, shape (frames,)."""
Pcm: TypeAlias = npt.NDArray[np.int16]
"""One channel at 48 kHz, shape (frames,)."""

FULL_SCALE: Final = 32767
"""The 16-bit value of 1.0. Its negative stands for −1.0, so both halves of a wave scale alike."""

_SILENCE = 10 ** (-48 / 20)
"""Relative to the clip's peak: below the breath before a word and the end of an s, above an engine's noise floor."""
_LEAD_MS, _TAIL_MS = 15, 40
"""Kept around the audible part: the onset of a soft consonant, the reverberation of the last word."""
_FADE_IN_MS, _FADE_OUT_MS = 3, 10


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound ready to be placed: mono, 48 kHz, read-only, a whole number of milliseconds long."""

    samples: Samples

    def __post_init__(self) -> None:
        if self.samples.dtype != np.float32 or self.samples.ndim != 1 or len(self.samples) % FRAMES_PER_MS:
            raise ValueError("a clip is one channel of float32, whole milliseconds long")
        self.samples.setflags(write=False)

    @classmethod
    def from_bytes(cls, sound: bytes) -> Self:
        """The clip of 16-bit little-endian samples."""
        samples = np.frombuffer(sound, "<i2").astype(np.float32)
        samples /= np.float32(FULL_SCALE)
        return cls(samples)

    def to_bytes(self) -> bytes:
        """16-bit little-endian samples."""
        return to_pcm(self.samples).astype("<i2", copy=False).tobytes()

    @property
    def length(self) -> Frames:
        """The number of samples."""
        return Frames(len(self.samples))


def silent_clip(length: Frames) -> Clip:
    """A clip of zeros."""
    return Clip(np.zeros(length, np.float32))


def to_pcm(samples: Samples) -> Pcm:
    """Round to 16 bits; samples beyond ±1 are clipped instead of wrapping around."""
    scaled = samples * np.float32(FULL_SCALE)
    np.rint(scaled, out=scaled)
    np.clip(scaled, -FULL_SCALE, FULL_SCALE, out=scaled)
    return scaled.astype(np.int16)


def pad_to_ms(samples: npt.NDArray[np.floating]) -> Samples:
    """Convert to float32 and append zeros up to the next whole millisecond."""
    return np.pad(np.asarray(samples, np.float32), (0, -len(samples) % FRAMES_PER_MS))


def pad_or_cut(clip: Clip, length: Frames) -> Clip:
    """Bring a clip to a length: pad it with silence, or cut it short with a fade."""
    if clip.length == length:
        return clip
    samples = fade_edges(clip.samples[:length]) if clip.length > length else clip.samples
    return Clip(np.pad(samples, (0, length - len(samples))))


def trim_silence(samples: Samples) -> Samples:
    """Cut the silence off both ends; an all-silent sound becomes empty. Takes and gives whole milliseconds."""
    by_ms = np.abs(samples).reshape(-1, FRAMES_PER_MS).max(axis=1, initial=0)
    audible = np.flatnonzero(by_ms > max(by_ms.max(initial=0) * _SILENCE, 1e-4))
    if not len(audible):
        return samples[:0]
    first, last = max(0, audible[0] - _LEAD_MS), audible[-1] + 1 + _TAIL_MS
    return samples[first * FRAMES_PER_MS : last * FRAMES_PER_MS]


def fade_edges(samples: Samples) -> Samples:
    """Fade in and out, so that neither edge clicks; gives a copy."""
    faded = samples.copy()
    for piece, milliseconds in ((faded, _FADE_IN_MS), (faded[::-1], _FADE_OUT_MS)):
        count = min(len(piece), milliseconds * FRAMES_PER_MS)
        piece[:count] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))
    return faded

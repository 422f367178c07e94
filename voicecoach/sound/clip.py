"""Clips: mono sound in memory, its 16-bit form, and its edges (trim, fade, pad, fit to a length)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from voicecoach.units import FRAMES_PER_MS, Frames

__all__ = [
    "FULL_SCALE",
    "Clip",
    "Pcm",
    "Samples",
    "fade_edges",
    "pad_or_cut",
    "pad_to_ms",
    "silent_clip",
    "to_pcm",
    "trim_silence",
]

Samples: TypeAlias = npt.NDArray[np.float32]
"""One channel at 48 kHz, −1..1, shape (frames,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound that is ready to be placed: mono, 48 kHz, read-only, a whole number of milliseconds long."""

    samples: Samples

    def __post_init__(self) -> None:
        if self.samples.dtype != np.float32 or self.samples.ndim != 1 or len(self.samples) % FRAMES_PER_MS:
            raise ValueError("a clip is one channel of float32, whole milliseconds long")
        self.samples.setflags(write=False)

    @property
    def length(self) -> Frames:
        """How long it is."""
        return Frames(len(self.samples))


Pcm: TypeAlias = npt.NDArray[np.int16]
"""One channel at 48 kHz, shape (frames,)."""

FULL_SCALE: Final = 32767
"""What 1.0 becomes; the same below zero, so that loud and soft halves of a wave stay alike."""


def to_pcm(samples: Samples) -> Pcm:
    """To the nearest whole number; what lies beyond ±1 is held there instead of wrapping round."""
    scaled = samples * np.float32(FULL_SCALE)
    np.rint(scaled, out=scaled)
    np.clip(scaled, -FULL_SCALE, FULL_SCALE, out=scaled)
    return scaled.astype(np.int16)


_SILENT = 10 ** (-48 / 20)
"""Of the clip's peak: under the breath before a word and the end of an s, over an engine's noise floor."""
_BEFORE_MS, _AFTER_MS = 15, 40
"""Kept around what is heard: a soft consonant's onset, the room's last bit of a word."""
_FADE_IN_MS, _FADE_OUT_MS = 3, 10


def pad_to_ms(samples: npt.NDArray[np.floating]) -> Samples:
    """The samples as float32, zeros added up to the next whole millisecond."""
    return np.pad(np.asarray(samples, np.float32), (0, -len(samples) % FRAMES_PER_MS))


def trim_silence(samples: Samples) -> Samples:
    """Without the silence at either end; empty where there is nothing else. Whole milliseconds in and out."""
    by_ms = np.abs(samples).reshape(-1, FRAMES_PER_MS).max(axis=1, initial=0)
    heard = np.flatnonzero(by_ms > max(by_ms.max(initial=0) * _SILENT, 1e-4))
    if not len(heard):
        return samples[:0]
    first, last = max(0, heard[0] - _BEFORE_MS), heard[-1] + 1 + _AFTER_MS
    return samples[first * FRAMES_PER_MS : last * FRAMES_PER_MS]


def fade_edges(samples: Samples) -> Samples:
    """With edges that rise from and fall to nothing, so that no cut is heard as a click."""
    faded = samples.copy()
    for piece, milliseconds in ((faded, _FADE_IN_MS), (faded[::-1], _FADE_OUT_MS)):
        count = min(len(piece), milliseconds * FRAMES_PER_MS)
        piece[:count] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))
    return faded


def pad_or_cut(clip: Clip, length: Frames) -> Clip:
    """`clip` itself where it fits; else cut short with a fade, or with silence behind it."""
    if clip.length == length:
        return clip
    samples = fade_edges(clip.samples[:length]) if clip.length > length else clip.samples
    return Clip(np.pad(samples, (0, length - len(samples))))


def silent_clip(length: Frames) -> Clip:
    """So much of nothing."""
    return Clip(np.zeros(length, np.float32))

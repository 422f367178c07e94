"""The outer edges of a clip: silence cut off, a short fade, a whole number of milliseconds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples
from voicecoach.units import FRAMES_PER_MS

__all__ = ["fade", "trim", "whole_ms"]

_SILENT = 10 ** (-48 / 20)
"""Of the clip's peak: under the breath before a word and the end of an s, over an engine's noise floor."""
_BEFORE_MS, _AFTER_MS = 15, 40
"""Kept around what is heard: a soft consonant's onset, the room's last bit of a word."""
_FADE_IN_MS, _FADE_OUT_MS = 3, 10


def whole_ms(samples: npt.NDArray[np.floating]) -> Samples:
    """The samples as float32, zeros added up to the next whole millisecond."""
    return np.pad(np.asarray(samples, np.float32), (0, -len(samples) % FRAMES_PER_MS))


def trim(samples: Samples) -> Samples:
    """Without the silence at either end; empty where there is nothing else. Whole milliseconds in and out."""
    by_ms = np.abs(samples).reshape(-1, FRAMES_PER_MS).max(axis=1, initial=0)
    heard = np.flatnonzero(by_ms > max(by_ms.max(initial=0) * _SILENT, 1e-4))
    if not len(heard):
        return samples[:0]
    first, last = max(0, heard[0] - _BEFORE_MS), heard[-1] + 1 + _AFTER_MS
    return samples[first * FRAMES_PER_MS : last * FRAMES_PER_MS]


def fade(samples: Samples) -> Samples:
    """With edges that rise from and fall to nothing, so that no cut is heard as a click."""
    faded = samples.copy()
    for piece, milliseconds in ((faded, _FADE_IN_MS), (faded[::-1], _FADE_OUT_MS)):
        count = min(len(piece), milliseconds * FRAMES_PER_MS)
        piece[:count] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))
    return faded

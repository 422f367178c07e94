"""A clip as long as a place for it that was measured with another one."""

from __future__ import annotations

import numpy as np

from voicecoach.sound.clip import Clip
from voicecoach.sound.trim import fade
from voicecoach.units import Frames

__all__ = ["fitted", "silent"]


def fitted(clip: Clip, length: Frames) -> Clip:
    """`clip` itself where it fits; else cut short with a fade, or with silence behind it."""
    if clip.length == length:
        return clip
    samples = fade(clip.samples[:length]) if clip.length > length else clip.samples
    return Clip(np.pad(samples, (0, length - len(samples))))


def silent(length: Frames) -> Clip:
    """So much of nothing."""
    return Clip(np.zeros(length, np.float32))

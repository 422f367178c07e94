"""Louder and softer without a click."""

from __future__ import annotations

import numpy as np

from voicecoach.sound.clip import Samples

__all__ = ["SLIDE", "silence", "slide"]

SLIDE = 480
"""Frames (10 ms) that a change of loudness takes: too short to be heard as one, too long to click."""


def slide(block: Samples, before: float, after: float) -> Samples:
    """`block` with the linear gain `after`, coming from `before` within its first `SLIDE` frames.

    The block itself where both are 1: what nobody steers is not touched.
    """
    if before == after == 1.0:
        return block
    gains = np.full(len(block), after, np.float32)
    head = gains[:SLIDE]
    head[:] = np.linspace(before, after, SLIDE + 1, dtype=np.float32)[1 : len(head) + 1]
    return block * gains


def silence(count: int) -> Samples:
    """`count` frames of nothing."""
    return np.zeros(count, np.float32)

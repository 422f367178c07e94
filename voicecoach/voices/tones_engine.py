"""A voice of plain tones, each as long as its text: for tests, and for trying out the timing of a routine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicecoach.voices.voice import Speak, Voice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


MS_PER_CHARACTER = 60
"""At rate 100."""
_HZ = 16_000
_LOWEST, _HIGHEST = 330, 660

TONES = Voice("tones", "tones", "tones", (), "1", f"{__name__}:load_voice", "Plain tones, for trying out a routine")


class Tones:
    """The engine of one voice, which is always installed and takes every language."""

    def voices(self, *, fresh: bool = False) -> Sequence[Voice]:  # noqa: ARG002 nothing to look up
        """The one voice."""
        return (TONES,)

    def find(self, name: str) -> Voice | None:  # noqa: ARG002
        """There is no other."""
        return None


def load_voice(_: str) -> Speak:
    """Make one tone per text, with a pitch of its own, so that texts can be told apart."""
    import numpy as np

    def speak(text: str, rate: int) -> tuple[npt.NDArray[np.floating], int]:
        if not any(character.isalnum() for character in text):
            return np.zeros(0, np.float32), _HZ
        milliseconds = -(-len(text) * MS_PER_CHARACTER * 100 // rate)
        pitch = _LOWEST + sum(map(ord, text)) % (_HIGHEST - _LOWEST)
        at = np.arange(milliseconds * _HZ // 1000) / _HZ
        return 0.3 * np.sin(2 * np.pi * pitch * at), _HZ

    return speak

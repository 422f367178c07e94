"""Inside a voice's worker process: a text comes in, a mastered clip goes out."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache

from voicecoach.sound.mastering import master_speech, sentence_gain
from voicecoach.voices.voice import Speak

__all__ = ["open_speech_worker"]

_CALIBRATION_TEXT = "1, 2, 3, 4, 5, 6, 7, 8, 9."
"""Measures a voice for its short words. Digits, since every voice reads them in its own language."""


def open_speech_worker(booth: str, voice_id: str) -> Callable[[tuple[str, int]], bytes]:
    """Answers a text and a rate with mastered 16-bit samples; raises what the engine raises, and `NoSound`."""
    module, _, name = booth.partition(":")
    speak: Speak = getattr(importlib.import_module(module), name)(voice_id)

    @cache
    def short_gain() -> float:
        return sentence_gain(*speak(_CALIBRATION_TEXT, 100))

    def answer(asked: tuple[str, int]) -> bytes:
        return master_speech(*speak(*asked), short_gain).to_bytes()

    return answer

"""Inside a voice's worker process: a text comes in, a mastered clip goes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pkgutil import resolve_name

from voicecoach.sound.mastering import master_speech, sentence_gain
from voicecoach.voices.voice import Speak

_CALIBRATION_TEXT = "1, 2, 3, 4, 5, 6, 7, 8, 9."
"""Measures a voice for its short words. In digits, since every voice reads them in its own language."""


def open_speech_worker(loader: str, voice_id: str) -> Callable[[tuple[str, int]], bytes]:
    """Load a voice; gives a function from text and rate to a mastered clip of 16-bit samples.

    The function passes on the exceptions of the engine, and raises `NoSound`.
    """
    speak: Speak = resolve_name(loader)(voice_id)

    @cache
    def short_gain() -> float:
        return sentence_gain(*speak(_CALIBRATION_TEXT, 100))

    def answer(request: tuple[str, int]) -> bytes:
        return master_speech(*speak(*request), short_gain).to_bytes()

    return answer

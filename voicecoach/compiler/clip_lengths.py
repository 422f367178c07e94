"""Lengths of sounds: measured by a voice, or estimated from the words alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from voicecoach.timeline import Source, Utterance
from voicecoach.units import Frames, Ms, frames, round_half_up

MeasureLengths: TypeAlias = Callable[[Collection[Source]], Mapping[Source, Frames]]
"""Gives the length of each sound; it may have to speak those that have no clip yet."""

TIME_PER_CHARACTER = Ms(57)
"""Of calm speech, pauses between sentences included: espeak and Piper speak 17 to 18 characters a second."""
SHORTEST_SPEECH = Ms(350)
TYPICAL_CHIME = Ms(700)
"""Chimes are between 0.1 and 1.5 s long."""


def estimate_lengths(sources: Collection[Source]) -> Mapping[Source, Frames]:
    """Estimate the length of each sound from its text alone, whatever voice and cache there are."""
    return {source: estimate_length(source) for source in sources}


def estimate_length(source: Source) -> Frames:
    """Estimate the length of one sound."""
    if isinstance(source, Utterance):
        speech = max(SHORTEST_SPEECH, len(source.text) * TIME_PER_CHARACTER)
        return frames(Ms(round_half_up(speech * 100, source.rate)))
    return frames(TYPICAL_CHIME)

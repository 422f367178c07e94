"""How long sounds will be, before anything has been spoken: from the text alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from voicecoach.timeline import Source, Utterance
from voicecoach.units import Frames, Ms, frames, half_up

__all__ = ["estimated"]

CHARACTER = Ms(57)
"""Of calm speech, pauses between sentences included: espeak and Piper speak 17 to 18 a second."""
SHORTEST = Ms(350)
CHIME = Ms(700)
"""Chimes are between 0.1 and 1.5 s long."""


def estimated(sources: Collection[Source]) -> Mapping[Source, Frames]:
    """A length for each source: pure, so that what is worked out from it does not hang on a cache."""
    return {source: frames(_length(source)) for source in sources}


def _length(source: Source) -> Ms:
    if isinstance(source, Utterance):
        spoken = max(SHORTEST, len(source.text) * CHARACTER)
        return Ms(half_up(spoken * 100, source.rate))
    return CHIME

"""Lengths of sounds: measured by a voice, or estimated from their words alone."""

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


class ClipLengths:
    """The lengths that were measured so far, and estimates of others that are to be measured next."""

    def __init__(self, measure: MeasureLengths) -> None:
        self._measure = measure
        self._known: dict[Source, Frames] = {}
        self._estimated: dict[Source, Frames] = {}

    def estimated(self, source: Source) -> Frames:
        """The length of a sound; an estimate if it was not measured."""
        length = self._known.get(source)
        if length is None:
            length = self._estimated.get(source)
        if length is None:
            length = self._estimated[source] = estimate_length(source)
        return length

    def measured(self, source: Source) -> Frames:
        """The length of a sound, measured now if it was not before."""
        if source not in self._known:
            self._known.update(self._measure([source]))
        return self._known[source]

    def measure(self, sources: Collection[Source]) -> bool:
        """Measure these sounds and the estimated ones; False if all are known."""
        missing = {source for source in (*sources, *self._estimated) if source not in self._known}
        self._estimated.clear()
        if missing:
            self._known.update(self._measure(missing))
        return bool(missing)

    def keep(self, sources: Collection[Source]) -> Mapping[Source, Frames]:
        """The lengths of these sounds. All others are forgotten: one session may have very many."""
        self._known = {source: self._known[source] for source in sources}
        return self._known

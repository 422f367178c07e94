"""What a voice is, and the two sides of an engine: what it offers, and how it speaks.

The side that offers runs here, imports nothing heavy and starts nothing. The side that speaks (`SpeechCue`) runs in
a worker process; `Voice.booth` names the callable that makes it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["WORDS_PER_MINUTE", "Engine", "Speak", "Voice"]

WORDS_PER_MINUTE = 150
"""How fast a voice speaks at rate 100: as audio books are read (150 to 160), since a listener with closed eyes has
nothing else to go by. Engines count five letters as a word; our short plain ones come at about 180 a minute."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice on this machine."""

    name: str
    """What `--voice` takes: `ENGINE:REST`."""
    engine: str
    id: str
    """What the engine itself calls it."""
    languages: tuple[str, ...]
    """BCP 47, lower case, best first; none for a voice that takes any."""
    version: str
    """Of all that shapes its sound: engine, library, model, pace. Part of every clip's key."""
    booth: str
    """`"module:callable"`, called with `id` in the worker: gives the `SpeechCue`."""
    about: str = ""
    """For people: `English (America)`."""
    known_as: str = ""
    """In what is sent out, where that is not `name`: a path on this machine is nobody else's business."""

    @property
    def public_name(self) -> str:
        """What files that are made call it, inside and by their own names."""
        return self.known_as or self.name


Speak: TypeAlias = "Callable[[str, int], tuple[npt.NDArray[np.floating], int]]"
"""A text and a rate (50 to 200, percent of `WORDS_PER_MINUTE`) to samples of one channel, −1..1, and their Hz.

The same text and rate always give the same samples. Whatever it raises is told to the user in its own words;
no samples at all is a legal answer and means that nothing could be spoken.
"""


class Engine(Protocol):
    """What a speech engine offers on this machine; made without arguments."""

    def voices(self, *, fresh: bool = False) -> Sequence[Voice]:
        """All its voices, none where it is not installed.

        May remember them, since this is asked at every start; `fresh` looks again. Raises `VoiceError` where
        the engine is there and fails.
        """
        ...

    def named(self, name: str) -> Voice | None:
        """A voice that is not among `voices`, such as a variant or a file, from its full name; or None.

        Raises `ChoiceError` or `VoiceError` for a name that is plainly meant for it and cannot be had.
        """
        ...

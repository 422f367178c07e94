"""A voice, and the two sides of a speech engine: its list of voices, and its speech.

The listing side (`Engine`) runs in this process, imports nothing heavy and starts nothing. The speaking side (`Speak`)
runs in a worker process; the voice names the callable that loads it there.
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
"""Speed at rate 100: that of audio books (150 to 160), since a listener with closed eyes has only the voice to follow.
Engines count five letters as a word; our short plain words come at about 180 a minute."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice on this machine."""

    name: str
    """As `--voice` takes it: `ENGINE:REST`."""
    engine: str
    id: str
    """The engine's own name for it."""
    languages: tuple[str, ...]
    """BCP 47 in lower case, best first; empty if it takes any."""
    version: str
    """Of everything that shapes its sound: engine, library, model, pace. Part of every clip's key."""
    loader: str
    """`"module:callable"`, called with `id` in the worker; gives the `Speak`."""
    about: str = ""
    """For people: `English (America)`."""
    known_as: str = ""
    """Replaces `name` in files for others, which should not show a path on this machine."""

    @property
    def public_name(self) -> str:
        """The name used inside exported files and in file names."""
        return self.known_as or self.name


Speak: TypeAlias = "Callable[[str, int], tuple[npt.NDArray[np.floating], int]]"
"""From a text and a rate (50 to 200, percent of `WORDS_PER_MINUTE`) to one channel of samples, −1..1, and their Hz.

The same text and rate must always give the same samples. An exception reaches the user in its own words. An empty array
is a legal result: the text could not be spoken.
"""


class Engine(Protocol):
    """The voices of a speech engine on this machine; constructed without arguments."""

    def voices(self, *, fresh: bool = False) -> Sequence[Voice]:
        """All voices, or none if the engine is not installed.

        Called at every start, so the answer may be cached; `fresh` looks again. Raises `VoiceError` if the engine is
        installed but fails.
        """

    def find(self, name: str) -> Voice | None:
        """A voice that is not among `voices`, such as a variant or a file, by its full name; or None.

        Raises `ChoiceError` or `VoiceError` for a name that is meant for this engine but cannot be used.
        """

"""A voice, the two sides of a speech engine, and the match between voices and languages.

The listing side (`Engine`) runs in this process, imports nothing heavy and starts nothing. The speaking side (`Speak`)
runs in a worker process; the voice names the callable that loads it there. Languages are BCP 47 tags, compared by
prefix (RFC 4647, lookup).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


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


# Defaults for open tags. American English sounds its r's, which tells floor from flaw, and is the accent of the Piper
# voice, so a session keeps its accent when Piper is installed.
_PREFERRED = {
    "en": "en-us",
    "en-au": "en-gb",
    "en-ie": "en-gb",
    "en-nz": "en-gb",
    "en-za": "en-gb",
    "es-mx": "es-419",
    "fr": "fr-fr",
    "no": "nb",
    "pt": "pt-br",
    "pt-ao": "pt",
    "pt-mz": "pt",
    "pt-pt": "pt",
    "zh": "cmn",
}


def normalize_tag(tag: str) -> str:
    """Lower case with hyphens: `pt_BR` becomes `pt-br`."""
    return tag.strip().lower().replace("_", "-")


def best_voice(voices: Iterable[Voice], language: str) -> Voice | None:
    """The first voice that speaks the language, or a wider one: `en-AU` falls back to other English."""
    voices = list(voices)
    for tag in _broader_tags(normalize_tag(language)):
        for voice in voices:
            if tag in voice.languages:
                return voice
        for voice in voices:
            if any(spoken.startswith(f"{tag}-") for spoken in voice.languages):
                return voice
    return next((voice for voice in voices if not voice.languages), None)


def speaks(voice: Voice, language: str) -> bool:
    """Whether listeners of that language would understand the voice."""
    return best_voice([voice], language) is not None


def _broader_tags(tag: str) -> Iterator[str]:
    while tag:
        if tag in _PREFERRED:
            yield _PREFERRED[tag]
        yield tag
        tag = tag.rpartition("-")[0]

"""Matches voices to languages: BCP 47 tags, compared by prefix (RFC 4647, lookup)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voicecoach.voices.voice import Voice

__all__ = ["best_voice", "normalize_tag", "speaks"]

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

"""Matches voices to languages: BCP 47 tags, compared by prefix (RFC 4647, lookup)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voicecoach.voices.voice import Voice

__all__ = ["best_voice", "normalize_tag", "speaks"]

# Where a tag leaves the choice open. American English: it sounds its r's, which tells floor from flaw, and is
# the accent of the Piper voice, so that a session stays itself when that one is installed.
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
    """A tag as we compare it: `pt_BR` is `pt-br`."""
    return tag.strip().lower().replace("_", "-")


def best_voice(voices: Iterable[Voice], language: str) -> Voice | None:
    """The first of these that speaks the language, or None; `en-AU` takes other English where there is none."""
    offered = list(voices)
    for tag in _broader_tags(normalize_tag(language)):
        for voice in offered:
            if tag in voice.languages:
                return voice
        for voice in offered:
            if any(has.startswith(f"{tag}-") for has in voice.languages):
                return voice
    return next((voice for voice in offered if not voice.languages), None)


def speaks(voice: Voice, language: str) -> bool:
    """Whether the voice would be understood by listeners of that language."""
    return best_voice([voice], language) is not None


def _broader_tags(tag: str) -> Iterator[str]:
    while tag:
        if tag in _PREFERRED:
            yield _PREFERRED[tag]
        yield tag
        tag = tag.rpartition("-")[0]

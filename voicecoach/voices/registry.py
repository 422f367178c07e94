"""The voice registry: lists every voice on this machine, and chooses one by name and language."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from voicecoach.errors import ChoiceError, LanguageError, VoiceError
from voicecoach.voices.language import best_voice
from voicecoach.voices.piper_engine import INSTALL_HINT
from voicecoach.voices.pyttsx3_engine import SYSTEM_ENGINE as SYSTEM
from voicecoach.voices.voice import Engine, Voice

__all__ = ["AUTO_ENGINES", "ENGINES", "choose_voice", "list_voices"]

ENGINES = {
    "piper": "voicecoach.voices.piper_engine:Piper",
    SYSTEM: "voicecoach.voices.pyttsx3_engine:Pyttsx3",
    "tones": "voicecoach.voices.tones_engine:Tones",
}
"""Engine to `"module:Class"`, imported on use. Others are added by entry points of the group below."""
ENTRY_POINT_GROUP = "voicecoach.voices"

AUTO_ENGINES = ("piper", SYSTEM)
"""What `auto` tries, best first: a recogniser misheard 5 % of Piper's words on routine cues, 17 % of espeak's."""


def choose_voice(name: str, language: str) -> Voice:
    """The voice that `--voice NAME` means for a routine in this language.

    `auto`; an engine, for its voice in that language; a voice by its full name; or a path of a Piper model.
    A voice asked for by its full name is taken whatever it speaks. Raises `ChoiceError` for what does not
    exist (`LanguageError` where only this language does not), `VoiceError` for what this machine lacks, each with what
    to do.
    """
    if name == "auto":
        return _choose_automatically(language)
    if name.endswith(".onnx"):
        name = name if name.startswith("piper:") else f"piper:{name}"
    prefix, colon, _ = name.partition(":")
    engine = _find_engine(prefix)
    if engine is None:
        _raise_unknown(name)
    voices = engine.voices()
    if not colon:
        return best_voice(voices, language) or _raise_no_voice(prefix, voices, language)
    return (
        _find_by_name(name, voices)
        or engine.named(name)
        or _find_by_name(name, engine.voices(fresh=True))
        or _raise_unknown(name)
    )


def list_voices(*, fresh: bool = False) -> list[Voice]:
    """Every voice there is, best engine first; engines that are not installed have none."""
    engines = [_load_engine(target) for target in ENGINES.values()] + [
        _load_engine(target) for target in _plugin_engines().values()
    ]
    return [voice for engine in engines for voice in engine.voices(fresh=fresh)]


def _choose_automatically(language: str) -> Voice:
    for name in AUTO_ENGINES:
        voice = best_voice(_load_engine(ENGINES[name]).voices(), language)
        if voice is not None:
            return voice
    raise VoiceError(
        f"no voice on this machine speaks {language!r}",
        "give a Piper voice of that language with --voice PATH.onnx, or see what there is with: voicecoach voices",
    )


def _find_engine(name: str) -> Engine | None:
    target = ENGINES.get(name) or _plugin_engines().get(name)
    return _load_engine(target) if target else None


def _load_engine(target: str) -> Engine:
    module, _, name = target.partition(":")
    engine: Engine = getattr(importlib.import_module(module), name)()
    return engine


def _plugin_engines() -> dict[str, str]:
    from importlib import metadata  # 40 ms that only a name we do not know is worth

    return {entry.name: entry.value for entry in metadata.entry_points(group=ENTRY_POINT_GROUP)}


def _find_by_name(name: str, voices: Sequence[Voice]) -> Voice | None:
    return next((voice for voice in voices if voice.name == name), None)


def _raise_no_voice(engine: str, voices: Sequence[Voice], language: str) -> NoReturn:
    if not voices:
        raise VoiceError(f"{engine} is not installed", INSTALL_HINT if engine == "piper" else "see: voicecoach voices")
    spoken = sorted({tag for voice in voices for tag in voice.languages})
    some = ", ".join(spoken[:8]) + (", ..." if len(spoken) > 8 else "")
    raise LanguageError(f"{engine} has no voice for {language!r}; it speaks {some}", "--voice auto finds one that fits")


def _raise_unknown(name: str) -> NoReturn:
    known = ["auto", *ENGINES, *(voice.name for voice in list_voices())]
    near = get_close_matches(name, known, 3, 0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "see what there is with: voicecoach voices"
    raise ChoiceError(f"there is no voice {name!r}", hint)

"""The voice registry: lists the voices on this machine, and chooses one by name and language."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pkgutil import resolve_name
from typing import NoReturn

from voicecoach.errors import ChoiceError, LanguageError, VoiceError
from voicecoach.voices.piper_engine import INSTALL_HINT
from voicecoach.voices.pyttsx3_engine import SYSTEM_ENGINE
from voicecoach.voices.voice import Engine, Voice, best_voice

ENGINES = {
    "piper": "voicecoach.voices.piper_engine:Piper",
    SYSTEM_ENGINE: "voicecoach.voices.pyttsx3_engine:Pyttsx3",
    "tones": "voicecoach.voices.tones_engine:Tones",
}
"""Engine names and their `"module:Class"`, imported on use. Entry points of the group below add others."""
ENTRY_POINT_GROUP = "voicecoach.voices"

AUTO_ENGINES = ("piper", SYSTEM_ENGINE)
"""In the order of `auto`: a speech recogniser misheard 5 % of Piper's words on routine cues, 17 % of espeak's."""


def choose_voice(name: str, language: str) -> Voice:
    """The voice that `--voice NAME` means for a routine in this language.

    The name is `auto`; an engine, for its voice in that language; a full voice name, whatever it speaks; or the path
    of a Piper model. Raises `ChoiceError` for an unknown name, `LanguageError` if only this language is missing,
    `VoiceError` for something this machine lacks.
    """
    if name == "auto":
        return _choose_automatically(language)
    if name.endswith(".onnx") and not name.startswith("piper:"):
        name = f"piper:{name}"
    prefix, colon, _ = name.partition(":")
    engine = _find_engine(prefix)
    if engine is None:
        _raise_unknown(name)
    voices = engine.voices()
    if not colon:
        return best_voice(voices, language) or _raise_no_voice(prefix, voices, language)
    return (
        _find_by_name(name, voices)
        or engine.find(name)
        or _find_by_name(name, engine.voices(fresh=True))
        or _raise_unknown(name)
    )


def list_voices(*, fresh: bool = False) -> list[Voice]:
    """Every voice on this machine, best engine first; `fresh` asks the engines again."""
    targets = [*ENGINES.values(), *_plugin_engines().values()]
    return [voice for target in targets for voice in _load_engine(target).voices(fresh=fresh)]


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
    engine: Engine = resolve_name(target)()
    return engine


def _plugin_engines() -> dict[str, str]:
    from importlib import metadata  # 40 ms, needed for unknown names only

    return {entry.name: entry.value for entry in metadata.entry_points(group=ENTRY_POINT_GROUP)}


def _find_by_name(name: str, voices: Sequence[Voice]) -> Voice | None:
    return next((voice for voice in voices if voice.name == name), None)


def _raise_no_voice(engine: str, voices: Sequence[Voice], language: str) -> NoReturn:
    if not voices:
        raise VoiceError(f"{engine} is not installed", INSTALL_HINT if engine == "piper" else "see: voicecoach voices")
    tags = sorted({tag for voice in voices for tag in voice.languages})
    some = ", ".join(tags[:8]) + (", ..." if len(tags) > 8 else "")
    raise LanguageError(f"{engine} has no voice for {language!r}; it speaks {some}", "--voice auto finds one that fits")


def _raise_unknown(name: str) -> NoReturn:
    names = ["auto", *ENGINES, *(voice.name for voice in list_voices())]
    near = get_close_matches(name, names, 3, 0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "see what there is with: voicecoach voices"
    raise ChoiceError(f"there is no voice {name!r}", hint)

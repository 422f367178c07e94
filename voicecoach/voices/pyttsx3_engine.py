"""pyttsx3: espeak-ng on Linux (it comes in a wheel), the system's own voices on macOS and Windows.

Observed with pyttsx3 2.99 and espeak-ng: it speaks the first text of a process correctly, and may lose, cut short or
mix up later ones. Its settings travel through queues that race the engine's own thread (2 texts in 100 came at the
driver's 200 words a minute), and the engine's flutter runs on from text to text, so the same words come out up to a millisecond
longer. So every text is spoken by a fresh copy of the engine (a fork of the worker, 23 ms), and each queue is emptied
and waited for. That way 2,000 texts of 2,000 came out the same on two busy cores.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.errors import ChoiceError, VoiceError
from voicecoach.voices.engine_facts import FactCache, installed_version, package_folder
from voicecoach.voices.language import best_voice, normalize_tag
from voicecoach.voices.voice import WORDS_PER_MINUTE, Speak, Voice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["SYSTEM_ENGINE", "Pyttsx3", "booth", "call_in_fork", "list_voices"]

_PR_SET_PDEATHSIG = 1


def call_in_fork(act: Callable[[], None]) -> None:
    """Call `act` in a fork that ends with its parent; what it writes to files remains.

    Linux only, and for a process of our own that holds no locks. Raises RuntimeError with what `act` raised.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: ours only waits for the parent's end
        child = os.fork()
    if child == 0:
        os.close(reading)
        _run_child(act, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if status or said:
        raise RuntimeError(said or f"it ended with code {os.waitstatus_to_exitcode(status)}")


def _run_child(act: Callable[[], None], writing: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        act()
    except BaseException as fault:  # noqa: BLE001 told to the parent; nothing of this copy may run on
        os.write(writing, f"{type(fault).__name__}: {fault}".encode())
    finally:
        os._exit(0)


SYSTEM_ENGINE = {"darwin": "macos", "win32": "windows"}.get(sys.platform, "espeak")
"""What the engine is called in the names of its voices."""
_HERE = __name__
_SECONDS_TO_LIST = 20.0
_SLOWEST = 80
"""Words a minute: the least that espeak takes; it ignores less."""


class Pyttsx3:
    """What pyttsx3 offers here."""

    def voices(self, *, fresh: bool = False) -> Sequence[Voice]:
        """Asks the engine once, in a worker, and remembers the answer for this version."""
        version = _version()
        if version is None:
            return ()
        notes = FactCache()
        rows = None if fresh else notes.recall(f"voices {version}")
        if rows is None:
            rows = _fetch_voices()
            notes.note(f"voices {version}", rows)
        return tuple(_name_voices(rows, version))

    def named(self, name: str) -> Voice | None:
        """`espeak:en-gb+f3`, a voice with one of espeak's variants, and `espeak:en`, a language left open."""
        language, plus, variant = name.removeprefix(f"{SYSTEM_ENGINE}:").partition("+")
        voices = self.voices()
        exact = (voice for voice in voices if voice.name == f"{SYSTEM_ENGINE}:{language.lower()}")
        voice = next(exact, None) or best_voice((voice for voice in voices if voice.languages), language)
        if voice is None or not plus:
            return voice
        _check_variant(name, variant)
        return replace(voice, name=f"{voice.name}+{variant}", id=f"{voice.id}+{variant}")


def _fetch_voices() -> Any:
    from voicecoach.worker import Worker, WorkerError  # only the first time for each version

    with Worker(f"{_HERE}:list_voices") as worker:
        try:
            return worker.ask(None, _SECONDS_TO_LIST)
        except WorkerError as fault:
            raise VoiceError(f"pyttsx3 could not list its voices: {fault}", _REMEDY) from fault


def list_voices() -> Any:
    """In a worker: gives rows of id, name and language."""

    def answer(_: object) -> list[tuple[str, str, str]]:
        voices = _start_engine().getProperty("voices")
        return [(voice.id, voice.name, str((voice.languages or [""])[0] or "")) for voice in voices]

    return answer


def booth(voice_id: str) -> Speak:
    """In a worker: the voice, ready to speak."""
    _load_library()
    import tempfile

    import pyttsx3  # noqa: F401 before the first fork, so that no copy pays for it

    def speak(text: str, rate: int) -> tuple[npt.NDArray[np.floating], int]:
        with tempfile.TemporaryDirectory(prefix="voicecoach-") as folder:
            path = Path(folder) / "said.wav"
            act = partial(_speak_into, path, voice_id, text, max(_SLOWEST, round(WORDS_PER_MINUTE * rate / 100)))
            call_in_fork(act) if sys.platform == "linux" else act()
            return _read_recording(path)

    return speak


def _speak_into(path: Path, voice_id: str, text: str, words_per_minute: int) -> None:
    engine = _start_engine()
    ended: list[bool] = []
    engine.connect("finished-utterance", lambda name, completed: ended.append(completed))  # noqa: ARG005
    engine.setProperty("voice", voice_id)
    engine.setProperty("rate", words_per_minute)
    _wait_for_espeak()
    engine.save_to_file(text, str(path))
    engine.runAndWait()
    _wait_for_espeak()
    if sys.platform == "linux" and ended != [True]:
        raise RuntimeError("espeak did not finish the text")


def _start_engine() -> Any:
    _load_library()
    import pyttsx3

    engine = pyttsx3.init("espeak" if sys.platform == "linux" else None)
    engine.proxy.setBusy(False)  # it starts out busy, and would put off every setting until it speaks
    _wait_for_espeak()
    return engine


def _load_library() -> None:
    """Espeak-ng from its wheel, where pyttsx3 will find it by its soname; else the system's."""
    if package_folder("espeakng_loader") is not None:
        import ctypes

        import espeakng_loader

        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()


def _wait_for_espeak() -> None:
    """Until espeak's own thread has done all that it was told: pyttsx3 itself does not wait."""
    if sys.platform == "linux":
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


def _read_recording(path: Path) -> tuple[npt.NDArray[np.floating], int]:
    import wave

    import numpy as np

    if path.read_bytes()[:4] != b"RIFF":
        from voicecoach.voices.sound_files import decode_sound_file  # macOS writes AIFF whatever the name

        return decode_sound_file(path), 48_000
    with wave.open(str(path)) as said:
        return np.frombuffer(said.readframes(said.getnframes()), "<i2") / np.float32(32768), said.getframerate()


def _version() -> str | None:
    pyttsx3 = installed_version("pyttsx3", "pyttsx3")
    if pyttsx3 is None:
        return None
    library = installed_version("espeakng_loader", "espeakng-loader") or f"system {platform.version()}"
    return f"pyttsx3 {pyttsx3}, {SYSTEM_ENGINE} {library}, {WORDS_PER_MINUTE} words a minute"


def _name_voices(rows: Iterable[tuple[str, str, str]], version: str) -> Iterable[Voice]:
    """Voices with names that stay: espeak's by language, others by their own name; the rarer one by its id."""
    taken: set[str] = set()
    for voice_id, title, tag in rows:
        language = normalize_tag(tag)
        wanted = language if SYSTEM_ENGINE == "espeak" else title.lower().replace(" ", "-")
        if wanted in taken or not wanted:
            wanted = voice_id.rpartition("/")[2].lower()
        taken.add(wanted)
        languages = (language,) if language else ("und",)
        yield Voice(f"{SYSTEM_ENGINE}:{wanted}", SYSTEM_ENGINE, voice_id, languages, version, f"{_HERE}:booth", title)


def _check_variant(name: str, variant: str) -> None:
    """Espeak takes an unknown variant for none, silently; so look for its file."""
    loader = package_folder("espeakng_loader")
    if loader is None:
        return
    known = sorted(path.name for path in (loader / "espeak-ng-data" / "voices" / "!v").iterdir())
    if variant not in known:
        near = get_close_matches(variant, known, 3, 0.5) or ["f2", "f3", "m3"]
        raise ChoiceError(f"espeak has no variant {variant!r} ({name})", f"there are for instance {', '.join(near)}")


_REMEDY = "reinstall it with: pip install --force-reinstall pyttsx3 espeakng-loader"

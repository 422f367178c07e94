"""pyttsx3: espeak-ng on Linux (from a wheel), the system's own voices on macOS and Windows.

Observed with pyttsx3 2.99 and espeak-ng: it speaks the first text of a process correctly, and may lose, cut short or
mix up later ones. Its settings travel through queues that race the engine's own thread (2 texts in 100 came at the
driver's 200 words a minute), and the engine's flutter runs on from text to text, so the same words come out up to a
millisecond longer. So every text is spoken by a fresh copy of the engine (a fork of the worker, 23 ms), and each queue
is emptied and waited for. That way 2,000 texts of 2,000 came out the same on two busy cores.
"""

from __future__ import annotations

import os
import platform
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.errors import ChoiceError, VoiceError
from voicecoach.voices.engine_facts import FactCache, installed_version, package_folder
from voicecoach.voices.voice import WORDS_PER_MINUTE, Speak, Voice, best_voice, normalize_tag

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


SYSTEM_ENGINE = {"darwin": "macos", "win32": "windows"}.get(sys.platform, "espeak")
"""The engine's name, and the prefix of its voices' names."""
_LIST_TIMEOUT = 20.0
_MIN_WORDS_PER_MINUTE = 80
"""Espeak ignores lower values."""
_REINSTALL_HINT = "reinstall it with: pip install --force-reinstall pyttsx3 espeakng-loader"
_PR_SET_PDEATHSIG = 1


class Pyttsx3:
    """The system's voices, through pyttsx3."""

    def voices(self, *, fresh: bool = False) -> Sequence[Voice]:
        """All voices; asks the engine once, in a worker, and caches the answer for this version."""
        version = _version()
        if version is None:
            return ()
        facts, key = FactCache(), f"voices {version}"
        rows = None if fresh else facts.get(key, tuple[tuple[str, str, str], ...])
        if rows is None:
            rows = _fetch_voices()
            facts.put(key, rows)
        return tuple(_name_voices(rows, version))

    def find(self, name: str) -> Voice | None:
        """`espeak:en-gb+f3`, a voice in one of espeak's variants, or `espeak:en`, an open language."""
        language, plus, variant = name.removeprefix(f"{SYSTEM_ENGINE}:").partition("+")
        voices = self.voices()
        exact = (voice for voice in voices if voice.name == f"{SYSTEM_ENGINE}:{language.lower()}")
        voice = next(exact, None) or best_voice((voice for voice in voices if voice.languages), language)
        if voice is None or not plus:
            return voice
        _check_variant(name, variant)
        return replace(voice, name=f"{voice.name}+{variant}", id=f"{voice.id}+{variant}")


def _version() -> str | None:
    pyttsx3 = installed_version("pyttsx3", "pyttsx3")
    if pyttsx3 is None:
        return None
    library = installed_version("espeakng_loader", "espeakng-loader") or f"system {platform.version()}"
    return f"pyttsx3 {pyttsx3}, {SYSTEM_ENGINE} {library}, {WORDS_PER_MINUTE} words a minute"


def _fetch_voices() -> Any:
    from voicecoach.worker import Worker, WorkerError  # once for each version only

    with Worker(f"{__name__}:open_voice_list") as worker:
        try:
            return worker.ask(None, _LIST_TIMEOUT)
        except WorkerError as error:
            raise VoiceError(f"pyttsx3 could not list its voices: {error}", _REINSTALL_HINT) from error


def _name_voices(rows: Iterable[tuple[str, str, str]], version: str) -> Iterator[Voice]:
    """Give each voice a stable name: its language (espeak) or its title, or its id if that name is taken."""
    taken: set[str] = set()
    for voice_id, title, tag in rows:
        language = normalize_tag(tag)
        name = language if SYSTEM_ENGINE == "espeak" else title.lower().replace(" ", "-")
        if name in taken or not name:
            name = voice_id.rpartition("/")[2].lower()
        taken.add(name)
        languages, loader = (language or "und",), f"{__name__}:load_voice"
        yield Voice(f"{SYSTEM_ENGINE}:{name}", SYSTEM_ENGINE, voice_id, languages, version, loader, title)


def _check_variant(name: str, variant: str) -> None:
    """Look for the variant's file, since espeak silently ignores an unknown variant."""
    loader = package_folder("espeakng_loader")
    if loader is None:
        return
    variants = sorted(path.name for path in (loader / "espeak-ng-data" / "voices" / "!v").iterdir())
    if variant not in variants:
        near = get_close_matches(variant, variants, 3, 0.5) or ["f2", "f3", "m3"]
        raise ChoiceError(f"espeak has no variant {variant!r} ({name})", f"there are for instance {', '.join(near)}")


def open_voice_list() -> Any:
    """Give a worker's answer to any message: rows of id, title and language."""

    def answer(_: object) -> list[tuple[str, str, str]]:
        voices = _start_engine().getProperty("voices")
        return [(voice.id, voice.name, str((voice.languages or [""])[0] or "")) for voice in voices]

    return answer


def load_voice(voice_id: str) -> Speak:
    """Prepare a voice in a worker."""
    from voicecoach.temporary import HeldFolder

    _load_library()
    import pyttsx3  # noqa: F401 before the first fork, so that no copy has to import it

    def speak(text: str, rate: int) -> tuple[npt.NDArray[np.floating], int]:
        words_per_minute = max(_MIN_WORDS_PER_MINUTE, round(WORDS_PER_MINUTE * rate / 100))
        with HeldFolder() as folder:
            path = Path(folder) / "speech.wav"
            record = partial(_record, path, voice_id, text, words_per_minute)
            call_in_fork(record) if sys.platform == "linux" else record()
            return _read_recording(path)

    return speak


def _record(path: Path, voice_id: str, text: str, words_per_minute: int) -> None:
    engine = _start_engine()
    completions: list[bool] = []
    engine.connect("finished-utterance", lambda name, completed: completions.append(completed))  # noqa: ARG005
    engine.setProperty("voice", voice_id)
    engine.setProperty("rate", words_per_minute)
    _wait_for_espeak()
    engine.save_to_file(text, str(path))
    engine.runAndWait()
    _wait_for_espeak()
    if sys.platform == "linux" and completions != [True]:
        raise RuntimeError("espeak did not finish the text")


def _start_engine() -> Any:
    _load_library()
    import pyttsx3

    engine = pyttsx3.init("espeak" if sys.platform == "linux" else None)
    engine.proxy.setBusy(False)  # it starts out busy, and would put off every setting until it speaks
    _wait_for_espeak()
    return engine


def _load_library() -> None:
    """Load espeak-ng from its wheel, if installed, so that pyttsx3 finds it instead of the system's."""
    if package_folder("espeakng_loader") is not None:
        import ctypes

        import espeakng_loader

        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()


def _wait_for_espeak() -> None:
    """Wait until espeak's own thread has emptied its queue, which pyttsx3 does not."""
    if sys.platform == "linux":
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


def _read_recording(path: Path) -> tuple[npt.NDArray[np.floating], int]:
    import wave

    import numpy as np

    if path.read_bytes()[:4] != b"RIFF":
        from voicecoach.voices.sound_decoder import decode_recording  # macOS writes AIFF under any name

        return decode_recording(path), 48_000
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32768), file.getframerate()


def call_in_fork(act: Callable[[], None]) -> None:
    """Call `act` in a fork that ends with its parent; only changes to files remain.

    Linux only, and for a process of our own that holds no locks. Raises RuntimeError with the error of `act`.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # about threads: ours only waits for the parent to end
        child = os.fork()
    if child == 0:
        os.close(reading)
        _run_child(act, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        error = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if status or error:
        raise RuntimeError(error or f"it ended with code {os.waitstatus_to_exitcode(status)}")


def _run_child(act: Callable[[], None], writing: int) -> None:
    try:
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        act()
    except BaseException as error:  # noqa: BLE001 reported to the parent; nothing in this copy may run on
        os.write(writing, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)

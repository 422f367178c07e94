"""Sound files: the chimes that come with voicecoach, and a user's own, decoded once and kept in the clip cache."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING, Self

from voicecoach.errors import FileError, SoundFileError
from voicecoach.files import digest_file
from voicecoach.resources import bundled_folder
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE, Frames
from voicecoach.voices.clip_cache import BYTES_PER_FRAME, ClipCache, cache_key

if TYPE_CHECKING:
    from voicecoach.sandbox import Sandbox


_MAX_BYTES = 100_000_000
"""A minute in two channels of 32 bits at 192 kHz takes 92 MB."""
_SECONDS, _MEMORY = 30, 400_000_000
"""That minute takes about 3 s and 200 MB to decode and to master."""
_LOAD = "voicecoach.voices.sound_decoder:load_sound"
_HINT = "export it again, as WAV for example"
_REINSTALL_HINT = "it comes with voicecoach: install that again"


def read_chime(name: str) -> bytes:
    """The 16-bit samples of a built-in chime, padded to whole milliseconds. Raises FileError."""
    path = bundled_folder("audio") / f"{name}.wav"
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, SAMPLE_RATE):
                raise FileError(f"{path} is not one channel of 16 bits at 48 kHz", _REINSTALL_HINT)
            pcm = file.readframes(file.getnframes())
    except OSError as error:
        raise FileError.of(path, error, _REINSTALL_HINT) from error
    except (wave.Error, EOFError) as error:
        raise FileError(f"{path}: {error or 'cut short'}", _REINSTALL_HINT) from error
    return pcm + bytes(-len(pcm) % (2 * FRAMES_PER_MS))


class SoundFiles:
    """The user's own sounds as clips in `cache`. A process decodes what is new; it runs until `end`."""

    def __init__(self, cache: ClipCache) -> None:
        self._cache = cache
        self._sandbox: Sandbox | None = None
        self._unusable: dict[tuple[str, str], SoundFileError] = {}
        """By path and key, so that no damaged file is tried twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process."""
        if self._sandbox is not None:
            self._sandbox.end()

    def length(self, path: str) -> Frames:
        """The length of a sound. Raises SoundFileError."""
        key = sound_key(digest_sound_file(path))
        length = self._cache.length(key)
        return Frames(len(self._load(path, key)) // BYTES_PER_FRAME) if length is None else length

    def pcm(self, path: str) -> bytes:
        """The 16-bit samples of a sound. Raises SoundFileError."""
        key = sound_key(digest_sound_file(path))
        pcm = self._cache.read(key)
        return self._load(path, key) if pcm is None else pcm

    def _load(self, path: str, key: str) -> bytes:
        if known := self._unusable.get((path, key)):
            raise known.with_traceback(None)
        try:
            pcm = self._decode(Path(path))
        except FileError as error:
            unusable = self._unusable[path, key] = SoundFileError(error.message, error.hint)
            raise unusable from error
        self._cache.write(key, pcm)
        return pcm

    def _decode(self, path: Path) -> bytes:
        if self._sandbox is None:
            from voicecoach.sandbox import Sandbox  # multiprocessing, which a warm cache does without

            self._sandbox = Sandbox(_LOAD, seconds=_SECONDS, memory=_MEMORY, hint=_HINT)
        pcm: bytes = self._sandbox.run(_LOAD, path, _MAX_BYTES, _HINT)
        return pcm


def sound_key(digest: str) -> str:
    """The key in the cache of a sound file with this digest."""
    return cache_key("file", digest)


def digest_sound_file(path: str) -> str:
    """The digest of a sound file's content, for `sound_key`. Raises SoundFileError."""
    try:
        return digest_file(Path(path), 64, _MAX_BYTES)
    except OSError as error:
        raise SoundFileError.of(path, error, _HINT) from error

"""The synthesizer: turns each source into sound once (spoken, decoded or read), and keeps it in the clip cache."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from voicecoach.errors import FileError
from voicecoach.timeline import Sound, Source, Utterance
from voicecoach.units import Frames
from voicecoach.voices.clip_cache import BYTES_PER_FRAME, ClipCache, cache_key
from voicecoach.voices.sound_files import chime_length, read_chime
from voicecoach.voices.voice import Voice

if TYPE_CHECKING:
    from voicecoach.sound.clip import Clip
    from voicecoach.voices.speech_pool import SpeechPool

__all__ = ["Progress", "Synthesizer", "clip_key", "digest_file"]

Progress = Callable[[int, int], None]
"""Called with how many texts are spoken, and of how many."""
_CACHED_BYTES = 1_000_000
"""Bytes of samples kept in memory: a long sentence, or all the words of a count."""


class Synthesizer:
    """The sound of every source in one voice. Use it as a context; leaving it ends all its processes.

    Nothing heavy is imported and no process started while all that is asked for lies in the cache. `seconds` is
    how long a text may take: by default far more than it ever does, far less than a listener would wait.
    """

    def __init__(
        self,
        voice: Voice,
        cache: ClipCache,
        *,
        progress: Progress = lambda done, total: None,  # noqa: ARG005
        seconds: Callable[[str], float] = lambda text: 20 + 0.1 * len(text),
    ) -> None:
        self.voice = voice
        self._cache, self._progress = cache, progress
        self._seconds = seconds
        self._crew: SpeechPool | None = None
        self._lengths: dict[Source, Frames] = {}
        self._at_hand: OrderedDict[Source, Clip] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        if self._crew is not None:
            self._crew.end()
        self._cache.close()

    @property
    def kept(self) -> ClipCache:
        """Where its clips are kept, and what others make of them may be too."""
        return self._cache

    def lengths(self, sources: Collection[Source]) -> dict[Source, Frames]:
        """How long each is, whole milliseconds; what is new is spoken first and kept.

        Raises VoiceError where the voice fails, FileError for a sound file that cannot be used.
        """
        unknown = [source for source in dict.fromkeys(sources) if source not in self._lengths]
        new = []
        for source in unknown:
            length = self._known_length(source)
            if length is not None:
                self._lengths[source] = length
            elif isinstance(source, Utterance):
                new.append(source)
            else:
                self._keep(source, _load_sound(source))
        for done, (text, sound) in enumerate(self._spoken(new), 1):
            self._keep(text, sound)
            self._progress(done, len(new))
        return {source: self._lengths[source] for source in sources}

    def clip(self, source: Source) -> Clip:
        """The sound itself, exactly as long as `lengths` says. Raises as `lengths` does."""
        if source in self._at_hand:
            self._at_hand.move_to_end(source)
            return self._at_hand[source]
        from voicecoach.sound.clip import Clip

        clip = Clip.from_bytes(self.sound(source))
        self._at_hand[source] = clip
        while sum(kept.samples.nbytes for kept in self._at_hand.values()) > _CACHED_BYTES and len(self._at_hand) > 1:
            self._at_hand.popitem(last=False)
        return clip

    def sound(self, source: Source) -> bytes:
        """The clip's 16-bit little-endian samples, for another process to use. Raises as `lengths` does."""
        length = self.lengths([source])[source]
        return _pad_or_cut(self._sound(source), length)

    def key(self, source: Source) -> str:
        """What the cache calls the clip. Raises FileError for a sound file that cannot be read."""
        return clip_key(self.voice, source, digest_file)

    def _known_length(self, source: Source) -> Frames | None:
        if isinstance(source, Sound) and source.path is None:
            return chime_length(source.name)
        return self._cache.length(self.key(source))

    def _sound(self, source: Source) -> bytes:
        """From the cache, else made again: its file may be damaged, or have been given up by another program."""
        if isinstance(source, Sound) and source.path is None:
            return read_chime(source.name)
        sound = self._cache.read(self.key(source))
        if sound is None:
            sound = _load_sound(source) if isinstance(source, Sound) else next(self._spoken([source]))[1]
            self._cache.write(self.key(source), sound)
        return sound

    def _keep(self, source: Source, sound: bytes) -> None:
        self._cache.write(self.key(source), sound)
        self._lengths[source] = Frames(len(sound) // BYTES_PER_FRAME)

    def _spoken(self, texts: list[Utterance]) -> Iterator[tuple[Utterance, bytes]]:
        if not texts:
            return iter(())
        if self._crew is None:
            from voicecoach.voices.speech_pool import SpeechPool

            self._crew = SpeechPool(self.voice, self._seconds)
        return self._crew.speak(texts)


def clip_key(voice: Voice, source: Source, digest: Callable[[str], str]) -> str:
    """What the cache calls the clip of a source in a voice; `digest` gives that of a sound file, by its path."""
    if isinstance(source, Sound):
        return cache_key("file", digest(source.path or ""))
    return cache_key(voice.engine, voice.version, voice.id, source.rate, source.text)


def digest_file(path: str) -> str:
    """Of a sound file's bytes. Raises FileError."""
    try:
        return hashlib.blake2b(Path(path).read_bytes()).hexdigest()
    except OSError as fault:
        raise FileError.of(path, fault) from fault


def _load_sound(sound: Sound) -> bytes:
    from voicecoach.voices.sound_files import load_sound_file

    return load_sound_file(Path(sound.path or ""))


def _pad_or_cut(sound: bytes, length: Frames) -> bytes:
    """As long as the timeline was told. Only a damaged clip, spoken again by a system's voice, can differ."""
    return sound[: length * BYTES_PER_FRAME].ljust(length * BYTES_PER_FRAME, b"\0")

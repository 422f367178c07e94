"""Gives a job its clips, and notes those that are missing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from voicecoach.compiler import estimate_lengths
from voicecoach.timeline import Sound, Source
from voicecoach.units import Frames
from voicecoach.voices.clip_cache import BYTES_PER_FRAME
from voicecoach.voices.sound_files import read_chime
from voicecoach.voices.synthesizer import clip_key

if TYPE_CHECKING:
    from voicecoach.sound.clip import Clip
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.voice import Voice

__all__ = ["MEMORY_CACHE", "ClipSource", "MemoryCache", "MissingClipError"]


class MemoryCache:
    """Bytes under keys, at most so many; the least recently used are given up first.

    A worker of a cluster may do several jobs at once, each in a thread.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._lock = Lock()
        self._values: OrderedDict[str, bytes] = OrderedDict()

    def read(self, key: str) -> bytes | None:
        """What is kept under a key."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def write(self, key: str, content: bytes) -> None:
        """Keep it, in place of what was under the key."""
        with self._lock:
            self._size += len(content) - len(self._values.pop(key, b""))
            self._values[key] = content
            while self._size > self._limit and len(self._values) > 1:
                self._size -= len(self._values.popitem(last=False)[1])


MEMORY_CACHE = MemoryCache(256_000_000)
"""This process's clips, from job to job: three quarters of an hour of speech."""


class MissingClipError(Exception):
    """A sound is not to be had after all: its file in the cache is damaged, or was given up meanwhile."""


class ClipSource:
    """What gives one job the lengths and sounds of its sources; never asks a voice.

    `sounds` and `clips` are those of the job, `cache` the user's own where it can be read.
    """

    def __init__(
        self,
        voice: Voice,
        sounds: Mapping[str, str],
        clips: Mapping[str, bytes],
        cache: ClipCache | None,
        kept: MemoryCache = MEMORY_CACHE,
    ) -> None:
        self._voice, self._sounds, self._cache, self._kept = voice, sounds, cache, kept
        self._clips = dict(clips)
        self._found: dict[Source, bytes] = {}
        self.lacking: dict[Source, None] = {}
        for key, sound in clips.items():
            kept.write(key, sound)

    @property
    def packets(self) -> ClipCache | MemoryCache:
        """Where encoded sound is kept for the next job."""
        return self._cache or self._kept

    def lengths(self, sources: Collection[Source]) -> dict[Source, Frames]:
        """How long each is; for one that is lacking, which is noted, an estimate."""
        lengths = {}
        for source in sources:
            sound = self._sound(source)
            if sound is None:
                self.lacking[source] = None
                lengths[source] = estimate_lengths([source])[source]
            else:
                lengths[source] = Frames(len(sound) // BYTES_PER_FRAME)
        return lengths

    def clip(self, source: Source) -> Clip:
        """The sound itself. Raises LackingError."""
        sound = self._sound(source)
        if sound is None:
            self.lacking[source] = None
            raise MissingClipError(source)
        from voicecoach.sound.clip import Clip  # numpy, which `lengths` does without

        return Clip.from_bytes(sound)

    def _sound(self, source: Source) -> bytes | None:
        """Kept until the job is done, so that no other one's clips push it out meanwhile."""
        if source not in self._found:
            sound = self._sought(source)
            if sound is None:
                return None
            self._found[source] = sound
        return self._found[source]

    def _sought(self, source: Source) -> bytes | None:
        if isinstance(source, Sound) and source.path is None:
            return read_chime(source.name)
        key = clip_key(self._voice, source, self._sounds.__getitem__)
        sound = self._clips.get(key) or self._kept.read(key)
        if sound is None and self._cache is not None:
            sound = self._cache.read(key)
            if sound is not None:
                self._kept.write(key, sound)
        return sound

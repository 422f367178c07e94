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


class MemoryCache:
    """Up to `limit` bytes in memory, by key; drops the least recently used. Threads may share it."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._lock = Lock()
        self._values: OrderedDict[str, bytes] = OrderedDict()

    def read(self, key: str) -> bytes | None:
        """The content under `key`, or None; counts as use."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def write(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`, in place of what was there."""
        with self._lock:
            self._size += len(content) - len(self._values.pop(key, b""))
            self._values[key] = content
            while self._size > self._limit and len(self._values) > 1:
                self._size -= len(self._values.popitem(last=False)[1])


_MEMORY_CACHE = MemoryCache(256_000_000)
"""Clips that this process keeps from job to job: 45 minutes of speech. A cluster's worker may run several jobs at
once, each in a thread."""


class MissingClipError(Exception):
    """A clip that was there is gone: its file in the cache is damaged, or has just been evicted."""


class ClipSource:
    """The clips of one job and their lengths. It never speaks.

    `sounds` and `clips` are those of the `Job`; `cache` is the user's own, for a worker that may read it.
    """

    def __init__(
        self,
        voice: Voice,
        sounds: Mapping[str, str],
        clips: Mapping[str, bytes],
        cache: ClipCache | None,
        memory: MemoryCache = _MEMORY_CACHE,
    ) -> None:
        self._voice, self._sounds, self._clips, self._cache, self._memory = voice, sounds, clips, cache, memory
        self._found: dict[Source, bytes | None] = {}
        for key, pcm in clips.items():
            memory.write(key, pcm)

    @property
    def missing(self) -> tuple[Source, ...]:
        """The sources that were asked for and are not there."""
        return tuple(source for source, pcm in self._found.items() if pcm is None)

    @property
    def memo(self) -> ClipCache | MemoryCache:
        """Keeps encoded sound for later jobs."""
        return self._cache or self._memory

    def lengths(self, sources: Collection[Source]) -> dict[Source, Frames]:
        """The length of each source; an estimate for one that is missing."""
        lengths = {}
        for source in sources:
            pcm = self._pcm(source)
            if pcm is None:
                lengths[source] = estimate_lengths([source])[source]
            else:
                lengths[source] = Frames(len(pcm) // BYTES_PER_FRAME)
        return lengths

    def clip(self, source: Source) -> Clip:
        """The sound of a source. Raises MissingClipError."""
        pcm = self._pcm(source)
        if pcm is None:
            raise MissingClipError(source)
        from voicecoach.sound.clip import Clip  # numpy, which `lengths` does without

        return Clip.from_bytes(pcm)

    def _pcm(self, source: Source) -> bytes | None:
        """Held until the job ends, so that other jobs' clips cannot push it out of the memory cache."""
        if source not in self._found:
            self._found[source] = self._read(source)
        return self._found[source]

    def _read(self, source: Source) -> bytes | None:
        if isinstance(source, Sound) and source.path is None:
            return read_chime(source.name)
        key = clip_key(self._voice, source, self._sounds.__getitem__)
        pcm = self._clips.get(key) or self._memory.read(key)
        if pcm is None and self._cache is not None:
            pcm = self._cache.read(key)
            if pcm is not None:
                self._memory.write(key, pcm)
        return pcm

"""The synthesizer: turns each source into sound once (spoken, decoded or read), and keeps it in the clip cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Self

from voicecoach.progress import Progress, ignore_progress
from voicecoach.timeline import Sound, Source, Utterance
from voicecoach.units import Frames
from voicecoach.voices.clip_cache import BYTES_PER_FRAME, ClipCache, cache_key
from voicecoach.voices.sound_files import SoundFiles, digest_sound_file, read_chime, sound_key
from voicecoach.voices.voice import Voice

if TYPE_CHECKING:
    from voicecoach.sound.clip import Clip
    from voicecoach.voices.speech_pool import SpeechPool


class Synthesizer:
    """The sound of every source in one voice. Use it as a context: leaving it ends its processes.

    Nothing heavy is imported and no process started as long as everything needed is in the cache. `progress` counts the
    utterances to speak. `time_limit` gives the seconds that a text may take: by default far more than any does, and far
    fewer than a listener would wait.
    """

    def __init__(
        self,
        voice: Voice,
        cache: ClipCache,
        *,
        progress: Progress = ignore_progress,
        time_limit: Callable[[str], float] = lambda text: 20 + 0.1 * len(text),
    ) -> None:
        self.voice = voice
        self.cache = cache
        """Holds the clips, and whatever else others derive from them."""
        self.sounds = SoundFiles(cache)
        """The user's own."""
        self._progress, self._time_limit = progress, time_limit
        self._pool: SpeechPool | None = None
        self._lengths: dict[Source, Frames] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the voice's processes, and close the cache."""
        if self._pool is not None:
            self._pool.end()
        self.sounds.end()
        self.cache.close()

    def lengths(self, sources: Collection[Source]) -> dict[Source, Frames]:
        """The length of each source, in whole milliseconds; speaks and caches what is new.

        Raises VoiceError if the voice fails, FileError for an unusable sound file.
        """
        new = []
        for source in dict.fromkeys(sources):
            if source in self._lengths:
                continue
            length = self._known_length(source)
            if length is not None:
                self._lengths[source] = length
            elif isinstance(source, Utterance):
                new.append(source)
        for done, (utterance, pcm) in enumerate(self._speak(new), 1):
            self._store(utterance, pcm)
            self._progress(done, len(new))
        return {source: self._lengths[source] for source in sources}

    def clip(self, source: Source) -> Clip:
        """The sound itself, exactly as long as `lengths` says. Raises as `lengths` does."""
        from voicecoach.sound.clip import Clip

        return Clip.from_bytes(self.pcm(source))

    def pcm(self, source: Source) -> bytes:
        """The clip's 16-bit little-endian samples, for another process to use. Raises as `lengths` does."""
        size = self.lengths([source])[source] * BYTES_PER_FRAME
        # Only a damaged clip that a system's voice has spoken again can differ from the length given before.
        return self._load(source)[:size].ljust(size, b"\0")

    def key(self, source: Source) -> str:
        """The clip's key in the cache. Raises FileError for an unreadable sound file."""
        return clip_key(self.voice, source, digest_sound_file)

    def _known_length(self, source: Source) -> Frames | None:
        """The length of a sound, or of words that have been spoken before."""
        if isinstance(source, Utterance):
            return self.cache.length(self.key(source))
        if source.path is None:
            return Frames(len(read_chime(source.name)) // BYTES_PER_FRAME)
        return self.sounds.length(source.path)

    def _load(self, source: Source) -> bytes:
        """From the cache, or made again: the file may be damaged, or evicted by another program."""
        if isinstance(source, Sound):
            return read_chime(source.name) if source.path is None else self.sounds.pcm(source.path)
        pcm = self.cache.read(self.key(source))
        if pcm is None:
            _, pcm = next(self._speak([source]))
            self.cache.write(self.key(source), pcm)
        return pcm

    def _store(self, utterance: Utterance, pcm: bytes) -> None:
        self.cache.write(self.key(utterance), pcm)
        self._lengths[utterance] = Frames(len(pcm) // BYTES_PER_FRAME)

    def _speak(self, utterances: list[Utterance]) -> Iterator[tuple[Utterance, bytes]]:
        if not utterances:
            return iter(())
        if self._pool is None:
            from voicecoach.voices.speech_pool import SpeechPool

            self._pool = SpeechPool(self.voice, self._time_limit)
        return self._pool.speak(utterances)


def clip_key(voice: Voice, source: Source, digest: Callable[[str], str]) -> str:
    """The cache key of a source in a voice; `digest` gives that of a sound file by its path."""
    if isinstance(source, Sound):
        return sound_key(digest(source.path or ""))
    return cache_key(voice.engine, voice.version, voice.id, source.rate, source.text)

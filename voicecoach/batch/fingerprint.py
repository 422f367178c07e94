"""Digests of everything that shapes a file. A file is made again when its digest has changed, and only then.

Nothing is compiled for this: a second run over a thousand sessions only reads scripts and sound files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from voicecoach import __version__
from voicecoach.batch.session_files import BatchSession
from voicecoach.compiler import phrases
from voicecoach.exporter import FORMATS, ExportOptions
from voicecoach.routine import Chime, Routine, walk_steps
from voicecoach.voices.clip_cache import cache_key
from voicecoach.voices.sound_files import digest_sound_file

_VERSION = 2
"""Raise it to have every file of every batch made again, because it would be written differently."""
_IGNORED_FIELDS = frozenset({"pos", "places", "warnings"})
"""Of a routine and its steps; they shape nothing that is heard or shown."""


class Fingerprints:
    """Digests of files that a batch writes with `options`. Each routine and sound file is digested once."""

    def __init__(self, options: ExportOptions) -> None:
        self._options = options
        self._routines: dict[int, tuple[Routine, str]] = {}
        self._digest_sound = cache(digest_sound_file)

    def digest(self, session: BatchSession, kind: str) -> str:
        """The digest for a session's file of one kind. Raises FileError for a sound that cannot be read."""
        options, voice = self._options, session.voice
        encoding = (options.for_format(kind).bit_rate, options.channels) if kind in FORMATS else ()
        return cache_key(
            _VERSION,
            __version__,
            self._digest_routine(session.routine),
            sorted(session.choices.to_plain().items()),
            (voice.public_name, voice.engine, voice.id, voice.version),
            kind,
            encoding,
            options.caption_holds,
        )

    def sounds(self, routine: Routine) -> dict[str, str]:
        """The digest of each of a routine's own sound files, by path. Raises FileError if one cannot be read."""
        chimes = (step for step in walk_steps(routine.steps, into_used=True) if isinstance(step, Chime))
        return {chime.path: self._digest_sound(chime.path) for chime in chimes if chime.path is not None}

    def _digest_routine(self, routine: Routine) -> str:
        if id(routine) not in self._routines:
            try:
                texts: Mapping[str, Any] = phrases.load_phrases(routine.language).texts
            except KeyError:
                texts = {}
            digest = cache_key(json.dumps(texts, sort_keys=True), self._fields(routine))
            self._routines[id(routine)] = routine, digest  # holding the routine keeps its id from being used again
        return self._routines[id(routine)][1]

    def _plain(self, value: Any) -> Any:
        """Nested tuples without positions; a used routine becomes its digest, so none is written out twice."""
        match value:
            case Chime(path=str(path)):
                return "chime", self._digest_sound(path), value.when, value.unless
            case tuple():
                return tuple(map(self._plain, value))
            case Routine():
                return self._digest_routine(value)
            case _ if is_dataclass(value):
                return self._fields(value)
            case _:
                return value

    def _fields(self, value: Any) -> tuple[Any, ...]:
        """Names and values. No two kinds of step have the same names, so what a class is called does not count."""
        names = [field.name for field in fields(value) if field.name not in _IGNORED_FIELDS]
        return tuple((name, self._plain(getattr(value, name))) for name in names)

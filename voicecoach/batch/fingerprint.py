"""What a file hangs on, as one digest: the file is made again when that has changed, and not otherwise.

Worked out from what was read, without compiling: a second run over a thousand sessions looks at texts and files only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from voicecoach import __version__
from voicecoach.batch.session_files import SessionFiles
from voicecoach.compiler import phrases
from voicecoach.exporter import FORMATS, ExportOptions
from voicecoach.routine import Chime, Routine, walk_steps
from voicecoach.voices.clip_cache import cache_key
from voicecoach.voices.synthesizer import digest_file

__all__ = ["Fingerprints", "sounds_of"]

_IGNORED_FIELDS = frozenset({"pos", "warnings"})
"""Fields that nothing heard or shown hangs on."""


class Fingerprints:
    """Digests, those of routines and sound files worked out once."""

    def __init__(self, manner: ExportOptions) -> None:
        self._manner = manner
        self._routines: dict[int, tuple[Routine, str]] = {}
        self._sounds: dict[str, str] = {}

    def digest(self, output: SessionFiles, kind: str) -> str:
        """Of all that shapes the session's file of this kind. Raises FileError for a sound that cannot be read."""
        session, manner = output.session, self._manner
        sound = (manner.for_format(kind).bit_rate, manner.channels) if kind in FORMATS else ()
        choices = session.choices
        fitted = {field.name: getattr(choices, field.name) for field in fields(choices)}
        fitted["options"] = sorted(choices.options)
        voice = (session.voice.public_name, session.voice.engine, session.voice.id, session.voice.version)
        routine = self._routine(session.routine)
        return cache_key(__version__, routine, sorted(fitted.items()), voice, kind, sound, manner.caption_holds)

    def sounds(self, routine: Routine) -> dict[str, str]:
        """A routine's own sound files, each with its digest. Raises FileError for one that cannot be read."""
        return {path: self._sound(path) for path in sounds_of(routine)}

    def _routine(self, routine: Routine) -> str:
        if id(routine) not in self._routines:
            try:
                coach: Mapping[str, Any] = phrases.load_phrases(routine.language).texts
            except KeyError:
                coach = {}
            words = json.dumps(coach, sort_keys=True)
            # The routine is kept too, so that no other can come to have its id.
            self._routines[id(routine)] = routine, cache_key(words, self._parts(routine))
        return self._routines[id(routine)][1]

    def _plain(self, value: Any) -> Any:
        """As nested tuples, without places; a used routine as its digest, so that none is written out twice."""
        match value:
            case Chime(path=str(path)):
                return "chime", self._sound(path), value.when, value.unless
            case tuple():
                return tuple(map(self._plain, value))
            case Routine():
                return self._routine(value)
            case _ if is_dataclass(value):
                return self._parts(value)
            case _:
                return value

    def _parts(self, value: Any) -> tuple[Any, ...]:
        parts = (getattr(value, field.name) for field in fields(value) if field.name not in _IGNORED_FIELDS)
        return (type(value).__name__, *map(self._plain, parts))

    def _sound(self, path: str) -> str:
        if path not in self._sounds:
            self._sounds[path] = digest_file(path)
        return self._sounds[path]


def sounds_of(routine: Routine) -> frozenset[str]:
    """The absolute paths of the sound files that a routine and all routines it uses play."""
    chimes = (step for step in walk_steps(routine.steps, into_used=True) if isinstance(step, Chime))
    return frozenset(chime.path for chime in chimes if chime.path is not None)

"""Finds the problems of routines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voicecoach.errors import FileError, Problem
from voicecoach.routine import Chime, Routine, Use, walk_steps
from voicecoach.script.source_text import quote

__all__ = ["unusable"]


def unusable(routine: Routine) -> Iterator[Problem]:
    """What is wrong with the sound files of a routine and of all that it uses; each file is decoded once."""
    faults: dict[str, FileError | None] = {}
    for chime in _chimes(routine):
        path = chime.path
        if path is None:
            continue
        if path not in faults:
            faults[path] = _fault(path)
        if fault := faults[path]:
            what = fault.message.removeprefix(f"{path}: ")
            yield Problem(chime.pos, f"chime: {what} ({quote(chime.sound)})", fault.hint)


def _chimes(routine: Routine) -> Iterator[Chime]:
    seen: set[int] = set()
    ahead = [routine]
    while ahead:
        one = ahead.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        for step in walk_steps(one.steps):
            if isinstance(step, Use):
                ahead.append(step.routine)
            elif isinstance(step, Chime):
                yield step


def _fault(path: str) -> FileError | None:
    from voicecoach.voices.sound_files import decode_sound_file

    try:
        decode_sound_file(Path(path))
    except FileError as fault:
        return fault
    return None

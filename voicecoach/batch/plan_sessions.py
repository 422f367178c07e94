"""Turns a plan file into the sessions of a batch: one folder for each person or group."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from voicecoach.batch.session_files import KINDS, Session, Unreadable
from voicecoach.compiler import LEVELS, Choices
from voicecoach.compiler.selection import titles, unknown_titles
from voicecoach.errors import ChoiceError, FileError, Pos, Problem, ScriptError, VoicecoachError
from voicecoach.exporter.destination import safe
from voicecoach.routine import Routine
from voicecoach.script import limits
from voicecoach.script.library import Library, is_file
from voicecoach.script.plan_entry import Known, Wish
from voicecoach.script.plan_reader import read
from voicecoach.script.source_text import decode
from voicecoach.voices.registry import choose
from voicecoach.voices.voice import Voice

__all__ = ["planned"]


def planned(path: Path, usual: tuple[str, ...]) -> list[Session | Unreadable]:
    """All that a plan asks for; `usual` are the formats where it names none.

    Raises `ScriptError` with all mistakes of the plan, `ChoiceError` for a folder, `FileError` where it cannot be read.
    Routines with mistakes of their own, and voices that this machine lacks, are among what is given.
    """
    voice = cache(choose)
    known = Known(
        formats=KINDS,
        levels=LEVELS,
        load=Library().load,
        titles=titles,
        lacks=unknown_titles,
        voice=voice,
        folder=safe,
    )
    wishes = read(decode(_bytes(path), str(path)), str(path), path.parent, known)
    return [_session(wish, usual, voice) for wish in wishes]


def _session(wish: Wish, usual: tuple[str, ...], voice: Callable[[str, str], Voice]) -> Session | Unreadable:
    name = f"{wish.folder}/{wish.name}"
    if not isinstance(wish.routine, Routine):
        return Unreadable(name, wish.routine)
    choices = Choices(
        level=wish.level,
        length=wish.minutes,
        options=frozenset(wish.options),
        only=wish.only,
        skip=wish.skip,
        side=wish.side,
        speed=wish.speed,
        intro=wish.intro,
    )
    try:
        speaker = voice(wish.voice, wish.routine.language)
    except VoicecoachError as fault:
        return Unreadable(name, fault)
    return Session(
        routine=wish.routine,
        choices=choices,
        voice=speaker,
        kinds=wish.formats or usual,
        folder=wish.folder,
    )


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise ChoiceError(f"{path} is a folder", f"name the plan in it, such as {path / 'catalogue.yaml'}")
    if not is_file(path):
        raise ScriptError([Problem(Pos(str(path)), "there is no such plan")])
    try:
        with path.open("rb") as file:
            return file.read(limits.BYTES + 1)
    except OSError as fault:
        raise FileError.of(path, fault) from fault

"""Turns a plan file into the sessions of a batch: one folder for each person or group."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from voicecoach.batch.session_files import KINDS, BatchSession, InvalidSession
from voicecoach.compiler.selection import move_titles, unknown_titles
from voicecoach.errors import ChoiceError, FileError, Pos, Problem, ScriptError, VoicecoachError
from voicecoach.exporter.destination import safe_file_name
from voicecoach.routine import Routine
from voicecoach.script import limits
from voicecoach.script.library import Library, is_file
from voicecoach.script.plan_entry import PlanContext, PlanEntry
from voicecoach.script.plan_reader import read_plan
from voicecoach.script.source_text import decode
from voicecoach.voices.registry import choose_voice
from voicecoach.voices.voice import Voice

__all__ = ["sessions_from_plan"]


def sessions_from_plan(path: Path, usual: tuple[str, ...]) -> list[BatchSession | InvalidSession]:
    """All that a plan asks for; `usual` are the formats where it names none.

    Raises `ScriptError` with all mistakes of the plan, `ChoiceError` for a folder, `FileError` where it cannot be read.
    Routines with mistakes of their own, and voices that this machine lacks, are among what is given.
    """
    voice = cache(choose_voice)
    context = PlanContext(
        formats=KINDS,
        load=Library().load,
        move_titles=move_titles,
        unknown_titles=unknown_titles,
        check_voice=voice,
        folder_name=safe_file_name,
    )
    entries = read_plan(decode(_read_bytes(path), str(path)), str(path), path.parent, context)
    return [_session(entry, usual, voice) for entry in entries]


def _session(
    entry: PlanEntry, usual: tuple[str, ...], voice: Callable[[str, str], Voice]
) -> BatchSession | InvalidSession:
    name = f"{entry.folder}/{entry.name}"
    if not isinstance(entry.routine, Routine):
        return InvalidSession(name, entry.routine)
    try:
        speaker = voice(entry.voice, entry.routine.language)
    except VoicecoachError as fault:
        return InvalidSession(name, fault)
    return BatchSession(
        routine=entry.routine,
        choices=entry.choices,
        voice=speaker,
        kinds=entry.formats or usual,
        folder=entry.folder,
    )


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise ChoiceError(f"{path} is a folder", f"name the plan in it, such as {path / 'catalogue.yaml'}")
    if not is_file(path):
        raise ScriptError([Problem(Pos(str(path)), "there is no such plan")])
    try:
        with path.open("rb") as file:
            return file.read(limits.BYTES + 1)
    except OSError as fault:
        raise FileError.of(path, fault) from fault

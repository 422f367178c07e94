"""A session as a job that any process on any machine can do, and the replies it may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicecoach.batch.ledger import LedgerEntry
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.timeline import Source
from voicecoach.units import Frames
from voicecoach.voices.voice import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything that shapes the files of one session."""

    name: str
    """The path of its files in the batch's folder, without an ending."""
    routine: bytes
    """A packed `Routine` (see `payload`); the jobs of its sessions share it."""
    sounds: Mapping[str, str]
    """The digests of the routine's own sound files, by path: the worker may not have these files."""
    choices: Choices
    voice: Voice
    """Part of the clips' keys. Workers never speak."""
    files: Mapping[str, str]
    """The path of each kind of file in the batch's folder, with slashes."""
    inputs: Mapping[str, str]
    """The fingerprint of each kind of file, for the ledger."""
    options: ExportOptions
    date: str
    """`YYYY-MM-DD`, for the tags."""
    staging: str | None = None
    """The folder to write in, for a worker on this machine, which may also read the user's clip cache. None on
    another machine, which sends the files back as bytes."""
    clips: Mapping[str, bytes] = field(default_factory=dict)
    """By cache key: those that a worker has said are missing."""

    @property
    def is_local(self) -> bool:
        """Whether the worker runs on this machine and shares its disk."""
        return self.staging is not None


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """One file of a session."""

    entry: LedgerEntry
    payload: str | bytes
    """Its path in the staging folder, or its bytes."""


@dataclass(frozen=True, slots=True)
class JobDone:
    """All files of the session."""

    files: tuple[FinishedFile, ...]
    length: Frames
    """Of the session."""


@dataclass(frozen=True, slots=True)
class ClipsMissing:
    """The job cannot be done without these sounds. Once they are there, others may come to light."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class JobFailed:
    """The session cannot be made."""

    message: str
    """For the user; the traceback of an exception that was not expected."""
    exit_code: int
    """1 is a bug in voicecoach."""


JobReply = JobDone | ClipsMissing | JobFailed

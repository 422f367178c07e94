"""A session as a job that any process on any machine can do, and the replies it may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.timeline import Source
from voicecoach.units import Frames
from voicecoach.voices.voice import Voice

__all__ = ["ClipsMissing", "FinishedFile", "Job", "JobDone", "JobFailed", "JobReply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that the files of one session hang on."""

    routine: bytes
    """A `Routine`, pickled: once for all its sessions."""
    sounds: Mapping[str, str]
    """The routine's own sound files, each with the digest of its bytes: they may not lie where the work is done."""
    choices: Choices
    voice: Voice
    """Whose clips these are; nobody asks it to speak."""
    files: Mapping[str, str]
    """Kind → the path of its file in the catalogue, with slashes."""
    manner: ExportOptions
    date: str
    """`YYYY-MM-DD`, for the tags."""
    bench: str | None = None
    """A folder to write in, where the one who asks will look, and beside it the user's own cache of clips may be
    read; None elsewhere, and the bytes are sent."""
    clips: Mapping[str, bytes] = field(default_factory=dict)
    """By their keys in the cache: those that a worker has said it lacks."""


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """One finished file."""

    kind: str
    size: int
    changed: int
    """Time of last change, in nanoseconds."""
    content: str
    """The digest of its bytes."""
    at: str | bytes
    """Its path on the bench, or itself."""


@dataclass(frozen=True, slots=True)
class JobDone:
    """The session's files, all of them."""

    files: tuple[FinishedFile, ...]
    length: Frames
    """Of the session."""


@dataclass(frozen=True, slots=True)
class ClipsMissing:
    """Sounds without which it cannot be made; those that come to light once these are there are not among them."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class JobFailed:
    """It cannot be made, and why, in the words that a user reads."""

    words: str
    code: int
    """The exit code: 1 is a bug of ours, and `words` its traceback."""


JobReply = JobDone | ClipsMissing | JobFailed

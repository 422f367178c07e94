"""All the errors that this package raises on purpose.

    VoicecoachError                 exit code
    ├── UserError                           2   the user's mistake, one line per problem
    │   ├── ScriptError                         in a routine: all its problems, each with its position
    │   └── ChoiceError                         in a request: an unknown name, a length out of reach
    │       └── LanguageError                       no voice for the routine's language
    └── ExternalError                       3   something outside failed: what happened, and what to do
        ├── VoiceError                          a speech engine is missing, dies, hangs or refuses
        ├── DeviceError                         no sound device, or one that has gone away
        │   └── DeviceBusyError                     another program is using it
        └── FileError                           a file or folder cannot be read or written
            └── SoundFileError                      a sound file that a routine names is of no use

Anything else is a bug and shows a traceback.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Pos:
    """A position in a script; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a script or, as a warning, something that may surprise its author."""

    pos: Pos
    message: str
    """The mistake, with the value, and what is allowed."""
    hint: str = ""
    """How to fix it, if that can be known."""
    severity: Severity = "error"

    def __str__(self) -> str:
        level = "warning: " if self.severity == "warning" else ""
        return _join(f"{self.pos}: {level}{self.message}", self.hint)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that offers the most similar known name; empty if none is similar.

    A name that only looks like the one that was typed is not offered: the hint says which character is different.
    """
    import difflib  # seldom needed, and slow to load

    from voicecoach import lookalikes

    others = sorted(each for each in known if each != name)
    similar = difflib.get_close_matches(lookalikes.to_plain(name), others, n=1, cutoff=0.55)
    if similar and lookalikes.look_the_same(name, similar[0]):
        return lookalikes.same_look_hint(name, similar[0])
    return f"did you mean {similar[0]}?" if similar else ""


def _join(message: str, hint: str) -> str:
    """One line: names of files may contain line breaks."""
    joined = f"{message}; {hint}" if hint else message
    return joined.replace("\r", r"\r").replace("\n", r"\n")


class VoicecoachError(Exception):
    """Base of all errors that are raised on purpose; as text, one line for each problem."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = message, hint
        super().__init__(_join(message, hint))


class UserError(VoicecoachError):
    """A mistake that the user can correct."""

    exit_code = 2


class ScriptError(UserError):
    """A routine that cannot be used: carries all its problems, sorted by position."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __str__(self) -> str:
        return self.message


class ChoiceError(UserError):
    """A request that cannot be met: an unknown name, a length out of reach."""


class LanguageError(ChoiceError):
    """The chosen engine has no voice for the routine's language."""


class ExternalError(VoicecoachError):
    """Something outside failed: an engine, a device, a file."""

    exit_code = 3


class VoiceError(ExternalError):
    """A speech engine is missing, died, hung or refused; quotes the engine's own words."""


class DeviceError(ExternalError):
    """There is no sound device, or it cannot be opened, or it went away."""


class DeviceBusyError(DeviceError):
    """Another program is using the sound device; it may release it soon."""


class FileError(ExternalError):
    """A file or folder cannot be read or written."""

    @classmethod
    def of(cls, path: object, error: OSError, hint: str = "") -> Self:
        """Make the error from the system's own words about `path`; a name that is too long is the user's mistake."""
        too_long = error.errno == errno.ENAMETOOLONG
        made = cls(f"{path}: {error.strerror or error}", "choose a shorter name" if too_long else hint)
        if too_long:
            made.exit_code = UserError.exit_code
        return made


class SoundFileError(FileError):
    """A sound file that a routine names is missing, damaged, too long, or of another kind."""

"""Everything that can go wrong, as one tree.

    VoicecoachError                 exit code
    ├── UserError                           2   a mistake of the user's: one plain line a problem
    │   ├── ScriptError                         in a routine: every problem, each at its place
    │   └── ChoiceError                         in what was asked for: a flag, a name, a length out of reach
    │       └── LanguageError                       a voice that does not speak the routine's language
    └── SurroundingsError                   3   a fault around us: what happened, and what to do
        ├── VoiceError                          an engine that is missing, dies, hangs or refuses
        ├── DeviceError                         no sound device, or one that went away
        │   └── DeviceBusy                          one that another program holds, just now
        └── FileError                           a file or folder that cannot be read or written

Anything else that is raised is a bug of ours and shows a traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ChoiceError",
    "DeviceBusyError",
    "DeviceError",
    "ExternalError",
    "FileError",
    "LanguageError",
    "Pos",
    "Problem",
    "ScriptError",
    "Severity",
    "UserError",
    "VoiceError",
    "VoicecoachError",
    "did_you_mean",
]

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Pos:
    """A place in a script; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a script, or, as a warning, one thing that may surprise its writer."""

    pos: Pos
    message: str
    """What is wrong, with the value, and what is allowed."""
    hint: str = ""
    """How to mend it, where one can tell."""
    severity: Severity = "error"

    def __str__(self) -> str:
        level = "warning: " if self.severity == "warning" else ""
        return f"{self.pos}: {level}{self.message}" + (f"; {self.hint}" if self.hint else "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint with the known name that is closest, or nothing."""
    import difflib  # seldom needed, and slow to load

    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.55)
    return f"did you mean {near[0]}?" if near else ""


class VoicecoachError(Exception):
    """The base of all that we raise on purpose."""

    exit_code = 1


class UserError(VoicecoachError):
    """A mistake of the user's, in words that let them mend it."""

    exit_code = 2


class ScriptError(UserError):
    """A routine that cannot be used: carries all its problems, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class ChoiceError(UserError):
    """Something asked for that cannot be had: an unknown name, a length out of reach."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = message, hint
        super().__init__(message + (f"; {hint}" if hint else ""))


class LanguageError(ChoiceError):
    """An engine asked for that has no voice for the routine's language."""


class ExternalError(VoicecoachError):
    """A fault of the machine around us: what happened, and what to do about it."""

    exit_code = 3

    def __init__(self, happened: str, do: str = "") -> None:
        self.happened, self.do = happened, do
        super().__init__(happened + (f"; {do}" if do else ""))


class VoiceError(ExternalError):
    """A speech engine is missing, died, hung or refused; keeps the engine's own words."""


class DeviceError(ExternalError):
    """No sound device, or one that cannot be opened or went away."""


class DeviceBusyError(DeviceError):
    """Another program holds the sound device; it may let go of it soon."""


class FileError(ExternalError):
    """A file or folder cannot be read or written."""

    @classmethod
    def of(cls, path: object, fault: OSError, do: str = "") -> FileError:
        """The error for what the system said of `path`."""
        return cls(f"{path}: {fault.strerror or fault}", do)

"""`voicecoach check`: prints every mistake in routines, each with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from voicecoach.app.checking import unusable
from voicecoach.cli import completion
from voicecoach.cli.session_options import warn
from voicecoach.compiler import LEVELS, Choices, MeasureLengths, compile_session, minutes_warning
from voicecoach.compiler.compilation import estimate_lengths
from voicecoach.errors import ChoiceError, FileError, LanguageError, Pos, Problem, ScriptError, VoiceError
from voicecoach.script.library import SCRIPT_SUFFIXES, Library, is_file
from voicecoach.script.source_text import quote

if TYPE_CHECKING:
    from voicecoach.routine import Routine

__all__ = ["command"]


@click.command("check")
@click.argument("names", nargs=-1, metavar="[FILE|FOLDER|NAME]...", shell_complete=completion.complete_routines)
@click.option("--format", "shape", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option(
    "--voice",
    default="auto",
    metavar="VOICE",
    shell_complete=completion.complete_voices,
    help="Whose lengths decide what fits; `none`: estimates.",
)
def command(names: tuple[str, ...], shape: str, voice: str) -> None:
    """Look for mistakes in routines; without names, in all that can be had by name.

    Warns of words that find no room, at the levels 0, 50 and 100, and of `minutes:` out of reach. Exits with 2
    where something is wrong.
    """
    library = Library()
    asked = _files(names) if names else [str(path) for path in library.paths().values()]
    with _Lengths(voice) as lengths:
        problems = [problem for name in asked for problem in _problems(library, name, lengths)]
    problems = sorted(dict.fromkeys(problems))
    _SHAPES[shape](problems, len(asked))
    if any(problem.severity == "error" for problem in problems):
        raise SystemExit(2)


def _files(names: tuple[str, ...]) -> list[str]:
    """The names, with folders opened."""
    found: list[str] = []
    for name in names:
        if _is_folder(name):
            found += sorted(
                str(path) for path in Path(name).rglob("*") if path.suffix in SCRIPT_SUFFIXES and is_file(path)
            )
        else:
            found.append(name)
    return found


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:  # a name too long for any file
        return False


class _Lengths:
    """Lengths of speech for each language: the voice's where it is there, else estimates."""

    def __init__(self, voice: str) -> None:
        self._voice = voice
        self._known: dict[str, MeasureLengths] = {}
        self._studios = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._studios.close()

    def of(self, language: str) -> MeasureLengths:
        """The lengths for a language. Raises ChoiceError and VoiceError as the choice of a voice does."""
        if language not in self._known:
            self._known[language] = self._new(language)
        return self._known[language]

    def _new(self, language: str) -> MeasureLengths:
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.registry import choose_voice
        from voicecoach.voices.synthesizer import Synthesizer

        if self._voice == "none":
            return estimate_lengths
        try:
            return self._studios.enter_context(
                Synthesizer(choose_voice(self._voice, language), ClipCache(tell=warn))
            ).lengths
        except (VoiceError, ChoiceError):
            if self._voice != "auto":
                raise
            return estimate_lengths


def _problems(library: Library, name: str, lengths: _Lengths) -> Iterator[Problem]:
    try:
        routine = library.load_path(Path(name)) if is_file(Path(name)) else library.load(name)
    except ScriptError as fault:
        yield from fault.problems
    except ChoiceError as fault:
        yield Problem(Pos(name), fault.message, fault.hint)
    except FileError as fault:
        yield Problem(Pos(name), fault.message, fault.hint)
    else:
        yield from routine.every_warning
        yield from _compiled(routine, lengths)


def _compiled(routine: Routine, known: _Lengths) -> Iterator[Problem]:
    """What only a session shows. A voice that cannot be had at all ends the command, as it is not the file's fault."""
    wrong = [*unusable(routine)]
    try:
        lengths = known.of(routine.language)
    except LanguageError as fault:
        wrong.append(Problem(routine.place("language"), f"language: {fault.message}", fault.hint))
    if wrong:
        lengths = estimate_lengths  # the others cannot be had
    yield from wrong
    try:
        yield from _left_out(routine, lengths)
        yield from _out_of_reach(routine, lengths)
    except ScriptError as fault:
        yield from fault.problems
    except ChoiceError as fault:
        yield Problem(routine.pos, fault.message, fault.hint)


def _left_out(routine: Routine, lengths: MeasureLengths) -> Iterator[Problem]:
    """What finds no room, with no option and with all, at the named levels: one problem for all of them."""
    found: dict[tuple[Pos, str], dict[str, list[str]]] = {}
    every = routine.reachable_options
    for options in dict.fromkeys((frozenset[str](), every)):
        for name, level in LEVELS.items():
            try:
                timeline = compile_session(routine, Choices(level=level, options=options), lengths)
            except ChoiceError as fault:
                yield Problem(routine.pos, fault.message, fault.hint, "warning")
                continue
            for left in timeline.left_out:
                reasons = found.setdefault((left.pos, quote(left.text)), {}).setdefault(f"{level} ({name})", [])
                reasons.extend([left.why] if left.why not in reasons else [])
    for (pos, text), levels in found.items():
        why, *others = max(levels.values(), key=len)
        often = f", {len(others) + 1:,} times" if others else ""
        message = f"left out at level{'s' if len(levels) > 1 else ''} {', '.join(levels)}: {text} ({why}{often})"
        yield Problem(pos, message, "make room, or shorten the words", "warning")


def _out_of_reach(routine: Routine, lengths: MeasureLengths) -> Iterator[Problem]:
    """The script's own `minutes:`, where no level comes near; playing then takes the nearest."""
    if routine.minutes is None:
        return
    usual = Choices()
    if missed := minutes_warning(routine, usual, compile_session(routine, usual, lengths)):
        yield missed


def _text(problems: list[Problem], files: int) -> None:
    for problem in problems:
        click.echo(str(problem))
    if not problems:
        click.echo(f"{files} {'routine' if files == 1 else 'routines'}, nothing wrong.")


def _json(problems: list[Problem], _files: int) -> None:
    rows = [
        {
            "file": problem.pos.file,
            "line": problem.pos.line,
            "column": problem.pos.column,
            "severity": problem.severity,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2))


def _github(problems: list[Problem], _files: int) -> None:
    """Annotations as GitHub's runners read them from the log."""
    for problem in problems:
        place = f"file={_property(problem.pos.file)},line={problem.pos.line},col={problem.pos.column}"
        message = problem.message + (f"; {problem.hint}" if problem.hint else "")
        click.echo(f"::{problem.severity} {place}::{_data(message)}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_SHAPES: dict[str, Callable[[list[Problem], int], None]] = {"text": _text, "json": _json, "github": _github}

"""The request for one session: which routines, fitted how, in which voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach.choices import Choices, parse_level, parse_side
from voicecoach.errors import ChoiceError, did_you_mean
from voicecoach.script import values


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRequest:
    """A session as a caller asks for it."""

    routines: tuple[str, ...] = ()
    """Names or paths, played one after the other; without any, the routine that fits `tags`, `needs` and the length."""
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    voice: str = "auto"
    choices: Choices = Choices()  # noqa: RUF009 frozen


def parse_words(words: Sequence[str]) -> SessionRequest:
    """Parse the words of an `add` command at the control socket: routines, and the options of `voicecoach play`.

    Raises ChoiceError for an unknown option, a wrong value, and what an added routine cannot have: a voice, a speed,
    standard input.
    """
    routines: list[str] = []
    lists: dict[str, list[str]] = {name: [] for name in _LISTS.values()}
    single: dict[str, Any] = {}
    for option, value in _split(words):
        if option is None or option in ("-r", "--routine"):
            routines.append(value)
        elif option in _LISTS:
            lists[_LISTS[option]].append(value)
        elif option in ("--voice", "--speed"):
            raise ChoiceError("add: an added routine has the voice and the speed of the session")
        elif option == "--no-intro":
            single["intro"] = False
        else:
            name, parse = _VALUES[option]
            try:
                single[name] = parse(value.strip())
            except ValueError as error:
                raise ChoiceError(f"add: {option}: {error.args[0]}") from error
    if "-" in routines:
        raise ChoiceError("add: the player cannot read standard input", "give the routine's name or path")
    refuse_level_with_length(single.get("level"), single.get("length"))
    tags, needs, options = (tuple(lists.pop(name)) for name in ("tags", "needs", "options"))
    only, skip = tuple(lists["only"]), tuple(lists["skip"])
    choices = Choices(options=frozenset(options), only=only, skip=skip, **single)
    return SessionRequest(routines=tuple(routines), tags=tags, needs=needs, choices=choices)


def refuse_level_with_length(level: int | None, length: int | None) -> None:
    """Raise ChoiceError if both are given."""
    if level is not None and length is not None:
        raise ChoiceError("--level and --minutes together", "--minutes finds the level by itself: leave one out")


def absolute_paths(words: Sequence[str]) -> list[str]:
    """Make the paths of existing files absolute: the player may run in another folder."""
    from voicecoach.script.library import is_file, is_path

    return [str(Path(word).absolute()) if is_path(word) and is_file(Path(word)) else word for word in words]


_LISTS = {"--with": "options", "--only": "only", "--skip": "skip", "--tag": "tags", "--needs": "needs"}
_VALUES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "--minutes": ("length", values.minutes),
    "--level": ("level", parse_level),
    "--side": ("side", parse_side),
}
_OPTIONS = ("-r", "--routine", *_LISTS, *_VALUES, "--voice", "--speed", "--no-intro")


def _split(words: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """Yield each option with its value, and each word that belongs to no option with None."""
    ahead = iter(words)
    for word in ahead:
        if word == "--":
            yield from ((None, rest) for rest in ahead)
        elif not word.startswith("-") or word == "-":
            yield None, word
        else:
            yield _option(word, ahead)


def _option(word: str, ahead: Iterator[str]) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not word.startswith("--") and len(word) > 2:  # `-rcat-cow`
        name, equals, value = word[:2], "=", word[2:]
    if name not in _OPTIONS:
        raise ChoiceError(f"add: no such option ({name})", did_you_mean(name, _OPTIONS))
    if name == "--no-intro":
        return name, ""
    if not equals:
        value = next(ahead, "")
    if not value:
        raise ChoiceError(f"add: {name} needs a value")
    return name, value

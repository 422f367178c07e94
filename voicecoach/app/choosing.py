"""Which routine was asked for: by name or path, or by what it is tagged with, needs and how long it can be.

The compiler is imported where it is needed, so that `list` is quick.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from voicecoach.errors import ChoiceError, ExternalError, ScriptError
from voicecoach.routine import Routine, join_routines
from voicecoach.script.library import Library
from voicecoach.units import Ms, ms

if TYPE_CHECKING:
    from voicecoach.compiler import Choices

__all__ = ["NOTHING", "by_name", "by_wish", "every", "fits"]

NOTHING = "none"
"""What `--needs` takes for routines that need nothing."""


def by_name(names: tuple[str, ...]) -> Routine:
    """The routine of a name; several become one session, one after the other."""
    library = Library()
    return join_routines(tuple(library.load(name) for name in names))


def by_wish(tags: tuple[str, ...], things: tuple[str, ...], choices: Choices) -> Routine:
    """The one routine that fits; with a length asked for, of those that can be so long the one nearest to it."""
    if not tags and not things and choices.length is None:
        raise ChoiceError("no routine was named", "`voicecoach list` shows those there are")
    fitting = [routine for routine in every() if fits(routine, tags, things)]
    if choices.length is not None:
        fitting = _of_length(fitting, choices, choices.length)
    if not fitting:
        raise ChoiceError("no routine fits what was asked for", "`voicecoach list` shows those there are")
    if len(fitting) > 1 and choices.length is None:
        names = ", ".join(routine.name for routine in fitting)
        raise ChoiceError(f"several routines fit ({names})", "name one of them, or say --minutes")
    return fitting[0]


def every() -> list[Routine]:
    """All routines that can be had by name; those with mistakes are passed over."""
    library = Library()
    found = []
    for path in library.paths().values():
        try:
            found.append(library.load_path(path))
        except (ScriptError, ExternalError):
            continue
    return found


def fits(routine: Routine, tags: Collection[str], things: Collection[str]) -> bool:
    """Whether a routine bears all the tags and needs all the things (`none`: needs nothing)."""
    if not {tag.casefold() for tag in tags} <= {tag.casefold() for tag in routine.tags}:
        return False
    return not things or _has(routine, {name.casefold() for name in things})


def _has(routine: Routine, things: set[str]) -> bool:
    from voicecoach.compiler.selection import routine_needs

    have = {name.casefold() for name in routine_needs(routine)}
    return not (NOTHING in things and have) and things - {NOTHING} <= have


def _of_length(routines: list[Routine], choices: Choices, length: Ms) -> list[Routine]:
    """Those that can be made so long with what was chosen, the one that needs least stretching first."""
    from voicecoach.compiler import compile_session
    from voicecoach.compiler.compilation import estimate_lengths

    reachable = []
    for routine in routines:
        try:
            compile_session(routine, choices, estimate_lengths)
        except (ChoiceError, ScriptError):
            continue
        usual = compile_session(routine, replace(choices, level=50, length=None), estimate_lengths)
        reachable.append((abs(ms(usual.length) - length), routine.name, routine))
    return [routine for *_, routine in sorted(reachable, key=lambda each: each[:2])]

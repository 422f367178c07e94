"""Finds the routines that a request means: by name or path, or by tags, needs and length.

The compiler is imported only when it is needed, so that `voicecoach list` starts quickly.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from voicecoach.errors import ChoiceError, ExternalError, ScriptError
from voicecoach.routine import Routine, join_routines
from voicecoach.script.library import Library
from voicecoach.script.routine_size import size_problems
from voicecoach.units import Ms, ms

if TYPE_CHECKING:
    from voicecoach.app.request import SessionRequest
    from voicecoach.choices import Choices


NEEDS_NOTHING = "none"
"""The value of `--needs` for routines that need nothing."""
_HINT = "`voicecoach list` shows them all"


def requested_routine(request: SessionRequest) -> Routine:
    """Load the routine that a request names, or find the one that fits it.

    Raises ChoiceError if there is none or if several fit, ScriptError for mistakes in a routine.
    """
    if not request.routines:
        return _best_match(request.tags, request.needs, request.choices)
    routine = load_routines(request.routines)
    if not matches(routine, request.tags, request.needs):
        raise ChoiceError(f"{routine.name} does not fit --tag and --needs", "leave them out, or name no routine")
    return routine


def load_routines(names: tuple[str, ...]) -> Routine:
    """Load routines by name or path; several are joined into one, in their order.

    Raises ChoiceError for an unknown name, ScriptError for mistakes in a routine, or if all of them are too much.
    """
    library = Library()
    joined = join_routines(tuple(library.load(name) for name in names))
    if problems := list(size_problems(joined)):
        raise ScriptError(problems)
    return joined


def all_routines() -> list[Routine]:
    """Load every routine that can be found by name, except those with mistakes."""
    library = Library()
    found = []
    for path in library.paths().values():
        with suppress(ScriptError, ExternalError):
            found.append(library.load_path(path))
    return found


def matches(routine: Routine, tags: Collection[str], needs: Collection[str]) -> bool:
    """Whether a routine has all the tags and needs all the things (`none`: needs nothing)."""
    if not {tag.casefold() for tag in tags} <= {tag.casefold() for tag in routine.tags}:
        return False
    return not needs or _needs_all(routine, {name.casefold() for name in needs})


def _needs_all(routine: Routine, things: set[str]) -> bool:
    from voicecoach.compiler.selection import routine_needs

    needed = {name.casefold() for name in routine_needs(routine)}
    return not (NEEDS_NOTHING in things and needed) and things - {NEEDS_NOTHING} <= needed


def _best_match(tags: tuple[str, ...], needs: tuple[str, ...], choices: Choices) -> Routine:
    """Find the one routine that fits. With a length, the one that needs least stretching to reach it."""
    if not tags and not needs and choices.length is None:
        raise ChoiceError("no routine was named", _HINT)
    fitting = [routine for routine in all_routines() if matches(routine, tags, needs)]
    if choices.length is not None:
        fitting = _nearest_first(fitting, choices, choices.length)
    if not fitting:
        raise ChoiceError("no routine matches the request", _HINT)
    if len(fitting) > 1 and choices.length is None:
        names = ", ".join(routine.name for routine in fitting)
        raise ChoiceError(f"several routines fit ({names})", "name one of them, or say --minutes")
    return fitting[0]


def _nearest_first(routines: list[Routine], choices: Choices, length: Ms) -> list[Routine]:
    """Sort by how far the standard length is from this one; leave out routines that cannot reach it."""
    from voicecoach.compiler import compile_session, estimate_lengths

    reachable = []
    for routine in routines:
        try:
            compile_session(routine, choices, estimate_lengths)
        except (ChoiceError, ScriptError):
            continue
        standard = compile_session(routine, replace(choices, level=50, length=None), estimate_lengths)
        reachable.append((abs(ms(standard.length) - length), routine.name, routine))
    return [routine for *_, routine in sorted(reachable, key=lambda each: each[:2])]

"""What of a routine can be named or listed before it is compiled: its moves' titles, its needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from voicecoach.routine import Move, Routine, Step, Text, Use, inner

__all__ = ["active", "as_move", "folded", "has_moves", "needs", "titles", "united", "unknown_titles"]


def active(step: Step, options: frozenset[str]) -> bool:
    """Whether `when` and `unless` let a step through."""
    return (not step.when or step.when in options) and (not step.unless or step.unless not in options)


def folded(title: str) -> str:
    """A title as it is compared: any case, any white space."""
    return " ".join(title.split()).casefold()


def has_moves(routine: Routine) -> bool:
    """Whether a routine has chapters of its own; one without is a single move with its title."""
    return _moves_in(routine.steps)


def _moves_in(steps: tuple[Step, ...]) -> bool:
    return any(isinstance(step, Move | Use) or _moves_in(inner(step)) for step in steps)


def as_move(routine: Routine) -> Move:
    """A routine without moves as the one move that it is."""
    title = routine.title
    return Move(title=Text(title, (title,), routine.pos), steps=routine.steps, pos=routine.pos)


def titles(routine: Routine) -> tuple[str, ...]:
    """Every title that `--only` and `--skip` can name, as written, in order."""

    def within(steps: tuple[Step, ...]) -> Iterator[str]:
        for step in steps:
            if isinstance(step, Move):
                yield step.title.raw
            if isinstance(step, Use):
                yield from titles(step.routine)
            yield from within(inner(step))

    return tuple(dict.fromkeys(within(routine.steps))) if has_moves(routine) else (routine.title,)


def unknown_titles(routine: Routine, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the titles asked for that no move bears, as written or filled in."""
    written = [folded(title) for title in titles(routine)] if asked else []
    return tuple(title for title in asked if not any(_may_be(folded(title), each) for each in written))


def _may_be(title: str, written: str) -> bool:
    """Whether a title is one as it is written, or as it may come out, every placeholder filled in.

    Piece after piece from the left: a regular expression would try for ever on a title of many placeholders.
    """
    first, *pieces = re.split(r"\{[^{}]*\}", written)
    if title == written or not pieces:
        return title == written
    at, end = len(first), len(title) - len(pieces[-1])
    if not title.startswith(first) or not title.endswith(pieces[-1]):
        return False
    for piece in pieces[:-1]:
        found = title.find(piece, at + 1, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at < end


def needs(routine: Routine, options: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Everything that a whole session needs, with these options: its own, its moves' and its used routines'."""

    def within(steps: tuple[Step, ...], taken: frozenset[str]) -> Iterator[str]:
        for step in steps:
            if active(step, taken):
                if isinstance(step, Move):
                    yield from step.needs
                if isinstance(step, Use):
                    yield from step.routine.needs
                    yield from within(step.routine.steps, taken.union(step.options))
                yield from within(inner(step), taken)

    return united((*routine.needs, *within(routine.steps, options)))


def united(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, any case, as it was first written."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(folded(name), name)
    return tuple(found.values())

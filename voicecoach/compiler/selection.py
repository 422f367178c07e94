"""Which moves are played: `--only`, `--skip`, `when` and `unless`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from voicecoach.routine import Move, Repeat, Routine, Sides, Step, Text, Use, inner

__all__ = ["Selection", "as_move", "has_moves", "needs", "titles", "unknown_titles"]


@lru_cache(maxsize=256)
def _moves_in(steps: tuple[Step, ...]) -> bool:
    return any(isinstance(step, Move | Use) or _moves_in(inner(step)) for step in steps)


def has_moves(routine: Routine) -> bool:
    """Whether a routine has chapters of its own; one without is a single move with its title."""
    return _moves_in(routine.steps)


@lru_cache(maxsize=256)
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


def needs(routine: Routine, options: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Everything that a whole session needs, with these options: its own, its moves' and its used routines'."""

    def within(steps: tuple[Step, ...], taken: frozenset[str]) -> Iterator[str]:
        for step in steps:
            if Selection.active(step, taken):
                if isinstance(step, Move):
                    yield from step.needs
                if isinstance(step, Use):
                    yield from step.routine.needs
                    yield from within(step.routine.steps, taken.union(step.options))
                yield from within(inner(step), taken)

    named = (*routine.needs, *within(routine.steps, options))
    return tuple({name.casefold(): name for name in reversed(named)}.values())[::-1]


def unknown_titles(routine: Routine, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the titles asked for that no move bears, as written or filled in for either side."""
    patterns = [_pattern(title) for title in titles(routine)]
    return tuple(title for title in asked if not any(pattern.fullmatch(_plain(title)) for pattern in patterns))


@lru_cache(maxsize=256)
def _pattern(title: str) -> re.Pattern[str]:
    """What a title with placeholders may come out as, or is written as."""
    pieces = re.split(r"\{[^{}]*\}", _plain(title))
    open_ = ".+".join(map(re.escape, pieces))
    return re.compile(f"{re.escape(_plain(title))}|{open_}")


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


class Selection:
    """The listener's pick among the moves."""

    def __init__(self, only: tuple[str, ...], skip: tuple[str, ...]) -> None:
        self._only, self._skip = set(map(_plain, only)), set(map(_plain, skip))
        self._known: dict[tuple[int, frozenset[str], bool], bool] = {}

    @staticmethod
    def active(step: Step, options: frozenset[str]) -> bool:
        """Whether `when` and `unless` let a step through."""
        return (not step.when or step.when in options) and (not step.unless or step.unless not in options)

    def wants(self, move: Move, title: str) -> bool:
        """Whether a move is named by `--only`, by its title as written or as filled in."""
        return bool(self._only & {_plain(move.title.raw), _plain(title)})

    def plays(self, move: Move, options: frozenset[str], taken: bool, title: str) -> bool:
        """Whether anything of a move is played."""
        if self._skip & {_plain(move.title.raw), _plain(title)}:
            return False
        return self.sounds(move.steps, options, taken or self.wants(move, title))

    def sounds(self, steps: tuple[Step, ...], options: frozenset[str], taken: bool) -> bool:
        """Whether anything in a list is played; `taken` where an `--only` move surrounds it."""
        key = (id(steps), options, taken)
        if key not in self._known:
            self._known[key] = any(self._sounds(step, options, taken) for step in steps)
        return self._known[key]

    def _sounds(self, step: Step, options: frozenset[str], taken: bool) -> bool:
        if not self.active(step, options):
            return False
        match step:
            case Move():
                return self.plays(step, options, taken, step.title.raw)
            case Use():
                inside = options.union(step.options)
                if has_moves(step.routine):
                    return self.sounds(step.routine.steps, inside, taken)
                return self.plays(as_move(step.routine), inside, taken, step.routine.title)
            case Repeat() | Sides():
                return self.sounds(step.steps, options, taken)
            case _:
                return taken

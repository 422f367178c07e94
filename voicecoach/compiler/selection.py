"""Which parts of a routine are played: `--only`, `--skip`, `--side`, `when` and `unless`.

Also lists what can be selected, before anything is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from voicecoach.choices import Choices
from voicecoach.compiler.ranges import Pacing
from voicecoach.compiler.wording import Scope
from voicecoach.routine import Move, Repeat, Routine, Sides, Step, Text, Use, child_steps

__all__ = [
    "Selection",
    "as_move",
    "has_moves",
    "is_active",
    "move_titles",
    "normalize_title",
    "routine_needs",
    "unique_names",
    "unknown_titles",
]


def is_active(step: Step, options: frozenset[str]) -> bool:
    """Whether `when` and `unless` let a step through."""
    return (not step.when or step.when in options) and (not step.unless or step.unless not in options)


def normalize_title(title: str) -> str:
    """A title as it is compared: any case, any white space."""
    return " ".join(title.split()).casefold()


def has_moves(routine: Routine) -> bool:
    """Whether a routine has chapters of its own; one without is a single move with its title."""
    return _contain_move(routine.steps)


def _contain_move(steps: tuple[Step, ...]) -> bool:
    return any(isinstance(step, Move | Use) or _contain_move(child_steps(step)) for step in steps)


def as_move(routine: Routine) -> Move:
    """A routine without moves as the one move that it is."""
    title = routine.title
    return Move(title=Text(title, (title,), routine.pos), steps=routine.steps, pos=routine.pos)


def move_titles(routine: Routine) -> tuple[str, ...]:
    """Every title that `--only` and `--skip` can name, as written, in order."""

    def within(steps: tuple[Step, ...]) -> Iterator[str]:
        for step in steps:
            if isinstance(step, Move):
                yield step.title.raw
            if isinstance(step, Use):
                yield from move_titles(step.routine)
            yield from within(child_steps(step))

    return tuple(dict.fromkeys(within(routine.steps))) if has_moves(routine) else (routine.title,)


def unknown_titles(routine: Routine, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the titles asked for that no move bears, as written or filled in."""
    written = [normalize_title(title) for title in move_titles(routine)] if asked else []
    return tuple(title for title in asked if not any(_matches(normalize_title(title), each) for each in written))


def _matches(title: str, written: str) -> bool:
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


def routine_needs(routine: Routine, options: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Everything that a whole session needs, with these options: its own, its moves' and its used routines'."""

    def within(steps: tuple[Step, ...], taken: frozenset[str]) -> Iterator[str]:
        for step in steps:
            if is_active(step, taken):
                if isinstance(step, Move):
                    yield from step.needs
                if isinstance(step, Use):
                    yield from step.routine.needs
                    yield from within(step.routine.steps, taken.union(step.options))
                yield from within(child_steps(step), taken)

    return unique_names((*routine.needs, *within(routine.steps, options)))


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, any case, as it was first written."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(normalize_title(name), name)
    return tuple(found.values())


class Selection:
    """The listener's pick among the moves and sides of one routine."""

    def __init__(self, choices: Choices, numbers: Pacing, fill: Callable[[Text, Scope], str]) -> None:
        self._side, self._numbers, self._fill = choices.side, numbers, fill
        self._only, self._skip = set(map(normalize_title, choices.only)), set(map(normalize_title, choices.skip))
        self._known: dict[tuple[object, ...], bool] = {}

    def rounds(self, step: Repeat, frame: Scope) -> Iterator[Scope]:
        """A place for each round."""
        rounds = self._numbers.repetitions(step.number)
        return (frame.in_round(number, rounds) for number in range(1, rounds + 1))

    def sides(self, step: Sides, frame: Scope) -> Iterator[Scope]:
        """A place for each side that is wanted."""
        return (frame.on(side) for side in step.order if self._side in ("both", side))

    def wants(self, move: Move, frame: Scope) -> bool:
        """Whether `--only` names a move."""
        return self._names(self._only, move, frame)

    def plays(self, move: Move, frame: Scope) -> bool:
        """Whether anything of a move is played."""
        if self._names(self._skip, move, frame):
            return False
        return self.sounds(move.steps, frame.inside("", None, wanted=self.wants(move, frame)))

    def sounds(self, steps: tuple[Step, ...], frame: Scope) -> bool:
        """Whether anything in a list is played at this place. Each list is looked through once."""
        # Side and round matter only where titles do, which may name them.
        where = (frame.side, frame.round, frame.taken) if self._only or self._skip else ()
        key = (id(steps), frame.options, *where)
        if key not in self._known:
            self._known[key] = any(self._sounds(step, frame) for step in steps)
        return self._known[key]

    def _sounds(self, step: Step, frame: Scope) -> bool:
        if not is_active(step, frame.options):
            return False
        match step:
            case Move():
                return self.plays(step, frame)
            case Use():
                inner = frame.used(step)
                if has_moves(step.routine):
                    return self.sounds(step.routine.steps, inner)
                return self.plays(as_move(step.routine), inner)
            case Repeat():
                return self._any(step, self.rounds(step, frame))
            case Sides():
                return self._any(step, self.sides(step, frame))
            case _:
                return frame.taken

    def _any(self, step: Repeat | Sides, passes: Iterator[Scope]) -> bool:
        """Between nothing lies nothing, but for a move there that `--only` names."""
        return any(
            self.sounds(step.steps, each) or (not each.taken and self.sounds(step.between or (), each))
            for each in passes
        )

    def _names(self, titles: set[str], move: Move, frame: Scope) -> bool:
        """Whether a move's title, as written or as filled in, is among these."""
        if not titles:
            return False
        return normalize_title(move.title.raw) in titles or normalize_title(self._fill(move.title, frame)) in titles

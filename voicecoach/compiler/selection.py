"""Which parts of a routine are played: `--only`, `--skip`, `--side`, `when` and `unless`.

Also lists what can be selected, before anything is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from voicecoach.choices import Choices
from voicecoach.compiler.pacing import Pacing
from voicecoach.compiler.wording import Scope
from voicecoach.routine import Move, Repeat, Routine, Sides, Step, Text, Use, child_steps, walk_steps


def move_titles(routine: Routine) -> tuple[str, ...]:
    """Every title that `--only` and `--skip` can name, as written, in order."""
    return tuple(dict.fromkeys(_titles(routine)))


def _titles(routine: Routine) -> Iterator[str]:
    for step in walk_steps(top_steps(routine)):
        if isinstance(step, Move):
            yield step.title.raw
        elif isinstance(step, Use):
            yield from _titles(step.routine)


def unknown_titles(routine: Routine, titles: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the titles that no move has, neither as written nor as filled in."""
    written = [normalize_title(title) for title in move_titles(routine)] if titles else []
    return tuple(title for title in titles if not any(_matches(normalize_title(title), each) for each in written))


def _matches(title: str, written: str) -> bool:
    """Whether a title equals a written one, as it is or with some text for every placeholder.

    Compares piece by piece from the left: a regular expression could backtrack forever on many placeholders.
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
    """Everything that a whole session with these options needs."""
    return unique_names((*routine.needs, *_step_needs(routine.steps, options)))


def _step_needs(steps: tuple[Step, ...], options: frozenset[str]) -> Iterator[str]:
    for step in steps:
        if not is_active(step, options):
            continue
        if isinstance(step, Use):
            yield from step.routine.needs
            yield from _step_needs(step.routine.steps, options.union(step.options))
        else:
            yield from step.needs if isinstance(step, Move) else ()
            yield from _step_needs(child_steps(step), options)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, ignoring case, in its first spelling."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(normalize_title(name), name)
    return tuple(found.values())


def normalize_title(title: str) -> str:
    """A title for comparing, without regard to case and white space."""
    return " ".join(title.split()).casefold()


def is_active(step: Step, options: frozenset[str]) -> bool:
    """Whether `when` and `unless` allow a step."""
    return (not step.when or step.when in options) and (not step.unless or step.unless not in options)


def top_steps(routine: Routine) -> tuple[Step, ...]:
    """The steps of a routine. One without moves is a single move with the routine's title."""
    return routine.steps if _has_moves(routine) else (_as_move(routine),)


def _has_moves(routine: Routine) -> bool:
    return any(isinstance(step, Move | Use) for step in walk_steps(routine.steps))


def _as_move(routine: Routine) -> Move:
    title = Text(routine.title, (routine.title,), routine.pos)
    return Move(title=title, steps=routine.steps, pos=routine.pos)


class Selection:
    """Decides which moves, sides and rounds of a routine the listener hears."""

    def __init__(self, choices: Choices, pacing: Pacing, fill: Callable[[Text, Scope], str]) -> None:
        self._side, self._pacing, self._fill = choices.side, pacing, fill
        self._only, self._skip = set(map(normalize_title, choices.only)), set(map(normalize_title, choices.skip))
        self._memo: dict[tuple[object, ...], bool] = {}

    def passes(self, step: Repeat | Sides, scope: Scope) -> Iterator[Scope]:
        """A scope for each round, or for each side that was chosen."""
        if isinstance(step, Sides):
            return (scope._replace(side=side) for side in step.order if self._side in ("both", side))
        rounds = self._pacing.repetitions(step.number)
        return (scope._replace(round=(number, rounds)) for number in range(1, rounds + 1))

    def is_named(self, move: Move, scope: Scope) -> bool:
        """Whether `--only` names a move."""
        return self._contains(self._only, move, scope)

    def plays_move(self, move: Move, scope: Scope) -> bool:
        """Whether any step of a move is played."""
        if self._contains(self._skip, move, scope):
            return False
        named = not scope.included and self.is_named(move, scope)
        return self.plays_any(move.steps, scope._replace(included=True) if named else scope)

    def plays_any(self, steps: tuple[Step, ...], scope: Scope) -> bool:
        """Whether any of the steps is played in this scope. Answers are kept, so that each list is searched once."""
        # Side and round matter only for titles, which may name them.
        titles = (scope.side, scope.round, scope.included) if self._only or self._skip else ()
        key = (id(steps), scope.options, *titles)
        if key not in self._memo:
            self._memo[key] = any(self._plays(step, scope) for step in steps)
        return self._memo[key]

    def _plays(self, step: Step, scope: Scope) -> bool:
        if not is_active(step, scope.options):
            return False
        match step:
            case Move():
                return self.plays_move(step, scope)
            case Use():
                inner = scope.in_use(step)
                if _has_moves(step.routine):
                    return self.plays_any(step.routine.steps, inner)
                return self.plays_move(_as_move(step.routine), inner)
            case Repeat() | Sides():
                return any(self._plays_pass(step, inner) for inner in self.passes(step, scope))
            case _:
                return scope.included

    def _plays_pass(self, step: Repeat | Sides, scope: Scope) -> bool:
        """Steps `between` silent passes are silent too, except for a move that `--only` names."""
        between = step.between or ()
        return self.plays_any(step.steps, scope) or (not scope.included and self.plays_any(between, scope))

    def _contains(self, titles: set[str], move: Move, scope: Scope) -> bool:
        """Whether a move's title is among these, as written or as filled in."""
        if not titles:
            return False
        return normalize_title(move.title.raw) in titles or normalize_title(self._fill(move.title, scope)) in titles

"""What a listener hears of a routine: `--only`, `--skip`, `--side`, `when` and `unless`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voicecoach.choices import Choices
from voicecoach.compiler.frame import Frame
from voicecoach.compiler.ranges import Numbers
from voicecoach.compiler.selection import active, as_move, folded, has_moves
from voicecoach.routine import Move, Repeat, Sides, Step, Text, Use

__all__ = ["Pick"]


class Pick:
    """The listener's pick among the moves and sides of one routine."""

    def __init__(self, choices: Choices, numbers: Numbers, fill: Callable[[Text, Frame], str]) -> None:
        self._side, self._numbers, self._fill = choices.side, numbers, fill
        self._only, self._skip = set(map(folded, choices.only)), set(map(folded, choices.skip))
        self._known: dict[tuple[object, ...], bool] = {}

    def rounds(self, step: Repeat, frame: Frame) -> Iterator[Frame]:
        """A place for each round."""
        rounds = self._numbers.repetitions(step.number)
        return (frame.in_round(number, rounds) for number in range(1, rounds + 1))

    def sides(self, step: Sides, frame: Frame) -> Iterator[Frame]:
        """A place for each side that is wanted."""
        return (frame.on(side) for side in step.order if self._side in ("both", side))

    def wants(self, move: Move, frame: Frame) -> bool:
        """Whether `--only` names a move."""
        return self._names(self._only, move, frame)

    def plays(self, move: Move, frame: Frame) -> bool:
        """Whether anything of a move is played."""
        if self._names(self._skip, move, frame):
            return False
        return self.sounds(move.steps, frame.inside("", None, wanted=self.wants(move, frame)))

    def sounds(self, steps: tuple[Step, ...], frame: Frame) -> bool:
        """Whether anything in a list is played at this place. Each list is looked through once."""
        # Side and round matter only where titles do, which may name them.
        where = (frame.side, frame.round, frame.taken) if self._only or self._skip else ()
        key = (id(steps), frame.options, *where)
        if key not in self._known:
            self._known[key] = any(self._sounds(step, frame) for step in steps)
        return self._known[key]

    def _sounds(self, step: Step, frame: Frame) -> bool:
        if not active(step, frame.options):
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

    def _any(self, step: Repeat | Sides, passes: Iterator[Frame]) -> bool:
        """Between nothing lies nothing, but for a move there that `--only` names."""
        return any(
            self.sounds(step.steps, each) or (not each.taken and self.sounds(step.between or (), each))
            for each in passes
        )

    def _names(self, titles: set[str], move: Move, frame: Frame) -> bool:
        """Whether a move's title, as written or as filled in, is among these."""
        if not titles:
            return False
        return folded(move.title.raw) in titles or folded(self._fill(move.title, frame)) in titles

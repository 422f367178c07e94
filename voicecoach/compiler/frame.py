"""Where in a script the unroller stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicecoach.routine import Routine, Side, Use

__all__ = ["Frame"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a list of steps."""

    routine: Routine
    """The file that they stand in."""
    options: frozenset[str]
    """Those chosen, and those that `use` has added on the way in."""
    taken: bool = True
    """Whether loose steps are played: there is no `--only`, or a move that it names surrounds them."""
    uses: tuple[int, ...] = ()
    """The `use` steps on the way in, by identity."""
    side: Side | None = None
    round: tuple[int, int] | None = None
    move: str | None = None
    """Title of the move whose steps these are."""
    position: str | None = None
    """Of that move, or of the nearest around it that names one."""

    def used(self, step: Use) -> Frame:
        """The same place, inside the routine that a step uses."""
        options = self.options.union(step.options)
        return replace(self, routine=step.routine, options=options, uses=(*self.uses, id(step)), move=None)

    def inside(self, title: str, position: str | None, *, wanted: bool) -> Frame:
        """The same place, inside a move; `wanted` where `--only` names it."""
        position = position or self.position
        return replace(self, move=title, position=position, taken=self.taken or wanted)

    def on(self, side: Side) -> Frame:
        """The same place, on one side."""
        return replace(self, side=side)

    def in_round(self, number: int, rounds: int) -> Frame:
        """The same place, in one round of a repeat."""
        return replace(self, round=(number, rounds))

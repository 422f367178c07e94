"""Walks a routine and lists its cues in order: loops unrolled, sides and options chosen, texts filled in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from voicecoach.choices import Choices
from voicecoach.compiler.cues import CueMaker
from voicecoach.compiler.open_text import OpenText, SessionFacts, Value
from voicecoach.compiler.pacing import Pacing
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Body, Cue, Location, MovePass
from voicecoach.compiler.selection import Selection, is_active, top_steps, unique_names
from voicecoach.compiler.wording import Scope, Wording
from voicecoach.routine import Move, Repeat, Routine, Sides, Step, Use


def unroll(routine: Routine, choices: Choices, pacing: Pacing, phrases: Phrases) -> Body:
    """The body of a session for one listener. Takes time in proportion to what is heard."""
    body = _Unroller(routine, choices, pacing, phrases).body()
    if body.cues and not body.moves:
        # Every move is skipped: the loose steps become one, as in a routine without moves.
        body = _Unroller(routine, choices, pacing, phrases).body(MovePass(routine.title, 0))
    return body


class _Unroller:
    def __init__(self, routine: Routine, choices: Choices, pacing: Pacing, phrases: Phrases) -> None:
        self._routine, self._choices = routine, choices
        self._wording = Wording(phrases, choices.speed)
        self._selection = Selection(choices, pacing, self._wording.stand_in)
        self._tops: dict[int, tuple[Step, ...]] = {}
        self._make = CueMaker(pacing, phrases, self._wording)
        self._cues: list[Cue] = []
        self._moves: list[MovePass] = []
        self._entered: MovePass | None = None
        """The move that its next cue will begin."""
        self._location = Location()
        """Of the last cue."""
        self._needs: dict[int, tuple[str, ...]] = {}
        """By the `id` of the move or routine that has them."""
        self._cautions: dict[int, Routine] = {}
        """Routines with a caution, by `id`."""

    def body(self, entered: MovePass | None = None) -> Body:
        routine, self._entered = self._routine, entered
        self._steps(top_steps(routine), Scope(routine, self._choices.options, included=not self._choices.only))
        cautious = [routine] if routine.caution else self._cautions.values()
        cautions = {each.caution: self._wording.coach(each.caution, each) for each in cautious}
        return Body(
            cues=tuple(self._cues),
            moves=tuple(self._moves),
            needs=unique_names(chain(routine.needs, *self._needs.values())),
            cautions=tuple(cautions.values()),
        )

    def _steps(self, steps: Sequence[Step], scope: Scope) -> None:
        for index, step in enumerate(steps):
            if (step.when or step.unless) and not is_active(step, scope.options):
                continue
            match step:
                case Repeat() | Sides():
                    self._passes(step, scope)
                case Move():
                    self._move(step, scope)
                case Use():
                    self._use(step, scope)
                case _ if scope.included:
                    self._cues += self._make.step_cues(steps, index, scope, self._locate)

    def _passes(self, step: Repeat | Sides, scope: Scope) -> None:
        heard = False
        for index, inner in enumerate(self._selection.passes(step, scope)):
            plays = self._selection.plays_any(step.steps, inner)
            # `between` separates two passes that are heard. A move in it that `--only` names is heard anyway.
            if (heard and plays) or (index > 0 and not inner.included):
                self._steps(step.between or (), inner)
            if plays:
                self._announce(step, inner, first=not heard)
                self._steps(step.steps, inner)
                heard = True

    def _announce(self, step: Repeat | Sides, scope: Scope, *, first: bool) -> None:
        match step:
            case Repeat(announce=True) if scope.round and scope.round[1] > 1:
                self._cues.append(self._make.round(scope, self._locate(scope), step.pos))
            case Sides(between=None) if not first:
                self._cues += self._make.side_change(scope, self._locate(scope), step.pos)

    def _move(self, step: Move, scope: Scope) -> None:
        if not self._selection.plays_move(step, scope):
            return
        title = self._wording.fill(step.title, scope)
        inner = scope.in_move(title, self._position(step, scope), named=self._selection.is_named(step, scope))
        before, cue_count = self._entered, len(self._cues)
        self._entered = _entered(title, inner.position) if inner.included else before
        self._steps(step.steps, inner)
        if len(self._cues) > cue_count:
            self._needs[id(step)] = step.needs
        else:
            self._entered = before

    def _use(self, step: Use, scope: Scope) -> None:
        used, cue_count = step.routine, len(self._cues)
        cautions, self._cautions = self._cautions, {}
        self._steps(self._top_steps(used), scope.in_use(step))
        if len(self._cues) > cue_count:
            cautions |= {id(used): used} if used.caution else self._cautions
            self._needs[id(used)] = used.needs
        self._cautions = cautions

    def _top_steps(self, routine: Routine) -> tuple[Step, ...]:
        if id(routine) not in self._tops:
            self._tops[id(routine)] = top_steps(routine)
        return self._tops[id(routine)]

    @staticmethod
    def _position(step: Move, scope: Scope) -> str | None:
        """Positions are keywords of the script language and stay English, sides included."""
        if step.position is None:
            return None
        return "".join(part if isinstance(part, str) else scope.side or "" for part in step.position.parts)

    def _locate(self, scope: Scope) -> Location:
        """The location of the next cue. The first cue of a move begins its pass."""
        if self._entered:
            entered = self._entered
            self._moves.append(MovePass(entered.title, len(self._cues), entered.position, entered.open))
            self._wording.begun.append(entered.open or entered.title)
            self._entered = None
        found, move = self._location, len(self._moves) - 1 if self._moves else None
        if found.move != move or found.side != scope.side or found.round != scope.round:
            self._location = Location(move, scope.side, scope.round)
        return self._location


def _entered(title: Value, position: str | None) -> MovePass:
    """A pass through a move that is about to begin."""
    if isinstance(title, OpenText):
        return MovePass(title.fill(SessionFacts()), 0, position, title)
    return MovePass(title, 0, position)

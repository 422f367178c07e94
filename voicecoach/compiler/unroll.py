"""Walks a routine and lists its cues in order: loops unrolled, sides and options chosen, texts filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voicecoach.choices import Choices
from voicecoach.compiler import cues
from voicecoach.compiler.cues import CueMaker
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.ranges import Pacing
from voicecoach.compiler.score import Body, Cue, Location, MovePass, SpokenText
from voicecoach.compiler.selection import Selection, as_move, has_moves, is_active, unique_names
from voicecoach.compiler.wording import Guess, Scope, Wording
from voicecoach.routine import Breathe, Chime, Count, Hold, Move, Pause, Repeat, Routine, Say, Sides, Step, Use, Wait

__all__ = ["unroll"]


def unroll(routine: Routine, choices: Choices, numbers: Pacing, phrases: Phrases, guess: Guess) -> Body:
    """The body of a session for one listener. Pure; linear in what is heard."""
    body = _Unroller(routine, choices, numbers, phrases, guess).body()
    if body.cues and not body.moves:
        # All moves are left out: what remains is one, as in a routine that has none.
        body = _Unroller(routine, choices, numbers, phrases, guess, MovePass(routine.title, 0)).body()
    return body


class _Unroller:
    def __init__(
        self,
        routine: Routine,
        choices: Choices,
        numbers: Pacing,
        phrases: Phrases,
        guess: Guess,
        entered: MovePass | None = None,
    ) -> None:
        self._routine, self._choices, self._numbers, self._phrases = routine, choices, numbers, phrases
        self._wording = Wording(phrases, choices.speed, guess)
        self._pick = Selection(choices, numbers, self._wording.plain)
        self._make = CueMaker(numbers, phrases, self._wording)
        self._cues: list[Cue] = []
        self._moves: list[MovePass] = []
        self._entered = entered
        """A move of which nothing has been heard yet."""
        self._needs: list[str] = []
        self._cautions: list[SpokenText] = []

    def body(self) -> Body:
        frame = Scope(self._routine, self._choices.options, taken=not self._choices.only)
        self._routine_in(frame)
        cautions = self._caution(self._routine) or list({words.text: words for words in self._cautions}.values())
        return Body(
            cues=tuple(self._cues),
            moves=tuple(self._moves),
            needs=unique_names((*self._routine.needs, *self._needs)),
            cautions=tuple(cautions),
            lefts=self._wording.lefts,
            guessed=self._wording.guessed,
        )

    def _caution(self, routine: Routine) -> list[SpokenText]:
        return [self._wording.coach(routine.caution, routine)] if routine.caution else []

    def _routine_in(self, frame: Scope) -> None:
        """A routine's steps; without moves of its own they are one move."""
        if has_moves(frame.routine):
            self._steps(frame.routine.steps, frame)
        else:
            self._move(as_move(frame.routine), frame)

    def _steps(self, steps: Sequence[Step], frame: Scope) -> None:
        for index, step in enumerate(steps):
            if not is_active(step, frame.options):
                continue
            match step:
                case Repeat():
                    self._repeat(step, frame)
                case Sides():
                    self._sides(step, frame)
                case Move():
                    self._move(step, frame)
                case Use():
                    self._use(step, frame)
                case _ if frame.taken:
                    self._sounding(step, steps, index, frame)

    def _sounding(self, step: Step, steps: Sequence[Step], index: int, frame: Scope) -> None:
        make = self._make
        match step:
            case Say():
                text = make.due(step, frame)
                if text is not None:
                    where = self._here(frame)
                    self._cues.append(make.say(step, text, frame, where, make.ahead(text, steps, index, frame)))
            case Pause():
                self._cues.append(make.pause(step, self._here(frame)))
            case Wait():
                self._cues += make.wait(step, frame, self._here(frame))
            case Chime():
                self._cues.append(make.chime(step, self._here(frame)))
            case Hold() | Count() | Breathe():
                self._cues.append(make.clock(step, frame, self._here(frame)))
        make.done(step)

    def _repeat(self, step: Repeat, frame: Scope) -> None:
        heard = False
        for inner in self._pick.rounds(step, frame):
            number, rounds = inner.round or (1, 1)
            sounds = self._pick.sounds(step.steps, inner)
            self._between(step.between, inner, first=number == 1, surrounded=heard and sounds)
            if sounds and step.announce and rounds > 1:
                where = self._here(inner)
                self._cues.append(cues.round_cue(self._phrases, self._numbers, inner, where, step.pos))
            if sounds:
                self._steps(step.steps, inner)
            heard = heard or sounds

    def _sides(self, step: Sides, frame: Scope) -> None:
        heard = False
        for index, inner in enumerate(self._pick.sides(step, frame)):
            sounds = self._pick.sounds(step.steps, inner)
            self._between(step.between or (), inner, first=index == 0, surrounded=heard and sounds)
            if heard and sounds and step.between is None:
                where = self._here(inner)
                self._cues += cues.side_change_cues(self._phrases, self._numbers, inner, where, step.pos)
            if sounds:
                self._steps(step.steps, inner)
            heard = heard or sounds

    def _between(self, steps: Sequence[Step], frame: Scope, *, first: bool, surrounded: bool) -> None:
        """What comes between two passes that are heard; a move there that `--only` names comes anyway."""
        if surrounded or not (first or frame.taken):
            self._steps(steps, frame)

    def _move(self, step: Move, frame: Scope) -> None:
        if not self._pick.plays(step, frame):
            return
        title = self._wording.plain(step.title, frame)
        inner = frame.inside(title, self._position(step, frame), wanted=self._pick.wants(step, frame))
        before, at = self._entered, len(self._cues)
        entered = MovePass(title, 0, inner.position) if inner.taken else before
        self._entered = entered
        self._steps(step.steps, inner)
        if len(self._cues) > at:
            self._needs += step.needs
        else:
            self._entered = before

    def _use(self, step: Use, frame: Scope) -> None:
        at, cautions, self._cautions = len(self._cues), self._cautions, []
        self._routine_in(frame.used(step))
        if len(self._cues) > at:
            cautions += self._caution(step.routine) or self._cautions
            self._needs += step.routine.needs
        self._cautions = cautions

    @staticmethod
    def _position(step: Move, frame: Scope) -> str | None:
        """Positions are words of the language itself and stay English."""
        if step.position is None:
            return None
        return "".join(part if isinstance(part, str) else frame.side or "" for part in step.position.parts)

    def _here(self, frame: Scope) -> Location:
        """Where the cue to come lies; a move begins with the first that is heard of it."""
        if self._entered:
            self._moves.append(replace(self._entered, first=len(self._cues)))
            self._wording.begun.append(self._entered.title)
            self._entered = None
        return Location(len(self._moves) - 1 if self._moves else None, frame.side, frame.round)

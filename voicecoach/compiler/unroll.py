"""`Routine` → `Score`: loops unrolled, sides taken, options chosen, words filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicecoach.compiler import clocks, coach
from voicecoach.compiler.choices import Choices
from voicecoach.compiler.fill import Setting, filled, spoken
from voicecoach.compiler.numbers import Numbers, key_of
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Cue, Give, Passage, Rest, Ring, Score, Speak, Where, Words
from voicecoach.compiler.selection import Selection, as_move, has_moves
from voicecoach.routine import (
    Breathe,
    Chime,
    Count,
    Hold,
    Move,
    Pause,
    Repeat,
    Routine,
    Say,
    Side,
    Sides,
    Step,
    Text,
    Use,
    Wait,
)
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

__all__ = ["Guess", "unroll"]

SETTLE = SECOND
"""The silence behind what is said, where the writer gave none."""
STRETCH = Ms(5 * SECOND)
"""How far `then`, `pause` and settle pauses may be stretched or shortened to reach a length."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What words need to know of the whole session before it is laid out; made true by compiling again."""

    total: int = 1
    """Whole minutes."""
    left: tuple[int, ...] = ()
    """Whole minutes left at each text that names them, in order."""
    titles: tuple[str, ...] = ()
    """Of all passages."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the unroller stands in the script."""

    routine: Routine
    options: frozenset[str]
    uses: tuple[int, ...] = ()
    taken: bool = True
    side: Side | None = None
    round: tuple[int, int] | None = None


def unroll(routine: Routine, choices: Choices, numbers: Numbers, phrases: Phrases, guess: Guess) -> Score:
    """The score of a routine for one listener. Pure; linear in what is heard."""
    return _Unroller(routine, choices, numbers, phrases, guess).score()


class _Unroller:
    def __init__(self, routine: Routine, choices: Choices, numbers: Numbers, phrases: Phrases, guess: Guess) -> None:
        self._routine, self._choices, self._numbers = routine, choices, numbers
        self._phrases, self._guess = phrases, guess
        self._cues: list[Cue] = []
        self._moves: list[Passage] = []
        self._visits: Counter[int] = Counter()
        self._reached: set[tuple[tuple[int, ...], int]] = set()
        self._needs: dict[str, str] = {}
        self._cautions: list[str] = []
        self._selection = Selection(choices.only, choices.skip)
        self._lefts = 0

    def score(self) -> Score:
        frame = _Frame(self._routine, self._choices.options, taken=not self._choices.only)
        self._routine_in(frame)
        needs = {name.casefold(): name for name in self._routine.needs} | self._needs
        cautions = [self._routine.caution] if self._routine.caution else list(dict.fromkeys(self._cautions))
        opening = coach.opening(
            self._routine, self._phrases, self._choices, self._guess.total, tuple(needs.values()), cautions
        )
        closing = coach.closing(self._routine, self._phrases, self._choices)
        moves = tuple(replace(move, first=move.first + len(opening)) for move in self._moves)
        return Score((*opening, *self._cues, *closing), moves, len(opening) + len(self._cues))

    def _routine_in(self, frame: _Frame) -> None:
        """A routine's steps; without moves of its own they are one move."""
        if has_moves(frame.routine):
            self._steps(frame.routine.steps, frame)
        else:
            self._move(as_move(frame.routine), frame)

    def _steps(self, steps: Sequence[Step], frame: _Frame) -> None:
        for index, step in enumerate(steps):
            if not self._selection.active(step, frame.options):
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

    def _sounding(self, step: Step, steps: Sequence[Step], index: int, frame: _Frame) -> None:
        match step:
            case Say():
                self._say(step, steps, index, frame)
            case Pause():
                self._rest(step, frame)
            case Wait():
                self._wait(step, frame)
            case Chime():
                self._cues.append(Ring(Sound(step.sound, step.path), self._where(frame), step.pos))
            case Hold() | Count() | Breathe():
                self._clock(step, frame)
        self._visits[id(step)] += 1

    def _wait(self, step: Wait, frame: _Frame) -> None:
        length = clocks.length(step, self._numbers, self._visits[id(step)])
        if step.say:
            self._cues.append(Speak(self._words(step.say, frame, length), Ms(0), self._where(frame), step.pos))
        self._cues.append(Rest("wait", length, self._where(frame), step.pos))

    def _clock(self, step: Hold | Count | Breathe, frame: _Frame) -> None:
        visit = self._visits[id(step)]
        length = clocks.length(step, self._numbers, visit)

        def write(text: Text) -> Words:
            return self._words(text, frame, length)

        place = clocks.Place(self._numbers, self._phrases, frame.routine, self._where(frame), visit, write)
        self._cues.append(clocks.clock(step, place))

    def _say(self, step: Say, steps: Sequence[Step], index: int, frame: _Frame) -> None:
        text = step.text
        first = (frame.uses, id(step)) not in self._reached
        self._reached.add((frame.uses, id(step)))
        if step.again is not None and not first:
            text = step.again
            if not text.parts:
                return
        length = self._ahead(steps, index, frame) if text.uses("length") else None
        words = self._words(text, frame, length)
        key = key_of(step, self._visits[id(step)])
        if step.then is None:
            base, give = self._numbers.paced(SETTLE), Give(key, Ms(0), STRETCH, ranged=False)
        else:
            base = self._numbers.paced(self._numbers.time(step.then))
            give = self._give(key, base, step.then.low, step.then.high)
        self._cues.append(Speak(words, self._numbers.adjust(key, base), self._where(frame), step.pos, give))

    def _give(self, key: tuple[int, int], base: Ms, low: int, high: int) -> Give:
        """How far a written silence may be stretched: within its range, else by 5 s, but never below its half."""
        if low != high:
            return Give(key, Ms(base - self._numbers.paced(low)), Ms(self._numbers.paced(high) - base), ranged=False)
        return Give(key, Ms(min(STRETCH, base // 2)), STRETCH, ranged=False)

    def _rest(self, step: Pause, frame: _Frame) -> None:
        key = key_of(step, self._visits[id(step)])
        base = self._numbers.paced(self._numbers.time(step.length))
        give = self._give(key, base, step.length.low, step.length.high)
        give = replace(give, ranged=step.length.low != step.length.high)
        self._cues.append(Rest("pause", self._numbers.adjust(key, base), self._where(frame), step.pos, give))

    def _repeat(self, step: Repeat, frame: _Frame) -> None:
        if not self._selection.sounds(step.steps, frame.options, frame.taken):
            return
        rounds = self._numbers.repetitions(step.number)
        for round_ in range(1, rounds + 1):
            inner = replace(frame, round=(round_, rounds))
            if round_ > 1 and frame.taken:
                self._steps(step.between, inner)
            if step.announce and rounds > 1 and frame.taken:
                words = spoken(coach.round_(self._phrases, round_, rounds), frame.routine, self._choices.speed)
                self._cues.append(Speak(words, self._numbers.paced(SETTLE), self._where(inner), step.pos))
            self._steps(step.steps, inner)

    def _sides(self, step: Sides, frame: _Frame) -> None:
        if not self._selection.sounds(step.steps, frame.options, frame.taken):
            return
        sides = [side for side in step.order if self._choices.side in ("both", side)]
        for index, side in enumerate(sides):
            inner = replace(frame, side=side)
            if index and frame.taken:
                if step.between is not None:
                    self._steps(step.between, inner)
                else:
                    where = self._where(inner)
                    self._cues += coach.change(self._phrases, frame.routine, self._choices, side, where, step.pos)
            self._steps(step.steps, inner)

    def _move(self, step: Move, frame: _Frame) -> None:
        title = self._filled(step.title, frame)
        if not self._selection.plays(step, frame.options, frame.taken, title):
            return
        taken = frame.taken or self._selection.wants(step, title)
        inner = replace(frame, taken=taken)
        position = self._filled(step.position, frame) if step.position else None
        if taken:
            self._moves.append(Passage(title, len(self._cues), position))
        at = len(self._cues)
        self._steps(step.steps, inner)
        if len(self._cues) > at:
            self._needs |= {name.casefold(): name for name in step.needs if name.casefold() not in self._needs}
        elif taken and self._moves[-1].first == at:
            self._moves.pop()

    def _use(self, step: Use, frame: _Frame) -> None:
        routine = step.routine
        options = frame.options.union(step.options)
        inner = replace(frame, routine=routine, options=options, uses=(*frame.uses, id(step)))
        at, before, self._cautions = len(self._cues), self._cautions, []
        self._routine_in(inner)
        within, self._cautions = self._cautions, before
        if len(self._cues) > at:
            self._cautions += [routine.caution] if routine.caution else within
            self._needs |= {name.casefold(): name for name in routine.needs if name.casefold() not in self._needs}

    def _ahead(self, steps: Sequence[Step], index: int, frame: _Frame) -> Ms | None:
        """The length of the next timed step in the list; one that is left out counts where there is no other."""
        timed = [step for step in steps[index + 1 :] if isinstance(step, Pause | Wait | Hold | Count | Breathe)]
        active = [step for step in timed if self._selection.active(step, frame.options)]
        for step in (*active, *timed):
            return clocks.length(step, self._numbers, self._visits[id(step)])
        return None

    def _where(self, frame: _Frame) -> Where:
        return Where(len(self._moves) - 1 if self._moves else None, frame.side, frame.round)

    def _words(self, text: Text, frame: _Frame, length: Ms | None = None) -> Words:
        words = spoken(self._filled(text, frame, length), frame.routine, self._choices.speed)
        if text.uses("left"):
            words = replace(words, tells_left=self._lefts)
            self._lefts += 1
        return words

    def _filled(self, text: Text, frame: _Frame, length: Ms | None = None) -> str:
        if all(isinstance(part, str) for part in text.parts):
            return "".join(map(str, text.parts))
        guess, here = self._guess, len(self._moves)
        return filled(
            text,
            Setting(
                self._phrases,
                side=frame.side,
                round=frame.round,
                length=length,
                move=self._moves[-1].title if self._moves else frame.routine.title,
                next=guess.titles[here] if here < len(guess.titles) else self._phrases.say("the_end"),
                total=guess.total,
                left=guess.left[self._lefts] if self._lefts < len(guess.left) else guess.total,
            ),
        )

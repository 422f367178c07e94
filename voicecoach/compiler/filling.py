"""Fills in the words about the whole session: the minutes left, the length of the session, the next title.

How many minutes are left at a text depends only on what follows it. So the words are filled from the end backwards,
each with the number that is true once it has been said. Only the length of the whole session is guessed first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from voicecoach.compiler.clip_lengths import ClipLengths
from voicecoach.compiler.open_text import SessionFacts
from voicecoach.compiler.score import (
    Body,
    Cue,
    MovePass,
    OpenWords,
    Prompt,
    PromptedCue,
    Score,
    SpeechCue,
    SpokenText,
    cue_duration,
    open_words,
)
from voicecoach.timeline import Source
from voicecoach.units import MINUTE, Frames, Ms, frames

MAX_ESTIMATES = 6
"""Fillings with estimated lengths of what was not measured before; then each sound is measured when it is needed."""
MAX_GUESSES = 4
"""At a number of minutes that is true once it has been said. There may be none: another number takes another time."""
_MINUTE = frames(MINUTE)


class Frame(NamedTuple):
    """The opening and the closing around the body of a session."""

    opening: Callable[[int], Sequence[Cue]]
    """Takes the whole minutes of the session."""
    closing: Sequence[Cue]
    the_end: str
    """The value of `{next}` after the last move."""


class TimedScore(NamedTuple):
    """A score with the lengths of its sounds."""

    score: Score
    lengths: Mapping[Source, Frames]
    starts: Sequence[int]
    """Of each cue, in frames."""
    end: Frames
    """Of the session."""


def fill_score(body: Body, frame: Frame, lengths: ClipLengths, target: Ms | None = None) -> TimedScore:
    """Fill in all open words of a body, put it into its frame, and measure the sounds.

    What was not measured yet is first estimated, so that hardly anything is spoken in vain. A session within a minute
    of `target` is called as long as that: so its words stay the same while seconds are added and taken.
    """
    named = None if target is None else frames(target)
    total = None if named is None else _whole_minutes(named)
    for attempt in range(MAX_ESTIMATES + 1):
        length = lengths.estimated if attempt < MAX_ESTIMATES else lengths.measured
        filled = _Filler(body, frame, length).fill(named, total)
        score, total = filled.score, filled.total
        sources = score.sources
        if not lengths.measure(sources):
            break
    *starts, end = accumulate(filled.durations, initial=0)
    return TimedScore(score, lengths.keep(sources), starts, Frames(end))


class _Part(NamedTuple):
    """Consecutive cues, and the frames that each lasts."""

    cues: Sequence[Cue]
    durations: Sequence[int]


class _Filled(NamedTuple):
    """A session with all its words; the moves count from its body."""

    total: int
    """The whole minutes that it names."""
    opening: _Part
    body: _Part
    closing: _Part
    moves: Sequence[MovePass]

    @property
    def score(self) -> Score:
        before, inside = len(self.opening.cues), len(self.body.cues)
        moves = tuple(MovePass(move.title, move.first_cue + before, move.position) for move in self.moves)
        return Score((*self.opening.cues, *self.body.cues, *self.closing.cues), moves, before + inside)

    @property
    def durations(self) -> list[int]:
        return [*self.opening.durations, *self.body.durations, *self.closing.durations]


class _Filler:
    """Fills a body, with lengths that do not change meanwhile."""

    def __init__(self, body: Body, frame: Frame, length: Callable[[Source], Frames]) -> None:
        self._frame, self._length = frame, length
        self._body, self._closing, self._moves = self._timed(body.cues), self._timed(frame.closing), body.moves
        self._after = [*accumulate(reversed(self._body.durations), initial=sum(self._closing.durations))][::-1]
        """Frames from the start of each cue to the end of the session, but for open words."""
        self._titles = {move.first_cue: index for index, move in enumerate(body.moves) if move.open}
        """Indices of the moves with open titles, by their first cues."""
        opens = [(index, open_) for index, cue in enumerate(body.cues) for open_ in open_words(cue)]
        self._backwards = sorted({index for index, _ in opens} | self._titles.keys(), reverse=True)
        texts = (*(open_.text for _, open_ in opens), *(move.open for move in body.moves if move.open))
        self._names_total = any("total" in text.names for text in texts)
        self._bodies: dict[int, tuple[_Part, Sequence[MovePass]]] = {}

    def _timed(self, cues: Sequence[Cue]) -> _Part:
        return _Part(cues, [cue_duration(cue, self._length) for cue in cues])

    def fill(self, target: Frames | None, total: int | None) -> _Filled:
        """Guess the whole minutes of the session until they are true; `total` is the first guess."""
        total = total or _whole_minutes(self._after[0])
        for _ in range(MAX_GUESSES):
            filled = self._fill(total)
            truth = self._truth(filled, target)
            if truth == total:
                break
            total = truth
        return filled

    @staticmethod
    def _truth(filled: _Filled, target: Frames | None) -> int:
        """The whole minutes that the session should have named."""
        length = sum(filled.durations)
        near = target is not None and abs(length - target) <= _MINUTE
        return _whole_minutes(target if target is not None and near else length)

    def _fill(self, total: int) -> _Filled:
        known = total if self._names_total else 0
        if known not in self._bodies:
            self._bodies[known] = self._fill_body(total)
        body, moves = self._bodies[known]
        return _Filled(total, self._timed(self._frame.opening(total)), body, self._closing, moves)

    def _fill_body(self, total: int) -> tuple[_Part, Sequence[MovePass]]:
        cues, durations, moves = [*self._body.cues], [*self._body.durations], [*self._moves]
        spoken = 0  # frames of the open words from here to the end
        for index in self._backwards:
            match cues[index]:
                case SpeechCue(words, pause, location, pos, slack, key) if words.open:
                    after = self._after[index + 1] + frames(pause) + spoken
                    words = self._spoken(words.open, after, total, moves)
                    cues[index] = SpeechCue(words, pause, location, pos, slack, key)
                    length = self._length(words.utterance)
                    durations[index] += length
                    spoken += length
                case PromptedCue() as cue:
                    cues[index] = self._prompted(cue, self._after[index] + spoken, total, moves)
            if index in self._titles:
                at = self._titles[index]
                moves[at] = _titled(moves[at], self._after[index] + spoken, total)
        return _Part(cues, durations), moves

    def _prompted(self, cue: PromptedCue, length: int, total: int, moves: Sequence[MovePass]) -> PromptedCue:
        """A timed step with its words; `length` frames remain from its start."""

        def filled(prompt: Prompt) -> Prompt:
            if prompt.open is None:
                return prompt
            facts = self._facts(prompt.open, length - frames(prompt.at), total, moves)
            return replace(prompt, content=prompt.open.words(facts))

        return replace(cue, prompts=tuple(map(filled, cue.prompts)))

    def _spoken(self, found: OpenWords, after: int, total: int, moves: Sequence[MovePass]) -> SpokenText:
        """The words that are true where `after` frames remain after them."""
        facts = self._facts(found, after, total, moves)
        words = found.words(facts)
        if facts.left:
            for _ in range(MAX_GUESSES):
                left = _whole_minutes(after + self._length(words.utterance))
                if left == facts.left:
                    break
                facts = facts._replace(left=left)
                words = found.words(facts)
        return words

    def _facts(self, found: OpenWords, left: int, total: int, moves: Sequence[MovePass]) -> SessionFacts:
        """The facts that these words name where `left` frames remain; the others are empty."""
        names, begun = found.text.names, found.begun
        return SessionFacts(
            _whole_minutes(left) if "left" in names else 0,
            total if "total" in names else 0,
            (moves[begun].title if begun < len(moves) else self._frame.the_end) if "next" in names else "",
        )


def _titled(move: MovePass, left: int, total: int) -> MovePass:
    """A move with its title filled in."""
    title = move.open.fill(SessionFacts(_whole_minutes(left), total)) if move.open else move.title
    return MovePass(title, move.first_cue, move.position)


def _whole_minutes(length: int) -> int:
    """Frames as minutes, to the nearest, but at least one."""
    return (length + _MINUTE // 2) // _MINUTE or 1

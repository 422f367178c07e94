"""Made-up scripts with ranges everywhere, and every length that each of them can have, worked out one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.errors import ChoiceError
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.timeline import Utterance
from voicecoach.units import SECOND, Ms, format_time, frames, ms, round_half_up

MOST_COMBINATIONS = 40
"""Of numbers and beats: each is compiled."""
STRETCH = 5000
TOLERANCE = SECOND


def plain_lengths(sources):
    """A voice for which every text takes equally long, so that words never change a length."""
    return {source: frames(Ms(700 if isinstance(source, Utterance) else 100)) for source in sources}


def values(low: int, high: int) -> list[int]:
    """Both ends and the whole seconds between; tenths, or finer, where there is no whole second."""
    for unit in (1000, 100, 10, 1):
        between = range(-(-low // unit) * unit, high + 1, unit)
        if between:
            return sorted({low, high, *between})
    raise ValueError(f"from high to low ({low}-{high})")


@dataclass(frozen=True)
class Silence:
    """A time that may differ from pass to pass."""

    kind: str
    """Of the events that are passes."""
    low: int
    high: int
    paced: bool = True
    """Whether the speed applies."""
    shrinks: bool = True

    def lengths(self, speed: int) -> list[int]:
        """Everything that it may last, in milliseconds, the value at the lowest level first."""
        rate = speed if self.paced else 100
        if self.low < self.high:
            return [round_half_up(each * 100, rate) for each in values(self.low, self.high)]
        plain = round_half_up(self.low * 100, rate)
        lowest = plain - min(STRETCH, plain // 2) if self.shrinks else plain
        return [plain, *values(lowest, plain + STRETCH)] if plain else [0]


@dataclass
class RangedScript:
    """A script whose numbers and beats are marked `<0>`, `<1>` and so on."""

    speed: int = 100
    lines: list[str] = field(default_factory=lambda: ["title: Test", "steps:"])
    shared: list[tuple[str, list[str]]] = field(default_factory=list)
    """As a range, and each of its values."""
    silences: dict[int, Silence] = field(default_factory=dict)
    """By line."""

    def text(self, chosen: Sequence[str] = ()) -> str:
        """The script, with ranges or with a value for each."""
        text = "\n".join(self.lines) + "\n"
        for number, value in enumerate(chosen or [ranged for ranged, _ in self.shared]):
            text = text.replace(f"<{number}>", value)
        return text

    @property
    def combinations(self) -> int:
        return prod(len(each) for _, each in self.shared)

    def read(self, folder: Path, chosen: Sequence[str] = ()) -> Routine:
        path = folder / "made_up.yaml"
        path.write_text(self.text(chosen), encoding="utf-8")
        return Library(()).load_path(path)

    def reachable(self, folder: Path) -> list[int]:
        """Every length that a session may have, in milliseconds, sorted."""
        found = 0
        for chosen in product(*(each for _, each in self.shared)):
            found |= self._reachable(self.read(folder, chosen))
        return [length for length, digit in enumerate(reversed(bin(found)[2:])) if digit == "1"]

    def _reachable(self, routine: Routine) -> int:
        """The lengths with these numbers, as the bits of a number."""
        timeline = compile_session(routine, Choices(level=0, speed=self.speed), plain_lengths)
        passes = Counter((event.pos.line, event.kind) for event in timeline.events if event.pos)
        fixed, sums = ms(timeline.length), 1
        for line, silence in self.silences.items():
            usual, *_ = lengths = silence.lengths(self.speed)
            for _ in range(passes[line, silence.kind]):
                fixed -= usual
                sums = _union(sums << length for length in set(lengths))
        return sums << fixed


@dataclass(frozen=True)
class Fits:
    """The results of fitting a script to several lengths."""

    met: int
    refused: int
    wrong: list[str]
    """Each with the script, so that it can be repeated."""


def fits(script: RangedScript, folder: Path, tries: int, seed: int) -> Fits:
    """Fit a script to random lengths between its shortest and longest."""
    reachable, routine, chance = script.reachable(folder), script.read(folder), random.Random(seed)
    met, wrong = 0, []
    for _ in range(tries):
        length = chance.randint(reachable[0], reachable[-1])
        try:
            timeline = compile_session(routine, Choices(length=Ms(length), speed=script.speed), plain_lengths)
        except ChoiceError as error:
            found, right = error.message, _refused_rightly(error.message, reachable, length)
        else:
            found = format_time(ms(timeline.length))
            right = abs(ms(timeline.length) - length) <= TOLERANCE and ms(timeline.length) in reachable
            met += 1
        if not right:
            wrong.append(f"{length} ms at a speed of {script.speed} %: {found}\n{script.text()}")
    return Fits(met, tries - met, wrong)


def _refused_rightly(message: str, reachable: list[int], length: int) -> bool:
    """Whether nothing lies within a second of a length, and the message names the lengths on both sides."""
    below = max(each for each in reachable if each <= length)
    above = min(each for each in reachable if each >= length)
    named = f"nearest is {format_time(Ms(below))} and {format_time(Ms(above))} "
    return named in message and min(length - below, above - length) > TOLERANCE


class CountedScript(RangedScript):
    """Only counts: there are too many combinations to compile each, but the lengths are plain sums."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        chance = random.Random(seed)
        self._counts: list[tuple[range, int]] = []
        for _ in range(chance.randint(3, 12)):
            low, beat = chance.randint(1, 6), chance.choice([5000, 7500, 13_000, 30_000, chance.randint(3, 120) * 1000])
            self._counts.append((range(low, low + 2 + chance.randrange(4)), beat))
        for numbers, beat in self._counts:
            self.lines += [f"  - count: {numbers[0]}-{numbers[-1]}", f"    each: {beat / 1000:g} s"]

    def reachable(self, folder: Path) -> list[int]:
        """Every length that a session may have, in milliseconds, sorted."""
        shortest, sums = compile_session(self.read(folder), Choices(level=0), plain_lengths).length, {0}
        for numbers, beat in self._counts:
            sums = {length + more * beat for length in sums for more in range(len(numbers))}
        return [ms(shortest) + length for length in sorted(sums)]


def _union(numbers: Iterable[int]) -> int:
    result = 0
    for number in numbers:
        result |= number
    return result


def ranged_script(seed: int, *, speeds: Sequence[int] = (100,)) -> RangedScript:
    """The script of a seed."""
    made = _Maker(random.Random(seed), speeds).script()
    return made if made.combinations <= MOST_COMBINATIONS else ranged_script(seed + 1_000_000, speeds=speeds)


class _Maker:
    def __init__(self, chance: random.Random, speeds: Sequence[int]) -> None:
        self._chance, self._script = chance, RangedScript(chance.choice(speeds))

    def script(self) -> RangedScript:
        for _ in range(self._chance.randint(1, 3)):
            self._step("  ", depth=0)
        return self._script

    def _step(self, indent: str, depth: int) -> None:
        sounding = [self._say, self._say, self._pause, self._wait, self._hold, self._count, self._breathe]
        around = [self._repeat, self._repeat, self._sides] if depth < 2 else []
        kind = self._chance.choice([*sounding, *around])
        kind(indent)
        if kind in around:
            self._steps(f"{indent}  ", depth)

    def _write(self, indent: str, *lines: str) -> int:
        """Add the lines of a step; returns the number of the first."""
        first, *others = lines
        self._script.lines += [f"{indent}- {first}", *(f"{indent}  {line}" for line in others)]
        return len(self._script.lines) - len(others)

    def _time(self, least: int = 1, longest: int = 12) -> tuple[str, int, int]:
        """A time, fixed or a range: as written, and its ends in milliseconds."""
        unit = self._chance.choice([1000, 1000, 1000, 250, 100])
        low, high = sorted(self._chance.randint(least * 1000 // unit, longest * 1000 // unit) * unit for _ in "ab")
        if self._chance.random() < 0.25:
            high = low
        return (f"{low / 1000:g} s" if low == high else f"{low / 1000:g}-{high / 1000:g} s"), low, high

    def _shared(self, written: str, each: list[str]) -> str:
        self._script.shared.append((written, each))
        return f"<{len(self._script.shared) - 1}>"

    def _number(self, longest: int) -> str:
        low, high = sorted(self._chance.randint(1, longest) for _ in "ab")
        return self._shared(f"{low}-{high}" if low < high else str(low), [str(each) for each in range(low, high + 1)])

    def _beat(self) -> str:
        written, low, high = self._time(1, 3)
        return self._shared(written, [f"{each / 1000:g} s" for each in values(low, high)])

    def _say(self, indent: str) -> None:
        if self._chance.random() < 0.3:
            line = self._write(indent, "say: Go.")
            self._script.silences[line] = Silence("say", 1000, 1000, shrinks=False)
        else:
            written, low, high = self._time(0)
            line = self._write(indent, "say: Go.", f"then: {written}")
            self._script.silences[line] = Silence("say", low, high)

    def _pause(self, indent: str) -> None:
        written, low, high = self._time()
        self._script.silences[self._write(indent, f"pause: {written}")] = Silence("pause", low, high)

    def _wait(self, indent: str) -> None:
        written, low, high = self._time()
        line = self._write(indent, f"wait: {written}")
        if low < high:
            self._script.silences[line] = Silence("wait", low, high)

    def _hold(self, indent: str) -> None:
        written, low, high = self._time(2, 20)
        line = self._write(indent, f"hold: {written}")
        if low < high:
            self._script.silences[line] = Silence("hold", low, high, paced=False)

    def _count(self, indent: str) -> None:
        if self._chance.random() < 0.5:
            self._write(indent, f"count: {self._number(6)}", f"each: {self._beat()}")
        else:
            phases = f"{{up: {self._beat()}, down: {self._beat()}}}"
            self._write(indent, f"count: {self._number(4)}", f"phases: {phases}")

    def _breathe(self, indent: str) -> None:
        breath = f"breathe: {{in: {self._beat()}, out: {self._beat()}}}"
        if self._chance.random() < 0.5:
            self._write(indent, breath, f"rounds: {self._number(4)}")
            return
        written, low, high = self._time(6, 20)
        line = self._write(indent, breath, f"for: {written}")
        if low < high:
            self._script.silences[line] = Silence("breathe", low, high, paced=False)

    def _repeat(self, indent: str) -> None:
        self._write(indent, f"repeat: {self._number(5)}")

    def _sides(self, indent: str) -> None:
        self._write(indent, "sides: [left, right]")

    def _steps(self, indent: str, depth: int) -> None:
        if self._chance.random() < 0.3:
            self._script.lines.append(f"{indent}between:")
            self._step(f"{indent}  ", 2)
        self._script.lines.append(f"{indent}steps:")
        for _ in range(self._chance.randint(1, 2)):
            self._step(f"{indent}  ", depth + 1)

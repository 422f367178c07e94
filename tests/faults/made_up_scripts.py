"""Scripts from a grammar of the whole language, and choices for them. Some scripts are broken on purpose."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from voicecoach.choices import Choices
from voicecoach.script.keywords import CHIMES, POSITIONS
from voicecoach.units import Ms

WORDS = [
    *(
        "Up.",
        "Lean over.",
        "¿Listo?",
        "“Hoch!”",
        "ein {{Satz}}",
        "rück: warts",
        "42",
        "🧘 atmen",
        "松开肩膀",
        "كتف",
        "e\u0301",
    ),
    *("and now, slowly,", "so - like this", "it's #1", "a  b", "%s {{}}", "<b>&amp;</b>", "psoas", "Zeit\u00a0lassen"),
]
ANYWHERE = ["{move}", "{next}", "{left}", "{total}"]
IN_SIDES = ["{side}", "{other}", "{links|rechts}"]
IN_REPEAT = ["{round}", "{rounds}"]
WRONG = ["{sied}", "{", "{a|b|c}", "{length} {side} {round}", "\u2028", "", "…"]
TITLES = ["Hip", "Neck", "Floor", "Hüfte", "松", "The last {left}"]
OPTIONS = ["chair", "heat", "größer"]
ACCIDENTS = [
    *("", "- ", ": ", "\t", " #", "*a", "&a ", "!tag ", "<<: ", "---\n", "[", "}", '"', "'", "|", ">-", "\\", "\x07"),
    *("say: A\n", "yes", "0 s", "30-20 s", "10000", "24 h", "\ufeff", "é", "?"),
]


@dataclass(frozen=True)
class MadeUpScript:
    """A routine, the file that it may use, and a listener's choices."""

    seed: int
    files: dict[str, str]
    choices: Choices
    share: float
    """Of the way from the shortest to the longest session: a length to fit it to."""

    def __str__(self) -> str:
        files = "".join(f"--- {name}\n{text}\n" for name, text in self.files.items())
        return f"seed {self.seed}, {self.choices}\n{files}"


def made_up_script(seed: int) -> MadeUpScript:
    """The script of a seed."""
    chance = Random(seed)
    used = _Maker(chance, may_use=False).routine()
    files = {"main.yaml": _Maker(chance, may_use=True).routine(), "used.yaml": used}
    if chance.random() < 0.3:
        broken = chance.choice(list(files))
        files[broken] = _broken(files[broken], chance)
    return MadeUpScript(seed, files, _choices(files["main.yaml"], chance), chance.random())


def _choices(text: str, chance: Random) -> Choices:
    titles = [title for title in TITLES if f'move: "{title}' in text]

    def some(names: list[str], share: float) -> list[str]:
        known = chance.sample(names, min(len(names), chance.choice([1, 1, 2]))) if chance.random() < share else []
        return [*known, *(["unknown"] if chance.random() < 0.01 else [])]

    return Choices(
        level=chance.choice([None, 0, 50, 100, chance.randint(0, 100)]),
        options=frozenset(some(OPTIONS, 0.4)),
        only=tuple(some(titles, 0.2)),
        skip=tuple(some(titles, 0.2)),
        side=chance.choice(["both", "both", "left", "right"]),
        speed=chance.choice([100, 100, 50, 77, 133, 200]),
        intro=chance.random() < 0.8,
    )


def _broken(text: str, chance: Random) -> str:
    """A script after up to three accidents, as they happen in an editor."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 3)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        column = chance.randint(0, len(lines[at]))
        match chance.randrange(6):
            case 0:
                lines[at] = lines[at][:column] + chance.choice(ACCIDENTS) + lines[at][column:]
            case 1:
                lines[at] = f"{lines[at].partition(':')[0]}: {chance.choice(ACCIDENTS)}\n"
            case 2:
                lines[at] = " " * chance.randint(0, 8) + lines[at].lstrip()
            case 3:
                lines[at], lines[other] = lines[other], lines[at]
            case 4:
                lines.insert(other, lines[at])
            case _:
                lines[at] = lines[at][:column]
    return "".join(lines)


class _Place(NamedTuple):
    """Where steps are written, and the placeholders that mean something there."""

    indent: str
    scope: frozenset[str] = frozenset()
    depth: int = 0


class _Maker:
    """Makes one routine. `room` is how many steps it may still get."""

    def __init__(self, chance: Random, *, may_use: bool) -> None:
        self._chance, self._may_use = chance, may_use
        self._room = chance.choice([3, 6, 12])
        self._wrong = 0.03 if chance.random() < 0.1 else 0.0
        """How often something wrong is written."""

    def routine(self) -> str:
        head = {"title": self._quoted(self._words([])), "options": f"{{{', '.join(f'{o}: A.' for o in OPTIONS)}}}"}
        optional = {
            "about": self._quoted(self._words([])),
            "language": self._pick("en", "de", "es", "fr", "en-GB", "tlh") if not self._may_use else "en",
            "tags": "[a, b]",
            "needs": self._pick("[ball]", "[mat, 'foam: roller']", "wall"),
            "caution": self._quoted(self._words([])),
            "minutes": self._pick("1", "2.5", "10"),
            "pronounce": "{psoas: so-as, hip: hypp}",
        }
        chosen = {key: value for key, value in optional.items() if self._chance.random() < 0.25}
        if self._chance.random() < 0.9:
            chosen.pop("language", None)
        lines = [f"{key}: {value}" for key, value in (head | chosen).items()]
        lines += ["steps:", *self._steps(_Place("  "))]
        return "\n".join(lines) + "\n"

    def _pick(self, *choices: str) -> str:
        return self._chance.choice(choices)

    def _quoted(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    def _words(self, placeholders: list[str]) -> str:
        pieces = [*WORDS, *placeholders, *placeholders]
        if self._chance.random() < self._wrong:
            pieces = WRONG
        said = [self._chance.choice(pieces) for _ in range(self._chance.choice([1, 1, 2, 3, 8]))]
        return " ".join([*said, "ok"] if not self._wrong else said)

    def _text(self, scope: frozenset[str]) -> str:
        placeholders = [*ANYWHERE]
        placeholders += IN_SIDES if "side" in scope else []
        placeholders += IN_REPEAT if "round" in scope else []
        placeholders += ["{length}"] if "length" in scope else []
        return self._quoted(self._words(placeholders))

    def _time(self, least: float, most: float, *, ranged: bool = True) -> str:
        low, high = sorted(round(self._chance.uniform(least, most), self._chance.choice([0, 0, 1, 2])) for _ in "ab")
        low, high = max(least, low), max(least, high)
        if self._chance.random() < self._wrong:
            return self._pick("30", "1,5 s", "0 s", "-3 s", "25 h", "9-3 s", "3 sec")
        if ranged and self._chance.random() < 0.6:
            return f"{low:g}{self._pick('-', ' - ', '–')}{high:g} s"
        minutes, seconds = divmod(max(1, int(high)), 60)
        return self._pick(f"{high:g} s", f"{high / 60:.4f} min", f"'{minutes}:{seconds:02}'" if high >= 2 else "2 s")

    def _number(self, most: int) -> str:
        low, high = sorted(self._chance.randint(1, most) for _ in "ab")
        if self._chance.random() < self._wrong:
            return self._pick("0", "x", "10001", "3-1")
        return f"{low}-{high}" if self._chance.random() < 0.5 else str(high)

    def _steps(self, at: _Place) -> list[str]:
        return [line for _ in range(self._chance.randint(1, 4)) for line in self._step(at)]

    def _step(self, at: _Place) -> list[str]:
        self._room -= 1
        simple = [self._say, self._say, self._pause, self._wait, self._chime, self._hold, self._hold, self._count]
        kinds = [*simple, self._breathe]
        if self._room > 0 and at.depth < 4:
            kinds += [self._repeat, self._sides, self._move, self._move]
        if self._may_use:
            kinds.append(self._use)
        first, *others = self._chance.choice(kinds)(at._replace(indent=f"{at.indent}  "))
        if self._chance.random() < 0.15:
            others.append(f"{at.indent}  {self._pick('when', 'unless')}: {self._chance.choice(OPTIONS)}")
        if self._chance.random() < self._wrong:
            others.append(f"{at.indent}  {self._pick('then: 3 s', 'stpes: []', 'quiet: maybe', 'say: Twice.')}")
        return [f"{at.indent}- {first.strip()}", *others]

    def _say(self, at: _Place) -> list[str]:
        lines = [f"say: {self._text(at.scope)}"]
        if self._chance.random() < 0.5:
            lines.append(f"{at.indent}then: {self._pick('0 s', self._time(0.1, 9))}")
        if self._chance.random() < 0.2:
            lines.append(f"{at.indent}again: " + self._pick(self._text(at.scope), '""'))
        return lines

    def _pause(self, _at: _Place) -> list[str]:
        return [f"pause: {self._time(0.1, 30)}"]

    def _wait(self, at: _Place) -> list[str]:
        said = [f"{at.indent}say: {self._text(at.scope | {'length'})}"] if self._chance.random() < 0.5 else []
        return [f"wait: {self._time(0.1, 40)}", *said]

    def _chime(self, _at: _Place) -> list[str]:
        return [f"chime: {self._chance.choice([*CHIMES, 'gong'] if self._wrong else CHIMES)}"]

    def _hold(self, at: _Place) -> list[str]:
        lines = [f"hold: {self._time(2, 90)}"]
        if self._chance.random() < 0.5:
            moments = ("halfway", "at 1 s", "at 1.5 s", "0.5 s left", "1 s left", "at 0.001 s")
            chosen = self._chance.sample(moments, self._chance.randint(0, 4))
            cues = [f"{moment}: {self._text(at.scope | {'length'})}" for moment in chosen]
            lines.append(f"{at.indent}cues: {{{', '.join(cues)}}}")
        if self._chance.random() < 0.2:
            lines.append(f"{at.indent}every: {self._time(0.3, 1.9)}")
        if self._chance.random() < 0.3:
            lines.append(f"{at.indent}countdown: {self._chance.randint(0, 10)}")
        if self._chance.random() < 0.2:
            lines.append(f"{at.indent}quiet: {self._pick('yes', 'no')}")
        return lines

    def _count(self, at: _Place) -> list[str]:
        lines = [f"count: {self._number(7)}"]
        if self._chance.random() < 0.5:
            lines.append(f"{at.indent}each: {self._time(0.2, 6)}")
        else:
            names = self._chance.sample(
                ["squeeze", "relax", "'{move}'", "locker", "'{left} 松'"], self._chance.randint(1, 3)
            )
            lines.append(f"{at.indent}phases: {{{', '.join(f'{name}: {self._time(0.2, 5)}' for name in names)}}}")
        return [*lines, f"{at.indent}aloud: {self._pick('yes', 'no', 'TRUE')}"]

    def _breathe(self, at: _Place) -> list[str]:
        phases = {"in", "out", *self._chance.sample(["hold", "rest"], self._chance.randint(0, 2))}
        breath = ", ".join(f"{phase}: {self._time(0.3, 6)}" for phase in sorted(phases))
        last = self._pick(f"for: {self._time(5, 60)}", f"rounds: {self._number(6)}")
        return [f"breathe: {{{breath}}}", f"{at.indent}{last}"]

    def _repeat(self, at: _Place) -> list[str]:
        lines = [f"repeat: {self._number(4)}", f"{at.indent}announce: {self._pick('yes', 'no')}"]
        return [*lines, *self._inner(at, {"round"})]

    def _sides(self, at: _Place) -> list[str]:
        lines = [f"sides: {self._pick('[left, right]', '[right, left]')}"]
        return [*lines, *self._inner(at, {"side"})]

    def _inner(self, at: _Place, added: set[str]) -> list[str]:
        inner = _Place(f"{at.indent}  ", at.scope | added, at.depth + 1)
        lines = []
        if self._chance.random() < 0.4:
            lines += [f"{at.indent}between:", *self._step(inner._replace(depth=4))]
        return [*lines, f"{at.indent}steps:", *self._steps(inner)]

    def _move(self, at: _Place) -> list[str]:
        title = f"{self._chance.choice(TITLES)}{self._pick('', '', ' {side}' if 'side' in at.scope else '')}"
        lines = [f"move: {self._quoted(title)}"]
        if self._chance.random() < 0.4:
            position = self._chance.choice(POSITIONS if "side" in at.scope else [p for p in POSITIONS if "{" not in p])
            lines.append(f"{at.indent}position: {position}")
        if self._chance.random() < 0.3:
            lines.append(f"{at.indent}needs: [Ball, belt]")
        inner = _Place(f"{at.indent}  ", at.scope, at.depth + 1)
        return [*lines, f"{at.indent}steps:", *self._steps(inner)]

    def _use(self, at: _Place) -> list[str]:
        options = [f"{at.indent}options: [{self._chance.choice(OPTIONS)}]"] if self._chance.random() < 0.4 else []
        return [f"use: {'used.yaml' if self._chance.random() >= self._wrong else 'main.yaml'}", *options]


def length_between(shortest: Ms, longest: Ms, share: float) -> Ms:
    """A length between two others."""
    return Ms(shortest + round((longest - shortest) * share))

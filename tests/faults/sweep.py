"""Fails every system call of every command in turn, and looks at what is left.

    python -m tests.faults.sweep                    all of it; prints the table of docs/reliability.md
    python -m tests.faults.sweep "export m4a" new   some of the commands
    python -m tests.faults.sweep 7 batch            every seventh call of each kind, with one error

CI tries every seventh call: `pytest -m faults tests/faults/sweep_test.py`.
"""

from __future__ import annotations

import errno
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.injection import ERRORS, KINDS, CommandServer, Fault, Run
from tests.faults.swept_commands import COMMANDS, Snapshot, SweptCommand, Workshop

LASTING = {(kind, error) for kind in ("write", "create", "mkdir", "ftruncate") for error in (errno.ENOSPC,)}
"""Also tried as a fault that stays: a full disk."""
_CLIP = re.compile(r"cache/clips/[0-9a-f]{32}\.clip")
BUGS = ("Traceback", "Exception ignored", "Error in")


@dataclass(slots=True)
class Tally:
    """The faults of one kind that were tried on a command."""

    tried: int = 0
    survived: int = 0
    """The command did its work all the same, and ended with 0."""
    told: int = 0
    """It ended with 3 and one line that says what happened."""
    mended: int = 0
    """Run again, it did its work and left nothing else behind."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """The faults of one command."""

    workshop: Workshop
    command: SweptCommand
    tallies: dict[str, Tally] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def run(self, start: int = 0, step: int = 1, also: Sequence[Fault] = ()) -> None:
        """Try all faults, or those of every `step`-th call, and `also` these."""
        before, after, undisturbed = self._reference()
        for fault in (*faults(undisturbed, start, step), *also):
            self.workshop.begin(self.command)
            ran = self.workshop.run(self.command, fault)
            if ran.injected:
                self._judge(fault, ran, before, after)

    def _reference(self) -> tuple[Snapshot, Snapshot, Run]:
        for _ in range(2):  # the first one has imports left
            self.workshop.begin(self.command)
            before = self.workshop.snapshot()
            ran = self.workshop.run(self.command)
            assert ran.code == 0, ran
        return before, self.workshop.snapshot(), ran

    def _judge(self, fault: Fault, ran: Run, before: Snapshot, after: Snapshot) -> None:
        tally = self.tallies.setdefault(fault.kind, Tally())
        tally.tried += 1
        problems = [*wrong_ending(ran, lines=2 if fault.lasting else 1)]
        left = self.workshop.snapshot()
        problems += wrong_files(left, before, after, done=ran.code == 0, partial=self.command.partial)
        again = self.workshop.run(self.command)
        mended = [*wrong_remains(self.workshop.snapshot(), after)]
        if again.code not in ((0, self.command.again) if ran.code == 0 else (0,)):
            mended.append(f"ends with {again.code}")
        tally.survived += ran.code == 0
        tally.told += ran.code == 3
        tally.mended += not mended
        problems += [f"run again: {problem}" for problem in mended]
        if problems:
            path = ran.path.replace(str(self.workshop.watched), "")
            text = "\n    ".join([*problems, *(line for line in (ran.out + ran.err + again.err).splitlines()[-12:])])
            self.problems.append(f"{self.command.name}, {fault} ({path}): exit {ran.code}\n    {text}")


def faults(undisturbed: Run, start: int = 0, step: int = 1) -> Iterator[Fault]:
    """All faults that a run can have; with a `step`, one for each `step`-th call of a kind, with each error in turn."""
    for kind in KINDS:
        errors = [(error, False) for error in ERRORS[kind]]
        errors += [(error, True) for error in ERRORS[kind] if (kind, error) in LASTING]
        count = undisturbed.counts[kind]
        for nth in range(1 + start % max(1, min(step, count)), count + 1, step):
            chosen = errors if step == 1 else [errors[(nth + start) % len(errors)]]
            yield from (Fault(kind, nth, error, lasting) for error, lasting in chosen)


def wrong_ending(ran: Run, lines: int) -> Iterator[str]:
    """Anything other than success, or a fault of the system in one plain line."""
    if ran.code not in (0, 3):
        yield f"ends with {ran.code}"
    if any(bug in ran.err for bug in BUGS):
        yield "prints a traceback"
    told = ran.err.splitlines()
    if len(told) > lines:
        yield f"prints {len(told)} lines"
    if ran.code == 3 and not told:
        yield "says nothing"


def wrong_files(left: Snapshot, before: Snapshot, after: Snapshot, *, done: bool, partial: str) -> Iterator[str]:
    """Files of the user's that are neither as they were nor complete."""
    for name in sorted((before.keys() | after.keys()) - {partial}):
        if name.startswith("out/") and "/.voicecoach/" not in name:
            old, new, now = (files.get(name) for files in (before, after, left))
            if now not in ((new,) if done else (old, new)):
                yield f"{name} is {'missing' if now is None else f'{len(now)} bytes'}"
        elif name.endswith(".db") and left.get(name) != after[name]:
            lost = len(before.get(name, [])) - len(left.get(name, []))
            if lost > 0:
                yield f"{name} has lost {lost} entries"


def wrong_remains(left: Snapshot, after: Snapshot) -> Iterator[str]:
    """Differences to an undisturbed run, after the second one. Which clips are spoken in advance is left to chance."""
    for name in sorted(left.keys() - after.keys()):
        if not _CLIP.fullmatch(name):
            yield f"{name} is left over"
    for name in sorted(after.keys() - left.keys()):
        if not _CLIP.fullmatch(name):
            yield f"{name} is missing"
    for name in sorted(after.keys() & left.keys()):
        if left[name] != after[name] and name.startswith("out/") and "/.voicecoach/" not in name:
            yield f"{name} differs"


def table(tallies: Mapping[str, Mapping[str, Tally]]) -> Iterator[str]:
    """The counts in Markdown: for each call, the faults survived and those told."""
    yield f"| command | {' | '.join(KINDS)} | tried | mended |"
    yield "|---|" + "--:|" * (len(KINDS) + 2)
    for command, kinds in tallies.items():
        cells = [f"{kinds[kind].survived} + {kinds[kind].told}" if kind in kinds else "" for kind in KINDS]
        tried, mended = (sum(getattr(tally, name) for tally in kinds.values()) for name in ("tried", "mended"))
        yield f"| {command} | {' | '.join(cells)} | {tried} | {mended} |"


def main(arguments: Sequence[str]) -> int:
    """Sweep the commands of these names, or all; a number before them is the step."""
    step, names = (int(arguments[0]), arguments[1:]) if arguments and arguments[0].isdigit() else (1, arguments)
    tallies: dict[str, dict[str, Tally]] = {}
    problems = Counter[str]()
    with TemporaryDirectory() as folder, CommandServer(Path(folder) / "server") as server:
        workshop = Workshop(Path(folder).resolve() / "work", server)
        for name in names or COMMANDS:
            sweep = Sweep(workshop, COMMANDS[name])
            sweep.run(step=step)
            tallies[name] = sweep.tallies
            problems[name] = len(sweep.problems)
            print(*sweep.problems, f"{name}: {problems[name]} problems", sep="\n", file=sys.stderr, flush=True)
    print(*table(tallies), sep="\n")
    return 1 if problems.total() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Measures how long compiling takes: `python tests/benchmarks/compile_speed.py`.

First reading and compiling a routine of 10,000 steps, as a share of the second that it should take. Then compiling
alone, on 1,000 to 100,000 steps built in memory: the time per step, and its ratio to that of the smallest routine.
Speech lengths are estimated, so no voice is measured. Each figure is the best of three.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session, estimate_lengths
from voicecoach.errors import Pos
from voicecoach.routine import Count, Hold, Pause, Range, Routine, Say, Step, Text
from voicecoach.script.library import Library

STEPS = 10_000
TARGET = 1.0
"""Seconds, reading included, on one core."""
SIZES = (1_000, 10_000, 100_000)

BLOCK = """\
  - say: Lean over, number {number}.
    then: 2 s
  - hold: 20-30 s
  - pause: 3 s
  - count: 3
    each: 1 s
  - say: Come up.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        reading(Path(folder) / "large.yaml")
    alone()


def reading(path: Path) -> None:
    path.write_text("title: Large\nsteps:\n" + "".join(BLOCK.format(number=each) for each in range(STEPS // 5)))
    read = best(lambda: Library(()).load_path(path))
    routine = Library(()).load_path(path)
    compiled = best(lambda: compile_session(routine, Choices(), estimate_lengths))
    whole = read + compiled
    print(f"{STEPS:,} steps: read {read:.2f} s + compiled {compiled:.2f} s = {whole / TARGET:.2f} of the target")


def alone() -> None:
    first = None
    for size in SIZES:
        routine = Routine(title="Large", steps=steps(size))
        each = best(lambda routine=routine: compile_session(routine, Choices(), estimate_lengths)) / size
        first = first or each
        print(f"{size:>7,} steps in memory: {each * 1e6:.0f} µs a step, {each / first:.2f} times that of {SIZES[0]:,}")


def steps(size: int) -> tuple[Step, ...]:
    made: list[Step] = []
    for number in range(size // 5):
        pos = Pos("made up", number + 1)
        words = f"Go {number}."
        moment = Range(100, 100)
        # Short steps: 100,000 of them must stay below 24 h.
        made += [
            Say(text=Text(words, (words,), pos), then=moment, pos=pos),
            Hold(length=Range(2_000, 2_000), countdown=1, pos=pos),
            Pause(length=moment, pos=pos),
            Count(number=Range(2, 2), each=moment, pos=pos),
            Pause(length=moment, pos=pos),
        ]
    return tuple(made)


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of three."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


if __name__ == "__main__":
    main()

"""How long the quick commands take, beside the import of click alone: `python tests/benchmarks/startup.py [RUNS]`.

The three take turns, so that whatever else the machine does falls on all of them. Printed are the medians of the time
on the clock, and of the processor's time, which other programs disturb less. Allowed are twice the time of
`import click` for `--help`, three times for `list`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "import click": ["-c", "import click"],
    "voicecoach --help": ["-m", "voicecoach", "--help"],
    "voicecoach list": ["-m", "voicecoach", "list"],
}


def run(arguments: list[str]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, arguments
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def main(runs: int) -> None:
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for turn in range(runs + 1):
        for name, arguments in COMMANDS.items():
            figures = run(arguments)
            if turn:  # the first turn only warms the disk's cache
                taken[name].append(figures)
    print(f"{'':20} {'on the clock':>15} {'processor':>15}")
    base = middle(taken["import click"])
    for name, every in taken.items():
        row = (f"{1000 * spent:6.0f} ms {spent / unit:5.2f}" for spent, unit in zip(middle(every), base, strict=True))
        print(f"{name:20} {' '.join(row)}")


def middle(figures: list[tuple[float, float]]) -> list[float]:
    return [statistics.median(column) for column in zip(*figures, strict=True)]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

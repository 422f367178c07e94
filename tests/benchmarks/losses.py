"""Loses the loudspeaker many times: `python tests/benchmarks/losses.py [RECONNECTIONS] [SECONDS ...]`.

By default, the device's process is killed and replaced 200 times; then the sound server is killed and restarted 0.5, 5
and 60 s later, and stopped for 30 s. Prints how soon each loss was noticed and each server found, and the resources
that are in use before and after.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from sound_server import SoundServer, run_sound_server

from voicecoach.outputs.output import Output
from voicecoach.outputs.reconnecting import create_reconnecting_output


def feed(output: Output, done: Callable[[], bool]) -> float:
    """Write as the player does until `done`; return how many seconds that took."""
    start = time.monotonic()
    while not done():
        if room := output.room():
            output.write(np.full(room, 0.1, np.float32))
        time.sleep(0.02)
    return time.monotonic() - start


def lose(output: Output, cause: Callable[[], object]) -> float:
    """Play for a second, so that the device has settled, and cause its loss; return the seconds until it is noticed."""
    end = time.monotonic() + 1
    feed(output, lambda: time.monotonic() > end)
    cause()
    noticed = feed(output, lambda: output.health().away)
    output.cut()
    return noticed


def find(output: Output) -> float:
    return feed(output, lambda: not output.health().away)


def kill_device() -> None:
    (child,) = multiprocessing.active_children()
    os.kill(child.pid, signal.SIGKILL)


def resources_in_use() -> dict[str, int]:
    """Counts of open descriptors, blocks of shared memory, child processes and threads."""
    folders = {"descriptors": "/proc/self/fd", "threads": "/proc/self/task"}
    counts = {name: len(list(Path(folder).iterdir())) for name, folder in folders.items()}
    rings = Path("/proc/self/maps").read_text().count("/dev/shm/psm_")
    return counts | {"shared memory": rings, "children": len(multiprocessing.active_children())}


def reconnections(output: Output, count: int) -> None:
    before = resources_in_use()
    times = []
    for _ in range(count):
        kill_device()
        feed(output, lambda: output.health().away)
        output.cut()
        times.append(find(output))
    print(f"{count} reconnections: {np.median(times):.2f} s each, largest {max(times):.2f} s")
    print(f"before {before}\nafter  {resources_in_use()}")


def restarts(output: Output, server: SoundServer, folder: Path, seconds: list[float]) -> None:
    with ExitStack() as servers:
        for pause in seconds:
            noticed = lose(output, server.process.kill)
            end = time.monotonic() + pause
            feed(output, lambda end=end: time.monotonic() > end)
            server = servers.enter_context(run_sound_server(folder))
            print(f"server killed, back after {pause:g} s: noticed in {noticed:.2f} s, found in {find(output):.2f} s")
        noticed = lose(output, lambda: server.process.send_signal(signal.SIGSTOP))
        end = time.monotonic() + 30
        feed(output, lambda: time.monotonic() > end)
        server.process.send_signal(signal.SIGCONT)
        print(f"server stopped for 30 s: noticed in {noticed:.2f} s, found in {find(output):.2f} s")


def main() -> None:
    count, *seconds = [float(word) for word in sys.argv[1:]] or [200.0, 0.5, 5.0, 60.0]
    with tempfile.TemporaryDirectory() as name, run_sound_server(Path(name)) as server:
        os.environ.update(server.environment)
        with closing(create_reconnecting_output("miniaudio")) as output:
            output.begin()
            output.wait_ready()
            reconnections(output, int(count))
            restarts(output, server, Path(name), seconds)
        print(f"closed {resources_in_use()}")


if __name__ == "__main__":
    main()

"""The same work on a real Dask cluster: a scheduler and two workers on this machine that share nothing with us."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.batch.conftest import TODAY, Keeps, names
from voicecoach.batch import Batch, BatchSynthesizer
from voicecoach.batch.cluster import Cluster, connect
from voicecoach.errors import ExternalError
from voicecoach.exporter import ExportOptions

SITE = """\
import sys, os
WATCHED = os.environ["WATCHED"].split(os.pathsep)
FORBIDDEN = {"pyttsx3", "espeakng_loader", "piper", "voicecoach.voices.tones_engine", "voicecoach.script.library"}
def look(event, args):
    if event == "open" and any(str(args[0]).startswith(folder) for folder in WATCHED):
        tell(f"opened {args[0]}")
    if event == "import" and args[0] in FORBIDDEN:
        tell(f"imported {args[0]}")
def tell(line):
    os.write(LOG, f"{line}\\n".encode())
LOG = os.open(os.environ["TOLD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
sys.addaudithook(look)
"""
"""In every worker: notes whatever it opens in our folders, and any engine it imports."""


@dataclass(frozen=True)
class Dask:
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]
    told: Path
    """What a worker opened or imported that it should not have."""
    errands: tuple[subprocess.Popen[str], ...]
    """Runs of the command at addresses where no scheduler answers, begun early, since each takes some seconds."""


def began(module: str, *options: object, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", "--no-dashboard", *options]
    return subprocess.Popen(
        [str(word) for word in command],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def asked_at(address: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "voicecoach", "batch", "heat", "--voices", "tones", "--into", folder]
    return subprocess.Popen([*command, "--cluster", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def babble(server: socket.socket, heard: list[socket.socket]) -> None:
    """Greet each who comes with bytes that Dask takes for the length of what follows, until the server is closed."""
    with contextlib.suppress(OSError):
        while True:
            heard.append(server.accept()[0])
            heard[-1].sendall(b"\x7f" * 64)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    from distributed import Client

    top = tmp_path_factory.mktemp("dask")
    (top / "site").mkdir()
    (top / "site" / "sitecustomize.py").write_text(SITE)
    watched = os.pathsep.join([str(tmp_path_factory.getbasetemp() / "test_"), os.environ["VOICECOACH_CACHE"]])
    (top / "told").write_text("")
    site = {
        "PYTHONPATH": os.pathsep.join([str(top / "site"), *sys.path]),
        "WATCHED": watched,
        "TOLD": str(top / "told"),
        "HOME": str(top),
        "VOICECOACH_CACHE": str(top / "no" / "cache"),
        "XDG_DATA_HOME": str(top / "no" / "data"),
    }
    with contextlib.ExitStack() as running, socket.create_server(("127.0.0.1", 0)) as silent:
        closed, strange = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
        addresses = [f"tcp://127.0.0.1:{end.getsockname()[1]}" for end in (silent, closed, strange)]
        closed.close()
        heard: list[socket.socket] = []
        running.callback(lambda: [each.close() for each in (strange, *heard)])
        Thread(target=babble, args=(strange, heard), daemon=True).start()
        file = top / "scheduler.json"

        def started(process: Any) -> Any:
            running.callback(process.wait)
            running.callback(process.kill)
            return process

        scheduler = started(began("dask_scheduler", "--port", 0, "--no-show", "--scheduler-file", file))
        workers = tuple(
            started(began("dask_worker", "--scheduler-file", file, "--nthreads", 1, "--no-nanny",
                          "--local-directory", top / name, **site))
            for name in ("one", "two")
        )  # fmt: skip
        errands = tuple(started(asked_at(address, top / str(number))) for number, address in enumerate(addresses))
        address = address_in(file)
        with Client(address, set_as_default=False, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield Dask(address, scheduler, workers, top / "told", errands)


def address_in(file: Path) -> str:
    """What the scheduler wrote there, once it is there whole."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.05)
    raise AssertionError("no scheduler")


@pytest.fixture
def hands(dask: Dask) -> Cluster:
    return connect(dask.address)


def run(into: Path, wanted: list, hands: Any, told: Keeps | None = None) -> Any:
    batch = Batch(into, wanted, ExportOptions(), date=TODAY, tell=told or Keeps())
    return batch.run(hands, BatchSynthesizer(print))


def test_the_files_are_those_that_are_made_here_by_workers_that_have_nothing(
    write: Callable, session: Callable, make: Callable, into: Path, hands: Cluster, dask: Dask
) -> None:
    paths = [write(name, f"Something that only {name} says.") for name in ("one", "two", "three")]
    kinds = ("flac", "m4a", "vtt", "md")
    told = Keeps()
    outcome = run(into, [session(path, kinds) for path in paths], hands, told)
    assert (outcome.code, outcome.files, told.failures) == (0, 12, [])
    assert told.spoken, "here, since nobody there has a voice"
    assert dask.told.read_text() == ""
    make([session(path, kinds, folder="here") for path in paths])
    for name in (name for name in names(into) if "/" not in name):
        assert (into / name).read_bytes() == (into / "here" / name).read_bytes(), name
    assert not Batch(into, [session(path, kinds) for path in paths], ExportOptions(), date=TODAY, tell=told).due


def test_a_broken_routine_fails_alone_there_too(write: Callable, session: Callable, into: Path, hands: Cluster) -> None:
    outcome = run(into, [session(write("one"), only=("Nothing",)), session(write("two"))], hands)
    assert (outcome.code, names(into)) == (2, ["two.vtt"])
    assert outcome.failures[0].words.startswith("--only: one has no move (Nothing)")


def test_from_the_command_line(write: Callable, tmp_path: Path, dask: Dask) -> None:
    command = [sys.executable, "-m", "voicecoach", "batch", write("one"), "--voices", "tones", "--formats", "vtt"]
    command += ["--into", tmp_path / "out", "--cluster", dask.address.removeprefix("tcp://")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("1/1 one: vtt\nMade 1 file of 1 session")


def test_a_worker_that_is_killed_costs_only_its_job_s_time(
    write: Callable, session: Callable, into: Path, hands: Cluster, dask: Dask
) -> None:
    """The last test with two workers: one of them is gone afterwards."""
    quiet = "- pause: 20 min\n- say: Done"
    wanted = [session(write(f"long{number}", f"Long {number}.\n{quiet}"), ("flac",)) for number in range(2)]

    class Killer(Keeps):
        def at_work(self, doing: Any, done: int, total: int) -> None:
            super().at_work(doing, done, total)
            victim = dask.workers[0]
            if victim.poll() is None and all(hands._client.processing().values()):
                victim.send_signal(signal.SIGKILL)

    outcome = run(into, wanted, hands, Killer())
    assert dask.workers[0].wait(10) == -signal.SIGKILL
    assert (outcome.code, names(into)) == (0, ["long0.flac", "long1.flac"])


def test_where_all_workers_stay_away_it_ends_and_says_so(
    write: Callable, session: Callable, into: Path, dask: Dask
) -> None:
    """The last test with a worker."""
    impatient = Cluster(connect(dask.address)._client, grace=0.5)
    dask.workers[1].kill()
    with pytest.raises(ExternalError, match="the cluster has lost all its workers; what was made is there"):
        run(into, [session(write("long", "Long.\n- pause: 5 h\n- say: Done"), ("flac",))], impatient)
    with pytest.raises(ExternalError, match="has no workers; start some"):
        connect(dask.address)


def test_where_the_scheduler_goes_it_ends_and_says_so(
    write: Callable, session: Callable, into: Path, dask: Dask
) -> None:
    """The last test with a scheduler."""
    from dask import config
    from distributed import Client

    cluster = Cluster(Client(dask.address, set_as_default=False))
    dask.scheduler.kill()
    dask.scheduler.wait()
    soon = config.set({"distributed.comm.timeouts.connect": 0.2})
    with soon, pytest.raises(ExternalError, match=r"the cluster is gone \("):
        run(into, [session(write("one"))], cluster)


@pytest.mark.parametrize(
    ("which", "told"),
    [
        (0, "no Dask scheduler answers at"),
        (1, "no Dask scheduler answers at"),
        (2, "something else than Dask answers at"),
    ],
    ids=["silent", "closed", "strange"],
)
def test_where_no_scheduler_answers_one_clear_line_comes_soon(dask: Dask, which: int, told: str) -> None:
    out, err = dask.errands[which].communicate(timeout=60)
    assert (dask.errands[which].returncode, out) == (3, "")
    assert err.startswith(f"{told} tcp://127.0.0.1:"), err
    assert err.endswith("; start one with `dask scheduler`, and give the address that it prints\n")
    assert err.count("\n") == 1, err


@pytest.mark.long
def test_one_who_listens_and_says_nothing_is_waited_for_ten_seconds_at_most() -> None:
    import distributed  # noqa: F401 not what is measured

    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(ExternalError, match="no Dask scheduler answers"):
            connect(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("address", "before", "told"),
    [
        ("nonsense", "pass", "no Dask scheduler answers at nonsense (ValueError: missing port number"),
        ("tcp://127.0.0.1:1", "sys.modules['distributed'] = None", "--cluster needs a package that is not there"),
    ],
)
def test_what_cannot_be_an_address_or_is_not_installed_is_told_at_once(
    tmp_path: Path, address: str, before: str, told: str
) -> None:
    command = ["batch", "heat", "--voices", "tones", "--into", str(tmp_path), "--cluster", address]
    script = f"import sys; {before}; from voicecoach.cli import main; main({command})"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (3, "", 1), ran.stderr
    assert ran.stderr.startswith(told)


def test_what_has_to_be_imported_first_is_not_waited_for() -> None:
    """Importing takes seconds on a busy machine; the clock runs in a thread of its own."""
    script = """
        import sys
        from threading import current_thread, main_thread
        from voicecoach.batch.cluster import connect
        def look(event, args):
            if event == "import" and args[0] in ("dask", "distributed", "distributed.comm"):
                print(args[0], current_thread() is main_thread())
        sys.addaudithook(look)
        try:
            connect("nonsense")
        except Exception as fault:
            print(fault)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said.pop().startswith("no Dask scheduler answers at nonsense (ValueError")
    assert set(said) == {"dask True", "distributed True", "distributed.comm True"}

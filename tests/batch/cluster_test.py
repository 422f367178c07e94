"""The same jobs on a real Dask cluster: a scheduler and two workers on this machine that share nothing with it."""

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
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from tests.batch.conftest import RecordingReporter, names
from voicecoach.batch.cluster import Cluster, connect
from voicecoach.errors import ExternalError

SITE = """\
import sys, os
WATCHED = os.environ["WATCHED"].split(os.pathsep)
FORBIDDEN = {"pyttsx3", "espeakng_loader", "piper", "voicecoach.voices.tones_engine", "voicecoach.script.library"}
def audit(event, args):
    if event == "open" and any(str(args[0]).startswith(folder) for folder in WATCHED):
        log(f"opened {args[0]}")
    if event == "import" and args[0] in FORBIDDEN:
        log(f"imported {args[0]}")
def log(line):
    os.write(LOG, f"{line}\\n".encode())
LOG = os.open(os.environ["AUDIT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
sys.addaudithook(audit)
"""
"""In every worker: logs whatever it opens in our folders, and any engine that it imports."""
LONG = "Long.\n- pause: {}\n- say: Done"


@dataclass(frozen=True)
class Dask:
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]
    audit: Path
    """Files and modules that a worker opened although it should not."""
    commands: tuple[subprocess.Popen[str], ...]
    """`voicecoach batch` at addresses where no scheduler answers, begun early: each takes some seconds."""


def start_dask(module, *options, **environment):
    command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", "--no-dashboard", *options]
    return subprocess.Popen(
        [str(word) for word in command],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def start_batch(address, folder):
    command = [sys.executable, "-m", "voicecoach", "batch", "heat", "--voices", "tones", "--into", folder]
    return subprocess.Popen([*command, "--cluster", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def babble(server, connections):
    """Greet each client with bytes that Dask takes for the length of a message, until the server is closed."""
    with contextlib.suppress(OSError):
        while True:
            connections.append(server.accept()[0])
            connections[-1].sendall(b"\x7f" * 64)


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    from distributed import Client

    top = tmp_path_factory.mktemp("dask")
    (top / "site").mkdir()
    (top / "site" / "sitecustomize.py").write_text(SITE)
    (top / "audit").write_text("")
    environment = {
        "PYTHONPATH": os.pathsep.join([str(top / "site"), *sys.path]),
        "WATCHED": os.pathsep.join([str(tmp_path_factory.getbasetemp() / "test_"), os.environ["VOICECOACH_CACHE"]]),
        "AUDIT": str(top / "audit"),
        "HOME": str(top),
        "VOICECOACH_CACHE": str(top / "no" / "cache"),
        "XDG_DATA_HOME": str(top / "no" / "data"),
    }
    with contextlib.ExitStack() as running, socket.create_server(("127.0.0.1", 0)) as silent:
        closed, strange = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
        addresses = [f"tcp://127.0.0.1:{server.getsockname()[1]}" for server in (silent, closed, strange)]
        closed.close()
        connections = []
        running.callback(lambda: [each.close() for each in (strange, *connections)])
        Thread(target=babble, args=(strange, connections), daemon=True).start()
        file = top / "scheduler.json"

        def ending(process):
            running.enter_context(process)  # closes its pipes and waits for it
            running.callback(process.kill)  # before that
            return process

        scheduler = ending(start_dask("dask_scheduler", "--port", 0, "--no-show", "--scheduler-file", file))
        workers = tuple(
            ending(start_dask("dask_worker", "--scheduler-file", file, "--nthreads", 1, "--no-nanny",
                              "--local-directory", top / name, **environment))
            for name in ("one", "two")
        )  # fmt: skip
        commands = tuple(ending(start_batch(address, top / str(number))) for number, address in enumerate(addresses))
        address = read_address(file)
        with Client(address, set_as_default=False, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield Dask(address, scheduler, workers, top / "audit", commands)


def read_address(file):
    """Wait until the scheduler has written its address there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return json.loads(file.read_text())["address"]
        time.sleep(0.05)
    raise AssertionError("no scheduler")


@pytest.fixture
def cluster(dask):
    return connect(dask.address)


def test_cluster_makes_same_files(session, run, prepare, into, cluster, dask):
    def sessions(folder=""):
        kinds = ("flac", "m4a", "vtt", "md")
        texts = {name: f"Something that only {name} says." for name in ("one", "two", "three")}
        return [session(name, kinds, said=said, folder=folder) for name, said in texts.items()]

    outcome, reporter = run(sessions(), cluster)
    assert (outcome.exit_code, outcome.files, reporter.failures) == (0, 12, [])
    assert reporter.spoken, "on this machine, since no worker has a voice"
    assert dask.audit.read_text() == ""
    run(sessions("here"))
    for name in (name for name in names(into) if "/" not in name):
        assert (into / name).read_bytes() == (into / "here" / name).read_bytes(), name
    assert not prepare(sessions()).due


def test_broken_session_fails_alone(session, run, into, cluster):
    outcome, _ = run([session("one", only=("Nothing",)), session("two")], cluster)
    assert (outcome.exit_code, names(into)) == (2, ["two.vtt"])
    assert outcome.failures[0].message.startswith("--only: one has no move (Nothing)")


def test_command_uses_cluster(session, tmp_path, dask):
    session("one")
    path = tmp_path / "routines" / "one.yaml"
    command = [sys.executable, "-m", "voicecoach", "batch", path, "--voices", "tones", "--formats", "vtt"]
    command += ["--into", tmp_path / "out", "--cluster", dask.address.removeprefix("tcp://")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("1/1 one: vtt\nMade 1 file of 1 session")


def test_job_of_killed_worker_runs_again(session, run, into, cluster, dask):
    """The last test with two workers."""
    sessions = [session(f"long{number}", ("flac",), said=LONG.format("20 min")) for number in range(2)]

    class Killer(RecordingReporter):
        def at_work(self, jobs, done, total):
            super().at_work(jobs, done, total)
            victim = dask.workers[0]
            if victim.poll() is None and all(cluster._client.processing().values()):
                victim.send_signal(signal.SIGKILL)

    outcome, _ = run(sessions, cluster, Killer())
    assert dask.workers[0].wait(10) == -signal.SIGKILL
    assert (outcome.exit_code, names(into)) == (0, ["long0.flac", "long1.flac"])


@pytest.mark.slow
def test_losing_all_workers_is_an_error(session, run, dask):
    """The last test with a worker; another one may have killed the first."""
    impatient = Cluster(connect(dask.address)._client, grace=0.5)
    for worker in dask.workers:
        worker.kill()
    with pytest.raises(ExternalError, match="the cluster has lost all its workers; what was made is there"):
        run([session("long", ("flac",), said=LONG.format("5 h"))], impatient)
    with pytest.raises(ExternalError, match="has no workers; start some"):
        connect(dask.address)


@pytest.mark.slow
def test_losing_scheduler_is_an_error(session, run, dask):
    """The last test with a scheduler."""
    from dask import config
    from distributed import Client

    cluster = Cluster(Client(dask.address, set_as_default=False))
    dask.scheduler.kill()
    dask.scheduler.wait()
    short = config.set({"distributed.comm.timeouts.connect": 0.2})
    with short, pytest.raises(ExternalError, match=r"the cluster is gone \("):
        run([session("one")], cluster)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        pytest.param(0, "no Dask scheduler answers at", marks=pytest.mark.slow),
        (1, "no Dask scheduler answers at"),
        (2, "something else than Dask answers at"),
    ],
    ids=["silent", "closed", "strange"],
)
def test_missing_scheduler_is_one_clear_line(dask, number, message):
    out, err = dask.commands[number].communicate(timeout=60)
    assert (dask.commands[number].returncode, out) == (3, "")
    assert err.startswith(f"{message} tcp://127.0.0.1:"), err
    assert err.endswith("; start one with `dask scheduler`, and give the address that it prints\n")
    assert err.count("\n") == 1, err


@pytest.mark.long
def test_silent_port_costs_ten_seconds_at_most():
    import distributed  # noqa: F401 not part of the time limit

    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(ExternalError, match="no Dask scheduler answers"):
            connect(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("address", "before", "message"),
    [
        ("nonsense", "pass", "no Dask scheduler answers at nonsense (ValueError: missing port number"),
        ("tcp://127.0.0.1:1", "sys.modules['distributed'] = None", "--cluster needs a package that is not there"),
    ],
    ids=["no address", "not installed"],
)
def test_unusable_cluster_is_one_clear_line(tmp_path, address, before, message):
    command = ["batch", "heat", "--voices", "tones", "--into", str(tmp_path), "--cluster", address]
    script = f"import sys; {before}; from voicecoach.cli import main; main({command})"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (3, "", 1), ran.stderr
    assert ran.stderr.startswith(message)


def test_imports_are_outside_time_limit():
    """Importing takes seconds on a busy machine. The time limit is that of another thread."""
    script = """
        import sys
        from threading import current_thread, main_thread
        from voicecoach.batch.cluster import connect
        def audit(event, args):
            if event == "import" and args[0] in ("dask", "distributed", "distributed.comm"):
                print(args[0], current_thread() is main_thread())
        sys.addaudithook(audit)
        try:
            connect("nonsense")
        except Exception as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines.pop().startswith("no Dask scheduler answers at nonsense (ValueError")
    assert set(lines) == {"dask True", "distributed True", "distributed.comm True"}

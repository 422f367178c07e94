"""Jobs and replies on their way to other machines are bytes and JSON, and come back equal."""

from __future__ import annotations

import json
import os
import pickle
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from bounded import bounded

from tests.batch.conftest import InlineExecutor, RecordingReporter, names
from voicecoach.batch.cluster import Cluster
from voicecoach.batch.job import ClipsMissing, FinishedFile, Job, JobDone, JobFailed, JobReply
from voicecoach.batch.job_runner import run_job, run_packed_job
from voicecoach.batch.ledger import LedgerEntry
from voicecoach.batch.payload import pack, unpack
from voicecoach.choices import Choices
from voicecoach.compiler import compile_session, estimate_lengths
from voicecoach.exporter import ExportOptions
from voicecoach.records import pack_parts, unpack_parts
from voicecoach.routine import Routine, used_routines, walk_steps
from voicecoach.script.library import Library
from voicecoach.timeline import Sound, Utterance
from voicecoach.units import Frames
from voicecoach.voices.tones_engine import TONES

SHARED = """
title: Twice
options: {chair: Seated.}
steps:
  - &lean
    say: Lean over.
    again: And again.
  - use: inner.yaml
  - *lean
  - use: inner.yaml
  - sides: [left, right]
    steps: [*lean, {say: "{left|right} arm up."}, {hold: 20-30 s, cues: {halfway: Half., 5 s left: Soon.}}]
  - count: 3-5
    phases: {squeeze: 2-3 s, relax: 2 s}
  - breathe: {in: 4 s, out: 6 s}
    rounds: 2
"""
INNER = """
title: Inner
steps:
  - move: Down
    steps:
      - say: Lie down, {length}.
      - chime: tick
      - hold: 5-9 s
"""


def make_job(routine: Routine, **values) -> Job:
    fields = {
        "name": "Anna/rest",
        "routine": pack(routine),
        "sounds": {"/a/b.wav": "digest"},
        "choices": Choices(level=30, options=frozenset(["chair"]), only=("Down",)),
        "voice": TONES,
        "files": {"vtt": "Anna/rest.vtt"},
        "inputs": {"vtt": "ab"},
        "options": ExportOptions(captions=("vtt",)),
        "date": "2026-11-25",
        "clips": {"key": bytes(range(256)), "other": b""},
    }
    return Job(**fields | values)


@pytest.fixture
def shared(tmp_path: Path) -> Routine:
    (tmp_path / "twice.yaml").write_text(SHARED)
    (tmp_path / "inner.yaml").write_text(INNER)
    return Library().load_path(tmp_path / "twice.yaml")


@pytest.mark.parametrize("name", Library().paths())
def test_every_routine_survives(name):
    routine = Library().load(name)
    assert unpack(Routine, pack(routine)) == routine


def test_shared_steps_stay_shared(shared):
    """The compiler counts passes by step, so a copy of a step would sound otherwise."""
    there = unpack(Routine, pack(shared))
    assert there == shared
    assert len([*walk_steps(there.steps, into_used=True)]) == len([*walk_steps(shared.steps, into_used=True)])
    assert len(used_routines(there.steps)) == len(used_routines(shared.steps)) == 1
    for speed in (100, 173):
        made = [compile_session(each, Choices(level=35, speed=speed), estimate_lengths) for each in (shared, there)]
        assert made[0] == made[1]


def test_routines_within_routines_take_little_room(tmp_path):
    """Each of 12 uses the next one twice: 4,096 copies when written out."""
    for number in range(12):
        uses = "".join(f"  - use: r{number + 1}.yaml\n    when: never\n" for _ in range(2))
        path = tmp_path / f"r{number}.yaml"
        path.write_text(f"title: R\noptions: {{never: No.}}\nsteps:\n  - say: Hello.\n{uses}")
    (tmp_path / "r12.yaml").write_text("title: R\nsteps:\n  - say: End.\n")
    routine = Library().load_path(tmp_path / "r0.yaml")
    assert len(packed := pack(routine)) < 30_000
    assert unpack(Routine, packed).title == "R"


def test_deeply_nested_steps_survive(shared):
    routine = shared
    for _ in range(1_200):
        (first, *_) = used_routines(shared.steps)
        use = next(step for step in shared.steps if getattr(step, "routine", None) is first)
        routine = Routine(title="Outer", steps=(replace(use, routine=routine),))
    there = unpack(Routine, pack(routine))
    assert there.steps[0].routine.title == "Outer"


def test_job_comes_back_equal(shared):
    job = make_job(shared)
    assert unpack(Job, pack(job)) == job


@pytest.mark.parametrize(
    "reply",
    [
        JobDone((FinishedFile(LedgerEntry("a", "b", 1, 2, "c"), b"\x80\x00"),), Frames(480)),
        JobDone((FinishedFile(LedgerEntry("a", "b", 1, 2, "c"), "/staged"),), Frames(480)),
        ClipsMissing((Utterance("Hello", 120), Sound("own", "/a/b.wav"), Sound("tick"))),
        JobFailed("line one\nline two", 1),
        JobFailed(os.fsdecode(b"caf\xe9"), 2),
    ],
    ids=str,
)
def test_reply_comes_back_equal(reply):
    assert unpack(JobReply, pack(reply)) == reply


class Boom:
    """Unpickling it makes a file."""

    def __reduce__(self):
        return os.mkdir, ("unpickled",)


def table(*rows) -> bytes:
    return pack_parts([json.dumps(rows).encode()])


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\0" * 4, b"\xff" * 100, pickle.dumps(Boom()), pack_parts([pickle.dumps(Boom())])),
        *(table(), table([]), table(7), table(["JobFailed"]), table(["JobFailed", 7]), table(["JobFailed", ["a"]])),
        *(table(["JobFailed", ["a", "b"]]), table(["Popen", ["a", 1]]), table(["JobDone", [[0], 480]])),
        *(table(["JobDone", [[1], 480]], ["JobFailed", ["a", 1]]), table(["JobDone", [[-1], 480]])),
        table(["LedgerEntry", ["a", "b", 1, 2, "c"]], ["FinishedFile", [0, 0]], ["JobDone", [[1], 480]]),
        table(["LedgerEntry", ["a", "b", 1, 2, "c"]], ["FinishedFile", [0, "x"]], ["JobDone", [[True], 480]]),
        table(["LedgerEntry", ["a", "b", 1, 2, "c"]]),
        pack_parts([b"[" * 100_000]),
        pack(JobFailed("a", 1))[:-3],
    ],
    ids=lambda content: repr(content)[:40],
)
def test_other_bytes_are_refused(content, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with bounded(seconds=5, megabytes=100), pytest.raises(ValueError, match=r"[a-z]"):
        unpack(JobReply, content)
    assert [*tmp_path.iterdir()] == []


class RecordingClient:
    """The client of a cluster of this process; `reply` replaces what the worker answers."""

    def __init__(self, reply: bytes | None = None) -> None:
        self.sent: list[bytes] = []
        self.received: list[bytes] = []
        self._reply = reply

    def get_executor(self, **_: object) -> RecordingClient:
        return self

    def submit(self, call, *arguments) -> Future[bytes]:
        self.sent += arguments
        self.received.append(call(*arguments) if self._reply is None else self._reply)
        future: Future[bytes] = Future()
        future.set_result(self.received[-1])
        return future


def test_cluster_sends_bytes_and_json(shared):
    client = RecordingClient()
    reply = Cluster(client).submit(make_job(shared)).result()
    assert isinstance(reply, ClipsMissing), reply
    for payload in (*client.sent, *client.received):
        assert type(payload) is bytes
        first, *blobs = unpack_parts(payload)
        assert {type(value) for value in json.loads(first)} == {list}
        assert all(type(blob) is bytes for blob in blobs)


def test_pickled_reply_is_not_run(shared, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reply = Cluster(RecordingClient(pickle.dumps(Boom()))).submit(make_job(shared))
    assert isinstance(reply.exception(), ValueError)
    assert not (tmp_path / "unpickled").exists()


def test_only_jobs_are_run():
    with pytest.raises(ValueError, match=r"[a-z]"):
        run_packed_job(pickle.dumps(Boom()))


@pytest.mark.parametrize("file", ["../outside.vtt", "/tmp/outside.vtt", "two.vtt"])
def test_files_that_were_not_asked_for_are_refused(session, run, into, file):
    class Faulty(InlineExecutor):
        def submit(self, job, /):
            self.jobs.append(job)
            reply = run_job(job)
            if isinstance(reply, JobDone):
                (made,) = reply.files
                reply = replace(reply, files=(replace(made, entry=replace(made.entry, file=file)),))
            future = Future()
            future.set_result(reply)
            return future

    outcome, reporter = run([session("one")], Faulty(shares_disk=False), RecordingReporter())
    assert (outcome.exit_code, names(into)) == (3, [])
    assert reporter.failures[0].message == "the worker sent other files than it was asked for"
    assert not (into / file).exists()

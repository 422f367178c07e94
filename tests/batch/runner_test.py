"""A batch into a folder: what is made, what is left alone, and what goes wrong."""

import errno
import os
import platform
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch.conftest import InlineExecutor, RecordingReporter, names
from voicecoach.batch import BatchSynthesizer, InvalidSession, ProcessPool
from voicecoach.errors import ChoiceError, ExternalError, FileError, VoiceError
from voicecoach.timeline import Utterance
from voicecoach.voices.tones_engine import TONES
from voicecoach.voices.voice import Voice


def hidden_files(folder):
    return [path.name for path in (folder / ".voicecoach").iterdir()]


def test_second_run_makes_nothing(session, run, into):
    sessions = [session("wave", ("wav", "m4a", "vtt", "md")), session("roll", folder="Anna")]
    outcome, reporter = run(sessions)
    assert names(into) == ["Anna/roll.vtt", "wave.m4a", "wave.md", "wave.vtt", "wave.wav"]
    assert (outcome.sessions, outcome.files, outcome.up_to_date, outcome.exit_code) == (2, 5, 0, 0)
    assert outcome.bytes == sum((into / name).stat().st_size for name in names(into))
    assert sorted(reporter.files) == names(into)
    assert reporter.progress[-1][1:] == (2, 2)
    before = [(into / name).stat().st_mtime_ns for name in names(into)]
    outcome, reporter = run(sessions, executor := InlineExecutor())
    assert (executor.jobs, reporter.files, outcome.files, outcome.up_to_date, executor.ended) == ([], [], 0, 5, True)
    assert [(into / name).stat().st_mtime_ns for name in names(into)] == before
    assert hidden_files(into) == ["made.jsonl"]


def test_too_many_processes_is_external_error():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Path(os.devnull).open("rb") as last:
        resource.setrlimit(resource.RLIMIT_NOFILE, (last.fileno() + 6, before[1]))
        try:
            with pytest.raises(ExternalError, match=r"20 processes cannot be started \(.*; choose fewer with --jobs"):
                ProcessPool(20)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_no_file_reveals_voice_path(session, run, into):
    eva = replace(TONES, name="/home/anna/eva.onnx", known_as="eva", version="by its path")
    run([session("one", ("flac", "html", "md", "vtt"), voice=voice) for voice in (TONES, eva)])
    assert names(into)[:4] == ["one eva.flac", "one eva.html", "one eva.md", "one eva.vtt"]
    contents = [(into / name).read_bytes() for name in names(into)]
    assert [b"anna" in content for content in contents] == [False] * 8
    assert [b"eva" in content for content in contents[:3]] == [True] * 3


def test_only_changed_files_are_made_again(session, run, prepare, into):
    def sessions(**said):
        return [session(name, ("vtt", "md"), said=said.get(name, "Wave.")) for name in ("one", "two", "three", "four")]

    run(sessions())
    (into / "two.vtt").unlink()
    (into / "three.md").write_text("damaged")
    _, reporter = run(sessions(one="Wave again."))
    assert sorted(reporter.files) == ["one.md", "one.vtt", "three.md", "two.vtt"]
    assert "Wave again" in (into / "one.vtt").read_text()
    assert "Wave" in (into / "three.md").read_text()
    copy = into.with_name("copy")
    shutil.copytree(into, copy)  # with other times
    assert not prepare(sessions(one="Wave again."), folder=copy).due


def test_files_of_concurrent_batch_are_up_to_date(session, run, prepare):
    sessions = [session(name) for name in ("one", "two")]
    late = prepare(sessions)
    assert len(late.due) == 2
    run(sessions)
    outcome = late.run(InlineExecutor(), BatchSynthesizer(print))
    assert (outcome.files, outcome.up_to_date) == (0, 2)


def test_broken_session_fails_alone(session, run, into):
    invalid = InvalidSession("gone", ChoiceError("no routine of that name (gone)"))
    outcome, reporter = run([invalid, session("one", only=("Nothing",)), session("two")])
    assert names(into) == ["two.vtt"]
    assert outcome.exit_code == 2
    assert [failure.name for failure in outcome.failures] == ["gone", "one"]
    assert outcome.failures[1].message.startswith("--only: one has no move (Nothing)")
    assert reporter.failures == outcome.failures


def test_foreign_files_need_force(session, run, into):
    (into / "one.vtt").write_text("my own")
    (into / "two.vtt").mkdir()
    sessions = [session(name) for name in ("one", "two", "three")]
    outcome, _ = run(sessions)
    assert [failure.message.rpartition("/")[2] for failure in outcome.failures] == [
        f"{name}.vtt is there, and no batch made it; move it away, or overwrite it with --force"
        for name in ("one", "two")
    ]
    assert ((into / "one.vtt").read_text(), outcome.exit_code) == ("my own", 2)
    assert names(into) == ["one.vtt", "three.vtt"]
    outcome, _ = run(sessions, force=True)
    assert (into / "one.vtt").read_text().startswith("WEBVTT")
    assert [(failure.name, failure.exit_code) for failure in outcome.failures] == [("two", 3)]


def test_file_of_concurrent_batch_is_not_foreign(session, run, prepare, into):
    """The other batch lists the file after this one has read the ledger."""
    (into / "one.vtt").write_text("my own")
    two = session("two")

    class RunsAnotherBatch(RecordingReporter):
        def failed(self, failure):
            super().failed(failure)
            run([two])

    late = prepare([session("one"), two], reporter := RunsAnotherBatch())
    assert [failure.name for failure in reporter.failures] == ["one"]
    assert names(into) == ["one.vtt", "two.vtt"]
    assert late.run(InlineExecutor(), BatchSynthesizer(print)).up_to_date == 1


def test_files_of_other_batches_are_listed(session, run, into):
    run([session("one"), session("two")])
    outcome, _ = run([session("two")])
    assert outcome.others == ("one.vtt",)
    assert names(into) == ["one.vtt", "two.vtt"]


def test_remote_files_equal_local_ones(session, run, into, tmp_path):
    """A remote worker gets nothing but the job and the clips that it lacks."""
    (tmp_path / "routines").mkdir()
    shutil.copy(Path(__file__).parents[2] / "audio" / "done.wav", tmp_path / "routines" / "bell.wav")

    def remote(kinds, folder=""):
        said = "Something new.\n- chime: bell.wav\n- say: In {left} minutes"
        return session("one", kinds, said=said, folder=folder, voice=replace(TONES, version="remote"))

    _, reporter = run([remote(("flac", "vtt"))], executor := InlineExecutor(shares_disk=False))
    assert all(job.staging is None for job in executor.jobs)
    assert [bool(job.clips) for job in executor.jobs][:2] == [False, True]
    assert reporter.spoken[-1][0] == reporter.spoken[-1][1]
    sent = {name: (into / name).read_bytes() for name in names(into)}
    run([remote(("flac", "vtt"), "local")])
    assert sent == {name: (into / "local" / name).read_bytes() for name in ("one.flac", "one.vtt")}
    run([remote(("flac",), "warm")], executor := InlineExecutor(shares_disk=False))
    assert [len(job.clips) for job in executor.jobs] == [0]


def test_remote_failure_keeps_its_message(session, run):
    outcome, _ = run([session("one", only=("None",))], InlineExecutor(shares_disk=False))
    assert outcome.failures[0].message.startswith("--only: one has no move (None)")


def test_damaged_clip_is_spoken_again(session, run, into, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    sessions = [session("one", ("wav",), said="A clip to be damaged.", voice=replace(TONES, version="damaged"))]
    run(sessions)
    whole = (into / "one.wav").read_bytes()
    for clip in (tmp_path / "cache" / "clips").iterdir():
        content = clip.read_bytes()
        clip.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (into / "one.wav").unlink()
    _, reporter = run(sessions, ProcessPool(1))  # a process that does not have the clip in memory
    assert reporter.failures == []
    assert (into / "one.wav").read_bytes() == whole


def test_failing_voice_is_given_up(session, run, into):
    broken = Voice("broken:one", "broken", "", (), "1", "nowhere:nothing")
    sessions = [session(f"r{number}", said=f"{number}.", voice=broken) for number in range(5)]
    outcome, _ = run([*sessions, session("fine")])
    assert names(into) == ["fine.vtt"]
    assert (outcome.exit_code, len(outcome.failures)) == (3, 5)
    assert "the voice broken:one could not speak" in outcome.failures[0].message
    with closing(BatchSynthesizer(print)) as synthesizer:
        for number in range(5):
            with pytest.raises(VoiceError, match=f"could not speak '{min(number, 2)}'"):
                synthesizer.clips(broken, [Utterance(str(number))], print)


@pytest.mark.parametrize(("engine", "texts"), [("refuses_no_3", 4), ("dies_of_no_3", 2)])
def test_unspeakable_text_fails_its_sessions(session, run, into, engine, texts):
    voice = Voice(f"faulty:{engine}", "faulty", "", (), engine, f"tests.voices.faulty_engines:{engine}")
    sessions = [
        session(f"r{number}", said=f"{number} is no 3.", voice=voice, level=level)
        for number in range(texts)
        for level in (0, 50, 100)
    ]
    outcome, _ = run([*sessions, session("fine", voice=voice)])
    assert names(into) == ["fine.vtt"]
    unspoken = [failure.message.partition(" could not speak ")[2].partition(":")[0] for failure in outcome.failures]
    assert sorted(unspoken) == [f"'{number} is no 3.'" for number in range(texts) for _ in range(3)]


def test_unwritable_folder_is_an_error(session, prepare, into, tmp_path, unprivileged):
    sessions = [session("one")]
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="choose another folder"):
        prepare(sessions, folder=tmp_path / "file")
    into.chmod(0o555)
    with unprivileged(), pytest.raises(FileError):
        prepare(sessions)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MB."""
    (disk := tmp_path / "disk").mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"may not mount a disk: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.system("mount")
def test_full_disk_fails_large_session(session, run, small_disk):
    """The long one is first, reaches the end of the disk, and leaves nothing behind."""
    long = session("long", ("wav",), more="caution: One.\n", said="Long.\n- pause: 30 s\n- say: Done")
    outcome, _ = run([long, session("one", ("m4a", "vtt"))], folder=small_disk)
    assert names(small_disk) == ["one.m4a", "one.vtt"]
    assert (outcome.exit_code, [failure.name for failure in outcome.failures]) == (3, ["long"])
    expected = f"{small_disk / 'long.wav'}: No space left on device; make room there"
    assert outcome.failures[0].message.startswith(expected)
    assert hidden_files(small_disk) == ["made.jsonl"]


def test_staging_of_killed_batch_is_removed(session, run, into):
    import fcntl

    ended = subprocess.Popen(["true"])
    ended.wait()
    here = f"voicecoach-{platform.node()}"
    abandoned, *others = (
        into / ".voicecoach" / name
        for name in (
            f"{here}-{ended.pid}-x",
            f"{here}-{os.getppid()}-x",
            f"voicecoach-other-{ended.pid}-x",
            f"{here}-{ended.pid}-{ended.pid}-x",  # of a machine whose name ends with a number
            f"{here}-{ended.pid}-y",  # of a container that has our name and its own processes
        )
    )
    for folder in (abandoned, *others):
        (folder / "Anna").mkdir(parents=True)
        (folder / ".held").touch()
    with (others[-1] / ".held").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run([session("one")])
    assert not abandoned.exists()
    assert [folder.name for folder in others if not folder.exists()] == []


def test_staging_is_removed_although_nothing_is_due(session, run, prepare, into):
    run([session("one")])
    ended = subprocess.Popen(["true"])
    ended.wait()
    (abandoned := into / ".voicecoach" / f"voicecoach-{platform.node()}-{ended.pid}-x").mkdir()
    (abandoned / ".held").touch()
    assert not prepare([session("one")], RecordingReporter()).due
    assert not abandoned.exists()


def test_unreadable_file_is_one_line(session, run, monkeypatch):
    """The disk took the file, and does not give it back."""

    def fail(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("voicecoach.batch.job_runner.digest_file", fail)
    outcome, reporter = run([session("one", ("vtt",))])
    assert outcome.exit_code == 3
    assert [failure.message.count("\n") for failure in reporter.failures] == [0]
    assert "one.vtt: Input/output error" in reporter.failures[0].message


def test_job_of_killed_worker_runs_again(session, run, into):
    sessions = [session("long", ("flac",), said="Long.\n- pause: 15 min\n- say: Done"), session("one")]
    pool = ProcessPool(1)
    killed = []

    class Killer(RecordingReporter):
        def at_work(self, jobs, done, total):
            super().at_work(jobs, done, total)
            process = pool._pool._workers[0]._process
            if not killed and jobs[0] and jobs[0][1] > 0 and process is not None:
                killed.append(process.pid)
                os.kill(process.pid, 9)

    outcome, _ = run(sessions, pool, Killer())
    assert killed
    assert (outcome.exit_code, names(into)) == (0, ["long.flac", "one.vtt"])

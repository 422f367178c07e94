"""A batch into a folder: what is made, what is left, and what goes wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.batch.conftest import TODAY, Here, Keeps, names
from voicecoach.batch import Batch, BatchFailure, BatchSynthesizer, InvalidSession, ProcessPool
from voicecoach.errors import ChoiceError, FileError, VoiceError
from voicecoach.exporter import ExportOptions
from voicecoach.timeline import Utterance
from voicecoach.voices.tones_engine import TONES
from voicecoach.voices.voice import Voice
from voicecoach.worker import WorkerDied

Made = Callable[..., Any]


def hidden(folder: Path) -> list[str]:
    """What we keep there for ourselves."""
    return [path.name for path in (folder / ".voicecoach").iterdir()]


def test_all_kinds_of_a_session_are_made_and_the_second_time_nothing(
    write: Made, session: Made, make: Made, into: Path
) -> None:
    wanted = [session(write("wave"), ("wav", "m4a", "vtt", "md")), session(write("roll"), folder="Anna")]
    outcome, told = make(wanted)
    assert names(into) == ["Anna/roll.vtt", "wave.m4a", "wave.md", "wave.vtt", "wave.wav"]
    assert (outcome.sessions, outcome.files, outcome.fresh, outcome.code) == (2, 5, 0, 0)
    assert outcome.bytes == sum((into / name).stat().st_size for name in names(into))
    assert sorted(told.files) == names(into)
    assert told.bars[-1][1:] == (2, 2)
    before = [(into / name).stat().st_mtime_ns for name in names(into)]
    hands = Here()
    outcome, told = make(wanted, hands)
    assert (hands.jobs, told.files, outcome.files, outcome.fresh, hands.ended) == ([], [], 0, 5, True)
    assert [(into / name).stat().st_mtime_ns for name in names(into)] == before
    assert hidden(into) == ["made.jsonl"]


def test_no_file_tells_where_a_voice_lies_on_this_machine(write: Made, session: Made, make: Made, into: Path) -> None:
    eva = replace(TONES, name="/home/anna/eva.onnx", known_as="eva", version="by its path")
    make([session(write("one"), ("flac", "html", "md", "vtt"), voice=voice) for voice in (TONES, eva)])
    assert names(into)[:4] == ["one eva.flac", "one eva.html", "one eva.md", "one eva.vtt"]
    contents = [(into / name).read_bytes() for name in names(into)]
    assert [b"anna" in content for content in contents] == [False] * 8
    assert [b"eva" in content for content in contents[:3]] == [True] * 3


def test_only_what_changed_is_made_again(write: Made, session: Made, make: Made, into: Path) -> None:
    paths = [write(name) for name in ("one", "two", "three", "four")]

    def wanted() -> list:
        return [session(path, ("vtt", "md")) for path in paths]

    make(wanted())
    write("one", "Wave again.")
    (into / "two.vtt").unlink()
    (into / "three.md").write_text("damaged")
    _, told = make(wanted())
    assert sorted(told.files) == ["one.md", "one.vtt", "three.md", "two.vtt"]
    assert "Wave again" in (into / "one.vtt").read_text()
    assert "Wave" in (into / "three.md").read_text()
    copied = into.with_name("copied")
    shutil.copytree(into, copied)  # with other times
    batch = Batch(copied, wanted(), ExportOptions(), date=TODAY, tell=Keeps())
    assert not batch.due


def test_what_another_batch_made_meanwhile_is_not_made_again(
    write: Made, session: Made, make: Made, into: Path
) -> None:
    wanted = [session(write(name)) for name in ("one", "two")]
    late = Batch(into, wanted, ExportOptions(), date=TODAY, tell=Keeps())
    assert len(late.due) == 2
    make(wanted)
    outcome = late.run(Here(), BatchSynthesizer(print))
    assert (outcome.files, outcome.fresh) == (0, 2)


def test_one_that_is_broken_fails_alone(write: Made, session: Made, make: Made, into: Path) -> None:
    wanted = [
        InvalidSession("gone", ChoiceError("no routine of that name (gone)")),
        session(write("one"), only=("Nothing",)),
        session(write("two")),
    ]
    outcome, told = make(wanted)
    assert names(into) == ["two.vtt"]
    assert outcome.code == 2
    assert [failure.name for failure in outcome.failures] == ["gone", "one"]
    assert outcome.failures[1].words.startswith("--only: one has no move (Nothing)")
    assert told.failures == outcome.failures


def test_files_that_no_batch_made_are_not_touched(write: Made, session: Made, make: Made, into: Path) -> None:
    (into / "one.vtt").write_text("my own")
    (into / "two.vtt").mkdir()
    wanted = [session(write(name)) for name in ("one", "two", "three")]
    outcome, _ = make(wanted)
    assert [failure.words.rpartition("/")[2] for failure in outcome.failures] == [
        f"{name}.vtt is there, and no batch made it; move it away, or overwrite it with --force"
        for name in ("one", "two")
    ]
    assert ((into / "one.vtt").read_text(), outcome.code, names(into)) == ("my own", 2, ["one.vtt", "three.vtt"])
    outcome, _ = make(wanted, manner=ExportOptions(force=True))
    assert (into / "one.vtt").read_text().startswith("WEBVTT")
    assert [(failure.name, failure.code) for failure in outcome.failures] == [("two", 3)]


def test_a_file_that_another_batch_makes_while_we_look_is_no_stranger(
    write: Made, session: Made, make: Made, into: Path
) -> None:
    """It is stated before it is there, after we have read the statements."""
    (into / "one.vtt").write_text("my own")
    two = session(write("two"))

    class Meanwhile(Keeps):
        def failed(self, failure: BatchFailure) -> None:
            super().failed(failure)
            make([two])

    late = Batch(into, [session(write("one")), two], ExportOptions(), date=TODAY, tell=(told := Meanwhile()))
    assert [failure.name for failure in told.failures] == ["one"]
    assert names(into) == ["one.vtt", "two.vtt"]
    assert late.run(Here(), BatchSynthesizer(print)).fresh == 1


def test_files_of_other_batches_stay_and_are_told_of(write: Made, session: Made, make: Made, into: Path) -> None:
    make([session(write("one")), session(write("two"))])
    outcome, _ = make([session(write("two"))])
    assert outcome.others == ("one.vtt",)
    assert names(into) == ["one.vtt", "two.vtt"]


def test_far_hands_get_what_they_lack_and_give_back_bytes(
    write: Made, session: Made, make: Made, into: Path, tmp_path: Path
) -> None:
    """The same files as near ones: only the job and what it lacked went there and back."""
    (tmp_path / "routines").mkdir()
    shutil.copy(Path(__file__).parents[2] / "audio" / "done.wav", tmp_path / "routines" / "bell.wav")
    path = write("one", "Something new.\n- chime: bell.wav\n- say: In {left} minutes")
    voice = replace(TONES, version="far")
    hands = Here(near=False)
    _, told = make([session(path, ("flac", "vtt"), voice=voice)], hands)
    assert all(job.bench is None for job in hands.jobs)
    assert [bool(job.clips) for job in hands.jobs][:2] == [False, True]
    assert told.spoken[-1][0] == told.spoken[-1][1]
    far = {name: (into / name).read_bytes() for name in names(into)}
    make([session(path, ("flac", "vtt"), folder="near", voice=voice)])
    assert far == {name: (into / "near" / name).read_bytes() for name in ("one.flac", "one.vtt")}
    warm = Here(near=False)
    make([session(path, ("flac",), folder="warm", voice=voice)], warm)
    assert [len(job.clips) for job in warm.jobs] == [0]


def test_far_hands_words_come_as_they_are(write: Made, session: Made, make: Made) -> None:
    outcome, _ = make([session(write("one"), only=("None",))], Here(near=False))
    assert outcome.failures[0].words.startswith("--only: one has no move (None)")


def test_a_damaged_clip_is_spoken_again(
    write: Made, session: Made, make: Made, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    wanted = [session(write("one", "A clip to be damaged."), ("wav",), voice=replace(TONES, version="damaged"))]
    make(wanted)
    whole = (into / "one.wav").read_bytes()
    for clip in (tmp_path / "cache" / "clips").iterdir():
        content = clip.read_bytes()
        clip.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (into / "one.wav").unlink()
    _, told = make(wanted, ProcessPool(1))  # a process that does not know the clip yet
    assert told.failures == []
    assert (into / "one.wav").read_bytes() == whole


def test_a_voice_that_fails_is_soon_asked_no_more_and_all_else_is_made(
    write: Made, session: Made, make: Made, into: Path
) -> None:
    broken = Voice("broken:one", "broken", "", (), "1", "nowhere:nothing")
    wanted = [session(write(f"r{number}", f"{number}."), voice=broken) for number in range(5)]
    outcome, _ = make([*wanted, session(write("fine"))])
    assert names(into) == ["fine.vtt"]
    assert (outcome.code, len(outcome.failures)) == (3, 5)
    assert "the voice broken:one could not speak" in outcome.failures[0].words
    with BatchSynthesizer(print) as speakers:
        for number in range(5):
            with pytest.raises(VoiceError, match=f"could not speak '{min(number, 2)}'"):
                speakers.sounds(broken, [Utterance(str(number))], print)


@pytest.mark.parametrize(("engine", "texts"), [("refuses_no_3", 4), ("dies_of_no_3", 2)])
def test_texts_that_a_voice_cannot_speak_cost_the_sessions_that_need_them_and_no_others(
    write: Made, session: Made, make: Made, into: Path, engine: str, texts: int
) -> None:
    voice = Voice(f"faulty:{engine}", "faulty", "", (), engine, f"tests.voices.faulty_engines:{engine}")
    paths = [write(f"r{number}", f"{number} is no 3.") for number in range(texts)]
    wanted = [session(path, voice=voice, level=level) for path in paths for level in (0, 50, 100)]
    outcome, _ = make([*wanted, session(write("fine"), voice=voice)])
    assert names(into) == ["fine.vtt"]
    told = [failure.words.partition(" could not speak ")[2].partition(":")[0] for failure in outcome.failures]
    assert sorted(told) == [f"'{number} is no 3.'" for number in range(texts) for _ in range(3)]


def test_a_folder_that_may_not_be_written_is_told_at_once(
    write: Made, session: Made, into: Path, tmp_path: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    wanted = [session(write("one"))]
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="choose a folder"):
        Batch(tmp_path / "file", wanted, ExportOptions(), date=TODAY, tell=Keeps())
    into.chmod(0o555)
    with as_nobody(), pytest.raises(FileError):
        Batch(into, wanted, ExportOptions(), date=TODAY, tell=Keeps())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB of its own."""
    (disk := tmp_path / "disk").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"may not mount a disk: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.system("mount")
def test_a_full_disk_costs_what_finds_no_room_and_nothing_else(write: Made, session: Made, small_disk: Path) -> None:
    """The long one comes first, meets the end of the disk in the middle, and leaves nothing."""
    long = session(write("long", more="caution: One.\n", said="Long.\n- pause: 30 s\n- say: Done"), ("wav",))
    wanted = [long, session(write("one"), ("m4a", "vtt"))]
    told = Keeps()
    batch = Batch(small_disk, wanted, ExportOptions(), date=TODAY, tell=told)
    outcome = batch.run(Here(), BatchSynthesizer(print))
    assert names(small_disk) == ["one.m4a", "one.vtt"]
    assert (outcome.code, [failure.name for failure in outcome.failures]) == (3, ["long"])
    where = f"{small_disk / 'long.wav'}: No space left on device; make room there"
    assert outcome.failures[0].words.startswith(where)
    assert hidden(small_disk) == ["made.jsonl"]


def test_what_killed_batches_left_is_swept(write: Made, session: Made, make: Made, into: Path) -> None:
    import fcntl
    import platform

    gone = subprocess.Popen(["true"])
    gone.wait()
    hidden = into / ".voicecoach"
    here = f"making-{platform.node()}"
    mine, *others = (
        hidden / name
        for name in (
            f"{here}-{gone.pid}-x",
            f"{here}-{os.getppid()}-x",
            f"making-other-{gone.pid}-x",
            f"{here}-{gone.pid}-{gone.pid}-x",  # of a machine whose name ends with a number
            f"{here}-{gone.pid}-y",  # of a container that has our name and its own processes
        )
    )
    for folder in (mine, *others):
        (folder / "Anna").mkdir(parents=True)
    with (others[-1] / ".held").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        make([session(write("one"))])
    assert not mine.exists()
    assert [folder.name for folder in others if not folder.exists()] == []


def test_a_worker_that_is_killed_costs_its_job_s_time_and_nothing_else(write: Made, session: Made, into: Path) -> None:
    """Killed while it works; its job is done again by a fresh process."""
    wanted = [session(write("long", "Long.\n- pause: 15 min\n- say: Done"), ("flac",)), session(write("one"))]
    killed: list[int] = []

    class Killer(Keeps):
        def at_work(self, doing: Any, done: int, total: int) -> None:
            super().at_work(doing, done, total)
            process = pool._benches[0].worker._process
            if not killed and doing[0] and doing[0][1] > 0 and process is not None:
                killed.append(process.pid)
                os.kill(process.pid, 9)

    pool = ProcessPool(1)
    outcome = Batch(into, wanted, ExportOptions(), date=TODAY, tell=Killer()).run(pool, BatchSynthesizer(print))
    assert killed
    assert (outcome.code, names(into)) == (0, ["long.flac", "one.vtt"])


def test_a_job_of_which_two_workers_die_fails_and_the_next_is_done() -> None:
    pool = ProcessPool(1)
    try:
        dies = pool.submit(os._exit, 7)  # type: ignore[arg-type]
        lives = pool.submit(abs, -7)  # type: ignore[arg-type]
        with pytest.raises(WorkerDied, match="code 7"):
            dies.result()
        assert lives.result() == 7
    finally:
        pool.end()


def test_when_it_is_ended_nobody_waits_for_what_is_being_done() -> None:
    pool = ProcessPool(1)
    endless = pool.submit(time.sleep, 60)  # type: ignore[arg-type]
    waiting = pool.submit(abs, -7)  # type: ignore[arg-type]
    while not endless.running():
        pass
    pool.end()
    assert isinstance(endless.exception(0), WorkerDied)
    assert waiting.cancelled()

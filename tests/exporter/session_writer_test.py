"""An export as a whole: which files there are afterwards, and what was told on the way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach.errors import ChoiceError, FileError, VoiceError
from voicecoach.exporter import FORMATS, ExportOptions, export
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source

KINDS = [name for name in FORMATS if name != "m4b"]
"""One for each way of writing: an M4B is written as an M4A is."""

OLD = b"an older session"


def test_sound_and_captions_are_there_and_nothing_else(session: Callable, tmp_path: Path) -> None:
    place = session(3_000).to(tmp_path / "s.flac", captions=("vtt",))
    assert place == (tmp_path / "s.flac", tmp_path / "s.vtt")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "s.flac", tmp_path / "s.vtt"]
    assert (tmp_path / "s.vtt").read_text("utf-8").startswith("WEBVTT\n\n00:00:00.142 --> 00:00:00.804\nword\n")


def test_the_format_may_be_named_instead_of_told_by_the_ending(session: Callable, tmp_path: Path) -> None:
    session(1_000).to(tmp_path / "episode.part1", format="wav")
    assert (tmp_path / "episode.part1").read_bytes()[:4] == b"RIFF"


def test_progress_is_told_in_frames(session: Callable, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    session(25_000).to(tmp_path / "s.wav", progress=lambda *now: told.append(now))
    assert told == [(480_000, 1_200_000), (960_000, 1_200_000), (1_200_000, 1_200_000)]


def test_an_old_file_stays_unless_force_is_used(session: Callable, tmp_path: Path) -> None:
    (path := tmp_path / "s.wav").write_bytes(OLD)
    with pytest.raises(ChoiceError, match=r"is there already; .* --force"):
        session(1_000).to(path)
    assert path.read_bytes() == OLD
    session(1_000).to(path, force=True)
    assert path.read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("fault", [VoiceError("the voice died"), KeyboardInterrupt(), SystemExit(143)])
def test_what_breaks_off_leaves_the_folder_as_it_was(
    session: Callable, tmp_path: Path, name: str, fault: BaseException
) -> None:
    """The voice dies, Ctrl-C, a polite kill: in the second of three blocks.

    Ten texts are looked at for the captions first, and fetched again as they are written (lossy formats: once each).
    """
    made = session(25_000)
    calls: list[Source] = []

    def failing(source: Source) -> Clip:
        calls.append(source)
        if len(calls) > 15:
            raise fault
        return made.clip(source)

    def progress(*_: int) -> None:
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise fault

    (path := tmp_path / f"s.{name}").write_bytes(OLD)
    clip = failing if isinstance(fault, VoiceError) else made.clip
    with pytest.raises(type(fault)):
        export(made.timeline, clip, path, ExportOptions(force=True, captions=("srt",)), progress=progress)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == OLD


def test_a_fault_that_is_not_of_the_file_is_not_blamed_on_it(session: Callable, tmp_path: Path) -> None:
    def gone(*_: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        session(1_000).to(tmp_path / "s.mp3", progress=gone)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("room", [0, 20_000, 60_000])
def test_a_full_disk_is_told_and_leaves_the_old_file(
    session: Callable,
    tmp_path: Path,
    name: str,
    room: int,
    full_disk: Callable,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (path := tmp_path / f"s.{name}").write_bytes(OLD)
    with full_disk(room), pytest.raises(FileError, match=r"make room there.*nothing was changed"):
        session(60_000).to(path, force=True)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == OLD
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("short", [1, 100, 2_000])
@pytest.mark.parametrize("name", KINDS)
def test_a_disk_that_is_full_just_before_the_end_is_noticed(
    session: Callable,
    tmp_path: Path,
    name: str,
    short: int,
    full_disk: Callable,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Where an M4A's index, or the last page of an Ogg, no longer fits."""
    size = session(20_000).to(tmp_path / f"whole.{name}")[0].stat().st_size
    with full_disk(size - short), pytest.raises(FileError):
        session(20_000).to(tmp_path / f"s.{name}")
    assert list(tmp_path.iterdir()) == [tmp_path / f"whole.{name}"]
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_takes_no_files_is_told(session: Callable, tmp_path: Path, as_nobody: Callable) -> None:
    (folder := tmp_path / "mine").mkdir()
    with as_nobody(), pytest.raises(FileError, match="choose"):
        session(1_000).to(folder / "s.mp3")
    assert list(folder.iterdir()) == []

"""A whole export: the files that exist afterwards, its progress, and its failures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach.errors import ChoiceError, FileError, VoiceError
from voicecoach.exporter import FORMATS, ExportOptions, export
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source

KINDS = [name for name in FORMATS if name != "m4b"]
"""M4B is written like M4A."""

OLD = b"an older session"


def test_writes_sound_and_captions_only(session: Callable, tmp_path: Path) -> None:
    place = session(3_000).export(tmp_path / "s.flac", captions=("vtt",))
    assert place == (tmp_path / "s.flac", tmp_path / "s.vtt")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "s.flac", tmp_path / "s.vtt"]
    assert (tmp_path / "s.vtt").read_text("utf-8").startswith("WEBVTT\n\n00:00:00.142 --> 00:00:00.976\nword\n")


def test_named_format_with_any_extension(session: Callable, tmp_path: Path) -> None:
    session(1_000).export(tmp_path / "episode.part1", format="wav")
    assert (tmp_path / "episode.part1").read_bytes()[:4] == b"RIFF"


def test_progress_counts_frames(session: Callable, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    session(25_000).export(tmp_path / "s.wav", progress=lambda *now: calls.append(now))
    assert calls == [(480_000, 1_200_000), (960_000, 1_200_000), (1_200_000, 1_200_000)]


def test_force_overwrites_old_file(session: Callable, tmp_path: Path) -> None:
    (path := tmp_path / "s.wav").write_bytes(OLD)
    with pytest.raises(ChoiceError, match=r"already exists; .* --force"):
        session(1_000).export(path)
    assert path.read_bytes() == OLD
    session(1_000).export(path, force=True)
    assert path.read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("fault", [VoiceError("the voice died"), KeyboardInterrupt(), SystemExit(143)])
def test_failure_leaves_folder_unchanged(session: Callable, tmp_path: Path, name: str, fault: BaseException) -> None:
    """The voice fails, or SIGINT or SIGTERM arrives, in the second of three blocks.

    The captions ask for ten clips first; lossless formats then ask for each again, lossy ones once per text.
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


def test_callback_error_is_no_write_error(session: Callable, tmp_path: Path) -> None:
    def gone(*_: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        session(1_000).export(tmp_path / "s.mp3", progress=gone)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("room", [0, 9_000, 20_000, 60_000])
def test_full_disk_keeps_old_file(
    session: Callable,
    tmp_path: Path,
    name: str,
    room: int,
    full_disk: Callable,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (path := tmp_path / f"s.{name}").write_bytes(OLD)
    with full_disk(room), pytest.raises(FileError, match=r"make room there.*nothing was changed"):
        session(60_000).export(path, force=True)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == OLD
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("short", [1, 100, 2_000])
@pytest.mark.parametrize("name", KINDS)
def test_disk_full_at_the_end(
    session: Callable,
    tmp_path: Path,
    name: str,
    short: int,
    full_disk: Callable,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The index of an M4A, or the last page of an Ogg, no longer fits."""
    size = session(20_000).export(tmp_path / f"whole.{name}")[0].stat().st_size
    with full_disk(size - short), pytest.raises(FileError):
        session(20_000).export(tmp_path / f"s.{name}")
    assert list(tmp_path.iterdir()) == [tmp_path / f"whole.{name}"]
    assert capfd.readouterr() == ("", "")


def test_read_only_folder(session: Callable, tmp_path: Path, unprivileged: Callable) -> None:
    (folder := tmp_path / "mine").mkdir(0o555)
    with unprivileged(), pytest.raises(FileError, match="choose"):
        session(1_000).export(folder / "s.mp3")
    assert list(folder.iterdir()) == []

"""One file per move: together they are the session, sample by sample."""

import resource
import wave
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest

from voicecoach.errors import ChoiceError
from voicecoach.sound.clip import to_pcm

MOVES = ((1_500, "Side/stretch"), (3_400, "<script> (1 of 2)"), (5_100, "<script> (1 of 2)"))


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_one_file_per_move_and_playlist(session: Callable[..., Any], tmp_path: Path) -> None:
    """Speech across the start of a move is cut there, and nothing is lost. The first part includes the opening."""
    made = session(8_000, *MOVES, title="Desk\nbreak")
    written = made.export(tmp_path / "#s.wav", split=True)
    names = ["#s 01 Side stretch.wav", "#s 02 script (1 of 2).wav", "#s 03 script (1 of 2).wav"]
    assert [path.name for path in written] == ["#s.m3u8", *names]
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert np.array_equal(np.concatenate([samples(path) for path in written[1:]]), to_pcm(made.sound()))
    assert (tmp_path / "#s.m3u8").read_text("utf-8") == (
        "#EXTM3U\n#EXTENC:UTF-8\n#PLAYLIST:Desk break\n"
        "#EXTINF:3.400,Side/stretch\n./#s 01 Side stretch.wav\n"
        "#EXTINF:1.700,<script> (1 of 2)\n./#s 02 script (1 of 2).wav\n"
        "#EXTINF:2.900,<script> (1 of 2)\n./#s 03 script (1 of 2).wav\n"
    )


def test_parts_have_own_captions_and_tags(session: Callable[..., Any], tmp_path: Path) -> None:
    session(8_000, *MOVES).export(tmp_path / "s.flac", split=True, captions=("vtt", "md"))
    second = mutagen.File(tmp_path / "s 02 script (1 of 2).flac")
    assert (second["title"], second["album"], second["tracknumber"]) == (["<script> (1 of 2)"], ["Desk break"], ["2/3"])
    assert "00:00:00.740 --> " in (tmp_path / "s 02 script (1 of 2).vtt").read_text("utf-8")
    assert (tmp_path / "s 02 script (1 of 2).md").read_text("utf-8").startswith("# \\<script\\> (1 of 2)\n")


@pytest.mark.parametrize("name", ["m4a", "m4b"])
def test_chapters_of_mp4_parts(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """A part has one chapter, even where its first word moves to the second packet; a real opening is another."""
    made = session(5_000, (1_123, "Cat"), (2_123, "Cow"), (4_123, "Dog"))
    written = made.export(tmp_path / f"s.{name}", split=True)
    chapters = [[(round(at.start, 2), at.title) for at in mutagen.File(path).chapters] for path in written[1:]]
    assert chapters == [[(0, "Cat"), (1.13, "Cat")], [(0, "Cow")], [(0, "Dog")]]


def test_progress_spans_all_parts(session: Callable[..., Any], tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    session(8_000, *MOVES).export(tmp_path / "s.wav", split=True, progress=lambda *now: calls.append(now))
    assert calls == [(163_200, 384_000), (244_800, 384_000), (384_000, 384_000)]


@pytest.mark.parametrize("old", ["s.m3u8", "s 03 script (1 of 2).flac", "s 02 script (1 of 2).srt"])
def test_existing_part_prevents_export(session: Callable[..., Any], tmp_path: Path, old: str) -> None:
    (tmp_path / old).write_text("old")
    choices = {"split": True, "captions": ("srt",)}
    with pytest.raises(ChoiceError, match=r"already exists; .* --force"):
        session(8_000, *MOVES).export(tmp_path / "s.flac", **choices)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
    assert len(session(8_000, *MOVES).export(tmp_path / "s.flac", **choices, force=True)) == 7


@pytest.mark.parametrize("name", ["wav", "mp3", "m4a"])
def test_interrupt_leaves_no_part(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    def stop(done: int, _: int) -> None:
        if done > 200_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session(8_000, *MOVES).export(tmp_path / f"s.{name}", split=True, captions=("lrc",), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_session_without_moves(session: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match="without moves cannot be split"):
        session(1_000).export(tmp_path / "s.wav", split=True)


@pytest.fixture
def few_files() -> Callable[[int], AbstractContextManager[None]]:
    """Limits how many more files may be open at once."""

    @contextmanager
    def limited(more: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/dev/fd").iterdir())) + more, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    return limited


def test_few_open_files_suffice(session: Callable[..., Any], tmp_path: Path, few_files: Callable[..., Any]) -> None:
    with few_files(40):
        written = session(300, *((at, "Cat") for at in range(300))).export(tmp_path / "s.wav", split=True)
    assert written[1].name == "s 001 Cat.wav"
    assert len(written) == 301

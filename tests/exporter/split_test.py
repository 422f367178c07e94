"""A file a move: together they are the session, sample by sample."""

import wave
from collections.abc import Callable
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


def test_each_move_is_a_file_and_a_list_plays_them_all(session: Callable[..., Any], tmp_path: Path) -> None:
    """Words that sound while a move begins are cut there and nowhere lost; the opening is before the first."""
    made = session(8_000, *MOVES, title="Desk\nbreak")
    written = made.to(tmp_path / "#s.wav", split=True)
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


def test_each_has_its_own_words_and_tags(session: Callable[..., Any], tmp_path: Path) -> None:
    session(8_000, *MOVES).to(tmp_path / "s.flac", split=True, captions=("vtt", "md"))
    second = mutagen.File(tmp_path / "s 02 script (1 of 2).flac")
    assert (second["title"], second["album"], second["tracknumber"]) == (["<script> (1 of 2)"], ["Desk break"], ["2/3"])
    assert "00:00:00.739 --> " in (tmp_path / "s 02 script (1 of 2).vtt").read_text("utf-8")
    assert (tmp_path / "s 02 script (1 of 2).md").read_text("utf-8").startswith("# \\<script\\> (1 of 2)\n")


@pytest.mark.parametrize("name", ["m4a", "m4b"])
def test_the_only_chapter_of_a_part_in_mp4_is_its_move(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """Though its first word, which begins with it, moves to the second packet; a real opening is one by itself."""
    made = session(5_000, (1_123, "Cat"), (2_123, "Cow"), (4_123, "Dog"))
    written = made.to(tmp_path / f"s.{name}", split=True)
    told = [[(round(at.start, 2), at.title) for at in mutagen.File(path).chapters] for path in written[1:]]
    assert told == [[(0, "Cat"), (1.13, "Cat")], [(0, "Cow")], [(0, "Dog")]]


def test_progress_is_told_over_all_of_them(session: Callable[..., Any], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    session(8_000, *MOVES).to(tmp_path / "s.wav", split=True, progress=lambda *now: told.append(now))
    assert told == [(163_200, 384_000), (244_800, 384_000), (384_000, 384_000)]


@pytest.mark.parametrize("old", ["s.m3u8", "s 03 script (1 of 2).flac", "s 02 script (1 of 2).srt"])
def test_none_is_overwritten_and_then_none_is_written(session: Callable[..., Any], tmp_path: Path, old: str) -> None:
    (tmp_path / old).write_text("old")
    choices = {"split": True, "captions": ("srt",)}
    with pytest.raises(ChoiceError, match=r"is there already; .* --force"):
        session(8_000, *MOVES).to(tmp_path / "s.flac", **choices)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
    assert len(session(8_000, *MOVES).to(tmp_path / "s.flac", **choices, force=True)) == 7


@pytest.mark.parametrize("name", ["wav", "mp3", "m4a"])
def test_what_breaks_off_leaves_no_piece(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    def stop(done: int, _: int) -> None:
        if done > 200_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session(8_000, *MOVES).to(tmp_path / f"s.{name}", split=True, captions=("lrc",), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_session_without_moves_is_not_split(session: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match="without moves cannot be split"):
        session(1_000).to(tmp_path / "s.wav", split=True)


def test_three_hundred_moves_need_no_more_open_files_than_one(
    session: Callable[..., Any], tmp_path: Path, few_files: Callable[..., Any]
) -> None:
    with few_files(40):
        written = session(300, *((at, "Cat") for at in range(300))).to(tmp_path / "s.wav", split=True)
    assert written[1].name == "s 001 Cat.wav"
    assert len(written) == 301

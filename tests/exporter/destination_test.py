"""The files of an export, and what is refused before anything is spoken."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter import FORMATS, Destination, ExportOptions
from voicecoach.exporter.destination import safe_file_name


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("s.wav", "wav"),
        ("S.WAV", "wav"),
        ("a.b.flac", "flac"),
        ("s.mp3", "mp3"),
        ("s.m4a", "m4a"),
        ("book.m4b", "m4b"),
        ("s.opus", "opus"),
        ("s.ogg", "opus"),
    ],
)
def test_extension_selects_format(tmp_path: Path, name: str, format_name: str) -> None:
    assert Destination.choose(tmp_path / name).format is FORMATS[format_name]


def test_named_format_overrides_extension(tmp_path: Path) -> None:
    assert Destination.choose(tmp_path / "s.mp3", ExportOptions(format="OPUS")).format is FORMATS["opus"]


def test_captions_share_the_name(tmp_path: Path) -> None:
    place = Destination.choose(tmp_path / "v1.2.mp3", ExportOptions(captions=("srt",)))
    assert (place.sound, *place.captions) == (tmp_path / "v1.2.mp3", tmp_path / "v1.2.srt")


@pytest.mark.parametrize(
    ("name", "format_name", "beside", "extension"),
    [
        ("Dr. Who", "mp3", "Dr. Who", ".mp3"),
        ("2026.11.25", "m4a", "2026.11.25", ".m4a"),
        ("s", "wav", "s", ".wav"),
        ("Dr. Who.MP3", "mp3", "Dr. Who", ".MP3"),
        ("s.ogg", "mp3", "s", ".ogg"),
        ("s.m3u8", "opus", "s", ".opus"),
        (".mp3", "flac", ".mp3", ".flac"),
    ],
)
def test_unknown_extension_is_part_of_name(
    session: Callable[..., Any], tmp_path: Path, name: str, format_name: str, beside: str, extension: str
) -> None:
    """A single file has exactly the given name; all other names are made from it."""
    manner = ExportOptions(format=format_name, captions=("vtt",))
    place = Destination.choose(tmp_path / name, manner)
    assert (place.sound.name, place.captions[0].name) == (name, f"{beside}.vtt")
    place = Destination.choose(tmp_path / name, replace(manner, split=True))
    assert place.playlist.name == f"{beside}.m3u8"
    (part,) = place.parts(session(1_000, (0, "Cat")).in_format("wav")[1])
    assert [file.name for file in part.files] == [f"{beside} 01 Cat{extension}", f"{beside} 01 Cat.vtt"]


@pytest.mark.parametrize("name", [".", ".."])
def test_folder_as_split_name(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ChoiceError, match="is a folder; name a file in it"):
        Destination.choose(Path(name), ExportOptions(format="mp3", split=True))


@pytest.mark.parametrize(
    ("name", "choices", "words"),
    [
        (
            "s.xyz",
            {},
            r"unknown file extension \.xyz; use one of \.wav, \.flac, \.mp3, \.m4a, \.m4b, \.opus",
        ),
        ("s", {}, "the name has no extension; .* or choose with --format"),
        ("s.mp3", {"format": "wma"}, "unknown format wma; choose one of wav, flac, mp3, m4a, m4b, opus"),
        ("s.mp3", {"captions": ("ass",)}, "unknown caption format ass; choose one of vtt, srt, lrc, md"),
        ("s.mp3", {"bit_rate": 100}, "mp3 has no bit rate of 100 kbit/s; choose one of 32, 40, .* 256, 320"),
        ("s.opus", {"bit_rate": 5}, "opus has no bit rate of 5 kbit/s; choose 12 to 256"),
        ("s.flac", {"bit_rate": 64}, "flac keeps every sample and has no bit rate; leave out --bitrate"),
        ("n\nl.mp3", {}, r"^a name with a line break \(n l\.mp3\); leave it out$"),
        ("s.srt", {"format": "mp3", "captions": ("srt",)}, "cannot share a name"),
    ],
)
def test_invalid_options_are_refused(tmp_path: Path, name: str, choices: dict[str, object], words: str) -> None:
    with pytest.raises(ChoiceError, match=words):
        Destination.choose(tmp_path / name, ExportOptions(**choices))  # type: ignore[arg-type]


def test_overwriting_needs_force(tmp_path: Path) -> None:
    (tmp_path / "s.vtt").touch()
    with pytest.raises(ChoiceError, match=r"s\.vtt already exists; .* --force"):
        Destination.choose(tmp_path / "s.mp3", ExportOptions(captions=("vtt",)))
    Destination.choose(tmp_path / "s.mp3", ExportOptions(captions=("vtt",), force=True))


@pytest.mark.parametrize("name", ["out.mp3", "out", "."])
def test_folder_as_file_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir(exist_ok=True)
    with pytest.raises(ChoiceError, match=r"is a folder; name a file in it, such as .*session\.mp3"):
        Destination.choose(tmp_path / name, ExportOptions(captions=("vtt",), force=True))


def test_force_never_replaces_device() -> None:
    with pytest.raises(ChoiceError, match="not an ordinary file"):
        Destination.choose(Path("/dev/null"), ExportOptions(format="wav", force=True))


def test_dangling_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "s.mp3").symlink_to("nowhere")
    with pytest.raises(ChoiceError, match="not an ordinary file"):
        Destination.choose(tmp_path / "s.mp3", ExportOptions(force=True))


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such folder; make it first"):
        Destination.choose(tmp_path / "missing" / "s.mp3")


def test_file_name_too_long(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="File name too long; choose a shorter name") as raised:
        Destination.choose(tmp_path / ("n" * 300 + ".mp3"))
    assert raised.value.exit_code == 2, "the user's mistake"


@pytest.mark.parametrize("stem", ["n" * 220, "n" * 246, "é" * 124])
def test_parts_of_long_name_fit(session: Callable[..., Any], tmp_path: Path, stem: str) -> None:
    """The title is cut first, then the name, and the number never."""
    _, whole = session(2_000, (0, "Cat and cow"), (1_000, "Child's pose, very slowly")).in_format("opus")
    options = ExportOptions(split=True, captions=("vtt",))
    parts = Destination.choose(tmp_path / f"{stem}.opus", options).parts(whole)
    files = [file for part in parts for file in part.files]
    assert len({*files}) == 2 * len(parts) > 2
    for number, part in enumerate(parts, 1):
        assert f" {number:02}" in part.sound.stem
        for file in part.files:
            file.touch()


def test_playlist_holds_only_utf_8(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match="a name that is not UTF-8, which no playlist can hold"):
        Destination.choose(tmp_path / "x\udcff.m4a", ExportOptions(split=True))
    assert Destination.choose(tmp_path / "x\udcff.m4a").sound.name == "x\udcff.m4a"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Side stretch (2 of 3)", "Side stretch (2 of 3)"),
        ("../../etc/passwd", "etc passwd"),
        ('He said: "go" <script>', "He said go script"),
        ("C:\\con\n\t|*?.", "C con"),
        ("背中 🧘 Ärger", "背中 🧘 Ärger"),
        ("\u202eevil\u202c", "evil"),
        ("שלום", "שלום"),
        ("...", ""),
        ("n" * 5_000, "n" * 80),
        ("é" * 5_000, "é" * 40),
    ],
)
def test_titles_as_file_names(title: str, name: str) -> None:
    assert safe_file_name(title) == name


@given(st.text())
def test_any_title_gives_valid_file_name(title: str) -> None:
    name = safe_file_name(title)
    assert len(name.encode()) <= 80
    assert name == name.strip(" .")
    assert not set(name) & set('<>:"/\\|?*\n\0')

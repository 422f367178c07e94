"""Tags, cover, chapters and captions of each format, as ffprobe and mutagen read them."""

import base64
import io
import struct
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mutagen
import pysubs2
import pytest
from mutagen.flac import Picture
from mutagen.id3 import ID3, PictureType
from PIL import Image

from voicecoach.compiler import phrases
from voicecoach.exporter import FORMATS, Tags, tags_of
from voicecoach.exporter.metadata import iso_639_1, iso_639_2

MOVES = ((500, "Side stretch"), (1_874, "Knie & <Brust> = #1"), (2_749, "背中 (2 of 3)"))
SOUNDS = [name for name in FORMATS if name != "html"]
TAGS = Tags(
    title='Ärger = \\weg; "#1" 🧘',
    album="floor, שלום",
    artist="espeak:de",
    comment="level 50, 3:00",
    language="de-AT",
    date="2026-11-22",
)
WORDS = [(142, "word"), (1_139, "wordword"), (2_141, "wordwordword")]
"""Each word with the time when it becomes audible, in milliseconds."""


def probe(path: Path, *what: str) -> str:
    return subprocess.run(["ffprobe", "-v", "error", *what, path], capture_output=True, check=True, text=True).stdout


@pytest.fixture(params=SOUNDS)
def file(request: pytest.FixtureRequest, session: Callable[..., Any], tmp_path: Path) -> Path:
    """A stereo session of 3 s in each format."""
    session(3_000, *MOVES).export(path := tmp_path / f"s.{request.param}", tags=TAGS, channels=2)
    return path


def probe_tags(path: Path) -> dict[str, str]:
    """The tags of the file and of its sound, names in lower case."""
    output = probe(path, "-select_streams", "a", "-show_entries", "format_tags:stream_tags", "-of", "flat=s=.:h=0")
    pairs = (line.split("=", 1) for line in output.splitlines())
    return {name.rpartition(".")[2].lower(): value.strip('"') for name, value in pairs}


@pytest.mark.system("ffprobe")
def test_ffprobe_reads_all_tags(file: Path) -> None:
    found = probe_tags(file)
    assert found["title"].replace("\\\\", "\\").replace('\\"', '"') == TAGS.title
    assert (found["album"], found["artist"]) == (TAGS.album, TAGS.artist)
    assert found["comment"] == TAGS.comment
    assert found["language"] == ("de-AT" if file.suffix in (".wav", ".flac", ".opus") else "deu")
    assert found["date"].startswith("2026")


@pytest.mark.system("ffprobe")
def test_both_channels_are_equal(file: Path) -> None:
    """Their difference is 0 or, after lossy encoding, below -54 dB."""
    assert probe(file, "-select_streams", "a", "-show_entries", "stream=channels", "-of", "csv=p=0").strip() == "2"
    sound = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", file, "-map", "0:a", "-af", "pan=mono|c0=c0-c1", "-f", "s16le", "-"],
        capture_output=True,
        check=True,
    ).stdout
    assert max(abs(step) for step in struct.unpack(f"<{len(sound) // 2}h", sound)) <= 8


@pytest.mark.system("ffprobe")
def test_cover_shows_the_session(file: Path) -> None:
    covers = {
        ".flac": lambda made: made.pictures[0].data,
        ".mp3": lambda made: made.tags["APIC:"].data,
        ".m4a": lambda made: bytes(made.tags["covr"][0]),
        ".m4b": lambda made: bytes(made.tags["covr"][0]),
        ".opus": lambda made: Picture(base64.b64decode(made["metadata_block_picture"][0])).data,
    }
    shown = probe(file, "-select_streams", "v", "-show_entries", "stream=codec_name", "-of", "csv=p=0").strip()
    if file.suffix == ".wav":
        assert shown == ""
        return
    assert shown == "png"
    picture = Image.open(io.BytesIO(covers[file.suffix](mutagen.File(file))))
    assert (picture.format, picture.width) == ("PNG", 1080)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("flac", lambda made: made.pictures[0]),
        ("mp3", lambda made: made.tags["APIC:"]),
        ("opus", lambda made: Picture(base64.b64decode(made["metadata_block_picture"][0]))),
    ],
    ids=["flac", "mp3", "opus"],
)
def test_picture_type_is_front_cover(
    session: Callable[..., Any], tmp_path: Path, name: str, picture: Callable[[Any], Any]
) -> None:
    session(1_000).export(path := tmp_path / f"s.{name}")
    assert picture(mutagen.File(path)).type == PictureType.COVER_FRONT


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", ["m4a", "m4b"])
def test_mp4_caption_stream(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    session(3_000).export(path := tmp_path / f"s.{name}", captions=("vtt",))
    output = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "srt", "-"], capture_output=True, check=True)
    found = pysubs2.SSAFile.from_string(output.stdout.decode())
    beside = pysubs2.load(str(tmp_path / "s.vtt"))
    assert [(cue.start, cue.end, cue.text) for cue in found] == [(cue.start, cue.end, cue.text) for cue in beside]
    assert [cue.text for cue in found] == [text for _, text in WORDS]
    assert [cue.start for cue in found] == pytest.approx([start for start, _ in WORDS], abs=25)


@pytest.mark.system("ffmpeg")
def test_mp4_splits_long_captions(session: Callable[..., Any], tmp_path: Path) -> None:
    made = session(1_000)
    parts = ["Put your left hand on your left hip,", "and then sweep the right arm up beside your ear."]
    (event,) = made.timeline.events
    long = replace(made, timeline=replace(made.timeline, events=(replace(event, text=" ".join(parts)),)))
    long.export(path := tmp_path / "s.m4a", captions=("vtt",))
    output = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "srt", "-"], capture_output=True, check=True)
    found = pysubs2.SSAFile.from_string(output.stdout.decode())
    assert [cue.text for cue in found] == parts
    beside = pysubs2.load(str(tmp_path / "s.vtt"))
    assert [(cue.start, cue.end) for cue in found] == [(cue.start, cue.end) for cue in beside]


def test_id3_frames(session: Callable[..., Any], tmp_path: Path) -> None:
    made = session(3_000, *MOVES)
    made.export(path := tmp_path / "s.mp3", tags=TAGS)
    found = ID3(path, translate=False)
    assert found.version == (2, 3, 0)
    assert {name: found[name].text[0] for name in ("TIT2", "TPE1", "TALB", "TLAN", "TYER", "TDAT", "TLEN")} == {
        "TIT2": TAGS.title,
        "TPE1": TAGS.artist,
        "TALB": TAGS.album,
        "TLAN": "deu",
        "TYER": "2026",
        "TDAT": "2211",
        "TLEN": "3000",
    }
    assert found["COMM::deu"].text == [TAGS.comment]
    contents = found["CTOC:toc"]
    assert (int(contents.flags), contents.child_element_ids) == (3, ["chp0", "chp1", "chp2"])
    chapters = [found[f"CHAP:{name}"] for name in contents.child_element_ids]
    assert [chapter.start_time for chapter in chapters] == made.starts("mp3")
    assert [chapter.sub_frames["TIT2"].text[0] for chapter in chapters] == [title for _, title in MOVES]
    expected = [(cue.start, cue.text) for cue in made.in_format("mp3")[1].captions]
    assert [(at, text) for text, at in found["SYLT::deu"].text if text] == expected


@pytest.mark.parametrize("name", ["flac", "opus"])
def test_vorbis_chapters_and_lyrics(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    made = session(3_000, *MOVES)
    made.export(path := tmp_path / f"s.{name}", tags=TAGS, captions=("lrc",))
    found = mutagen.File(path)
    times = [[f"00:00:{start // 1000:02}.{start % 1000:03}"] for start in made.starts(name)]
    assert [found[f"chapter{number:03}"] for number in range(3)] == times
    assert [found[f"chapter{number:03}name"] for number in range(3)] == [[title] for _, title in MOVES]
    assert found["lyrics"] == [(tmp_path / "s.lrc").read_text("utf-8")]
    assert (found["date"], found["language"]) == (["2026-11-22"], ["de-AT"])


def test_m4b_is_an_audiobook(session: Callable[..., Any], tmp_path: Path) -> None:
    for name, brand, kind in (("m4a", b"M4A ", 1), ("m4b", b"M4B ", 2)):
        session(1_000).export(path := tmp_path / f"s.{name}")
        assert path.read_bytes()[8:12] == brand
        assert mutagen.File(path).tags["stik"] == [kind]


@pytest.mark.parametrize("name", SOUNDS)
def test_very_long_title(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """MP4 limits chapter titles to 255 bytes; no character is cut in two."""
    long = "ä\n" * 2_500
    made = session(1_000, (0, long), title=long)
    made.export(path := tmp_path / f"s.{name}")
    if name in ("m4a", "m4b"):
        assert mutagen.File(path).chapters[0].title == "ä " * 85
    assert mutagen.File(path) is not None


@pytest.mark.system("ffprobe")
@pytest.mark.parametrize(("name", "rate"), [("mp3", 32), ("m4a", 40), ("opus", 16)])
def test_bit_rate_of_the_sound(session: Callable[..., Any], tmp_path: Path, name: str, rate: int) -> None:
    session(30_000).export(path := tmp_path / f"s.{name}", bit_rate=rate)
    sizes = probe(path, "-select_streams", "a", "-show_entries", "packet=size", "-of", "csv=p=0").split()
    assert sum(int(size.strip(",")) for size in sizes) * 8 / 30 == pytest.approx(rate * 1_000, rel=0.2)


def test_tags_of_a_session(session: Callable[..., Any]) -> None:
    choices = {
        "options": ["heat"],
        "only": ("Cat",),
        "skip": ("Cow", "Dog"),
        "side": "left",
        "speed": 120,
        "intro": False,
    }
    assert tags_of(
        session(90_000, title="One\ntwo").timeline, voice="tones", choices=choices, date="2026-01-02"
    ) == Tags(
        title="One two",
        artist="tones",
        comment="level 50, 1:30, with heat, only Cat, skip Cow, skip Dog, side left, speed 1.2, no intro",
        language="en",
        date="2026-01-02",
    )


@pytest.mark.parametrize(
    ("language", "code"), [("de-AT", "deu"), ("EN", "eng"), ("gsw", "gsw"), ("x", "und"), ("", "und")]
)
def test_three_letter_language(language: str, code: str) -> None:
    assert iso_639_2(language) == code


@pytest.mark.parametrize(("code", "language"), [("deu", "de"), ("de-AT", "de-AT"), ("gsw", "gsw"), ("und", "")])
def test_two_letter_language(code: str, language: str) -> None:
    assert iso_639_1(code) == language


def test_every_session_language_has_a_code() -> None:
    for language in phrases.languages():
        assert iso_639_2(language) != "und"
        assert iso_639_1(iso_639_2(language)) == language

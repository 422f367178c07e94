"""Hostile titles and words in every kind of file, each read by a real parser: they arrive as text, and nothing else."""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import av
import mutagen
import pysubs2
import pytest
import webvtt
from hostile_texts import HOSTILE_TEXTS
from mutagen.id3 import ID3

from voicecoach.exporter import FORMATS, Tags
from voicecoach.exporter.caption_formats import lrc, markdown, srt, vtt
from voicecoach.exporter.caption_track import lyric_lines, split_long_captions, split_text
from voicecoach.exporter.feed import BaseUrl, PodcastInfo, publish
from voicecoach.exporter.plain_text import multi_line, single_line
from voicecoach.exporter.plot.charts import session_chart
from voicecoach.exporter.plot.shapes import render_svg

SOUNDS = [name for name in FORMATS if name != "html"]
SVG = "{http://www.w3.org/2000/svg}"
SHOWN = [text for text in map(single_line, HOSTILE_TEXTS.values()) if text]
"""What is left of each text in a file."""
TITLES = [single_line(text) or str(number) for number, text in enumerate(HOSTILE_TEXTS.values(), 1)]
"""The titles of moves; one without a title has its number."""
WORDS = ["word" if single_line(text) else "" for text in HOSTILE_TEXTS.values()]


def hostile_session(session: Callable[..., Any], texts: list[str]) -> Any:
    """A move and a caption for each text, one in every second."""
    made = session(1000 * len(texts), *((1000 * at, text) for at, text in enumerate(texts)), title=" ".join(texts))
    events = tuple(replace(event, text=text) for event, text in zip(made.timeline.events, texts, strict=True))
    timeline = replace(made.timeline, events=events, about=texts[0], needs=tuple(texts), cautions=tuple(texts))
    return type(made)(timeline)


@pytest.fixture
def hostile(session: Callable[..., Any]) -> Any:
    return hostile_session(session, list(HOSTILE_TEXTS.values()))


@pytest.fixture
def harmless(session: Callable[..., Any]) -> Any:
    """The same session with a word in place of each text."""
    return hostile_session(session, WORDS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred", "a[31mred"),
        ("a\0b\x07c\x7fd\x9be\ufffef", "abcdef"),
        ("a\n b\r\n\tc\x85d\u2028e\x0bf\x1cg", "a b c d e f g"),
        ("a\udcff\udcfeb\ud800", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}שלום 👩\u200d👧 e\u0301", "\N{RIGHT-TO-LEFT OVERRIDE}שלום 👩\u200d👧 e\u0301"),
        (" \0 ", ""),
    ],
)
def test_text_is_one_line_without_controls(text: str, shown: str) -> None:
    assert single_line(text) == shown
    assert multi_line(text).split() == shown.split()


@pytest.mark.system("ffprobe")
@pytest.mark.parametrize("name", SOUNDS)
def test_tags_and_chapters(hostile: Any, tmp_path: Path, name: str) -> None:
    """MP4 limits titles of chapters to 255 bytes. In WAV, FFmpeg reads 511."""
    text = single_line(" ".join(HOSTILE_TEXTS.values()))
    hostile.export(path := tmp_path / f"s.{name}", tags=Tags(title=text, artist=text, album=text, comment=text))
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_format", "-show_streams", path]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    tags = {key.lower(): value for key, value in tags_in(found).items()}
    assert [tags[name] for name in ("title", "artist", "album", "comment")] == [text] * 4
    most = {"m4a": 255, "m4b": 255, "wav": 511}.get(name)
    expected = [title.encode()[:most].decode(errors="ignore") for title in TITLES]
    assert [chapter.get("tags", {}).get("title", "") for chapter in found["chapters"]] == expected


def tags_in(found: Any) -> dict[str, str]:
    streams = (stream.get("tags", {}) for stream in found["streams"] if stream["codec_type"] == "audio")
    merged = dict(found["format"].get("tags", {}))
    for tags in streams:
        merged |= tags
    return merged


def test_words_inside_mp3(hostile: Any, tmp_path: Path) -> None:
    hostile.export(path := tmp_path / "s.mp3")
    (lyrics,) = ID3(path, translate=False).getall("SYLT")
    assert [text for text, _ in lyrics.text if text] == SHOWN


@pytest.mark.parametrize("name", ["m4a", "m4b"])
def test_words_inside_mp4(hostile: Any, tmp_path: Path, name: str) -> None:
    hostile.export(path := tmp_path / f"s.{name}")
    with av.open(str(path)) as file:
        packets = [bytes(packet) for packet in file.demux(file.streams.subtitles[0])]
    texts = [packet[2 : 2 + struct.unpack_from(">H", packet)[0]].decode() for packet in packets if len(packet) > 2]
    assert texts == [part for text in SHOWN for part in split_text(text)]


@pytest.mark.parametrize("name", ["flac", "opus"])
def test_words_inside_comments(hostile: Any, tmp_path: Path, name: str) -> None:
    hostile.export(path := tmp_path / f"s.{name}", captions=("lrc",))
    assert mutagen.File(path)["lyrics"] == [(tmp_path / "s.lrc").read_text("utf-8")]


def test_web_vtt(hostile: Any) -> None:
    metadata = hostile.in_format("wav")[1]
    found = webvtt.from_buffer(io.StringIO(vtt(metadata)))
    texts = [" ".join(cue.raw_text.split()) for cue in found]
    assert texts == [escaped(part) for text in SHOWN for part in split_text(text)]
    assert [cue.identifier for cue in found] == [None] * len(texts)
    assert not re.search("<|>(?!$)", "".join(texts))


def test_sub_rip(hostile: Any) -> None:
    """SubRip's replacements aside: it has no escapes."""
    found = pysubs2.SSAFile.from_string(srt(hostile.in_format("wav")[1]), format_="srt")
    texts = ["".join(caption.plaintext.replace("\u2060", "").split()) for caption in found]
    assert texts == [
        "".join(part.replace("-->", "→").replace("{", "(").replace("}", ")").replace("\u2060", "").split())
        for text in SHOWN
        for part in split_text(text)
    ]
    assert all(caption.text.count("{") == 0 for caption in found)


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", ["vtt", "srt", "lrc"])
def test_ffmpeg_reads_captions(hostile: Any, tmp_path: Path, name: str) -> None:
    """Each caption at its time, and no other; in LRC also no other tags."""
    hostile.export(tmp_path / "s.wav", captions=(name,))
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_packets", "-show_format", tmp_path / f"s.{name}"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    starts = [round(1000 * float(packet["pts_time"])) for packet in found["packets"]]
    captions = hostile.in_format("wav")[1].captions
    if name == "lrc":
        shown = [10 * ((time + 5) // 10) for time, text in lyric_lines(captions, 500)]
        assert set(found["format"]["tags"]) == {"title", "la"}
    else:
        shown = [caption.start for caption in split_long_captions(captions)]
    assert starts == shown


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_lyrics(hostile: Any) -> None:
    """Nothing in a text is a time or a tag, wherever it stands."""
    lines = lrc(hostile.in_format("wav")[1]).splitlines()
    heads, lyrics = lines[:2], lines[2:]
    assert [head[:4] for head in heads] == ["[ti:", "[la:"]
    bodies = [line.removeprefix(line[:10]) for line in lyrics if re.match(r"\[\d\d:\d\d\.\d\d\]", line)]
    assert len(bodies) == len(lyrics)
    assert not any(re.search(r"[\[<]\s*\d+:\d", body) or body.startswith("[") for body in [*bodies, heads[0][4:]])
    found = [body for body in bodies if body]
    assert list(map(unbracketed, found)) == list(map(unbracketed, SHOWN))


def unbracketed(text: str) -> str:
    return text.translate(str.maketrans("[]<>", "()()"))


def test_transcript(hostile: Any) -> None:
    """Each line is one of ours, and every mark of Markdown in a text has a backslash."""
    metadata = hostile.in_format("wav")[1]
    lines = [line for line in markdown(metadata).splitlines() if line]
    heading, about, *others = lines
    assert heading.startswith("# ")
    assert about == "level 50, 1:" + about[12:]
    texts = [(line[:2], re.sub(r"^(## |- \*\*)\d+:\d\d(\*\*)? ?", "", line)) for line in others]
    assert {start for start, _ in texts} == {"##", "- "}
    for kind, expected in (("##", TITLES), ("- ", SHOWN)):
        found = [text for start, text in texts if start == kind]
        assert not any(re.search(r"(?<!\\)(\\\\)*[`*_{}\[\]<>#|~&!]", text) for text in found)
        assert [re.sub(r"\\(.)", r"\1", text) for text in found] == expected


@pytest.mark.parametrize("start", ["- a", "+ a", "1. a", "7) a", "---", "===", "    a", "1986\\. a"])
def test_transcript_line_starts_no_list(session: Callable[..., Any], start: str) -> None:
    """The artist begins the line below the title if there is no comment."""
    metadata = replace(session(1_000).in_format("wav")[1], tags=Tags(title="T", artist=start))
    line = markdown(metadata).splitlines()[2]
    assert not re.match(r"[-+=]|\d+[.)]| {4}", line)
    assert re.sub(r"\\(.)", r"\1", line) == single_line(start)


def test_playlist(session: Callable[..., Any], tmp_path: Path) -> None:
    """Every line that is no comment is a file of the session, in order, in the same folder."""
    made = hostile_session(session, list(HOSTILE_TEXTS.values()))
    playlist, *files = made.export(tmp_path / "s.wav", split=True)
    lines = playlist.read_bytes().decode().split("\n")
    assert lines.pop() == ""
    assert [line for line in lines if not line.startswith("#")] == [f"./{path.name}" for path in files]
    assert [line.partition(":")[0] for line in lines[:3]] == ["#EXTM3U", "#EXTENC", "#PLAYLIST"]
    assert [line.partition(",")[2] for line in lines if line.startswith("#EXTINF")] == TITLES
    assert sorted(tmp_path.iterdir()) == sorted([playlist, *files])


def test_svg(hostile: Any, harmless: Any) -> None:
    """The same elements with the same attributes as of harmless texts."""
    trees = [ET.fromstring(render_svg(session_chart(made.timeline))) for made in (hostile, harmless)]
    tags = [[(each.tag, sorted(each.attrib)) for each in tree.iter()] for tree in trees]
    assert Counter(map(repr, tags[0])) == Counter(map(repr, tags[1]))
    assert trees[0].findtext(f"{SVG}title") == single_line(hostile.timeline.title)
    texts = [each.text or "" for each in trees[0].iter(f"{SVG}text")]
    assert {single_line(text, 42) for text in TITLES} <= set(texts)


class Elements(HTMLParser):
    """The elements of a page with the names of their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(f"{tag} {sorted(name for name, _ in attrs)}")

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def test_html(hostile: Any, harmless: Any, tmp_path: Path) -> None:
    """The same elements as of harmless texts. (That Chromium runs none of them is tested with the page.)"""
    pages = []
    for name, made in (("hostile", hostile), ("harmless", harmless)):
        made.export(path := tmp_path / f"{name}.html")
        pages.append(Elements(path.read_text("utf-8")))
    assert pages[0].elements == pages[1].elements
    found = " ".join(pages[0].text.split())
    assert all(text in found for text in SHOWN)


def test_feed(session: Callable[..., Any], tmp_path: Path) -> None:
    trees = []
    for folder, texts in (
        ("hostile", list(HOSTILE_TEXTS.values())),
        ("harmless", WORDS),
    ):
        (tmp_path / folder).mkdir()
        whole = " ".join(texts)
        tags = Tags(title=whole, artist=whole, album=whole, comment=whole, language="en", date="2026-11-22")
        hostile_session(session, texts).export(tmp_path / folder / "s.flac", tags=tags)
        info = PodcastInfo.parse(title=whole, description=whole, author=whole)
        publish(tmp_path / folder, BaseUrl.parse("https://example.org"), info, datetime(2026, 11, 25, tzinfo=UTC))
        trees.append(ET.fromstring((tmp_path / folder / "feed.xml").read_bytes()))
    elements = [[(each.tag, sorted(each.attrib)) for each in tree.iter()] for tree in trees]
    assert elements[0] == elements[1]
    whole = single_line(" ".join(HOSTILE_TEXTS.values()))
    assert trees[0].findtext("channel/title") == whole
    assert single_line(trees[0].findtext("channel/description") or "") == whole
    chapters = json.loads((tmp_path / "hostile" / "s.chapters.json").read_text("utf-8"))
    assert [chapter["title"] for chapter in chapters["chapters"]] == [single_line(title, 200) for title in TITLES]
    words = webvtt.read(str(tmp_path / "hostile" / "s.words.vtt"))
    assert [" ".join(cue.raw_text.split()) for cue in words][:3] == [escaped(text) for text in SHOWN[:3]]

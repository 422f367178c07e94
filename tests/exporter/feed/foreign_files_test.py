"""A folder with damaged and hostile files: the feed is made of the rest, or one error says why there is none."""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bounded import bounded
from PIL import Image

from voicecoach.containers import ID3_HEADER, id3_size
from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.feed import BaseUrl, PodcastInfo, publish
from voicecoach.exporter.feed.covers import is_accepted_cover, square_cover
from voicecoach.exporter.feed.existing_feed import ExistingFeed, read_existing_feed

MP3 = Path("a.mp3")


@pytest.fixture(scope="module")
def published(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A feed of one episode."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copy(exported / "desk.wav", folder)
    publish(folder, BaseUrl.parse("https://example.org/coach"), PodcastInfo(), datetime.now(UTC))
    return (folder / "feed.xml").read_text("utf-8")


@pytest.fixture
def read_feed(published: str, tmp_path: Path) -> Callable[[Callable[[str], str]], ExistingFeed]:
    """Reads the feed after a change to its text, within limits."""

    def read(change: Callable[[str], str]) -> ExistingFeed:
        (path := tmp_path / "feed.xml").write_text(change(published), "utf-8")
        with bounded(seconds=5, megabytes=100):
            return read_existing_feed(path, force=False)

    return read


def png(width: int, height: int) -> bytes:
    """A picture of this size as its header says, with hardly any content."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )


def jpeg() -> bytes:
    noise = Image.frombytes("RGB", (60, 40), random.Random(10).randbytes(7200))
    noise.save(file := io.BytesIO(), "JPEG")
    return file.getvalue()


UNUSABLE_PICTURES = [
    (png(40_000, 40_000), "it has more than 40 million pixels"),
    (png(7_000, 7_000), "it has more than 40 million pixels"),
    (jpeg()[:1000], "it is damaged (image file is truncated"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it is not a PNG, JPEG, WebP, GIF or BMP picture"),
    (b"", "it is not a PNG, JPEG, WebP, GIF or BMP picture"),
]


@pytest.mark.parametrize(("picture", "why"), UNUSABLE_PICTURES)
def test_unusable_picture_is_refused(picture: bytes, why: str) -> None:
    """Before it is decoded, if it is too large; Pillow would start Ghostscript for PostScript."""
    with pytest.raises(FileError) as error, bounded(seconds=5, megabytes=20):
        square_cover(MP3, picture)
    assert str(error.value).startswith(f"a.mp3: its cover is left out: {why}")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_usual_pictures_become_squares(kind: str) -> None:
    Image.new("RGB", (60, 40), "#336699").save(file := io.BytesIO(), kind)
    with Image.open(io.BytesIO(square_cover(MP3, file.getvalue()))) as square:
        assert square.size == (1400, 1400)


def test_huge_own_cover_is_not_decoded(tmp_path: Path) -> None:
    (path := tmp_path / "cover.png").write_bytes(png(3000, 3000))
    assert is_accepted_cover(path)
    path.write_bytes(png(40_000, 40_000))
    with pytest.raises(FileError):
        is_accepted_cover(path)


def test_episode_does_without_an_unusable_cover(folder: Path, make_feed: Callable[..., Any]) -> None:
    path = folder / "evening.mp3"
    path.write_bytes(replace_cover(path.read_bytes(), png(40_000, 40_000)))
    made = make_feed(folder)
    assert made.result.warnings == (f"{path}: its cover is left out: it has more than 40 million pixels",)
    assert "image" not in made.entry("evening")


def replace_cover(mp3: bytes, picture: bytes) -> bytes:
    """The file with an ID3 tag that holds this picture alone."""
    content = b"\0image/png\0\3\0" + picture
    frame = b"APIC" + struct.pack(">IH", len(content), 0) + content
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frame + mp3[ID3_HEADER + id3_size(mp3) :]


@pytest.mark.parametrize("name", ["feed.xml", "desk.chapters.json"])
def test_only_files_are_replaced(exported: Path, tmp_path: Path, make_feed: Callable[..., Any], name: str) -> None:
    shutil.copy(exported / "desk.wav", tmp_path)
    for make in (os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")):
        make(tmp_path / name)
        with pytest.raises(FileError, match=f"{name}: .*; remove it, or choose another folder"):
            make_feed(tmp_path)
        (tmp_path / name).rename(tmp_path / f"moved.{len([*tmp_path.iterdir()])}")


def test_huge_feed_is_not_read(tmp_path: Path) -> None:
    (path := tmp_path / "feed.xml").write_bytes(b"<rss>")
    os.truncate(path, 3 << 30)
    with pytest.raises(FileError, match="Larger than 100 MB"), bounded(seconds=2, megabytes=20):
        read_existing_feed(path, force=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda feed: feed.replace("</item>", "<a>" * 5000 + "</a>" * 5000 + "</item>"),
        lambda feed: feed.replace("UTF-8", "idna"),
        lambda feed: feed.replace("UTF-8", "rot13"),
        lambda feed: feed.replace("UTF-8", "UTF-16"),
        lambda feed: re.sub("<rss", bomb() + "<rss", feed).replace("<title>", "<title>&i9;", 1),
    ],
)
def test_strange_xml_is_not_our_feed(read_feed: Callable[..., ExistingFeed], change: Callable[[str], str]) -> None:
    with pytest.raises(ChoiceError, match="was not made by voicecoach"):
        read_feed(change)


def bomb() -> str:
    """Entities that make a gigabyte."""
    entities = (f'<!ENTITY i{number} "{f"&i{number - 1};" * 10}">' for number in range(1, 10))
    return f'<!DOCTYPE rss [<!ENTITY i0 "lol">{"".join(entities)}]>'


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("Fri, 27 Nov 2026 10:00:00 -0000", ["2026-11-27T10:00:00+00:00"]),
        ("Fri, 27 Nov 2026 10:00:00 +0200", ["2026-11-27T08:00:00+00:00"]),
        ("Fri, 31 Dec 9999 23:59:59 GMT", []),
        ("Mon, 01 Jan 0001 00:00:00 +2300", ["2000-12-31T01:00:00+00:00"]),
        ("soon", []),
    ],
)
def test_strange_dates(read_feed: Callable[..., ExistingFeed], date: str, read: list[str]) -> None:
    """An episode without a date in UTC, or without a second after it, gets a new one."""
    feed = read_feed(lambda text: re.sub("<pubDate>.*?</pubDate>", f"<pubDate>{date}</pubDate>", text))
    assert [position.published.isoformat() for position in feed.positions.values()] == read


def test_impossible_sidecar_is_ignored(read_feed: Callable[..., ExistingFeed]) -> None:
    url = "https://example.org/coach/%00.words.vtt"
    feed = read_feed(lambda text: text.replace("<item>", f'<item><link href="{url}"/>'))
    assert not any("\0" in str(path) for path in feed.sidecars())

"""Hostile titles and file names: the feed stays valid, and every address leads to its file."""

from __future__ import annotations

import os
import shutil
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicecoach.exporter import Tags

TITLES = (
    "He said \"go\" & <went> 'home'",
    "<script>alert(1)</script>",
    "]]><item>&amp;&#0;",
    "שלום \u202eabc\u202c עולם",
    "🧘‍♀️ émigré 背中",
    "one\ntwo\r\n\tthree",
    "bell\x07 escape\x1b null\x00 \ufffe end",
    "../../etc/passwd C:\\x",
    "   ",
    "long " * 1000,
)
NAMES = (
    "a b",
    "100% #1? & more; a=b+c",
    "Übung – 背中 🧘",
    "u\u0308bung",
    "it's [so] {very} ^~`",
    "x.y.z",
    "-rf",
    '"quoted" <b>',
    "back\\slash",
    "http: x",
    "l" * 180,
    "line\nbreak",
)


@pytest.fixture
def write_session(session: Callable[..., Any]) -> Callable[[Path, str], None]:
    """Writes a session of one second with a title."""

    def write(path: Path, title: str) -> None:
        session(1_000, (100, title)).export(path, tags=Tags(title=title, album=title, comment=title, artist=title))

    return write


def test_titles_are_escaped(tmp_path: Path, write_session: Callable[..., None], make_feed: Callable[..., Any]) -> None:
    for number, title in enumerate(TITLES):
        write_session(tmp_path / f"{number:02}.flac", title)
    podcast = make_feed(tmp_path, title="<b>&\x00", description="]]>\x01<script>", author='"\n"')
    text = (tmp_path / "feed.xml").read_text("utf-8")
    assert "<script" not in text
    assert not set(text) & {*map(chr, range(9)), "\x0b", "\x1b", "\ufffe"}
    assert all(len(entry.summary.encode()) < 4_000 and "<script" not in entry.summary for entry in podcast.entries)
    channel = ET.fromstring(text)[0]
    assert (channel.findtext("title"), channel.findtext("description")) == ("<b>&", "]]><script>")
    found = [item.findtext("title") for item in channel.iter("item")][::-1]
    assert found[:2] == list(TITLES[:2])
    assert found[3:6] == [*TITLES[3:5], "one two three"]
    assert found[7] == TITLES[7]
    assert found[8] == "08"  # without a title, the file's name
    assert found[9] == ("long " * 40)[:199].rstrip() + "…"
    assert not make_feed(tmp_path).result.written


def test_guid_ignores_unicode_form(tmp_path: Path, exported: Path, make_feed: Callable[..., Any]) -> None:
    ids = set()
    for name in ("\N{LATIN SMALL LETTER U WITH DIAERESIS}", "u\N{COMBINING DIAERESIS}"):
        (tmp_path / name).mkdir()
        shutil.copy(exported / "desk.wav", tmp_path / name / f"{name}.wav")
        ids.add(make_feed(tmp_path).entries[0].id)
        shutil.rmtree(tmp_path / name)
    assert len(ids) == 1


def test_undecodable_name_is_percent_encoded(tmp_path: Path, exported: Path, make_feed: Callable[..., Any]) -> None:
    shutil.copy(exported / "desk.wav", os.fsencode(tmp_path) + b"/\xff.wav")
    (entry,) = make_feed(tmp_path).entries
    assert entry.enclosures[0].href.endswith("/%FF.wav")
    assert not make_feed(tmp_path).result.written


def test_every_address_leads_to_its_file(
    tmp_path: Path, write_session: Callable[..., None], make_feed: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    """Over a real web server."""
    deep = tmp_path / "season 1 & 2?" / "ä"
    deep.mkdir(parents=True)
    write_session(tmp_path / "first.mp3", "T")
    sound = (tmp_path / "first.mp3").read_bytes()
    for number, name in enumerate(NAMES):
        (deep / f"{name}.mp3").write_bytes(sound + bytes(number))
    with serve(tmp_path) as base:
        podcast = make_feed(tmp_path, base)
        assert len(podcast.entries) == len(NAMES) + 1
        got = set()
        for entry in podcast.entries:
            for url in (entry.enclosures[0].href, entry.image.href, entry.podcast_chapters["url"]):
                assert url.isascii()
                with urllib.request.urlopen(url) as answer:
                    data = answer.read()
                if url == entry.enclosures[0].href:
                    assert len(data) == int(entry.enclosures[0].length)
                    got.add(data)
    assert got == {sound + bytes(number) for number in range(len(NAMES))}
    assert len({entry.id for entry in podcast.entries}) == len(NAMES) + 1
    assert not make_feed(tmp_path, base).result.written

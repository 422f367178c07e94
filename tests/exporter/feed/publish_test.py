"""The content of a feed, as RSS 2.0, Apple Podcasts and Podcasting 2.0 require it."""

from __future__ import annotations

import json
import re
import shutil
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import webvtt
from PIL import Image

from voicecoach.exporter import FORMATS, Tags
from voicecoach.exporter.feed.media_files import find_episode_files
from voicecoach.exporter.feed.media_reader import read_media_file
from voicecoach.exporter.feed.publish import podcast_guid

BASE = "https://example.org/coach/"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"


def channel(folder: Path) -> ET.Element:
    root = ET.parse(folder / "feed.xml").getroot()
    assert (root.tag, root.attrib, len(root)) == ("rss", {"version": "2.0"}, 1)
    return root[0]


def only(parent: ET.Element, name: str) -> ET.Element:
    """The one child of that name."""
    (found,) = parent.findall(name)
    return found


def test_channel_has_required_elements(folder: Path, make_feed: Callable[..., Any]) -> None:
    feed = make_feed(
        folder, author="Praxis Müller", email="info@example.org", category="Health & Fitness: Medicine"
    ).feed
    assert (feed.title, feed.link, feed.language) == ("Rücken & Nacken", BASE, "de")
    assert (feed.subtitle, feed.author) == ("Desk break, Evening", "Praxis Müller")
    assert [tag.term for tag in feed.tags] == ["Health & Fitness", "Medicine"]
    assert feed.publisher_detail == {"name": "Praxis Müller", "email": "info@example.org"}
    assert {"rel": "self", "type": "application/rss+xml", "href": BASE + "feed.xml"} in feed.links
    assert (feed.podcast_medium, feed.updated) == ("podcast", "Wed, 25 Nov 2026 12:30:00 GMT")
    element = channel(folder)
    for name in ("title", "link", "description", f"{ITUNES}image", f"{ITUNES}explicit", f"{PODCAST}locked"):
        only(element, name)
    assert [element.findtext(f"{ITUNES}{name}") for name in ("explicit", "type")] == ["false", "serial"]
    assert only(element, f"{PODCAST}locked").attrib == {"owner": "info@example.org"}
    assert element.find(f"{ITUNES}block") is None


@pytest.mark.parametrize(
    ("address", "guid"),
    [
        # The standard's own examples.
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
        ("http://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ],
)
def test_podcast_guid_follows_standard(address: str, guid: str) -> None:
    assert str(podcast_guid(address)) == guid


def test_feeds_take_every_sound_format(tmp_path: Path, export: Callable[..., None]) -> None:
    """Every format but the page is found, read and given a type; the preferred ones come first."""
    ranks = {known.extensions[0]: known.feed.rank for known in FORMATS.values() if known.feed}
    assert FORMATS.keys() - {extension[1:] for extension in ranks} == {"html"}
    for extension in ranks:
        export(tmp_path / f"desk{extension}")
    (files,) = find_episode_files(tmp_path)
    assert [path.suffix for path in files.paths] == sorted(ranks, key=ranks.__getitem__)
    assert len({*ranks.values()}) == len(ranks)
    for media in map(read_media_file, files.paths):
        assert (media.title, media.media_type.partition("/")[0]) == ("Desk break", "audio")


def test_episode_has_required_elements(folder: Path, make_feed: Callable[..., Any]) -> None:
    entry = make_feed(folder).entry("Desk break")
    (enclosure,) = [link for link in entry.links if link.rel == "enclosure"]
    size = (folder / "desk.m4a").stat().st_size
    assert (enclosure.href, enclosure.type, enclosure.length) == (f"{BASE}desk.m4a", "audio/x-m4a", str(size))
    assert not entry.guidislink
    assert uuid.UUID(entry.id).version == 5
    assert int(entry.itunes_duration) == 16
    assert (entry.itunes_season, entry.itunes_episode, entry.itunes_episodetype) == ("1", "1", "full")
    assert (entry.podcast_season, entry.podcast_episode) == ("1", "1")
    assert re.match(
        r"<p>level 50, 0:16, no intro · desk, neck · tones · \d{4}-\d\d-\d\d</p>"
        r"<p>0:00 Desk break<br />0:0[23] Neck<br />0:0[67] Back</p>$",
        entry.summary,
    )


def test_other_formats_are_alternate_enclosures(folder: Path, make_feed: Callable[..., Any]) -> None:
    assert len(make_feed(folder).entries) == 2
    item = next(item for item in channel(folder).iter("item") if item.findtext("title") == "Desk break")
    only(item, "enclosure")
    others = item.findall(f"{PODCAST}alternateEnclosure")
    assert [(other.get("type"), only(other, f"{PODCAST}source").get("uri")) for other in others] == [
        ("audio/mpeg", f"{BASE}desk.mp3"),
        ("audio/ogg", f"{BASE}desk.opus"),
        ("audio/wav", f"{BASE}desk.wav"),
    ]
    for other, extension in zip(others, ("mp3", "opus", "wav"), strict=True):
        assert other.get("length") == str((folder / f"desk.{extension}").stat().st_size)
        assert other.get("lang") == "de"
    assert int(others[2].get("bitrate", "")) == pytest.approx(16 * 48_000, rel=0.02)


def test_chapters_are_a_sidecar(folder: Path, make_feed: Callable[..., Any]) -> None:
    entry = make_feed(folder).entry("Evening")
    assert entry.podcast_chapters == {"url": f"{BASE}evening.chapters.json", "type": "application/json+chapters"}
    document = json.loads((folder / "evening.chapters.json").read_text("utf-8"))
    assert (document["version"], document["title"]) == ("1.2.0", "Evening")
    assert [chapter["title"] for chapter in document["chapters"]] == ["Neck", "Back"]
    starts = [chapter["startTime"] for chapter in document["chapters"]]
    assert 2 < starts[0] < starts[1] < int(entry.itunes_duration)


def test_caption_file_is_the_transcript(folder: Path, make_feed: Callable[..., Any]) -> None:
    transcript = make_feed(folder).entry("Desk break").podcast_transcript
    assert transcript == {
        "url": f"{BASE}desk.srt",
        "type": "application/x-subrip",
        "language": "de",
        "rel": "captions",
    }
    assert not (folder / "desk.words.vtt").exists()


@pytest.mark.parametrize("extension", ["m4a", "mp3", "opus"])
def test_embedded_captions_become_transcript(folder: Path, make_feed: Callable[..., Any], extension: str) -> None:
    for path in folder.iterdir():
        if path.name not in (f"desk.{extension}", "desk.srt"):
            path.unlink()
    beside = webvtt.from_srt(folder / "desk.srt")
    (folder / "desk.srt").unlink()
    (entry,) = make_feed(folder).entries
    assert entry.podcast_transcript["url"] == f"{BASE}desk.words.vtt"
    inside = webvtt.read(folder / "desk.words.vtt")
    assert [cue.text for cue in inside] == [cue.text for cue in beside]
    for one, other in zip(inside, beside, strict=True):
        assert one.start_in_seconds == pytest.approx(other.start_in_seconds, abs=0.02)
        assert one.end_in_seconds == pytest.approx(other.end_in_seconds, abs=0.02)


def test_wav_has_only_chapters(folder: Path, make_feed: Callable[..., Any]) -> None:
    for path in folder.iterdir():
        if path.name != "desk.wav":
            path.unlink()
    (entry,) = make_feed(folder).entries
    assert "podcast_chapters" in entry
    assert "podcast_transcript" not in entry
    assert "image" not in entry


def test_covers_are_square_png(folder: Path, make_feed: Callable[..., Any]) -> None:
    for path in folder.glob("cover-*"):
        path.unlink()
    podcast = make_feed(folder)
    assert podcast.result.warnings == ()
    for url in (podcast.feed.image.href, podcast.entry("Desk break").image.href):
        with Image.open(folder / unquote(url.removeprefix(BASE))) as picture:
            assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (1400, 1400))
    assert channel(folder).findtext("image/url") == podcast.feed.image.href


def test_own_cover_is_used(folder: Path, make_feed: Callable[..., Any]) -> None:
    drawn = folder / make_feed(folder).feed.image.href.removeprefix(BASE)
    assert drawn.is_file()
    Image.new("RGB", (3000, 3000), "green").save(folder / "cover.jpg")
    podcast = make_feed(folder)
    assert (podcast.feed.image.href, podcast.result.warnings) == (f"{BASE}cover.jpg", ())
    assert not drawn.exists()
    Image.new("RGB", (800, 600), "green").save(folder / "cover.jpg")
    (warning,) = make_feed(folder).result.warnings
    assert warning == f"{folder}/cover.jpg: directories take a square picture of 1400 to 3000 pixels, PNG or JPEG"


def test_folders_are_seasons(folder: Path, make_feed: Callable[..., Any]) -> None:
    for place, name in (("2 Legs", "10"), ("2 Legs", "9"), ("10 Back", "a")):
        (folder / place).mkdir(exist_ok=True)
        shutil.copy(folder / "evening.mp3", folder / place / f"{name}.mp3")
    entries = make_feed(folder).entries
    found = [(unquote(entry.enclosures[0].href.removeprefix(BASE)), *numbers(entry)) for entry in entries]
    assert found == [
        ("10 Back/a.mp3", 3, 1),
        ("2 Legs/10.mp3", 2, 2),
        ("2 Legs/9.mp3", 2, 1),
        ("evening.mp3", 1, 2),
        ("desk.m4a", 1, 1),
    ]
    dates = [parsedate_to_datetime(entry.published) for entry in entries]
    assert dates == sorted(set(dates), reverse=True)
    seasons = [only(item, f"{PODCAST}season") for item in channel(folder).iter("item")]
    assert [season.get("name") for season in seasons] == ["10 Back", "2 Legs", "2 Legs", None, None]


def numbers(entry: Any) -> tuple[int, int]:
    return int(entry.itunes_season), int(entry.itunes_episode)


def test_page_is_the_link(folder: Path, make_feed: Callable[..., Any]) -> None:
    (folder / "desk.html").write_text("<!doctype html>")
    podcast = make_feed(folder)
    assert podcast.entry("Desk break").link == f"{BASE}desk.html"
    assert "link" not in podcast.entry("Evening")


def test_unlisted_podcast_is_blocked(folder: Path, make_feed: Callable[..., Any]) -> None:
    make_feed(folder, listed=False)
    for _ in range(2):
        element = channel(folder)
        assert (element.findtext(f"{ITUNES}block"), element.findtext(f"{PODCAST}block")) == ("Yes", "yes")
        make_feed(folder)  # keeps the value
    make_feed(folder, listed=True)
    assert channel(folder).find(f"{ITUNES}block") is None


def test_equal_titles_are_disambiguated(
    session: Callable[..., Any], tmp_path: Path, make_feed: Callable[..., Any]
) -> None:
    """By level and length, and by voice, within one folder."""
    (tmp_path / "Week 2").mkdir()
    for name, title, comment, artist in (
        ("1", "Roll", "level 0, 1:00", "joe"),
        ("2", "Roll", "level 100, 2:00", "joe"),
        ("3", "Wave", "level 0, 1:00", "joe"),
        ("4", "Wave", "level 0, 1:00", "ann"),
        ("5", "Rest", "", "joe"),
        ("6", "Rest", "level 0, 1:00", "ann"),
        ("Week 2/1", "Roll", "level 0, 1:00", "joe"),
    ):
        tags = Tags(title=title, comment=comment, artist=artist)
        session(1_000).export(tmp_path / f"{name}.wav", tags=tags)
    assert [entry.title for entry in reversed(make_feed(tmp_path, title="Ours").entries)] == [
        "Roll (level 0, 1:00)",
        "Roll (level 100, 2:00)",
        "Wave (joe)",
        "Wave (ann)",
        "Rest (joe)",
        "Rest (level 0, 1:00, ann)",
        "Roll",
    ]

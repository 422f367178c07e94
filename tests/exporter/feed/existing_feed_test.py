"""Publishing a folder again: only changes are written, and earlier values stay."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from voicecoach.errors import ChoiceError, FileError

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
"""The default of `make_feed`."""
LATER = NOW + timedelta(days=3)
ITEM = re.compile(rb"<item>.*?</item>", re.S)


def file_states(folder: Path) -> dict[str, tuple[bytes, int]]:
    """The content and modification time of every file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def items(folder: Path) -> list[bytes]:
    """The items as written, newest first."""
    return ITEM.findall((folder / "feed.xml").read_bytes())


def test_second_run_touches_nothing(folder: Path, make_feed: Callable[..., Any]) -> None:
    make_feed(folder, title="Ours")
    before = file_states(folder)
    result = make_feed(folder, now=LATER).result
    assert file_states(folder) == before
    assert (result.written, result.episodes, result.new, result.changed, result.gone) == (False, 2, 0, 0, 0)


def test_changed_episode_alone_is_written(
    folder: Path, make_feed: Callable[..., Any], export: Callable[..., None]
) -> None:
    make_feed(folder)
    before, (evening, desk) = file_states(folder), items(folder)
    export(folder / "evening.mp3", title="Late evening", first="Shoulders", pause="2 s")
    result = make_feed(folder, now=LATER).result
    after, (late_evening, same) = file_states(folder), items(folder)
    assert (result.written, result.new, result.changed, result.gone) == (True, 0, 1, 0)
    assert same == desk
    for name in ("guid isPermaLink", "pubDate", "itunes:season", "itunes:episode"):
        line = re.search(rb"<%b.*" % name.encode(), evening)
        assert line
        assert line[0] in late_evening
    assert b"<lastBuildDate>Sat, 28 Nov 2026" in after["feed.xml"][0]
    touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    covers = {name for name in touched if re.fullmatch(r"cover-[0-9a-f]{12}\.png", name)}
    assert len(covers) == 2  # one gone, one new
    assert touched - covers == {"evening.mp3", "feed.xml", "evening.chapters.json"}


def test_new_episodes_come_last(folder: Path, make_feed: Callable[..., Any]) -> None:
    make_feed(folder)
    (folder / "more").mkdir()
    for name in ("a.mp3", "zzz.mp3", "more/b.mp3"):
        shutil.copy(folder / "evening.mp3", folder / name)
    old = items(folder)
    podcast = make_feed(folder, now=LATER)
    assert items(folder)[3:] == old
    positions = [
        (entry.enclosures[0].href[26:], entry.itunes_season, entry.itunes_episode) for entry in podcast.entries
    ]
    assert positions[:3] == [("more/b.mp3", "2", "1"), ("zzz.mp3", "1", "4"), ("a.mp3", "1", "3")]
    dates = [parsedate_to_datetime(entry.published) for entry in podcast.entries]
    assert dates[0] == LATER
    assert dates == sorted(set(dates), reverse=True)


def test_dates_never_run_backwards(folder: Path, make_feed: Callable[..., Any]) -> None:
    """Not even if the clock was set back, or after two runs in one second."""
    make_feed(folder, now=LATER)
    shutil.copy(folder / "evening.mp3", folder / "a.mp3")
    entries = make_feed(folder, now=NOW).entries
    assert "a.mp3" in entries[0].enclosures[0].href
    assert parsedate_to_datetime(entries[0].published) == LATER + timedelta(seconds=1)


def test_gone_episode_takes_its_sidecars(folder: Path, make_feed: Callable[..., Any]) -> None:
    make_feed(folder)
    own = folder / "evening.notes.json"
    own.write_text("mine")
    (folder / "evening.mp3").unlink()
    pictures = set(folder.glob("cover-*"))
    result = make_feed(folder).result
    assert (result.episodes, result.gone) == (1, 1)
    assert [path.name for path in folder.glob("evening*")] == [own.name]
    assert len(pictures - set(folder.glob("cover-*"))) == 1


def test_guids_survive_move_and_format(folder: Path, make_feed: Callable[..., Any]) -> None:
    first = make_feed(folder)
    guids = {entry.title: entry.id for entry in first.entries}
    (folder / "desk.m4a").unlink()
    (folder / "desk.wav").unlink()
    for base in ("http://127.0.0.1:8000", "https://elsewhere.example/~me/feeds"):
        moved = make_feed(folder, base)
        assert {entry.title: entry.id for entry in moved.entries} == guids
        assert moved.feed.podcast_guid == first.feed.podcast_guid
        assert [entry.published for entry in moved.entries] == [entry.published for entry in first.entries]
        assert all(entry.enclosures[0].href.startswith(base) for entry in moved.entries)
        assert moved.feed.link == f"{base}/"


def test_guids_depend_on_address_alone(folder: Path, make_feed: Callable[..., Any]) -> None:
    guids = {entry.id for entry in make_feed(folder).entries}
    (folder / "feed.xml").unlink()
    assert {entry.id for entry in make_feed(folder).entries} == guids
    (folder / "feed.xml").unlink()
    assert not guids & {entry.id for entry in make_feed(folder, "https://another.example").entries}


def test_options_stay_until_given_again(folder: Path, make_feed: Callable[..., Any]) -> None:
    options = {
        "title": "Ours",
        "author": "Praxis",
        "description": "One\ntwo <b>& three",
        "language": "de-at",
        "category": "Education: How To",
        "email": "a@b.example",
        "link": "https://b.example/us",
    }
    make_feed(folder, **options)
    first = file_states(folder)
    make_feed(folder)
    assert file_states(folder) == first
    feed = make_feed(folder, title="Theirs").feed
    assert (feed.title, feed.author, feed.link, feed.language) == ("Theirs", "Praxis", options["link"], "de-at")


def test_default_description_follows_titles(folder: Path, make_feed: Callable[..., Any]) -> None:
    """In the order of the feed, even after a damaged file."""
    assert make_feed(folder).feed.subtitle == "Desk break, Evening"
    shutil.copy(folder / "desk.mp3", folder / "another.mp3")
    shutil.copy(folder / "desk.mp3", folder / "damaged.mp3")
    make_feed(folder)
    (folder / "damaged.mp3").write_bytes(b"")
    assert make_feed(folder).feed.subtitle == "Desk break, Evening"
    (folder / "evening.mp3").unlink()
    assert make_feed(folder, author="Praxis").feed.subtitle == "Desk break"
    podcast = make_feed(folder, title="Ours", description="Mine")
    (folder / "another.mp3").unlink()
    podcast = make_feed(folder, title="Theirs")
    assert (podcast.feed.title, podcast.feed.author, podcast.feed.subtitle) == ("Theirs", "Praxis", "Mine")


def test_default_author_follows_title(folder: Path, make_feed: Callable[..., Any]) -> None:
    make_feed(folder)
    assert make_feed(folder, title="Ours").feed.author == "Ours"


def test_damaged_file_keeps_its_episode(folder: Path, make_feed: Callable[..., Any]) -> None:
    make_feed(folder)
    old = items(folder)
    before = set(folder.iterdir())
    good = (folder / "evening.mp3").read_bytes()
    (folder / "evening.mp3").write_bytes(b"not sound")
    result = make_feed(folder).result
    assert items(folder) == old
    assert result.damaged == (f"{folder}/evening.mp3: its content is not MP3; export it again, or remove it",)
    assert set(folder.iterdir()) == before
    (folder / "evening.mp3").write_bytes(good)
    assert make_feed(folder).result.damaged == ()
    assert items(folder) == old


def test_damaged_format_is_replaced_by_next(folder: Path, make_feed: Callable[..., Any]) -> None:
    (folder / "desk.m4a").write_bytes((folder / "desk.m4a").read_bytes()[:20_000])
    podcast = make_feed(folder)
    assert podcast.entry("Desk break").enclosures[0].href.endswith("/desk.mp3")
    assert len(podcast.result.damaged) == 1


def test_damaged_files_alone_make_no_feed(folder: Path, make_feed: Callable[..., Any]) -> None:
    for path in folder.iterdir():
        path.write_bytes(b"")
    with pytest.raises(FileError, match=r"(?s)desk.m4a.*evening.mp3"):
        make_feed(folder)
    assert not (folder / "feed.xml").exists()


@pytest.mark.parametrize("theirs", ["<rss version='2.0'><channel><title>T</title></channel></rss>", "<rss", "{}"])
@pytest.mark.parametrize("name", ["feed.xml", "evening.chapters.json"])
def test_foreign_files_are_not_overwritten(folder: Path, make_feed: Callable[..., Any], name: str, theirs: str) -> None:
    (folder / name).write_text(theirs)
    with pytest.raises(
        ChoiceError, match=f"{name} already exists, and was not made by voicecoach; overwrite it with --force"
    ):
        make_feed(folder)
    assert (folder / name).read_text() == theirs
    make_feed(folder, force=True)
    assert (folder / name).read_text() != theirs
    assert not make_feed(folder).result.written


def test_full_disk_leaves_feed_unchanged(
    folder: Path, make_feed: Callable[..., Any], full_disk: Callable[..., Any]
) -> None:
    make_feed(folder)
    shutil.copy(folder / "evening.mp3", folder / "more.mp3")
    before = file_states(folder)
    with full_disk(100), pytest.raises(FileError, match="make room there"):
        make_feed(folder)
    assert file_states(folder) == before

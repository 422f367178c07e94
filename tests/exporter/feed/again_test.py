"""A feed that is made again: only what has changed is touched, and what was given once stays."""

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
"""As for `fed`, where it is not told otherwise."""
LATER = NOW + timedelta(days=3)
ITEM = re.compile(rb"<item>.*?</item>", re.S)


def items(folder: Path) -> list[bytes]:
    """As they stand in the file, the newest first."""
    return ITEM.findall((folder / "feed.xml").read_bytes())


def test_a_second_time_nothing_is_touched(folder: Path, fed: Callable[..., Any], state: Callable[..., Any]) -> None:
    fed(folder, title="Ours")
    before = state(folder)
    done = fed(folder, now=LATER).done
    assert state(folder) == before
    assert (done.written, done.episodes, done.new, done.changed, done.gone) == (False, 2, 0, 0, 0)


def test_a_change_of_one_touches_one(
    folder: Path, fed: Callable[..., Any], export: Callable[..., None], state: Callable[..., Any]
) -> None:
    fed(folder)
    before, (evening, desk) = state(folder), items(folder)
    export(folder / "evening.mp3", title="Late evening", first="Shoulders", pause="2 s")
    done = fed(folder, now=LATER).done
    after, (late_evening, same) = state(folder), items(folder)
    assert (done.written, done.new, done.changed, done.gone) == (True, 0, 1, 0)
    assert same == desk
    for kept in ("guid isPermaLink", "pubDate", "itunes:season", "itunes:episode"):
        line = re.search(rb"<%b.*" % kept.encode(), evening)
        assert line
        assert line[0] in late_evening
    assert b"<lastBuildDate>Sat, 28 Nov 2026" in after["feed.xml"][0]
    touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    covers = {name for name in touched if re.fullmatch(r"cover-[0-9a-f]{12}\.png", name)}
    assert len(covers) == 2  # one gone, one new
    assert touched - covers == {"evening.mp3", "feed.xml", "evening.chapters.json"}


def test_what_is_new_comes_last_and_numbers_stay(folder: Path, fed: Callable[..., Any]) -> None:
    fed(folder)
    (folder / "more").mkdir()
    for name in ("a.mp3", "zzz.mp3", "more/b.mp3"):
        shutil.copy(folder / "evening.mp3", folder / name)
    old = items(folder)
    made = fed(folder, now=LATER)
    assert items(folder)[3:] == old
    told = [(entry.enclosures[0].href[26:], entry.itunes_season, entry.itunes_episode) for entry in made.entries]
    assert told[:3] == [("more/b.mp3", "2", "1"), ("zzz.mp3", "1", "4"), ("a.mp3", "1", "3")]
    dates = [parsedate_to_datetime(entry.published) for entry in made.entries]
    assert dates[0] == LATER
    assert dates == sorted(set(dates), reverse=True)


def test_dates_never_run_backwards(folder: Path, fed: Callable[..., Any]) -> None:
    """A clock that was set back, or two runs in one second."""
    fed(folder, now=LATER)
    shutil.copy(folder / "evening.mp3", folder / "a.mp3")
    entries = fed(folder, now=NOW).entries
    assert "a.mp3" in entries[0].enclosures[0].href
    assert parsedate_to_datetime(entries[0].published) == LATER + timedelta(seconds=1)


def test_what_is_gone_leaves_with_all_that_was_made_for_it(folder: Path, fed: Callable[..., Any]) -> None:
    fed(folder)
    own = folder / "evening.notes.json"
    own.write_text("mine")
    (folder / "evening.mp3").unlink()
    pictures = set(folder.glob("cover-*"))
    done = fed(folder).done
    assert (done.episodes, done.gone) == (1, 1)
    assert [path.name for path in folder.glob("evening*")] == [own.name]
    assert len(pictures - set(folder.glob("cover-*"))) == 1


def test_guids_are_the_same_after_a_move_and_in_another_format(folder: Path, fed: Callable[..., Any]) -> None:
    first = fed(folder)
    guids = {entry.title: entry.id for entry in first.entries}
    (folder / "desk.m4a").unlink()
    (folder / "desk.wav").unlink()
    for base in ("http://127.0.0.1:8000", "https://elsewhere.example/~me/feeds"):
        moved = fed(folder, base)
        assert {entry.title: entry.id for entry in moved.entries} == guids
        assert moved.feed.podcast_guid == first.feed.podcast_guid
        assert [entry.published for entry in moved.entries] == [entry.published for entry in first.entries]
        assert all(entry.enclosures[0].href.startswith(base) for entry in moved.entries)
        assert moved.feed.link == f"{base}/"


def test_guids_are_the_same_without_the_old_feed_and_others_elsewhere(folder: Path, fed: Callable[..., Any]) -> None:
    guids = {entry.id for entry in fed(folder).entries}
    (folder / "feed.xml").unlink()
    assert {entry.id for entry in fed(folder).entries} == guids
    (folder / "feed.xml").unlink()
    assert not guids & {entry.id for entry in fed(folder, "https://another.example").entries}


def test_what_was_said_once_stays_until_it_is_said_otherwise(
    folder: Path, fed: Callable[..., Any], state: Callable[..., Any]
) -> None:
    said = {
        "title": "Ours",
        "author": "Praxis",
        "description": "One\ntwo <b>& three",
        "language": "de-at",
        "category": "Education: How To",
        "email": "a@b.example",
        "link": "https://b.example/us",
    }
    fed(folder, **said)
    first = state(folder)
    fed(folder)
    assert state(folder) == first
    feed = fed(folder, title="Theirs").feed
    assert (feed.title, feed.author, feed.link, feed.language) == ("Theirs", "Praxis", said["link"], "de-at")


def test_a_description_of_titles_follows_them(folder: Path, fed: Callable[..., Any]) -> None:
    """In the order of the feed, whatever was damaged or came between."""
    assert fed(folder).feed.subtitle == "Desk break, Evening"
    shutil.copy(folder / "desk.mp3", folder / "another.mp3")
    shutil.copy(folder / "desk.mp3", folder / "damaged.mp3")
    fed(folder)
    (folder / "damaged.mp3").write_bytes(b"")
    assert fed(folder).feed.subtitle == "Desk break, Evening"
    (folder / "evening.mp3").unlink()
    assert fed(folder, author="Praxis").feed.subtitle == "Desk break"
    made = fed(folder, title="Ours", description="Mine")
    (folder / "another.mp3").unlink()
    made = fed(folder, title="Theirs")
    assert (made.feed.title, made.feed.author, made.feed.subtitle) == ("Theirs", "Praxis", "Mine")


def test_an_author_by_itself_follows_the_title(folder: Path, fed: Callable[..., Any]) -> None:
    fed(folder)
    assert fed(folder, title="Ours").feed.author == "Ours"


def test_a_damaged_file_leaves_its_episode_as_it_was(folder: Path, fed: Callable[..., Any]) -> None:
    fed(folder)
    old = items(folder)
    before = set(folder.iterdir())
    good = (folder / "evening.mp3").read_bytes()
    (folder / "evening.mp3").write_bytes(b"not sound")
    done = fed(folder).done
    assert items(folder) == old
    assert done.damaged == (
        f"{folder}/evening.mp3: Invalid data found when processing input; export it again, or remove it",
    )
    assert set(folder.iterdir()) == before
    (folder / "evening.mp3").write_bytes(good)
    assert fed(folder).done.damaged == ()
    assert items(folder) == old


def test_of_a_damaged_format_the_next_one_is_taken(folder: Path, fed: Callable[..., Any]) -> None:
    (folder / "desk.m4a").write_bytes((folder / "desk.m4a").read_bytes()[:20_000])
    made = fed(folder)
    assert made.entry("Desk break").enclosures[0].href.endswith("/desk.mp3")
    assert len(made.done.damaged) == 1


def test_nothing_but_damage_makes_no_feed(folder: Path, fed: Callable[..., Any]) -> None:
    for path in folder.iterdir():
        path.write_bytes(b"")
    with pytest.raises(FileError, match=r"(?s)desk.m4a.*evening.mp3"):
        fed(folder)
    assert not (folder / "feed.xml").exists()


@pytest.mark.parametrize("theirs", ["<rss version='2.0'><channel><title>T</title></channel></rss>", "<rss", "{}"])
@pytest.mark.parametrize("name", ["feed.xml", "evening.chapters.json"])
def test_what_was_made_elsewhere_is_not_written_over(
    folder: Path, fed: Callable[..., Any], name: str, theirs: str
) -> None:
    (folder / name).write_text(theirs)
    with pytest.raises(ChoiceError, match=f"{name} is there already, and not made here; overwrite it with --force"):
        fed(folder)
    assert (folder / name).read_text() == theirs
    fed(folder, force=True)
    assert (folder / name).read_text() != theirs
    assert not fed(folder).done.written


def test_a_full_disk_leaves_the_feed_as_it_was(
    folder: Path, fed: Callable[..., Any], state: Callable[..., Any], full_disk: Callable[..., Any]
) -> None:
    fed(folder)
    shutil.copy(folder / "evening.mp3", folder / "more.mp3")
    before = state(folder)
    with full_disk(100), pytest.raises(FileError, match="make room there"):
        fed(folder)
    assert state(folder) == before

"""A folder of small exported files, and the feed made of it, read back by a podcast library."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

import feedparser
import pytest

from voicecoach.cli import main
from voicecoach.exporter.feed import BaseUrl, PodcastInfo, PublishResult, publish

ROUTINE = """
title: {title}
language: de
tags: [desk, neck]
steps:
  - pause: {pause}
  - move: {first}
    steps:
      - say: Turn your head.
      - hold: 2 s
  - move: Back
    steps:
      - say: Now sit up tall.
      - hold: 2 s
"""
NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
BASE = "https://example.org/coach"


Export: TypeAlias = Callable[..., None]


@pytest.fixture(scope="session")
def export() -> Export:
    """`export(path)`: one file from the command line, in the voice `tones`."""

    def make(path: Path, *options: str, title: str = "Desk break", first: str = "Neck", pause: str = "1 s") -> None:
        script = path.with_name(".routine.yaml")
        script.write_text(ROUTINE.format(title=title, first=first, pause=pause), "utf-8")
        voice = ("--voice", "tones", "--no-intro", "--force")
        with pytest.raises(SystemExit) as ended:
            main(["export", str(script), "-o", str(path), *voice, *options])
        assert not ended.value.code
        script.unlink()

    return make


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, export: Export) -> Path:
    """`desk` in four formats with a caption file, and `evening` in one; their covers are drawn already."""
    folder = tmp_path_factory.mktemp("exported") / "Rücken & Nacken"
    folder.mkdir()
    for extension in ("m4a", "mp3", "opus", "wav"):
        export(folder / f"desk.{extension}", *(("--captions", "srt") if extension == "m4a" else ()))
    export(folder / "evening.mp3", title="Evening", pause="2 s")
    published = Path(shutil.copytree(folder, folder.with_name("published") / folder.name))
    publish(published, BaseUrl.parse(BASE), PodcastInfo(), NOW)
    for picture in published.glob("cover-*"):
        shutil.copy(picture, folder)
    return folder


@dataclass(frozen=True)
class MadeFeed:
    """The result of publishing, and the feed as feedparser reads it."""

    result: PublishResult
    feed: Any
    entries: list[Any]

    def entry(self, title: str) -> Any:
        return next(entry for entry in self.entries if entry.title == title)


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A copy of the folder that a test may change."""
    return Path(shutil.copytree(exported, tmp_path / exported.name))


@pytest.fixture
def make_feed() -> Callable[..., MadeFeed]:
    """`make_feed(folder)`: publish a folder, and read its feed, which must be valid."""

    def make(folder: Path, base: str = BASE, *, now: datetime = NOW, force: bool = False, **info: Any) -> MadeFeed:
        result = publish(folder, BaseUrl.parse(base), PodcastInfo.parse(**info), now, force=force)
        read = feedparser.parse((folder / "feed.xml").read_bytes())
        assert not read.bozo, read.bozo_exception
        assert read.version == "rss20"
        return MadeFeed(result, read.feed, read.entries)

    return make


@pytest.fixture
def serve() -> Callable[[Path], AbstractContextManager[str]]:
    """`with serve(folder) as address`: a web server."""
    return _serve


@contextmanager
def _serve(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""

"""A folder of small exported files, and `fed`: the feed made of it, read back as a podcast app would."""

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
    """`export(path)`: one file, as the command line makes it, in the voice of tones."""

    def made(path: Path, *options: str, title: str = "Desk break", first: str = "Neck", pause: str = "1 s") -> None:
        script = path.with_name(".routine.yaml")
        script.write_text(ROUTINE.format(title=title, first=first, pause=pause), "utf-8")
        voice = ("--voice", "tones", "--no-intro", "--force")
        with pytest.raises(SystemExit) as ended:
            main(["export", str(script), "-o", str(path), *voice, *options])
        assert not ended.value.code
        script.unlink()

    return made


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, export: Export) -> Path:
    """`desk` in four formats with captions beside it, and `evening` alone; their pictures are drawn already."""
    folder = tmp_path_factory.mktemp("exported") / "Rücken & Nacken"
    folder.mkdir()
    for ending in ("m4a", "mp3", "opus", "wav"):
        export(folder / f"desk.{ending}", *(("--captions", "srt") if ending == "m4a" else ()))
    export(folder / "evening.mp3", title="Evening", pause="2 s")
    fed = Path(shutil.copytree(folder, folder.with_name("fed") / folder.name))
    publish(fed, BaseUrl.parse(BASE), PodcastInfo(), NOW)
    for picture in fed.glob("cover-*"):
        shutil.copy(picture, folder)
    return folder


@dataclass(frozen=True)
class Fed:
    """What was done, and what a reader makes of it."""

    done: PublishResult
    feed: Any
    entries: list[Any]

    def entry(self, title: str) -> Any:
        return next(entry for entry in self.entries if entry.title == title)


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(exported, tmp_path / exported.name))


@pytest.fixture
def fed() -> Callable[..., Fed]:
    """`fed(folder)`: made, read back, and without anything that a reader finds wrong."""

    def made(folder: Path, base: str = BASE, *, now: datetime = NOW, force: bool = False, **about: Any) -> Fed:
        done = publish(folder, BaseUrl.parse(base), PodcastInfo.parse(**about), now, force=force)
        read = feedparser.parse((folder / "feed.xml").read_bytes())
        assert not read.bozo, read.bozo_exception
        assert read.version == "rss20"
        return Fed(done, read.feed, read.entries)

    return made


@pytest.fixture
def state() -> Callable[[Path], dict[str, tuple[bytes, int]]]:
    """Every file of a folder: its bytes, and when it was written."""

    def found(folder: Path) -> dict[str, tuple[bytes, int]]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    return found


@pytest.fixture
def serving() -> Callable[[Path], AbstractContextManager[str]]:
    """`with serving(folder) as address`: a web server of our own."""
    return _serving


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
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
        """Nothing."""

"""The commands that the sweep runs, the folders that they start from, and a normalised view of what they leave."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree as ET

from tests.faults.injection import CommandServer, Fault, Run

OLD = b"old"
ROUTINE = """
title: Rest
steps:
  - move: One
    steps:
      - say: Lie down.
      - chime: tick
      - pause: 1 s
  - move: Two
    steps:
      - say: Get up.
"""
_CHOICES = ("../../rest.yaml", "--voice", "tones", "--no-intro")
_BESIDE = ("--captions", "vtt", "--captions", "srt", "--force")


@dataclass(frozen=True, slots=True)
class SweptCommand:
    """A command, run in the folder `out`."""

    name: str
    arguments: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    """Commands that run first, undisturbed."""
    old: tuple[str, ...] = ()
    """Files that are there already."""
    again: int = 0
    """The exit code when it is run a second time."""
    partial: str = ""
    """A file that may be complete in itself while it leaves out what could not be read."""
    only_memory: bool = False
    """Whether only calls on shared memory count."""


def _export(name: str, *options: str, warm: bool = True, files: tuple[str, ...] = ()) -> SweptCommand:
    arguments = ("export", *_CHOICES, *_BESIDE, *options)
    return SweptCommand(name, arguments, (arguments,) if warm else (), files)


def _play(output: str) -> tuple[str, ...]:
    return ("play", *_CHOICES, "--lead-in", "0", "--quiet", "--output", output)


_SPEAK = ("show", *_CHOICES)
"""Fills the cache."""
_BATCH = ("batch", "../../rest.yaml", "--voices", "tones", "--no-intro", "--into", "many", "--formats", "m4a,vtt")
COMMANDS = {
    command.name: command
    for command in (
        *(
            _export(f"export {kind}", "-o", f"s.{kind}", files=(f"s.{kind}", "s.vtt", "s.srt"))
            for kind in ("wav", "flac", "opus", "mp3", "m4a", "html")
        ),
        _export("export, no cache", "-o", "s.opus", warm=False, files=("s.opus", "s.vtt")),
        _export("split export", "-o", "s.m4a", "--split", files=("s.m3u8", "s 01 One.m4a", "s 02 Two.vtt")),
        SweptCommand("batch", (*_BATCH, "--jobs", "1", "--force"), (_SPEAK,), old=("many/rest.m4a",)),
        SweptCommand(
            "feed",
            ("feed", ".", "--url", "https://example.org"),
            (("export", *_CHOICES, "-o", "a.m4a"), ("export", *_CHOICES, "-o", "b.mp3", "--captions", "vtt")),
            partial="out/feed.xml",
        ),
        SweptCommand("plot", ("show", *_CHOICES, "--plot", "s.svg", "--force"), (_SPEAK,), old=("s.svg",)),
        SweptCommand("play to a file", _play("wav:s.wav"), (_SPEAK,), old=("s.wav",)),
        SweptCommand("play and log", _play("instant"), (_play("instant"),)),
        SweptCommand("play on a device", _play("device"), (_SPEAK,), only_memory=True),
        SweptCommand(
            "resume", ("resume", "--quiet", "--output", "instant"), (_play("instant"), _play("instant:2")), again=2
        ),
        SweptCommand("history", ("history",), (_play("instant"),)),
        SweptCommand("history, no log", ("history",)),
        SweptCommand("history forget", ("history", "forget", "--all"), (_play("instant"), _play("instant"))),
        SweptCommand("new", ("new", "mine.yaml"), again=2),
        SweptCommand("new --force", ("new", "mine.yaml", "--force"), old=("mine.yaml",)),
        SweptCommand("cache --clear", ("cache", "--clear"), (("export", *_CHOICES, "-o", "s.wav"),)),
    )
}

Snapshot = Mapping[str, Any]
"""The content of each file, by its path."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Folders in which commands run, again and again from the same beginning."""

    top: Path
    server: CommandServer
    _beginnings: dict[str, Path] = field(default_factory=dict)

    @property
    def watched(self) -> Path:
        """The folder of everything that commands write, apart from shared memory."""
        return self.top / "watched"

    def begin(self, command: SweptCommand) -> None:
        """Put everything into the state that it has before the command."""
        if command.name not in self._beginnings:
            self._beginnings[command.name] = self._prepare(command)
        shutil.rmtree(self.watched, ignore_errors=True)
        shutil.copytree(self._beginnings[command.name], self.watched)

    def run(self, command: SweptCommand, fault: Fault | None = None) -> Run:
        """Run a command in the present state."""
        memory = Path("/dev/shm")
        return self._run(command.arguments, [memory] if command.only_memory else [memory, self.watched], fault)

    def _run(self, arguments: tuple[str, ...], watched: Sequence[Path] = (), fault: Fault | None = None) -> Run:
        folders = {"VOICECOACH_CACHE": "cache", "XDG_DATA_HOME": "data", "TMPDIR": "tmp", "XDG_RUNTIME_DIR": "runtime"}
        return self.server.run(
            arguments,
            folder=self.watched / "out",
            watched=watched,
            environment={name: str(self.watched / folder) for name, folder in folders.items()},
            fault=fault,
        )

    def snapshot(self) -> Snapshot:
        """Everything in the watched folder, without what differs from run to run."""
        paths = sorted(path for path in self.watched.rglob("*") if path.is_file())
        return {str(path.relative_to(self.watched)): _content(path) for path in paths if path.suffix != ".lock"}

    def _prepare(self, command: SweptCommand) -> Path:
        shutil.rmtree(self.watched, ignore_errors=True)
        for name in ("out", "cache", "data", "tmp", "runtime"):
            (self.watched / name).mkdir(parents=True)
        (self.top / "rest.yaml").write_text(ROUTINE, "utf-8")
        for arguments in command.before:
            ran = self._run(arguments)
            assert ran.code in (0, 130), f"{arguments}: {ran}"
        for name in command.old:
            path = self.watched / "out" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(OLD)
        beginning = self.top / "beginnings" / command.name
        shutil.copytree(self.watched, beginning)
        return beginning


def _content(path: Path) -> Any:
    if path.suffix == ".db":
        return _log_entries(path)
    content = path.read_bytes()
    if path.name == "feed.xml":
        return sorted(item.findtext("guid", "") for item in ET.fromstring(content).iter("item"))
    if path.name == "made.jsonl":
        return [_without_times(json.loads(line)) for line in content.splitlines() if line]
    return content


def _without_times(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "changed"}


def _log_entries(path: Path) -> list[tuple[Any, ...]]:
    """The sessions of a log, read from a copy so that nothing changes."""
    with TemporaryDirectory() as folder:
        for each in path.parent.glob(f"{path.name}*"):
            shutil.copy(each, folder)
        with closing(sqlite3.connect(Path(folder) / path.name)) as database:
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return []
            return database.execute("SELECT title, length, start, at, heard, how FROM session ORDER BY id").fetchall()

"""300 damaged entries of every store: commands use what is whole or say in one line what is wrong, and lose nothing.

A failure shows the seed of its entry. By hand, `VOICECOACH_STORE_ENTRIES=10` tries ten times as many.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from bounded import bounded
from durations import seconds

from tests.batch.conftest import InlineExecutor, RecordingReporter
from tests.faults.damaged_stores import SHAPES, content, damage, other_kind, restore
from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session, resume_session, unfinished_session
from voicecoach.batch import Batch, BatchSession, BatchSynthesizer
from voicecoach.batch.ledger import Ledger
from voicecoach.batch.staging import ledger_path
from voicecoach.choices import Choices
from voicecoach.cli import main
from voicecoach.errors import VoicecoachError
from voicecoach.exporter import ExportOptions
from voicecoach.history.entry import LoggedSession
from voicecoach.history.session_log import SessionLog
from voicecoach.player.control_client import socket_folder
from voicecoach.player.session_audio import fit_clips
from voicecoach.script.library import Library
from voicecoach.sound.mix import Mix
from voicecoach.voices.engine_facts import FactCache
from voicecoach.voices.speech_pool import SpeechPool
from voicecoach.voices.synthesizer import Synthesizer
from voicecoach.voices.tones_engine import TONES

pytestmark = pytest.mark.faults

TIMES = int(os.environ.get("VOICECOACH_STORE_ENTRIES", "1"))
SESSIONS = 5
ROUTINE = """
title: Rest
steps:
  - say: Lie down.
  - pause: 2 s
  - say: Get up.
"""
ROWS = tuple[tuple[str, str, str], ...]
FACT = [["gmw/en", "English", "en-gb"], ["roa/es", "Spanish", "es"]]


@dataclass(frozen=True)
class Home:
    """All stores of a user, and what they hold."""

    folder: Path
    sound: bytes
    """Of the routine."""
    entries: tuple[dict[str, Any], ...]
    """Of the log."""

    @property
    def routine(self) -> Path:
        return self.folder / "rest.yaml"

    @property
    def log(self) -> Path:
        return self.folder / "data" / "voicecoach" / "sessions.db"

    @property
    def clips(self) -> list[Path]:
        return sorted((self.folder / "cache" / "clips").glob("*.clip"))

    @property
    def notes(self) -> list[Path]:
        return sorted((self.folder / "cache" / "notes").iterdir())

    @property
    def out(self) -> Path:
        return self.folder / "out"


@contextmanager
def home_at(folder: Path) -> Iterator[None]:
    settings = {"VOICECOACH_CACHE": "cache", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run"}
    with pytest.MonkeyPatch.context() as patch:
        for name, place in settings.items():
            patch.setenv(name, str(folder / place))
        yield


@pytest.fixture(scope="module")
def pool() -> Iterator[SpeechPool]:
    """Speaks what is damaged anew; starting one takes longer than all else."""
    with closing(SpeechPoolOfTones()) as pool:
        yield pool


class SpeechPoolOfTones(SpeechPool):
    """A pool that outlasts the synthesizers that use it."""

    def __init__(self) -> None:
        super().__init__(TONES, lambda text: 20 + len(text))

    def end(self) -> None:
        """Do nothing: others use it later."""

    def close(self) -> None:
        super().end()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The undamaged home, which is copied for each entry."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "rest.yaml").write_text(ROUTINE)
    with home_at(folder):
        request = SessionRequest(routines=(str(folder / "rest.yaml"),), voice="tones")
        with open_session(request) as session:
            sound = Mix(session.timeline, session.synthesizer.clip).read(0, session.timeline.length).tobytes()
            for number in range(SESSIONS):
                with SessionLog() as log:
                    logged = LoggedSession(
                        routine=f"rest-{number}",
                        voice="tones",
                        timeline=session.timeline,
                        choices={"level": 50, "routines": ["rest"], "files": {}},
                    )
                    log.update(log.begin(logged), seconds(1), seconds(1), "stopped")
        FactCache().put("fact", FACT)
        FactCache().put("other", "whole")
        home = Home(folder, sound, ())
        assert make_batch(home).exit_code == 0
        return Home(folder, sound, tuple(json.loads(printed("history", "--json").out)["sessions"]))


@pytest.fixture
def home(whole: Home, tmp_path: Path) -> Iterator[Home]:
    shutil.copytree(whole.folder, tmp_path / "home")
    with home_at(tmp_path / "home"), bounded(seconds=10, megabytes=250):
        yield Home(tmp_path / "home", whole.sound, whole.entries)


@dataclass(frozen=True)
class Printed:
    code: int
    out: str
    err: str


def printed(*args: str) -> Printed:
    """The result of a command in this process."""
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("sys.stdout", out)
        patch.setattr("sys.stderr", err)
        with pytest.raises(SystemExit) as ended:
            main([*args])
        out.seek(0)
        err.seek(0)
        return Printed(int(ended.value.code or 0), out.read(), err.read())


def entries(count: int) -> Any:
    return pytest.mark.parametrize("seed", range(count * TIMES))


def is_plain(ran: Printed) -> bool:
    """Success, with messages of one line each, or one line of what is wrong."""
    lines = ran.err.splitlines()
    return "Traceback" not in ran.err and (ran.code == 0 or (ran.code in (2, 3) and len(lines) == 1 and not ran.out))


def resumed(home: Home) -> str:
    """Resume the last session and read it to its end; what was said."""
    said: list[str] = []
    try:
        with unfinished_session(said.append) as last, resume_session(last, warn=said.append) as session:
            clips = fit_clips(session.timeline, session.synthesizer.clip)
            sound = Mix(session.timeline, clips).read(0, session.timeline.length).tobytes()
            assert sound == home.sound or session.voice != TONES
    except VoicecoachError as error:
        said.append(str(error))
    return "\n".join(said)


@entries(50)
def test_damaged_log(home: Home, whole: Home, seed: int) -> None:
    random = Random(f"log {seed}")
    path = random.choice([home.log] * 5 + [home.log.with_suffix(".lock")])
    how = damage(random, path)
    was_empty = path.is_file() and path.stat().st_size <= 1  # to SQLite, and a new log to us
    first = printed("history", "--json")
    assert is_plain(first), how
    resumed(home)
    if first.code == 0:
        again = printed("history", "--json")
        assert (again.code, again.err) == (0, ""), how
        kept = {each["id"] for each in json.loads(again.out)["sessions"]}
        assert len(kept) == SESSIONS or "damaged" in first.err or was_empty, how
    else:
        assert str(path) in first.err, (how, first.err)
        restore(path, whole.folder / path.relative_to(home.folder))
        assert len(json.loads(printed("history", "--json").out)["sessions"]) == SESSIONS, how


VALUES = [
    *("'x'", "''", "NULL", "-1", "1.5", "9e99", "X'00ff'", "zeroblob(11000000)", "'{}'", "'[1]'", "'null'"),
    *("printf('%.*c', 100000, '[')", "'2026-13-45T00:00:00+00:00'", "9223372036854775807", "'Ünknown'", "X'c3'"),
    *(f"'{json.dumps(shape)[:1000]}'" for shape in SHAPES if "'" not in str(shape)),
]
COLUMNS = [
    "routine",
    "title",
    "voice",
    "choices",
    "started",
    "length",
    "start",
    "at",
    "heard",
    "how",
    "resumes",
    "timeline",
]


@entries(60)
def test_damaged_row_of_log(home: Home, seed: int) -> None:
    random = Random(f"row {seed}")
    number, column, value = random.randrange(1, SESSIONS + 1), random.choice(COLUMNS), random.choice(VALUES)
    how = f"{column} = {value} of {number}"
    with closing(sqlite3.connect(home.log, isolation_level=None)) as database, suppress(sqlite3.IntegrityError):
        database.execute(f"UPDATE session SET {column} = {value} WHERE id = ?", (number,))
    first = printed("history", "--json")
    assert (first.code, first.err.count("\n") <= 1) == (0, True), (how, first.err)
    listed = json.loads(first.out)["sessions"]
    assert [each for each in listed if each["id"] != number] == [each for each in home.entries if each["id"] != number]
    assert (len(listed) == SESSIONS) == (first.err == ""), how
    assert len(resumed(home).splitlines()) <= 1, how
    assert printed("history", "--json") == Printed(0, first.out, ""), how
    assert resumed(home) == "" or column == "voice", how  # the name of a voice that is not there
    assert printed("history", "forget", str(number)).out == "Forgot 1 session.\n", how


@entries(60)
def test_damaged_clip(home: Home, pool: SpeechPool, seed: int) -> None:
    random = Random(f"clip {seed}")
    path = random.choice(home.clips)
    how = damage(random, path)
    for _ in range(2):
        request = SessionRequest(routines=(str(home.routine),), voice="tones")
        said: list[str] = []
        with speaking_with(pool), open_session(request, warn=said.append) as session:
            sound = Mix(session.timeline, session.synthesizer.clip).read(0, session.timeline.length).tobytes()
        assert sound == home.sound, how
        assert len(said) <= 1, how
    assert (said == []) == (not path.is_dir()), how
    assert is_plain(printed("cache")), how
    assert printed("cache", "--clear").code == 0, how
    assert [each for each in home.clips if not each.is_dir()] == [], how


@contextmanager
def speaking_with(pool: SpeechPool) -> Iterator[None]:
    """Give every synthesizer that is made inside this pool."""
    made = Synthesizer.__init__

    def make(self: Synthesizer, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        self._pool = pool

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Synthesizer, "__init__", make)
        yield


@entries(40)
def test_damaged_note(home: Home, seed: int) -> None:
    random = Random(f"note {seed}")
    path = random.choice(home.notes)
    how = damage(random, path)
    found = FactCache().get("fact", ROWS), FactCache().get("other", str)
    assert found[0] in (None, tuple(map(tuple, FACT))), how
    assert found[1] in (None, "whole"), how
    assert found != (None, None), how
    FactCache().put("fact", FACT)
    FactCache().put("other", "whole")
    if not path.is_dir():
        assert (FactCache().get("fact", ROWS), FactCache().get("other", str)) == (tuple(map(tuple, FACT)), "whole"), how


def make_batch(home: Home, *, force: bool = False) -> Any:
    library = Library((home.folder,))
    sessions = [
        BatchSession(
            routine=library.load_path(home.routine), choices=Choices(), voice=TONES, kinds=("vtt", "md"), folder=name
        )
        for name in ("Anna", "Bob")
    ]
    batch = Batch(home.out, sessions, ExportOptions(force=force), date="2026-11-25", reporter=RecordingReporter())
    return batch.run(InlineExecutor(), BatchSynthesizer(lambda _: None))


@entries(50)
def test_damaged_ledger_or_file(home: Home, whole: Home, seed: int) -> None:
    random = Random(f"ledger {seed}")
    ledger = ledger_path(home.out)
    path = random.choice([ledger, ledger, ledger, home.out / "Anna" / "Rest.vtt"])
    if not path.exists():
        path = next(each for each in sorted(home.out.glob("Anna/*.vtt")))
    how = random.choice([content, content, other_kind])(random, path)
    try:
        outcome = make_batch(home)
        messages = [failure.message for failure in outcome.failures]
        assert outcome.exit_code in (0, 2, 3), (how, messages)
    except VoicecoachError as error:
        messages = [str(error)]
        restore(path, whole.folder / path.relative_to(home.folder))
    assert not any("\n" in message for message in messages), (how, messages)
    if path.is_dir():
        path.rmdir() if not any(path.iterdir()) else shutil.rmtree(path)
    assert make_batch(home, force=True).exit_code == 0, how
    assert make_batch(home).files == 0, how
    for file in sorted(whole.out.rglob("Rest*")):
        assert (home.out / file.relative_to(whole.out)).read_bytes() == file.read_bytes(), how
    assert len(Ledger(home.out, ledger).others([])) == 4, how


RECIPE_KEYS = [*Choices().to_plain(), "routines", "files", "added"]


@entries(20)
def test_damaged_recipe(home: Home, seed: int) -> None:
    random = Random(f"recipe {seed}")
    recipe = {"level": 50, "routines": ["cat-cow"], "files": {}}
    for _ in range(random.choice([1, 1, 3])):
        recipe[random.choice(RECIPE_KEYS)] = random.choice([*SHAPES, [{"words": ["cat-cow"]}], {"/dev/zero": "x"}])
    with SessionLog() as log, log._transaction():
        log._database.execute("UPDATE session SET choices = ? WHERE id = ?", (json.dumps(recipe), SESSIONS))
    assert resumed(home) == "", recipe
    assert printed("history").err == "", recipe


@entries(20)
def test_damaged_socket(seed: int) -> None:
    random = Random(f"socket {seed}")
    with (
        tempfile.TemporaryDirectory(prefix="vc") as short,
        pytest.MonkeyPatch.context() as patch,
        bounded(seconds=10, megabytes=250),
    ):
        patch.setenv("XDG_RUNTIME_DIR", short)
        (folder := socket_folder()).mkdir(0o700, parents=True)
        (path := folder / random.choice(["1.sock", "current", ".1.sock"])).touch()
        how = other_kind(random, path)
        assert is_plain(ran := printed("ctl", "pause")), how
        assert ran.code == 3, how
        with answering(folder / "2.sock", line := random_answer(random)):
            assert is_plain(ran := printed("ctl", "pause")), (line, ran)


def random_answer(random: Random) -> bytes:
    return random.choice(
        [
            *(b"", b"\n", b"{}\n", b"[" * 100_000 + b"\n", b"\xff\n", b"x" * 2_000_000),
            *(json.dumps(shape).encode() + b"\n" for shape in SHAPES),
            *(json.dumps({"error": shape}).encode() + b"\n" for shape in SHAPES),
        ]
    )


@contextmanager
def answering(path: Path, line: bytes) -> Iterator[None]:
    """A program at a socket that gives this answer to everything."""

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    connection.sendall(line)

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield
        server.shutdown(socket.SHUT_RDWR)
    thread.join()

"""`voicecoach history`: the table, JSON, the picture, and forgetting."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from voicecoach.history.database import log_file
from voicecoach.history.entry import LoggedSession
from voicecoach.history.session_log import SessionLog, local_now
from voicecoach.timeline import Timeline
from voicecoach.units import Frames, Ms, frames

Run = Callable[..., Any]
TEN = frames(Ms(600_000))


def logged(started: datetime, title: str, heard: Frames, how: Any) -> None:
    timeline = Timeline(title=title, language="en", level=50, length=TEN, placements=(), events=(), moves=())
    with SessionLog(clock=lambda: started) as log:
        number = log.begin(
            LoggedSession(routine=title.lower(), voice="tones", timeline=timeline, choices={"level": 50})
        )
        log.update(number, heard, heard, how)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def three_days() -> datetime:
    """Ten minutes on each of the last three days, and a few seconds today."""
    today = local_now()
    for back in (3, 2, 1):
        logged(today - timedelta(days=back), "Knees", TEN, "finished")
    logged(today, "Back", frames(Ms(7_400)), "stopped")
    return today


def test_log_lies_in_data_folder(data):
    assert log_file().is_relative_to(data)
    assert log_file().parent.name == "voicecoach"


def test_table_newest_first(run: Run, three_days):
    lines = run("history").out.splitlines()
    assert lines[0].split() == ["no.", "began", "heard", "ended", "session"]
    assert lines[1].split() == [
        "4",
        *f"{three_days:%Y-%m-%d %H:%M}".split(),
        *["0:07", "of", "10:00", "stopped", "Back"],
    ]
    assert lines[2].split()[3:] == ["10:00", "of", "10:00", "finished", "Knees"]
    assert lines[-1] == "3 days in a row, 3 days in all, 30 min"


def test_empty_log(run: Run):
    assert run("history").out == "No sessions yet.\n"
    assert json.loads(run("history", "--json").out) == {"days_in_a_row": 0, "days": {}, "sessions": []}


def test_json_output(run: Run, three_days):
    printed = json.loads(run("history", "--json").out)
    assert printed["days_in_a_row"] == 3
    assert [*printed["days"].values()] == [600_000] * 3
    assert printed["sessions"][0] == {
        "id": 4,
        "routine": "back",
        "title": "Back",
        "voice": "tones",
        "choices": {"level": 50},
        "started": three_days.isoformat(timespec="seconds"),
        "length_ms": 600_000,
        "start_ms": 0,
        "at_ms": 7_400,
        "heard_ms": 7_400,
        "ended": "stopped",
        "resumes": None,
    }


@pytest.mark.usefixtures("three_days")
def test_plot_of_weeks(run: Run, tmp_path):
    picture = tmp_path / "weeks.svg"
    assert run("history", "--plot", picture).out == f"Drew {picture}.\n"
    assert "3 days in a row" in picture.read_text("utf-8")
    again = run("history", "--plot", picture)
    assert (again.code, "--force" in again.err) == (2, True)
    assert run("history", "--plot", picture, "--force", "--json").out.startswith("{")
    assert run("history", "--plot", tmp_path / "weeks.pdf").code == 2


def test_forget_by_number_day_or_all(run: Run, three_days):
    assert run("history", "forget", "1").out == "Forgot 1 session.\n"
    day = f"{three_days - timedelta(days=1):%Y-%m-%d}"
    assert run("history", "forget", "--before", day).out == "Forgot 1 session.\n"
    assert [session["id"] for session in json.loads(run("history", "--json").out)["sessions"]] == [4, 3]
    assert run("history", "forget", "--all").out == "Forgot 2 sessions.\n"
    assert run("history").out == "No sessions yet.\n"


@pytest.mark.usefixtures("three_days")
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "no session was named"),
        (("9", "1"), "not in the log: 9"),
        (("--before", "soon"), "soon"),
        (("0",), "0"),
    ],
)
def test_forget_refuses_unknown_numbers(run: Run, args, message):
    ran = run("history", "forget", *args)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert message in ran.err
    assert len(json.loads(run("history", "--json").out)["sessions"]) == 4


def test_damaged_log_is_set_aside(run: Run):
    log_file().parent.mkdir(parents=True)
    log_file().write_bytes(b"no database" * 1000)
    ran = run("history")
    assert (ran.code, ran.out) == (0, "No sessions yet.\n")
    assert "The log of sessions was damaged: it is " in ran.err
    assert ran.err.count("\n") == 1


def test_unreadable_log_exits_3(run: Run, data):
    (data / "voicecoach").write_bytes(b"in the way")
    for command in (["history"], ["resume"]):
        ran = run(*command)
        assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)


def test_days_follow_local_time(run: Run):
    """Late in the evening, at +13:00, it is another day than in UTC."""
    auckland = timezone(timedelta(hours=13))
    logged(datetime(2026, 3, 2, 0, 30, tzinfo=auckland), "Knees", TEN, "finished")
    assert [*json.loads(run("history", "--json").out)["days"]] == ["2026-03-02"]
    assert "2026-03-02 00:30" in run("history").out

"""Pages of the screen, as they are read, and plain lines."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from durations import seconds
from hostile_texts import HOSTILE_TEXTS, STEERING
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.choices import Choices
from voicecoach.outputs.output import DeviceHealth
from voicecoach.player.command import QueueItem
from voicecoach.player.display import PageFormat, block_letters, describe_changes, render_page
from voicecoach.player.keys import KEY_DESCRIPTIONS
from voicecoach.player.snapshot import Snapshot, take_snapshot
from voicecoach.player.transport import Transport
from voicecoach.routine import Routine
from voicecoach.terminal_text import width
from voicecoach.units import Ms

HOLD = Snapshot(
    state="playing",
    title="Evening",
    move="Side stretch",
    side="left",
    round=2,
    rounds=3,
    position_ms=Ms(192_000),
    length_ms=Ms(1_200_000),
    cue="Lean over until the whole left side pulls.",
    cue_at_ms=Ms(175_000),
    next_cue="Come up and ease off.",
    clock="hold",
    clock_left_ms=Ms(17_000),
)
COUNT = replace(HOLD, clock="count", clock_left_ms=Ms(42_000), word="7, squeeze", side=None, round=None, rounds=None)
SMALL = PageFormat(40, 12, colour=False)


def read(now: Snapshot, page: PageFormat = SMALL) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(line.rstrip() for line in render_page(now, page)))


def codes(page: PageFormat) -> set[str]:
    return set(re.findall(r"\x1b\[([0-9;]*)m", "".join(render_page(HOLD, page))))


def test_hold_on_small_page():
    assert (
        read(HOLD)
        == """\
 Side stretch · left · 2 of 3
 █   ███ ███ ███    █  ███
 █   █   █    █    ██    █
 █   ███ ███  █     █    █
 █   █   █    █     █   █
 ███ ███ █    █    ███  █

 Lean over until the whole left side
 pulls.
 ━━━━━━────────────────────────────────
 3:12 of 20:00 · 16:48 left
 space pause  → next  ? keys  q end"""
    )


def test_large_page_has_larger_letters_and_details():
    lines = read(HOLD, PageFormat(200, 60, colour=False)).split("\n")
    blocks = [line for line in lines if "█" in line]
    assert len(blocks) == 25
    assert 150 < max(map(len, blocks)) <= 200
    assert " Hold: 0:17 left" in lines
    assert " Next: Come up and ease off." in lines


def test_low_page_keeps_cue_and_times():
    assert read(HOLD, PageFormat(40, 5, colour=False)).startswith(" Lean over until the whole left side\n pulls.\n ━")


@pytest.mark.parametrize("page", [SMALL, PageFormat(80, 24, colour=False)])
def test_guide_replaces_session(page):
    text = "\n".join(render_page(HOLD, page, guide=True))
    assert all(meaning in text for _, meaning in KEY_DESCRIPTIONS)
    assert "Side stretch" not in text


def test_count_shows_word_on_beat():
    assert " Count: 0:42 left · 7, squeeze\n" in read(COUNT)
    assert read(COUNT).startswith(" Side stretch\n")


@pytest.mark.parametrize(
    ("changes", "page", "text"),
    [
        ({"state": "paused"}, SMALL, " ███  █  █ █ ███ ███ ██\n"),
        ({"state": "paused", "volume": 80}, SMALL, " PAUSED · 3:12 of 20:00 · 16:48 left\n"),
        ({"volume": 80}, SMALL, " 3:12 of 20:00 · 16:48 left · 80 %\n"),
        ({"failed": ("More",)}, PageFormat(80, 24), " Cannot follow: More\n"),
        ({"position_ms": Ms(500), "length_ms": Ms(10_400)}, SMALL, "0:01 of 0:10 · 0:09 left"),
        ({"away": True, "trouble": "No loudspeaker."}, SMALL, "No loudspeaker."),
        ({"away": True, "trouble": "No loudspeaker."}, PageFormat(40, 4), "NO SOUND · "),
        ({"cue": "Breathe " * 40}, PageFormat(40, 16, colour=False), "Breathe Breathe Breathe Breathe…"),
        ({"cue": "Breathe " * 40}, PageFormat(40, 16, colour=False), "Hold: 0:17 left"),
    ],
)
def test_page_shows_change(changes, page, text):
    assert text in read(replace(HOLD, **changes), page)


def test_ascii_without_unicode():
    plain = replace(HOLD, side=None, round=None, rounds=None, cue="Lean over. " * 40)
    lines = render_page(plain, replace(SMALL, unicode=False))
    assert "######---" in lines[-3]
    assert all(line.isascii() for line in (lines[2], *lines[-3:]))


def test_only_bold_without_colour():
    assert codes(SMALL) == {"1", "0"}
    assert "32" in codes(replace(SMALL, colour=True))


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
@pytest.mark.parametrize("size", [(20, 8), (41, 16), (80, 24)])
def test_any_text_keeps_the_layout(text, size):
    """Wide, combining and control characters: every line fits, and there are as many as the terminal has."""
    page = PageFormat(*size, colour=False)
    now = replace(HOLD, title=text, move=text, cue=text, next_cue=text, queue=(text,), failed=(text,), trouble=text)
    for away in (False, True):
        lines = render_page(replace(now, away=away), page)
        shown = [re.sub(r"\x1b\[\d*m", "", line) for line in lines]
        assert len(lines) == page.rows
        assert not STEERING.search("".join(shown))
        assert all(width(line) <= page.columns for line in shown)
    changes = [*describe_changes(None, now)]
    assert not STEERING.search("".join(changes))
    assert not any("\n" in line for line in changes)


def test_texts_cannot_steer_terminal():
    hostile = replace(HOLD, queue=("q\x1b[2J",), cue="a\x1b[2Jb\x07c", move="t\x1b]0;x\x07", next_cue="n\r\nm\x9b1m")
    assert "\x1b" not in read(hostile)
    assert r" a\x1b[2Jb\x07c" in read(hostile)
    assert r"   0:02  a\x1b[2Jb\x07c" in describe_changes(None, replace(hostile, cue_at_ms=Ms(2_000)))


@settings(deadline=None)
@given(
    columns=st.integers(1, 200),
    rows=st.integers(1, 60),
    colour=st.booleans(),
    cue=st.text("ab é中\n\x1b", max_size=200),
    at=st.integers(0, 1_200_000),
)
def test_every_page_fits(columns, rows, colour, cue, at):
    page = PageFormat(columns, rows, colour)
    lines = read(replace(HOLD, cue=cue, position_ms=Ms(at)), page).split("\n")
    assert len(lines) == rows
    assert all(len(line) <= max(columns, 12) for line in lines)


def test_block_letters_are_drawn_in_dots():
    assert block_letters("R 7", 11, 5) == ("██    ███", "█ █     █", "██      █", "█ █    █", "█ █    █")


@pytest.mark.parametrize(("columns", "rows", "high"), [(38, 5, 5), (78, 10, 10), (198, 28, 25), (24, 5, 0), (38, 4, 0)])
def test_block_letters_grow_with_room(columns, rows, high):
    assert len(block_letters("LEFT 17", columns, rows)) == high


@given(
    text=st.sampled_from(["LEFT 3", "RIGHT 1:58", "PAUSED", "99", "RIGHT", ""]),
    columns=st.integers(-2, 250),
    rows=st.integers(-5, 80),
)
def test_block_letters_fit(text, columns, rows):
    drawn = block_letters(text, columns, rows)
    assert len(drawn) <= max(0, rows)
    assert all(len(line) <= columns for line in drawn)


@pytest.fixture
def lines(index):
    """The lines for moments of the session of conftest.py: each a second and the transport's other fields."""

    def describe(*moments: tuple[float, dict]) -> list[str]:
        found, last = [], None
        for at, fields in moments:
            now = take_snapshot(Transport(index, seconds(at), **fields))
            found += [line.strip() for line in describe_changes(last, now)]
            last = now
        return found

    return describe


def test_lines_tell_each_change_once(lines):
    assert lines(*((at / 10, {}) for at in range(56))) == [
        "0:00  Side stretch",
        "0:00  Side stretch, ten minutes.",
        "0:01  Lean",
        "0:01  Left side.",
        "0:01  Round 1 of 3.",
        "0:01  Lean over.",
        "0:02  Hold: 0:03.",
        "0:04  Breathe into it.",
        "0:05  Cat and cow",
        "0:05  Come up.",
    ]


def queue(*titles: str) -> dict:
    return {"queue": tuple(QueueItem(Routine(title=title, steps=()), Choices()) for title in titles)}


BUSY = {"health": DeviceHealth(away=True, message="Another program is using the loudspeaker. Trying again...")}


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        pytest.param(
            [(3, {}), (3, {"state": "paused"}), (3, {"volume": 80}), (3, {"volume": 80})],
            ["0:03  Paused, 0:07 left.", "0:03  Resumed.", "0:03  Volume 80 %."],
            id="steering",
        ),
        pytest.param(
            [(0, BUSY), (0, BUSY), (0, {})],
            [
                "0:00  Another program is using the loudspeaker. Trying again...",
                "0:00  The loudspeaker is back.",
            ],
            id="device busy from the start",
        ),
        pytest.param(
            [(3, {}), (3, queue("More")), (3, queue("More", "Still more")), (3, queue("Still more"))],
            ["0:03  After this: More.", "0:03  After this: More, Still more."],
            id="added",
        ),
        pytest.param(
            [(3, {}), (3, {"failed": ("More",)}), (4, {"failed": ("More",)})],
            [
                "0:03  More cannot follow: it could not be spoken, or would end beyond 24 hours.",
                "0:04  Breathe into it.",
            ],
            id="failed",
        ),
    ],
)
def test_lines_tell_events(lines, moments, expected):
    assert lines(*moments)[-len(expected) :] == expected

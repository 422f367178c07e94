"""The pages of the screen, as they are read."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.player.display import PageFormat, render_page
from voicecoach.player.keys import KEY_DESCRIPTIONS
from voicecoach.player.snapshot import View
from voicecoach.units import Ms

HOLD = View(
    state="playing",
    volume=100,
    at=Ms(192_000),
    length=Ms(1_200_000),
    title="Side stretch",
    side="left",
    round=(2, 3),
    cue="Lean over until the whole left side pulls.",
    cue_at=Ms(175_000),
    following="Come up and ease off.",
    clock=("hold", Ms(17_000)),
)
PHONE = PageFormat(40, 12, colour=False)


def read(view: View, paper: PageFormat = PHONE) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(line.rstrip() for line in render_page(view, paper)))


def test_a_hold_on_a_small_screen():
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


def test_on_a_large_one_the_letters_grow_and_there_is_room_for_the_rest():
    lines = read(HOLD, PageFormat(200, 60, colour=False)).split("\n")
    blocks = [line for line in lines if "█" in line]
    assert len(blocks) == 25
    assert 150 < max(map(len, blocks)) <= 200
    assert " Hold: 0:17 left" in lines
    assert " Next: Come up and ease off." in lines


def test_a_pause_is_written_large():
    assert " ███  █  █ █ ███ ███ ██\n" in read(replace(HOLD, state="paused"))


def test_the_keys_stand_where_the_session_does():
    for paper in (PHONE, PageFormat(80, 24, colour=False)):
        text = "\n".join(render_page(HOLD, paper, guide=True))
        assert all(meaning in text for _, meaning in KEY_DESCRIPTIONS)
        assert "Side stretch" not in text


def test_a_count_shows_the_word_on_the_beat():
    count = replace(HOLD, clock=("count", Ms(42_000)), word="7, squeeze", side=None, round=None)
    assert " Count: 0:42 left · 7, squeeze\n" in read(count)
    assert read(count).startswith(" Side stretch\n")


def test_a_pause_and_a_volume_are_told():
    assert " PAUSED · 3:12 of 20:00 · 16:48 left\n" in read(replace(HOLD, state="paused", volume=80))
    assert " 3:12 of 20:00 · 16:48 left · 80 %\n" in read(replace(HOLD, volume=80))


def test_what_was_added_in_vain_is_told():
    assert " Cannot follow: More\n" in read(replace(HOLD, failed=("More",)), PageFormat(80, 24))


def test_what_is_over_and_what_is_left_add_up():
    assert "0:01 of 0:10 · 0:09 left" in read(replace(HOLD, at=Ms(500), length=Ms(10_400)))


def test_a_loudspeaker_that_is_away_is_seen_on_every_screen():
    lost = replace(HOLD, away=True, trouble="The loudspeaker is away. Trying again.")
    assert "The loudspeaker is away. Trying again." in read(lost)
    assert "NO SOUND · " in read(lost, PageFormat(40, 4))


def test_a_low_window_keeps_the_cue_and_the_times():
    assert read(HOLD, PageFormat(40, 5, colour=False)).startswith(" Lean over until the whole left side\n pulls.\n ━")


def test_a_long_cue_is_cut_where_a_word_ends():
    text = read(replace(HOLD, cue="Breathe " * 40), PageFormat(40, 16, colour=False))
    assert "Breathe Breathe Breathe Breathe…" in text
    assert "Hold: 0:17 left" in text


def test_without_unicode_it_is_all_ascii():
    plain = replace(HOLD, side=None, round=None, cue="Lean over. " * 40)
    lines = render_page(plain, replace(PHONE, unicode=False))
    assert "######---" in lines[-3]
    assert all(line.isascii() for line in (lines[2], *lines[-3:]))


def test_without_colour_only_bold_is_left():
    assert set(re.findall(r"\x1b\[([0-9;]*)m", "".join(render_page(HOLD, PHONE)))) == {"1", "0"}
    assert "32" in re.findall(r"\x1b\[([0-9;]*)m", "".join(render_page(HOLD, replace(PHONE, colour=True))))


def test_what_a_routine_says_cannot_steer_the_terminal():
    hostile = replace(HOLD, queue=("q\x1b[2J",), cue="a\x1b[2Jb\x07c", title="t\x1b]0;x\x07", following="n\r\nm\x9b1m")
    assert "\x1b" not in read(hostile)
    assert " a [2Jb c\n" in read(hostile)


@settings(deadline=None)
@given(
    columns=st.integers(1, 200),
    rows=st.integers(1, 60),
    colour=st.booleans(),
    cue=st.text(max_size=200),
    at=st.integers(0, 1_200_000),
)
def test_every_page_fits_its_paper(columns, rows, colour, cue, at):
    paper = PageFormat(columns, rows, colour)
    lines = read(replace(HOLD, cue=cue, at=Ms(at)), paper).split("\n")
    assert len(lines) == rows
    assert all(len(line) <= max(columns, 12) for line in lines)

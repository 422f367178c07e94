"""One key for everything: presses at given seconds, looked at every 40 ms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.player.command import Action
from voicecoach.player.keys import SingleKeyDecoder


def told(*presses: float) -> list[tuple[float, str]]:
    """Which commands come, and when."""
    key, found, waiting = SingleKeyDecoder(), [], sorted(presses)
    for step in range(200):
        now = step * 0.04
        while waiting and waiting[0] <= now:
            at = waiting.pop(0)
            found += [(at, command.act.value) for command in key.press(at)]
        found += [(round(now, 2), command.act.value) for command in key.look(now)]
    return found


def held(at: float, delay: float, count: int = 12, rate: float = 0.03) -> list[float]:
    """A key that repeats itself."""
    return [at, *(at + delay + rate * repeat for repeat in range(count))]


def test_once_pauses_at_once():
    assert told(1.0) == [(1.0, "toggle")]


def test_twice_is_next_as_soon_as_no_third_follows():
    assert told(1.0, 1.3) == [(1.0, "toggle"), (1.72, "next")]


@pytest.mark.parametrize("presses", [(1.0, 1.2, 1.4), (1.0, 1.35, 1.7), (1.0, 1.2, 1.4, 1.6)])
def test_three_times_and_more_is_back(presses):
    assert [act for _, act in told(*presses)] == ["toggle", "back"]


def test_two_single_presses_pause_and_resume():
    assert told(1.0, 2.0) == [(1.0, "toggle"), (2.0, "toggle")]


@pytest.mark.parametrize("delay", [0.25, 0.35, 0.5, 0.66, 1.0])
@pytest.mark.parametrize("rate", [0.025, 0.04, 0.08])
def test_long_is_where_am_i_and_the_session_is_as_it_was(delay, rate):
    acts = [act for _, act in told(*held(1.0, delay, rate=rate))]
    assert acts.count("where") == 1
    assert acts.count("toggle") == 2
    assert set(acts) == {"where", "toggle"}


@pytest.mark.parametrize("delay", [0.25, 0.5])
def test_a_pause_shortly_before_stays(delay):
    acts = [act for _, act in told(0.5, *held(1.2, delay))]
    assert (acts.count("where"), acts.count("toggle")) == (1, 3)


def test_after_a_long_press_the_key_begins_anew():
    assert told(*held(1.0, 0.5), 3.0)[-1] == (3.0, "toggle")


@given(st.lists(st.floats(0.04, 3.0), max_size=15))
def test_whatever_is_pressed_no_other_command_comes(gaps):
    presses = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    assert {act for _, act in told(*presses)} <= {Action.TOGGLE, Action.NEXT, Action.BACK, Action.WHERE}

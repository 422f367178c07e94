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
            found += [(at, command.action.value) for command in key.press(at)]
        found += [(round(now, 2), command.action.value) for command in key.look(now)]
    return found


def held(at: float, delay: float, count: int = 12, rate: float = 0.03) -> list[float]:
    """A key that repeats itself."""
    return [at, *(at + delay + rate * repeat for repeat in range(count))]


def test_one_press_toggles_at_once():
    assert told(1.0) == [(1.0, "toggle")]


def test_two_presses_are_next():
    assert told(1.0, 1.3) == [(1.0, "toggle"), (1.72, "next")]


@pytest.mark.parametrize("presses", [(1.0, 1.2, 1.4), (1.0, 1.35, 1.7), (1.0, 1.2, 1.4, 1.6)])
def test_three_presses_are_back(presses):
    assert [act for _, act in told(*presses)] == ["toggle", "back"]


def test_distant_presses_toggle_twice():
    assert told(1.0, 2.0) == [(1.0, "toggle"), (2.0, "toggle")]


@pytest.mark.parametrize("delay", [0.25, 0.35, 0.5, 0.66, 1.0])
@pytest.mark.parametrize("rate", [0.025, 0.04, 0.08])
def test_held_key_asks_where(delay, rate):
    acts = [act for _, act in told(*held(1.0, delay, rate=rate))]
    assert acts.count("where") == 1
    assert acts.count("toggle") == 2
    assert set(acts) == {"where", "toggle"}


@pytest.mark.parametrize("delay", [0.25, 0.5])
def test_pause_before_held_key_stays(delay):
    acts = [act for _, act in told(0.5, *held(1.2, delay))]
    assert (acts.count("where"), acts.count("toggle")) == (1, 3)


def test_press_after_held_key_toggles():
    assert told(*held(1.0, 0.5), 3.0)[-1] == (3.0, "toggle")


@given(st.lists(st.floats(0.04, 3.0), max_size=15))
def test_single_key_has_four_commands(gaps):
    presses = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    assert {act for _, act in told(*presses)} <= {Action.TOGGLE, Action.NEXT, Action.BACK, Action.WHERE}

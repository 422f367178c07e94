"""Keys as terminals send them, and one key for everything."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.player.command import Action, Command
from voicecoach.player.keys import KEY_DESCRIPTIONS, KEYS, KeyDecoder, KeyGuide, SingleKeyDecoder


@pytest.mark.parametrize(
    ("sent", "command"),
    [
        (b" ", Command(Action.TOGGLE)),
        (b"\x1b[C", Command(Action.NEXT)),
        (b"\x1bOC", Command(Action.NEXT)),
        (b"\x1b[D", Command(Action.BACK)),
        (b"p", Command(Action.PREVIOUS)),
        (b"a", Command(Action.AGAIN)),
        (b"r", Command(Action.REPEAT)),
        (b"R", Command(Action.REPEAT)),
        (b",", Command(Action.SEEK, -10_000)),
        (b".", Command(Action.SEEK, 10_000)),
        (b"\n", Command(Action.READY)),
        (b"m", Command(Action.MORE_TIME)),
        (b"x", Command(Action.TOO_MUCH)),
        (b"[", Command(Action.SLOWER)),
        (b"]", Command(Action.FASTER)),
        (b"\x1b[A", Command(Action.VOLUME, 1)),
        (b"\xe0P", Command(Action.VOLUME, -1)),
        (b"\0M", Command(Action.NEXT)),
        (b"v", Command(Action.VOICE_VOLUME, -1)),
        (b"V", Command(Action.VOICE_VOLUME, 1)),
        (b"c", Command(Action.CHIME_VOLUME, -1)),
        (b"w", Command(Action.WHERE)),
        (b"+", Command(Action.VOLUME, 1)),
        (b"-", Command(Action.VOLUME, -1)),
        (b"q", Command(Action.STOP)),
    ],
)
def test_key_is_a_command(sent, command):
    assert KeyDecoder().decode(sent, 0) == [command]


@settings(deadline=None)
@given(keys=st.lists(st.sampled_from(sorted(KEYS)), max_size=20), cut=st.integers(1, 5))
def test_split_keys_arrive(keys, cut):
    data, decoder, found = b"".join(keys), KeyDecoder(), []
    for at in range(0, len(data), cut):
        found += decoder.decode(data[at : at + cut], 0)
    assert found == [KEYS[key] for key in keys]


@pytest.mark.parametrize(
    "sent", [b"\x1b[E", b"\x1b[1;5C", b"\x1b[15~", b"\x1bOP", b"z", b"\t", b"\xc3\xa9", b"\x1bq", b"\0D", b"\0="]
)
def test_unknown_key_is_skipped_whole(sent):
    assert KeyDecoder().decode(sent + b"r", 0) == [Command(Action.REPEAT)]


def test_arrow_after_lone_escape():
    assert KeyDecoder().decode(b"\x1b\x1b[C", 0) == [Command(Action.NEXT)]


def test_unfinished_key_is_discarded():
    decoder, found = KeyDecoder(), []
    for key in (b"\x1b", b" ", b"\x1b", b"[", b"n", b"\xe0", b"r"):
        found += decoder.decode(key, 0)
        for poll in (0.0, 0.04, 0.08):
            decoder.decode(b"", poll)
    assert [command.action for command in found] == [Action.TOGGLE, Action.SLOWER, Action.NEXT, Action.REPEAT]


def test_slow_key_is_read_whole():
    decoder = KeyDecoder()
    for at, byte in enumerate((b"\x1b", b"[", b"1")):
        assert decoder.decode(byte, at) == []
        decoder.decode(b"", at + 0.0)
        decoder.decode(b"", at + 0.04)
    assert decoder.decode(b";5Cn", 3) == [Command(Action.NEXT)]


@settings(deadline=None)
@given(noise=st.binary(max_size=50))
def test_arrow_after_noise(noise):
    decoder = KeyDecoder()
    decoder.decode(noise, 0)
    assert decoder.decode(b"\x1b[C", 0) == [Command(Action.NEXT)]


def test_question_mark_toggles_guide():
    guide = KeyGuide()
    decoder = KeyDecoder(guide)
    assert decoder.decode(b"?", 0) == []
    assert guide.shown
    assert decoder.decode(b"r?", 0) == [Command(Action.REPEAT)]
    assert not guide.shown


def test_guide_describes_every_command():
    keys = {"space": " ", "enter": "\r", "→": "\x1b[C", "←": "\x1b[D", "↑": "\x1b[A", "↓": "\x1b[B"}
    described = [keys.get(key, key).encode() for names, _ in KEY_DESCRIPTIONS for key in names.split()]
    assert {KEYS[key] for key in described if key != KeyDecoder.HELP} == set(KEYS.values())


def decode_presses(*presses: float) -> list[tuple[float, str]]:
    """The commands of presses at given seconds, and when they come, with a poll every 40 ms."""
    key, found, waiting = SingleKeyDecoder(), [], sorted(presses)
    for step in range(200):
        now = step * 0.04
        while waiting and waiting[0] <= now:
            at = waiting.pop(0)
            found += [(at, command.action.value) for command in key.decode(b"y", at)]
        found += [(round(now, 2), command.action.value) for command in key.decode(b"", now)]
    return found


def held(at: float, delay: float, count: int = 12, rate: float = 0.03) -> list[float]:
    """A key that repeats itself."""
    return [at, *(at + delay + rate * repeat for repeat in range(count))]


def test_one_press_toggles_at_once():
    assert decode_presses(1.0) == [(1.0, "toggle")]


def test_two_presses_are_next():
    assert decode_presses(1.0, 1.3) == [(1.0, "toggle"), (1.72, "next")]


@pytest.mark.parametrize("presses", [(1.0, 1.2, 1.4), (1.0, 1.35, 1.7), (1.0, 1.2, 1.4, 1.6)])
def test_three_presses_are_back(presses):
    assert [action for _, action in decode_presses(*presses)] == ["toggle", "back"]


def test_distant_presses_toggle_twice():
    assert decode_presses(1.0, 2.0) == [(1.0, "toggle"), (2.0, "toggle")]


@pytest.mark.parametrize("delay", [0.25, 0.35, 0.5, 0.66, 1.0])
@pytest.mark.parametrize("rate", [0.025, 0.04, 0.08])
def test_held_key_asks_where(delay, rate):
    actions = [action for _, action in decode_presses(*held(1.0, delay, rate=rate))]
    assert actions.count("where") == 1
    assert actions.count("toggle") == 2
    assert set(actions) == {"where", "toggle"}


@pytest.mark.parametrize("delay", [0.25, 0.5])
def test_pause_before_held_key_stays(delay):
    actions = [action for _, action in decode_presses(0.5, *held(1.2, delay))]
    assert (actions.count("where"), actions.count("toggle")) == (1, 3)


def test_press_after_held_key_toggles():
    assert decode_presses(*held(1.0, 0.5), 3.0)[-1] == (3.0, "toggle")


@given(st.lists(st.floats(0.04, 3.0), max_size=15))
def test_single_key_has_four_commands(gaps):
    presses = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    assert {action for _, action in decode_presses(*presses)} <= {Action.TOGGLE, Action.NEXT, Action.BACK, Action.WHERE}

"""Keys as terminals send them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.player.command import Action, Command
from voicecoach.player.keys import KEY_DESCRIPTIONS, KEYS, KeyDecoder, KeyGuide


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
    assert KeyDecoder().feed(sent) == [command]


@settings(deadline=None)
@given(keys=st.lists(st.sampled_from(sorted(KEYS)), max_size=20), cut=st.integers(1, 5))
def test_split_keys_arrive(keys, cut):
    data, parser, found = b"".join(keys), KeyDecoder(), []
    for at in range(0, len(data), cut):
        found += parser.feed(data[at : at + cut])
    assert found == [KEYS[key] for key in keys]


@pytest.mark.parametrize(
    "sent", [b"\x1b[E", b"\x1b[1;5C", b"\x1b[15~", b"\x1bOP", b"z", b"\t", b"\xc3\xa9", b"\x1bq", b"\0D", b"\0="]
)
def test_unknown_key_is_skipped_whole(sent):
    assert KeyDecoder().feed(sent + b"r") == [Command(Action.REPEAT)]


def test_arrow_after_lone_escape():
    assert KeyDecoder().feed(b"\x1b\x1b[C") == [Command(Action.NEXT)]


def test_unfinished_key_is_discarded():
    parser, found = KeyDecoder(), []
    for key in (b"\x1b", b" ", b"\x1b", b"[", b"n", b"\xe0", b"r"):
        found += parser.feed(key)
        for look in (0.0, 0.04, 0.08):
            parser.look(look)
    assert [command.action for command in found] == [Action.TOGGLE, Action.SLOWER, Action.NEXT, Action.REPEAT]


def test_slow_key_is_read_whole():
    parser = KeyDecoder()
    for at, byte in enumerate((b"\x1b", b"[", b"1")):
        assert parser.feed(byte) == []
        parser.look(at + 0.0)
        parser.look(at + 0.04)
    assert parser.feed(b";5Cn") == [Command(Action.NEXT)]


@settings(deadline=None)
@given(noise=st.binary(max_size=50))
def test_arrow_after_noise(noise):
    parser = KeyDecoder()
    parser.feed(noise)
    assert parser.feed(b"\x1b[C") == [Command(Action.NEXT)]


def test_question_mark_toggles_guide():
    guide, keys = KeyGuide(), KeyDecoder()
    assert keys.feed(b"?", guide) == []
    assert guide.shown
    assert keys.feed(b"r?", guide) == [Command(Action.REPEAT)]
    assert not guide.shown


def test_guide_describes_every_command():
    keys = {"space": " ", "enter": "\r", "→": "\x1b[C", "←": "\x1b[D", "↑": "\x1b[A", "↓": "\x1b[B"}
    told = [keys.get(key, key).encode() for names, _ in KEY_DESCRIPTIONS for key in names.split()]
    assert {KEYS[key] for key in told if key != KeyDecoder.HELP} == set(KEYS.values())

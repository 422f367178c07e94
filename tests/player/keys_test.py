"""Keys as terminals send them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.player.command import Act, Command
from voicecoach.player.keys import KEYS, Keys


@pytest.mark.parametrize(
    ("sent", "command"),
    [
        (b" ", Command(Act.TOGGLE)),
        (b"\x1b[C", Command(Act.NEXT)),
        (b"\x1bOC", Command(Act.NEXT)),
        (b"\x1b[D", Command(Act.BACK)),
        (b"r", Command(Act.REPEAT)),
        (b"+", Command(Act.VOLUME, 1)),
        (b"-", Command(Act.VOLUME, -1)),
        (b"q", Command(Act.STOP)),
    ],
)
def test_a_key_is_a_command(sent, command):
    assert Keys().feed(sent) == [command]


@settings(deadline=None)
@given(keys=st.lists(st.sampled_from(sorted(KEYS)), max_size=20), cut=st.integers(1, 5))
def test_however_the_terminal_cuts_them_up_they_arrive(keys, cut):
    data, parser, found = b"".join(keys), Keys(), []
    for at in range(0, len(data), cut):
        found += parser.feed(data[at : at + cut])
    assert found == [KEYS[key] for key in keys]


@pytest.mark.parametrize("sent", [b"\x1b[A", b"\x1b[1;5C", b"\x1b[15~", b"\x1bOP", b"x", b"\n", b"\xc3\xa9", b"\x1bq"])
def test_keys_without_a_meaning_are_passed_over_whole(sent):
    assert Keys().feed(sent + b"r") == [Command(Act.REPEAT)]


def test_an_escape_alone_does_not_swallow_the_arrow_after_it():
    assert Keys().feed(b"\x1b\x1b[C") == [Command(Act.NEXT)]


@settings(deadline=None)
@given(noise=st.binary(max_size=50))
def test_no_noise_stops_the_keys(noise):
    parser = Keys()
    parser.feed(noise)
    assert parser.feed(b"\x1b[C") == [Command(Act.NEXT)]

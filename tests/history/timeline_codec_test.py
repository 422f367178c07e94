"""Encoding a timeline and decoding it again: equal, small, and safe against other bytes."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields, replace

import pytest

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session, estimate_lengths
from voicecoach.errors import Pos
from voicecoach.history.timeline_codec import FORMAT_VERSION, UnreadableTimeline, decode_timeline, encode_timeline
from voicecoach.script.library import Library
from voicecoach.timeline import Event, Omission, Placement, Sound, Span, Timeline, Utterance
from voicecoach.units import Frames, Ms, frames


def test_real_session_is_equal_and_small():
    session = compile_session(Library().load("muscle-knots"), Choices(), estimate_lengths)
    data = encode_timeline(session)
    assert decode_timeline(data) == session
    assert len(data) < 40_000


def test_every_kind_of_value_survives(timeline):
    odd = replace(
        timeline,
        title='"Ä" \U0001f600',
        placements=(
            Placement(Frames(0), frames(Ms(1)), Sound("tick"), 0),
            Placement(Frames(0), frames(Ms(1)), Sound("own", "/a/b.wav"), 0, 0.5),
            Placement(Frames(0), frames(Ms(1)), Utterance("Say", 120), 0, 0),
        ),
        events=(Event("say", Frames(0), Frames(48), "Say", None, 0, "left", (1, 2), Pos("a.yaml", 3, 4), Frames(24)),),
        left_out=(Omission(Pos("a.yaml", 1, 2), "Breathe.", "no room"),),
        tags=("a", "b"),
        needs=("chair",),
        cautions=("Ease off.", "Ça suffit."),
    )
    assert decode_timeline(encode_timeline(odd)) == odd


SHAPE = {
    Timeline: "title language level length placements events moves left_out about tags needs cautions",
    Event: "kind start end text sound move side round pos more",
    Placement: "start length source event gain",
    Span: "title start end position",
    Omission: "pos text why",
    Utterance: "text rate",
    Sound: "name path",
    Pos: "file line column",
}


def test_fields_belong_to_format():
    """A changed record needs a new FORMAT_VERSION, and then this table changes too."""
    assert FORMAT_VERSION == 3
    assert {kind: " ".join(field.name for field in fields(kind)) for kind in SHAPE} == SHAPE


@pytest.mark.parametrize("version", [1, 2])
def test_older_formats_are_read(timeline, version):
    """Format 2 added `Timeline.needs` and `cautions`, format 3 `Event.more`."""
    _, values = json.loads(zlib.decompress(encode_timeline(timeline)))
    names = [field.name for field in fields(Timeline)]
    events = names.index("events")
    assert (names[-2:], fields(Event)[-1].name) == (["needs", "cautions"], "more")
    values[events] = [event[:-1] for event in values[events]]
    old = zlib.compress(json.dumps([version, values[:-2] if version == 1 else values]).encode())
    assert decode_timeline(old) == replace(timeline, needs=(), cautions=())


def changed(timeline: Timeline, **values) -> bytes:
    """An encoded timeline with other plain values in some fields."""
    version, record = json.loads(zlib.decompress(encode_timeline(timeline)))
    names = [field.name for field in fields(Timeline)]
    for name, value in values.items():
        record[names.index(name)] = value
    return zlib.compress(json.dumps([version, record]).encode())


@pytest.mark.parametrize(
    "values",
    [
        {"title": 7},
        {"title": None},
        {"length": "long"},
        {"length": -1},
        {"length": True},
        {"length": 10**18},
        {"length": 1},
        {"events": [["say", 0, 10**9, "a", None, None, None, None, None, 0]]},
        {"placements": [[0, 10**9, ["Utterance", ["a", 100]], 0, 1.0]]},
        {"placements": [[5, 1, ["Utterance", ["a", 100]], 0, 1.0], [0, 1, ["Utterance", ["a", 100]], 0, 1.0]]},
        {"placements": [[0, 1, ["Utterance", ["a", 100]], 0, float("nan")]]},
        {"placements": [[0, 1, ["Utterance", ["a", 100]], 0, float("inf")]]},
        {"placements": [[0, 1, ["Utterance", ["a", 10**9]], 0, 1.0]]},
        {"placements": [[0, 1, ["Sound", ["../secret", None]], 0, 1.0]]},
        {"placements": [[0, 1, [["Sound"], ["tick", None]], 0, 1.0]]},
        {"moves": {}},
        {"moves": [["Lean", 5, 1, None]]},
        {"moves": [["Lean", 1]]},
        {"events": [["sing", 0, 1, None, None, None, None, None, None, 0]]},
        {"events": [["say", 0, 1, "a", None, 9, None, None, None, 0]]},
        {"placements": [[0, 1, ["Utterance", ["a", 100]], 99, 1.0]]},
        {"placements": [[0, 1, ["Popen", ["a", 100]], 0, 1.0]]},
        {"placements": [[0, 1, ["Utterance", ["a"]], 0, 1.0]]},
    ],
    ids=str,
)
def test_impossible_values_are_refused(timeline, values):
    with pytest.raises(UnreadableTimeline):
        decode_timeline(changed(timeline, **values))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04N.",
        zlib.compress(b"not JSON"),
        zlib.compress(b"[1]"),
        zlib.compress(b'{"a": 1, "b": 2}'),
        zlib.compress(b"[4, []]"),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b"[3, " + b"[" * 100_000),
        zlib.compress(b"[3, " + b"1" * 10_000 + b"]"),
        zlib.compress(b"[[1], []]"),
        zlib.compress(b"\xff\xff"),
        zlib.compress(b"[1, 2")[:-3],
        zlib.compress(b"[1," + b" " * 65_000_000 + b"2]"),
    ],
    ids=[
        "empty",
        "pickle",
        "text",
        "short",
        "object",
        "newer",
        "deep",
        "deeper",
        "long number",
        "odd",
        "not UTF-8",
        "cut",
        "huge",
    ],
)
def test_other_bytes_are_refused(data):
    with pytest.raises(UnreadableTimeline):
        decode_timeline(data)

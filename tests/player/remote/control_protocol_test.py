"""What is answered to each line of a client, and what a client is told: no socket in it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.choices import Choices
from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.player.command import Action, Command
from voicecoach.player.control_protocol import PROPERTIES, RequestHandler
from voicecoach.player.queue import QueueItem
from voicecoach.player.snapshot import Snapshot
from voicecoach.routine import Routine

NOW = Snapshot(
    state="playing",
    away=False,
    title="Side stretch",
    move="Lean",
    part=1,
    part_start_ms=1000,
    part_end_ms=5000,
    side="left",
    round=1,
    rounds=3,
    position_ms=2500,
    length_ms=10_000,
    cue="Lean over.",
    cue_at_ms=1000,
    next_cue="Breathe into it.",
    word="",
    word_at_ms=None,
    clock="hold",
    clock_left_ms=2500,
    volume=100,
    voice_volume=100,
    chime_volume=100,
    speed=100,
)


def taking() -> tuple[RequestHandler, list[Command]]:
    """A conversation, and where its commands go."""
    taken: list[Command] = []

    def put(command: Command) -> bool:
        taken.append(command)
        return True

    return RequestHandler(put, NOW), taken


def asked(*command: object, **more: object) -> bytes:
    return json.dumps({"command": command} | more).encode() + b"\n"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (asked("pause"), Command(Action.PAUSE)),
        (asked("more-time", request_id=3), Command(Action.MORE_TIME)),
        (asked("seek", -10), Command(Action.SEEK, -10_000)),
        (asked("seek", "2.5"), Command(Action.SEEK, 2500)),
        (asked("go", 90), Command(Action.GO, 90_000)),
        (asked("volume", -2), Command(Action.VOLUME, -2)),
        (b"next\n", Command(Action.NEXT)),
        (b"  seek -10 \r\n", Command(Action.SEEK, -10_000)),
        (b'  {"command": ["stop"], "async": true}\n', Command(Action.STOP)),
    ],
)
def test_a_command_is_passed_on(line, command) -> None:
    conversation, taken = taking()
    assert conversation.answer(line)["error"] == "success"
    assert taken == [command]


def test_what_is_to_be_added_is_read_before_it_is_taken() -> None:
    taken: list[Command] = []
    wish = QueueItem(Routine(title="More", steps=()), Choices())

    def read(words: list[str]) -> QueueItem:
        if words != ["more", "--level", "gentle"]:
            raise ScriptError([Problem(Pos("more.yaml", 2, 1), "steps: missing")])
        return wish

    conversation = RequestHandler(lambda command: not taken.append(command), NOW, read)
    assert conversation.answer(asked("add", "more", "--level", "gentle"))["error"] == "success"
    assert conversation.answer(b"add more --level gentle\n")["error"] == "success"
    assert "more.yaml:2:1: steps: missing" in conversation.answer(asked("add", "wrong"))["error"]
    for nonsense in ([], [1], [["more"]], ["more", None]):
        assert conversation.answer(asked("add", *nonsense))["error"].startswith("add takes the name of a routine")
    conversation.told(replace(NOW, queue=("More",) * 50))
    assert conversation.answer(asked("add", "more", "--level", "gentle"))["error"].startswith("busy")
    assert taken == [Command(Action.ADD, wish=wish)] * 2


def test_where_nobody_could_speak_it_nothing_is_added() -> None:
    conversation, taken = taking()
    assert conversation.answer(asked("add", "more"))["error"] == "nothing can be added to this session (more)"
    assert taken == []


@pytest.mark.parametrize("act", sorted({*Action} - {Action.ADD}))
def test_every_act_can_be_asked_for(act) -> None:
    conversation, taken = taking()
    answers = [conversation.answer(asked(act, *argument)) for argument in ([], [1])]
    assert [answer["error"] for answer in answers].count("success") == 1
    assert [command.act for command in taken] == [act]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{\n", "not a line of JSON"),
        (b"\xff\n", "not a line of JSON"),
        (b'{"command": ' + b"[" * 4000 + b"\n", "not a line of JSON"),
        (b"{}\n", "no command"),
        (b'{"command": "pause"}\n', "no command"),
        (b'{"command": ["pause"], "request_id": "x"}\n', "request_id"),
        (asked("puase"), "no such command (puase); did you mean pause?"),
        (asked("x" * 1000), "no such command (" + "x" * 60 + "…)"),
        (asked(["pause"]), "no such command (…)"),
        (asked("pause", 1), "pause takes no argument"),
        (asked("seek"), "seek takes one argument, a number of seconds"),
        (asked("seek", "far"), "seek: not a number of seconds (far)"),
        (asked("seek", True), "seek: not a number of seconds (True)"),
        (asked("seek", 10**400), "not a number of seconds"),
        (b'{"command": ["seek", NaN]}\n', "not a number of seconds (nan)"),
        (b"go inf\n", "not a number of seconds (inf)"),
        (asked("volume", 0.5), "volume: not a number of steps (0.5)"),
        (asked("get_property"), "get_property takes 1 argument"),
        (asked("get_property", "__class__"), "no such property (__class__)"),
        (asked("get_property", 7), "no such property (7)"),
        (asked("observe_property", "x", "move"), "not a whole number (x)"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_bad_line_is_told_what_is_wrong(line, told) -> None:
    conversation, taken = taking()
    assert told in conversation.answer(line)["error"]
    assert taken == []


@settings(deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(json.dumps).map(str.encode)
)
def test_whatever_comes_is_answered_in_one_line(line) -> None:
    conversation, _ = taking()
    told = json.dumps(conversation.answer(line))
    assert "\n" not in told
    assert "error" in json.loads(told)


def test_the_number_of_a_request_comes_back_with_mistakes_too() -> None:
    conversation, _ = taking()
    assert [conversation.answer(asked(word, request_id=7))["request_id"] for word in ("pause", "puase")] == [7, 7]
    assert conversation.answer(b"pause\n")["request_id"] == 0


def test_a_flood_is_told_so() -> None:
    assert "busy" in RequestHandler(lambda _: False, NOW).answer(b"pause\n")["error"]


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_property_can_be_read(name) -> None:
    conversation, _ = taking()
    assert conversation.answer(asked("get_property", name))["data"] == getattr(NOW, name)
    assert conversation.answer(asked("get_properties"))["data"] == asdict(NOW)


def test_who_watches_is_told_what_happens() -> None:
    conversation, _ = taking()
    assert conversation.told(replace(NOW, cue="Come up.", cue_at_ms=5000)) == []
    conversation.answer(b"watch\n")
    later = replace(NOW, part=2, move="Cat and cow", cue="Cat and cow.", cue_at_ms=6000, position_ms=6000, side=None)
    assert [event["event"] for event in conversation.told(later)] == ["move", "cue"]
    assert conversation.told(replace(later, position_ms=6100)) == []
    (event,) = conversation.told(replace(later, position_ms=6200, state="paused"))
    assert event == {"event": "state", "state": "paused", "position_ms": 6200}
    (event,) = conversation.told(replace(later, position_ms=6300, state="paused", word="three", word_at_ms=6250))
    assert event == {"event": "word", "text": "three", "position_ms": 6300}
    (event,) = conversation.told(
        replace(later, position_ms=6400, state="paused", word="three", word_at_ms=6250, failed=("More",))
    )
    assert event == {"event": "failed", "text": "More", "position_ms": 6400}
    conversation.answer(b"unwatch\n")
    assert conversation.told(NOW) == []


def test_the_same_words_said_again_are_told_again() -> None:
    conversation, _ = taking()
    conversation.answer(b"watch\n")
    (event,) = conversation.told(replace(NOW, cue_at_ms=2600, position_ms=2600))
    assert event["event"] == "cue"
    assert (event["text"], event["at_ms"], event["move"], event["side"]) == ("Lean over.", 2600, "Lean", "left")


def test_the_same_word_on_each_beat_is_told_each_time() -> None:
    conversation, _ = taking()
    conversation.answer(b"watch\n")
    shown = [replace(NOW, word="squeeze", word_at_ms=at - at % 1000, position_ms=at) for at in range(3000, 7000, 100)]
    told = [event["text"] for now in shown for event in conversation.told(now)]
    assert told == ["squeeze"] * 4


def test_who_observes_is_told_of_changes_only() -> None:
    conversation, _ = taking()
    assert conversation.answer(asked("observe_property", 5, "volume"))["data"] == 100
    assert conversation.told(replace(NOW, position_ms=2600)) == []
    change = {"event": "property-change", "id": 5, "name": "volume", "data": 90}
    assert conversation.told(replace(NOW, volume=90)) == [change]
    conversation.answer(asked("unobserve_property", 5))
    assert conversation.told(NOW) == []


def test_nobody_observes_without_end() -> None:
    conversation, _ = taking()
    answers = [conversation.answer(asked("observe_property", number, "move"))["error"] for number in range(65)]
    assert answers[:64] == ["success"] * 64
    assert "64" in answers[64]
    assert conversation.answer(asked("observe_property", 63, "volume"))["error"] == "success", "in place of another one"
    (change,) = conversation.told(replace(NOW, move="Roll", volume=90))[63:]
    assert (change["id"], change["name"]) == (63, "volume")

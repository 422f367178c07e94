"""Answers to the lines of a client, and messages about changes, without a socket."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.choices import Choices
from voicecoach.errors import Pos, Problem, ScriptError
from voicecoach.player.command import Action, Command, QueueItem
from voicecoach.player.control_protocol import PROPERTIES, RequestHandler
from voicecoach.player.snapshot import Snapshot
from voicecoach.routine import Routine

NOW = Snapshot(
    state="playing",
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
    clock="hold",
    clock_left_ms=2500,
)


@pytest.fixture
def sent() -> list[Command]:
    """The commands that the handler has passed on."""
    return []


@pytest.fixture
def handler(sent) -> RequestHandler:
    return RequestHandler(lambda command: not sent.append(command), NOW)


def line(*command: object, **more: object) -> bytes:
    return json.dumps({"command": command} | more).encode() + b"\n"


@pytest.mark.parametrize(
    ("request_line", "command"),
    [
        (line("pause"), Command(Action.PAUSE)),
        (line("more-time", request_id=3), Command(Action.MORE_TIME)),
        (line("seek", -10), Command(Action.SEEK, -10_000)),
        (line("seek", "2.5"), Command(Action.SEEK, 2500)),
        (line("seek", "-.5"), Command(Action.SEEK, -500)),
        (line("seek", 1e1), Command(Action.SEEK, 10_000)),
        (line("volume", "+2.0"), Command(Action.VOLUME, 2)),
        (line("go", 90), Command(Action.GO, 90_000)),
        (line("volume", -2), Command(Action.VOLUME, -2)),
        (b"next\n", Command(Action.NEXT)),
        (b"  seek -10 \r\n", Command(Action.SEEK, -10_000)),
        (b'  {"command": ["stop"], "async": true}\n', Command(Action.STOP)),
    ],
)
def test_command_is_passed_on(handler, sent, request_line, command) -> None:
    assert handler.answer(request_line)["error"] == "success"
    assert sent == [command]


@pytest.mark.parametrize("action", sorted({*Action} - {Action.ADD}))
def test_every_action_has_a_command(handler, sent, action) -> None:
    answers = [handler.answer(line(action, *argument)) for argument in ([], [1])]
    assert [answer["error"] for answer in answers].count("success") == 1
    assert [command.action for command in sent] == [action]


def test_added_routine_is_parsed_first(sent) -> None:
    item = QueueItem(Routine(title="More", steps=()), Choices())

    def parse(words: list[str]) -> QueueItem:
        if words != ["more", "--level", "gentle"]:
            raise ScriptError([Problem(Pos("more.yaml", 2, 1), "steps: missing")])
        return item

    handler = RequestHandler(lambda command: not sent.append(command), NOW, parse)
    assert handler.answer(line("add", "more", "--level", "gentle"))["error"] == "success"
    assert handler.answer(b"add more --level gentle\n")["error"] == "success"
    assert "more.yaml:2:1: steps: missing" in handler.answer(line("add", "wrong"))["error"]
    for nonsense in ([], [1], [["more"]], ["more", None]):
        assert handler.answer(line("add", *nonsense))["error"].startswith("add takes the name of a routine")
    handler.update(replace(NOW, queue=("More",) * 50))
    assert handler.answer(line("add", "more", "--level", "gentle"))["error"].startswith("busy")
    assert sent == [Command(Action.ADD, item=item)] * 2


def test_addition_is_refused_without_parser(handler, sent) -> None:
    assert handler.answer(line("add", "more"))["error"] == "nothing can be added to this session (more)"
    assert sent == []


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"{\n", "not a line of JSON"),
        (b"\xff\n", "not a line of JSON"),
        (b'{"command": ' + b"[" * 4000 + b"\n", "not a line of JSON"),
        (b"{}\n", "no command"),
        (b'{"command": "pause"}\n', "no command"),
        (b'{"command": ["pause"], "request_id": "x"}\n', "request_id"),
        (line("puase"), "no such command (puase); did you mean pause?"),
        (line("x" * 1000), "no such command (" + "x" * 60 + "…)"),
        (line(["pause"]), "no such command (…)"),
        (line("pause", 1), "pause takes no argument"),
        (line("seek"), "seek takes one argument, a number of seconds"),
        (line("seek", "far"), "seek: not a number of seconds (far)"),
        (line("seek", True), "seek: not a number of seconds (True)"),
        (line("seek", 10**400), "not a number of seconds"),
        (b'{"command": ["seek", NaN]}\n', "not a number of seconds (nan)"),
        (b"go inf\n", "not a number of seconds (inf)"),
        (b"seek 1_0\n", "not a number of seconds (1_0)"),
        ("seek ١\n".encode(), "not a number of seconds (١)"),
        (b"seek 1e1\n", "not a number of seconds (1e1)"),
        (line("volume", "1_0"), "not a number of steps (1_0)"),
        (line("observe_property", "١", "move"), "not a whole number (١)"),
        (line("observe_property", "1_0", "move"), "not a whole number (1_0)"),
        (line("volume", 0.5), "volume: not a number of steps (0.5)"),
        (line("get_property"), "get_property takes 1 argument"),
        (line("get_property", "__class__"), "no such property (__class__)"),
        (line("get_property", "trouble"), "no such property (trouble)"),
        (line("get_property", 7), "no such property (7)"),
        (line("observe_property", "x", "move"), "not a whole number (x)"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_bad_line_gets_message(handler, sent, bad, message) -> None:
    assert message in handler.answer(bad)["error"]
    assert sent == []


@settings(deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text("a{\n\udc80", max_size=9) | st.floats(), st.lists, max_leaves=9)
    .map(json.dumps)
    .map(str.encode)
)
def test_any_line_gets_one_line(data) -> None:
    answer = json.dumps(RequestHandler(lambda _: True, NOW).answer(data))
    assert "\n" not in answer
    assert "error" in json.loads(answer)


def test_request_id_comes_back(handler) -> None:
    assert [handler.answer(line(word, request_id=7))["request_id"] for word in ("pause", "puase")] == [7, 7]
    assert handler.answer(b"pause\n")["request_id"] == 0


def test_full_inbox_is_busy() -> None:
    assert "busy" in RequestHandler(lambda _: False, NOW).answer(b"pause\n")["error"]


def test_every_property_can_be_read(handler) -> None:
    values = {name: handler.answer(line("get_property", name))["data"] for name in PROPERTIES}
    assert values == {name: getattr(NOW, name) for name in PROPERTIES}
    assert handler.answer(line("get_properties"))["data"] == values


def test_watching_client_gets_events(handler) -> None:
    assert handler.update(replace(NOW, cue="Come up.", cue_at_ms=5000)) == []
    handler.answer(b"watch\n")
    later = replace(NOW, part=2, move="Cat and cow", cue="Cat and cow.", cue_at_ms=6000, position_ms=6000, side=None)
    assert [event["event"] for event in handler.update(later)] == ["move", "cue"]
    assert handler.update(replace(later, position_ms=6100)) == []
    for change, event in [
        ({"state": "paused"}, {"event": "state", "state": "paused"}),
        ({"word": "three", "word_at_ms": 6250}, {"event": "word", "text": "three"}),
        ({"failed": ("More",)}, {"event": "failed", "text": "More"}),
    ]:
        later = replace(later, position_ms=later.position_ms + 100, **change)
        assert handler.update(later) == [event | {"position_ms": later.position_ms}]
    handler.answer(b"unwatch\n")
    assert handler.update(NOW) == []


def test_repeated_cue_is_an_event(handler) -> None:
    handler.answer(b"watch\n")
    (event,) = handler.update(replace(NOW, cue_at_ms=2600, position_ms=2600))
    assert event["event"] == "cue"
    assert (event["text"], event["at_ms"], event["move"], event["side"]) == ("Lean over.", 2600, "Lean", "left")


def test_repeated_word_is_an_event(handler) -> None:
    handler.answer(b"watch\n")
    moments = [replace(NOW, word="squeeze", word_at_ms=at - at % 1000, position_ms=at) for at in range(3000, 7000, 100)]
    assert [event["text"] for now in moments for event in handler.update(now)] == ["squeeze"] * 4


def test_observed_property_is_sent_on_change(handler) -> None:
    assert handler.answer(line("observe_property", 5, "volume"))["data"] == 100
    assert handler.update(replace(NOW, position_ms=2600)) == []
    change = {"event": "property-change", "id": 5, "name": "volume", "data": 90}
    assert handler.update(replace(NOW, volume=90)) == [change]
    handler.answer(line("unobserve_property", 5))
    assert handler.update(NOW) == []


def test_observed_properties_are_limited(handler) -> None:
    answers = [handler.answer(line("observe_property", number, "move"))["error"] for number in range(65)]
    assert answers[:64] == ["success"] * 64
    assert "64" in answers[64]
    assert handler.answer(line("observe_property", 63, "volume"))["error"] == "success", "it replaces another one"
    (change,) = handler.update(replace(NOW, move="Roll", volume=90))[63:]
    assert (change["id"], change["name"]) == (63, "volume")

"""The protocol of the control socket: one JSON object a line, as in mpv's IPC.

    {"command": ["pause"], "request_id": 7}              ->  {"request_id": 7, "error": "success"}
    {"command": ["get_property", "move"]}                ->  {"request_id": 0, "error": "success", "data": "Foam roll"}
    {"command": ["observe_property", 1, "volume"]}       ->  then {"event": "property-change", "id": 1, ...} on change
    {"command": ["watch"]}                               ->  then {"event": "cue", ...} and the like as they happen

A line that does not begin with a brace is a command in plain words: `seek -10`. There is no socket and no thread here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import partial
from typing import Any, TypeAlias

from voicecoach.errors import ChoiceError, VoicecoachError, did_you_mean
from voicecoach.player.command import Action, Command, QueueItem, clip_word, parse_command
from voicecoach.player.snapshot import Snapshot
from voicecoach.units import parse_whole

Message: TypeAlias = dict[str, Any]
"""One line to the client."""
ItemParser: TypeAlias = Callable[[Sequence[str]], QueueItem]
"""Reads the routine that the words of `add` ask for; raises a `VoicecoachError` that says what is wrong with them."""
PROPERTIES = tuple(field.name for field in fields(Snapshot) if field.name != "trouble")
_MAX_OBSERVED = 64
"""Properties that one client may observe; more must be its mistake."""
_MAX_QUEUED = 50
"""Routines that may be ahead."""


def refuse_addition(words: Sequence[str]) -> QueueItem:
    """An `ItemParser` for a session to which nothing can be added."""
    raise ChoiceError(f"nothing can be added to this session ({clip_word(' '.join(words))})")


class RequestHandler:
    """Answers the lines of one client, and knows which changes it wants to hear of."""

    def __init__(self, put: Callable[[Command], bool], now: Snapshot, parse_item: ItemParser = refuse_addition) -> None:
        self._put, self._now, self._parse_item = put, now, parse_item
        self._watching = False
        self._observed: dict[int, str] = {}
        self._requests: dict[str, tuple[int, Callable[..., Message]]] = {
            "get_property": (1, self._get),
            "get_properties": (0, self._get_all),
            "observe_property": (2, self._observe),
            "unobserve_property": (1, self._unobserve),
            "watch": (0, partial(self._watch, True)),
            "unwatch": (0, partial(self._watch, False)),
        }
        """Names, numbers of arguments and methods."""

    def answer(self, line: bytes) -> Message:
        """The one answer to a line, whatever it holds."""
        request: Message = {"request_id": 0}
        try:
            words = _parse_line(line, request)
            return request | {"error": "success"} | self._carry_out(words)
        except VoicecoachError as error:
            return request | {"error": str(error)}

    def update(self, now: Snapshot) -> list[Message]:
        """The messages about a change."""
        before, self._now = self._now, now
        messages = _events(before, now) if self._watching else []
        for number, name in self._observed.items():
            if getattr(now, name) != getattr(before, name):
                change = {"event": "property-change", "id": number, "name": name, "data": getattr(now, name)}
                messages.append(change)
        return messages

    def _carry_out(self, words: Sequence[object]) -> Message:
        name, arguments = words[0], words[1:]
        if isinstance(name, str) and name in self._requests:
            count, method = self._requests[name]
            if len(arguments) != count:
                raise ChoiceError(f"{name} takes {count} arguments ({len(arguments)})")
            return method(*arguments)
        if not self._put(self._addition(arguments) if name == Action.ADD else parse_command(words)):
            raise ChoiceError("busy: commands come faster than they can be heard, this one was dropped")
        return {}

    def _addition(self, words: Sequence[object]) -> Command:
        if not words or not all(isinstance(word, str) for word in words):
            raise ChoiceError("add takes the name of a routine, and options as `play` does")
        if len(self._now.queue) >= _MAX_QUEUED:
            raise ChoiceError(f"busy: {_MAX_QUEUED} routines lie ahead already")
        return Command(Action.ADD, item=self._parse_item([str(word) for word in words]))

    def _get(self, name: object) -> Message:
        return {"data": getattr(self._now, _known_property(name))}

    def _get_all(self) -> Message:
        return {"data": {name: getattr(self._now, name) for name in PROPERTIES}}

    def _observe(self, number: object, name: object) -> Message:
        """The answer holds the present value; only changes are sent later."""
        key = _whole_number(number)
        if key not in self._observed and len(self._observed) >= _MAX_OBSERVED:
            raise ChoiceError(f"observe_property: more than {_MAX_OBSERVED} at once")
        self._observed[key] = _known_property(name)
        return self._get(name)

    def _unobserve(self, number: object) -> Message:
        self._observed.pop(_whole_number(number), None)
        return {}

    def _watch(self, on: bool) -> Message:
        self._watching = on
        return {}


def _parse_line(line: bytes, request: Message) -> Sequence[object]:
    """The words of a line; sets the `request_id` of `request` as soon as it is known."""
    try:
        if not line.lstrip().startswith(b"{"):
            words: object = line.decode().split()
        else:
            parsed = json.loads(line)
            number = parsed.get("request_id", 0)
            if type(number) is not int:
                raise ChoiceError("request_id is not a whole number")
            request["request_id"] = number
            words = parsed.get("command")
    except (ValueError, RecursionError) as error:
        raise ChoiceError("not a line of JSON") from error
    if not isinstance(words, list) or not words:
        raise ChoiceError('no command: {"command": ["pause"]}, or the plain word')
    return words


def _known_property(name: object) -> str:
    if not isinstance(name, str) or name not in PROPERTIES:
        raise ChoiceError(f"no such property ({clip_word(name)})", did_you_mean(clip_word(name), PROPERTIES))
    return name


def _whole_number(number: object) -> int:
    with suppress(ValueError):
        if isinstance(number, str):
            return parse_whole(number)
    if type(number) is not int:
        raise ChoiceError(f"not a whole number ({clip_word(number)})")
    return number


def _events(before: Snapshot, now: Snapshot) -> list[Message]:
    """The events between two moments."""
    place = {"position_ms": now.position_ms}
    events: list[Message] = []
    if now.part != before.part:
        events.append({"event": "move", "move": now.move, "part": now.part, **place})
    if now.cue and (now.cue, now.cue_at_ms) != (before.cue, before.cue_at_ms):
        said = {"text": now.cue, "at_ms": now.cue_at_ms, "side": now.side, "round": now.round}
        events.append({"event": "cue", "move": now.move, **said, **place})
    if now.word and (now.word, now.word_at_ms) != (before.word, before.word_at_ms):
        events.append({"event": "word", "text": now.word, **place})
    events += [{"event": "failed", "text": title, **place} for title in now.failed[len(before.failed) :]]
    if now.state != before.state:
        events.append({"event": "state", "state": now.state, **place})
    return events

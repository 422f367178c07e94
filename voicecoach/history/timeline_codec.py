"""Encodes a timeline as bytes, so that a session can be resumed after its routine has changed or gone.

The bytes are deflated JSON of plain values; a record is the list of its fields in order. Decoding checks every value
against the type that `Timeline` declares for it (see `records`), and every position against the session's length.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

from voicecoach.records import parse_json, read_value
from voicecoach.timeline import Event, Placement, Source, Span, Timeline, Utterance
from voicecoach.units import DAY, Frames, frames

FORMAT_VERSION = 3
"""Raise it with every change to a field of `Timeline` or of its records; `timeline_codec_test.py` fails until then."""
_EVENTS_INDEX = [field.name for field in fields(Timeline)].index("events")
_MAX_JSON_BYTES = 64_000_000
"""A session of 24 hours has about 20 million."""
_MAX_LENGTH = 10 * frames(DAY)
"""A session of 24 hours, with much added to it."""


class UnreadableTimeline(ValueError):
    """The bytes are not a whole timeline of a known format."""


class NewerTimeline(UnreadableTimeline):
    """The bytes are of a format that a later version has introduced."""


def encode_timeline(timeline: Timeline) -> bytes:
    """The timeline as bytes."""
    text = json.dumps([FORMAT_VERSION, _to_plain(timeline)], separators=(",", ":"))
    return zlib.compress(text.encode("ascii"))


def decode_timeline(data: bytes) -> Timeline:
    """The timeline that was encoded, by this version or an earlier one. Raises `UnreadableTimeline`."""
    try:
        inflating = zlib.decompressobj()
        text = inflating.decompress(data, _MAX_JSON_BYTES)
        if not inflating.eof:
            raise UnreadableTimeline("it is cut short, or too long")
        version, values = read_value(tuple[Any, Any], parse_json(text))
        if type(version) is not int or version < 1:
            raise UnreadableTimeline(f"it has the format {version!r:.80}")
        if version > FORMAT_VERSION:
            raise NewerTimeline(f"it has the format {version}, not {FORMAT_VERSION}")
        timeline: Timeline = read_value(Timeline, _upgrade(version, values))
    except UnreadableTimeline:
        raise
    except (zlib.error, ValueError) as error:
        raise UnreadableTimeline(str(error)) from error
    _check_bounds(timeline)
    return timeline


def _upgrade(version: int, values: Any) -> Any:
    """Add the fields that older formats lack: `Event.more` before 3, `Timeline.needs` and `cautions` before 2."""
    lists = isinstance(values, list) and len(values) > _EVENTS_INDEX and isinstance(values[_EVENTS_INDEX], list)
    if lists and version < 3:
        events = [[*each, 0] if isinstance(each, list) else each for each in values[_EVENTS_INDEX]]
        values = [*values[:_EVENTS_INDEX], events, *values[_EVENTS_INDEX + 1 :]]
    return [*values, [], []] if lists and version < 2 else values


def _to_plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_to_plain(each) for each in value]
    if not is_dataclass(value):
        return value
    record = {field.name: _to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Placement):  # its source is either of two records, so its type is stored with it
        record["source"] = [type(value.source).__name__, record["source"]]
    return [*record.values()]


def _check_bounds(timeline: Timeline) -> None:
    """Check what types cannot express: indexes point at something, and everything lies within the session, in order."""
    places, events, moves = timeline.placements, timeline.events, timeline.moves
    spans = [(event.start, event.end) for event in events] + [(move.start, move.end) for move in moves]
    spans += [(place.start, Frames(place.start + place.length)) for place in places]
    valid = (
        0 <= timeline.length <= _MAX_LENGTH
        and all(0 <= start <= end <= timeline.length for start, end in spans)
        and all(_in_order(each) for each in (places, events, moves))
        and all(event.move is None or 0 <= event.move < len(moves) for event in events)
        and all(0 <= place.event < len(events) and 0 <= place.gain <= 1 for place in places)
        and all(_is_known(place.source) for place in places)
    )
    if not valid:
        raise UnreadableTimeline("a part of it lies outside the session")


def _in_order(items: Sequence[Placement | Event | Span]) -> bool:
    return all(one.start <= other.start for one, other in pairwise(items))


def _is_known(source: Source) -> bool:
    """Whether a source has a rate that voices know, or the name of a chime, which is not a path, or a file."""
    if isinstance(source, Utterance):
        return 50 <= source.rate <= 200
    return source.path is not None or source.name.isalpha()

"""Encodes a timeline as bytes, so that a session can be resumed after its routine has changed or gone.

The bytes are deflated JSON of plain values; a record is the list of its fields in order. Decoding runs no code, and
checks every value against the type that `Timeline` declares for it.
"""

from __future__ import annotations

import json
import types
import zlib
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from voicecoach.timeline import Placement, Timeline

FORMAT_VERSION = 3
"""Raise it with every change to a field of `Timeline` or of its records; `timeline_codec_test.py` fails until then."""
_EVENTS_INDEX = [field.name for field in fields(Timeline)].index("events")
_MAX_JSON_BYTES = 64_000_000
"""A session of 24 hours has about 20 million."""


class UnreadableTimeline(ValueError):
    """The bytes are not a whole timeline of a known format."""


def encode_timeline(timeline: Timeline) -> bytes:
    """The timeline as bytes."""
    text = json.dumps([FORMAT_VERSION, _to_plain(timeline)], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def decode_timeline(data: bytes) -> Timeline:
    """The timeline that was encoded, by this version or an earlier one. Raises `UnreadableTimeline`."""
    try:
        inflating = zlib.decompressobj()
        text = inflating.decompress(data, _MAX_JSON_BYTES)
        if not inflating.eof:
            raise UnreadableTimeline("it is cut short, or too long")
        version, values = json.loads(text)
    except (zlib.error, ValueError, RecursionError) as error:
        raise UnreadableTimeline(str(error)) from error
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        raise UnreadableTimeline(f"it has the format {version!r}, not {FORMAT_VERSION}")
    timeline: Timeline = _read_record(Timeline, _upgrade(version, values))
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


def _read_record(kind: Any, values: Any) -> Any:
    hints = _field_types(kind)
    if not isinstance(values, list) or len(values) != len(hints):
        raise UnreadableTimeline(f"not a {kind.__name__}: {values!r:.80}")
    return kind(**{name: _read_value(hint, value) for (name, hint), value in zip(hints.items(), values, strict=True)})


@cache
def _field_types(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _read_value(hint: Any, value: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType):
        return _read_value(hint.__supertype__, value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _read_record(hint, value)
    if origin is Literal and value in inner:
        return value
    if origin in (Union, types.UnionType):
        return _read_union(inner, value)
    if origin is tuple and isinstance(value, list):
        kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        if len(kinds) == len(value):
            return tuple(_read_value(kind, each) for kind, each in zip(kinds, value, strict=True))
    if type(value) is hint or (hint is float and type(value) is int):
        return value
    raise UnreadableTimeline(f"not what {hint} allows: {value!r:.80}")


def _read_union(kinds: tuple[Any, ...], value: Any) -> Any:
    if types.NoneType in kinds:
        (kind,) = (kind for kind in kinds if kind is not types.NoneType)
        return None if value is None else _read_value(kind, value)
    by_name = {kind.__name__: kind for kind in kinds}
    if not isinstance(value, list) or len(value) != 2 or value[0] not in by_name:
        raise UnreadableTimeline(f"none of {', '.join(by_name)}: {value!r:.80}")
    return _read_record(by_name[value[0]], value[1])


def _check_bounds(timeline: Timeline) -> None:
    """Check what types cannot express: indexes point at something, and nothing lies before the start."""
    moves = {None, *range(len(timeline.moves))}
    spans = [(each.start, each.end) for each in timeline.events] + [(each.start, each.end) for each in timeline.moves]
    valid = (
        timeline.length >= 0
        and all(0 <= start <= end for start, end in spans)
        and all(event.move in moves for event in timeline.events)
        and all(place.start >= 0 and place.length >= 0 for place in timeline.placements)
        and all(0 <= place.event < len(timeline.events) for place in timeline.placements)
    )
    if not valid:
        raise UnreadableTimeline("a part of it lies outside the session")

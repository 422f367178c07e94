"""Jobs and replies as bytes, for other machines: JSON, and blobs behind it. Reading them runs no code.

The JSON is a table of records. Each refers to others, and to blobs, by number, and only to earlier ones. A record that
stands in several places is written once and stays one object, since the compiler counts the passes through each step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, NewType, get_args

from voicecoach.records import RecordReader, field_types, pack_parts, parse_json, read_value, unpack_parts


def pack(value: Any) -> bytes:
    """Pack a dataclass with all that it contains."""
    writer = _TableWriter(value)
    return pack_parts([writer.table, *writer.blobs])


def unpack(kind: Any, content: bytes) -> Any:
    """Return the packed dataclass, which must be of this kind or, for a union, of one of them. Raises ValueError."""
    table, *blobs = unpack_parts(content)
    reader = _TableReader(blobs)
    known = _dataclasses_in(kind)
    for name, values in read_value(tuple[tuple[str, Any], ...], parse_json(table)):
        if name not in known or not isinstance(values, list):
            raise ValueError(f"not a record: {name:.80}")
        reader.records.append(reader.fields(known[name], values))
    return reader.read(kind, len(reader.records) - 1)


class _TableWriter:
    def __init__(self, root: Any) -> None:
        self.blobs: list[bytes] = []
        self._numbers: dict[int, int] = {}
        records = [*self._records(root)]
        rows = [[type(each).__name__, [*map(self._plain, _values(each))]] for each in records]
        self.table = json.dumps(rows, separators=(",", ":")).encode("ascii")

    def _records(self, root: Any) -> Iterator[Any]:
        """Yield each record once, after those that it refers to. (They may be nested deeper than calls can be.)"""
        ahead = [(root, False)]
        while ahead:
            value, is_complete = ahead.pop()
            if id(value) in self._numbers:
                continue
            if is_complete:
                self._numbers[id(value)] = len(self._numbers)
                yield value
                continue
            if is_dataclass(value):
                ahead.append((value, True))
            ahead.extend((each, False) for each in _values(value))

    def _plain(self, value: Any) -> Any:
        if is_dataclass(value):
            return self._numbers[id(value)]
        if isinstance(value, bytes):
            self.blobs.append(value)
            return len(self.blobs) - 1
        if isinstance(value, Mapping):
            return {key: self._plain(each) for key, each in value.items()}
        return [*map(self._plain, value)] if isinstance(value, tuple | frozenset) else value


def _values(value: Any) -> list[Any]:
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, Mapping):
        return [*value.values()]
    return [*value] if isinstance(value, tuple | frozenset) else []


class _TableReader(RecordReader):
    def __init__(self, blobs: list[bytes]) -> None:
        self.records: list[Any] = []
        self._blobs = blobs

    def read(self, hint: Any, value: Any) -> Any:
        return self._at(self._blobs, value) if hint is bytes else super().read(hint, value)

    def record(self, kind: Any, value: Any) -> Any:
        record = self._at(self.records, value)
        if type(record) is not kind:
            raise ValueError(f"not a {kind.__name__}: {type(record).__name__}")
        return record

    def union(self, kinds: tuple[Any, ...], value: Any) -> Any:
        for kind in kinds:
            with suppress(ValueError):
                return self.read(kind, value)
        raise ValueError(f"of no allowed kind: {value!r:.80}")

    @staticmethod
    def _at(items: list[Any], number: Any) -> Any:
        if type(number) is not int or not 0 <= number < len(items):
            raise ValueError(f"not the number of an earlier part: {number!r:.80}")
        return items[number]


@cache
def _dataclasses_in(hint: Any) -> dict[str, type[Any]]:
    """All dataclasses that a value of this type may contain, by name."""
    found: dict[str, type[Any]] = {}
    ahead = [hint]
    while ahead:
        each = ahead.pop()
        if isinstance(each, NewType):
            continue
        if is_dataclass(each) and isinstance(each, type):
            if each.__name__ not in found:
                found[each.__name__] = each
                ahead.extend(field_types(each).values())
        else:
            ahead.extend(get_args(each))
    return found

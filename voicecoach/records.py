"""Reads records that were stored as JSON: each value is checked against the type that is declared for it.

A store may be damaged, or come from another version. Reading runs no code, and a value of a wrong type, at any depth,
raises ValueError.
"""

from __future__ import annotations

import json
import math
import struct
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

_COUNT = struct.Struct("<I")


def parse_json(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError, also for nesting that is deeper than Python can go."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


class RecordReader:
    """Reads plain values as their declared types; a record is the list of its fields in order."""

    def read(self, hint: Any, value: Any) -> Any:
        """Return a value as the type `hint`: lists become tuples, and records dataclasses. Raises ValueError.

        Knows the types of our records: numbers, texts, literals, tuples and sets (lists), mappings from texts, optional
        values, dataclasses and unions of them.
        """
        origin, inner = get_origin(hint), get_args(hint)
        if isinstance(hint, NewType):
            return self.read(hint.__supertype__, value)
        if is_dataclass(hint) and isinstance(hint, type):
            return self.record(hint, value)
        if origin in (Union, types.UnionType):
            return self._optional(inner, value)
        if origin is tuple and isinstance(value, list):
            kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
            if len(kinds) == len(value):
                return tuple(self.read(kind, each) for kind, each in zip(kinds, value, strict=True))
        if origin is frozenset and isinstance(value, list):
            return frozenset(self.read(inner[0], each) for each in value)
        if origin is Mapping and isinstance(value, dict):  # JSON's keys are texts
            return {key: self.read(inner[1], each) for key, each in value.items()}
        if _is_plain(hint, value):
            return value
        raise ValueError(f"not {_describe(hint)}: {value!r:.80}")

    def record(self, kind: Any, value: Any) -> Any:
        """Return a dataclass of that kind. Raises ValueError."""
        if not isinstance(value, list):
            raise ValueError(f"not a {kind.__name__}: {value!r:.80}")
        return self.fields(kind, value)

    def union(self, kinds: tuple[Any, ...], value: Any) -> Any:
        """Return one of several dataclasses, stored as its name and its record. Raises ValueError."""
        by_name = {kind.__name__: kind for kind in kinds}
        if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str) or value[0] not in by_name:
            raise ValueError(f"none of {', '.join(by_name)}: {value!r:.80}")
        return self.record(by_name[value[0]], value[1])

    def fields(self, kind: Any, values: Sequence[Any]) -> Any:
        """Return a dataclass with these values of its fields. Raises ValueError."""
        hints = field_types(kind)
        if len(values) != len(hints):
            raise ValueError(f"not a {kind.__name__}: {values!r:.80}")
        pairs = zip(hints.items(), values, strict=True)
        return kind(**{name: self.read(hint, value) for (name, hint), value in pairs})

    def _optional(self, kinds: tuple[Any, ...], value: Any) -> Any:
        if value is None and types.NoneType in kinds:
            return None
        others = tuple(kind for kind in kinds if kind is not types.NoneType)
        return self.read(others[0], value) if len(others) == 1 else self.union(others, value)


def read_value(hint: Any, value: Any) -> Any:
    """Return a plain value as the type `hint`. Raises ValueError."""
    return RecordReader().read(hint, value)


def read_mapping(kind: Any, value: Any) -> Any:
    """Return a dataclass of that kind from a mapping that has all of its fields, and no others. Raises ValueError."""
    if not isinstance(value, dict) or value.keys() != field_types(kind).keys():
        raise ValueError(f"not a {kind.__name__}: {value!r:.80}")
    return kind(**read_fields(kind, value))


def read_fields(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of some fields of a dataclass as the types of these fields. Raises ValueError."""
    read = {}
    for name, value in values.items():
        try:
            read[name] = read_value(field_types(kind)[name], value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return read


def _is_plain(hint: Any, value: Any) -> bool:
    """Whether a value already is what the hint declares. True is no number, and no number is infinite."""
    if hint is Any:
        return True
    if get_origin(hint) is Literal:
        return any(value == each and type(value) is type(each) for each in get_args(hint))
    if hint is float:
        return type(value) in (int, float) and math.isfinite(value)
    return type(value) is hint


@cache
def field_types(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields, by name."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _describe(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint)


def pack_parts(parts: Sequence[bytes]) -> bytes:
    """The number of parts, their sizes and the parts."""
    return _COUNT.pack(len(parts)) + struct.pack(f"<{len(parts)}I", *map(len, parts)) + b"".join(parts)


def unpack_parts(content: bytes) -> list[bytes]:
    """The parts that were packed; what follows them is ignored. Raises ValueError."""
    try:
        (count,) = _COUNT.unpack_from(content)
        sizes = struct.unpack_from(f"<{count}I", content, _COUNT.size)
    except struct.error as error:
        raise ValueError(str(error)) from error
    ends = [*accumulate(sizes, initial=_COUNT.size * (count + 1))]
    if ends[-1] > len(content):
        raise ValueError("it is cut short")
    return [content[at:end] for at, end in pairwise(ends)]

"""Reads records that were stored as JSON: each value is checked against the type that is declared for it.

A store may be damaged, or come from another version. Reading runs no code, and a value of a wrong type, at any depth,
raises ValueError.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints


def parse_json(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError, also for nesting that is deeper than Python can go."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def read_value(hint: Any, value: Any) -> Any:
    """Return a plain value as the type `hint`: lists become tuples, and lists of fields dataclasses.

    Knows the types of our records: numbers, texts, literals, tuples and sets (lists), mappings from texts, optional
    values, dataclasses (a list of their fields in order), unions of those (a name and such a list). Raises ValueError.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType):
        return read_value(hint.__supertype__, value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _read_record(hint, value)
    if origin in (Union, types.UnionType):
        return _read_union(inner, value)
    if origin is tuple and isinstance(value, list):
        kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        if len(kinds) == len(value):
            return tuple(read_value(kind, each) for kind, each in zip(kinds, value, strict=True))
    if origin is frozenset and isinstance(value, list):
        return frozenset(read_value(inner[0], each) for each in value)
    if origin is Mapping and isinstance(value, dict):  # JSON's keys are texts
        return {key: read_value(inner[1], each) for key, each in value.items()}
    if _is_plain(hint, value):
        return value
    raise ValueError(f"not {_describe(hint)}: {value!r:.80}")


def read_mapping(kind: Any, value: Any) -> Any:
    """Return a dataclass of that kind from a mapping that has all of its fields, and no others. Raises ValueError."""
    if not isinstance(value, dict) or value.keys() != _field_types(kind).keys():
        raise ValueError(f"not a {kind.__name__}: {value!r:.80}")
    return kind(**read_fields(kind, value))


def read_fields(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of some fields of a dataclass as the types of these fields. Raises ValueError."""
    read = {}
    for name, value in values.items():
        try:
            read[name] = read_value(_field_types(kind)[name], value)
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


def _read_record(kind: Any, values: Any) -> Any:
    hints = _field_types(kind)
    if not isinstance(values, list) or len(values) != len(hints):
        raise ValueError(f"not a {kind.__name__}: {values!r:.80}")
    return kind(**{name: read_value(hint, value) for (name, hint), value in zip(hints.items(), values, strict=True)})


@cache
def _field_types(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _read_union(kinds: tuple[Any, ...], value: Any) -> Any:
    if types.NoneType in kinds:
        (kind,) = (kind for kind in kinds if kind is not types.NoneType)
        return None if value is None else read_value(kind, value)
    by_name = {kind.__name__: kind for kind in kinds}
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str) or value[0] not in by_name:
        raise ValueError(f"none of {', '.join(by_name)}: {value!r:.80}")
    return _read_record(by_name[value[0]], value[1])


def _describe(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint)

"""The JSON Schema (2020-12) of routines, built from the tables that the reader uses.

The schema checks less than the reader: no names, no placeholders, no context of a step. The reader may refuse what the
schema allows, but it accepts nothing that the schema refuses. The one exception is the bare word `null`: the reader
takes it as a word, while an editor cannot tell it from a missing value.
"""

from __future__ import annotations

from typing import Any

from voicecoach.script.keywords import BREATH_PHASES, CHIMES, COMMON_KEYS, POSITIONS, ROUTINE_KEYS, STEP_KEYS

_TIME = r"([0-9]{1,4}:[0-9]{2}(:[0-9]{2})?|[0-9]+(\.[0-9]+)?\s*(s|min|h))"
_BARE = r"[0-9]+(\.[0-9]+)?\s*(s|min|h)?"
_DURATION = rf"^\s*({_TIME}|({_TIME}|{_BARE})\s*[–-]\s*{_TIME})\s*$"
_NUMBER = r"^\s*\+?[0-9]+(\s*[–-]\s*\+?[0-9]+)?\s*$"
_YES_OR_NO = r"^\s*([Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\s*$"

_TEXT = {"type": ["string", "number", "boolean"]}
_SPOKEN = {"$ref": "#/$defs/text"}
_LENGTH = {"$ref": "#/$defs/duration"}
_STEPS = {"$ref": "#/$defs/steps"}
_NAMES = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}

_STEP_VALUES: dict[str, dict[str, Any]] = {
    "say": _SPOKEN,
    "again": {"type": ["string", "number", "boolean", "null"], "description": "From the second time on; may be empty."},
    "then": {**_LENGTH, "description": "Silence in which to do it; without it, 1 s."},
    "pause": _LENGTH,
    "wait": {**_LENGTH, "description": "Until the listener is ready, at most so long."},
    "chime": {"anyOf": [{"enum": list(CHIMES)}, {"type": "string", "description": "A sound file beside the routine."}]},
    "hold": {**_LENGTH, "description": "A timed effort between two chimes, 2 s or more."},
    "cues": {
        "type": ["object"],
        "propertyNames": {"pattern": r"^\s*(halfway|at .+|.+ left)\s*$"},
        "additionalProperties": _SPOKEN,
        "description": "Moments (halfway, 5 s left, at 10 s) and what is said then.",
    },
    "every": {**_LENGTH, "description": "Say the time left, counted from the end."},
    "countdown": {**_TEXT, "description": "How many of the last seconds are counted down."},
    "quiet": {"$ref": "#/$defs/yes_or_no"},
    "count": {"$ref": "#/$defs/number"},
    "each": {**_LENGTH, "description": "From one beat to the next."},
    "phases": {"type": "object", "additionalProperties": _LENGTH, "minProperties": 1},
    "aloud": {"$ref": "#/$defs/yes_or_no"},
    "breathe": {
        "type": "object",
        "properties": dict.fromkeys(BREATH_PHASES, _LENGTH),
        "required": ["in", "out"],
        "additionalProperties": False,
    },
    "for": _LENGTH,
    "rounds": {"$ref": "#/$defs/number"},
    "repeat": {"$ref": "#/$defs/number"},
    "steps": _STEPS,
    "between": {"type": "array", "items": {"$ref": "#/$defs/step"}},
    "announce": {"$ref": "#/$defs/yes_or_no"},
    "sides": {"enum": [["left", "right"], ["right", "left"]]},
    "move": _SPOKEN,
    "position": {"enum": list(POSITIONS)},
    "needs": _NAMES,
    "use": {**_TEXT, "description": "A routine's name, or a path beside this file."},
    "options": _NAMES,
    "when": {**_TEXT, "description": "Only with this option."},
    "unless": {**_TEXT, "description": "Only without this option."},
}
_REQUIRED = {"repeat": ["steps"], "sides": ["steps"], "move": ["steps"]}
_ONE_OF = {"count": ("each", "phases"), "breathe": ("for", "rounds")}
_ROUTINE_VALUES: dict[str, dict[str, Any]] = {
    "title": _SPOKEN,
    "about": {"type": ["string", "number", "boolean", "null"], "description": "Shown in lists; may be empty."},
    "language": {**_TEXT, "description": "BCP 47: en, de, es, fr, also with a country, as en-GB; without it, en."},
    "tags": _NAMES,
    "needs": {**_NAMES, "description": "Props, named in the opening."},
    "caution": _SPOKEN,
    "minutes": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]},
    "options": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
    "pronounce": {"type": "object", "additionalProperties": _TEXT},
    "steps": _STEPS,
}


def routine_schema() -> dict[str, Any]:
    """The schema as values that JSON can hold."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A voicecoach routine",
        "type": "object",
        "properties": {key: _ROUTINE_VALUES[key] for key in ROUTINE_KEYS},
        "required": ["title", "steps"],
        "additionalProperties": False,
        "$defs": {
            "text": {**_TEXT, "pattern": r"\S"},
            "duration": {"type": "string", "pattern": _DURATION, "description": "30 s, 2 min, 1:30, 20-30 s"},
            "number": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": _NUMBER}]},
            "yes_or_no": {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": _YES_OR_NO}]},
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1},
            "step": {"oneOf": [_step_schema(kind) for kind in STEP_KEYS]},
        },
    }


def _step_schema(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "title": kind,
        "type": "object",
        "properties": {key: _STEP_VALUES[key] for key in (kind, *STEP_KEYS[kind], *COMMON_KEYS)},
        "required": [kind, *_REQUIRED.get(kind, [])],
        "additionalProperties": False,
    }
    if kind in _ONE_OF:
        schema["oneOf"] = [{"required": [key]} for key in _ONE_OF[kind]]
    return schema

"""Fills the slots of an HTML template, and escapes what goes in."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["Markup", "csp_hash", "escape", "fill", "script_json"]

_SLOT = re.compile(r"\{\{([\w.]+)\}\}")
_IN_A_SCRIPT = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})
"""Characters that could end a script element, or start a comment or a character reference in it."""


class Markup(str):
    """A string that is already HTML."""

    __slots__ = ()


def escape(value: object) -> Markup:
    """Escape a value for the inside of an element or a quoted attribute, unless it is markup."""
    return value if isinstance(value, Markup) else Markup(html.escape(str(value), quote=True))


def script_json(value: Any) -> Markup:
    """Encode a value as JSON for the inside of a script element."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_IN_A_SCRIPT))


def fill(template: str, values: Mapping[str, object]) -> Markup:
    """Replace each `{{name}}` in a template with its escaped value. Slots in values are not filled."""
    return Markup(_SLOT.sub(lambda slot: escape(values[slot[1]]), template))


def csp_hash(content: str) -> str:
    """Name a script or style as a Content-Security-Policy does."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

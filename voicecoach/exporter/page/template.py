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
"""What could end a script element, or begin a comment or a reference in one."""


class Markup(str):
    """A string that is HTML already."""

    __slots__ = ()


def escape(value: object) -> Markup:
    """As it is to be read, inside an element or in a quoted attribute; what is markup stays so."""
    return value if isinstance(value, Markup) else Markup(html.escape(str(value), quote=True))


def script_json(value: Any) -> Markup:
    """As JSON inside a script element."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_IN_A_SCRIPT))


def fill(template: str, values: Mapping[str, object]) -> Markup:
    """The template with each `{{name}}` replaced once; what comes in is not looked through again."""
    return Markup(_SLOT.sub(lambda slot: escape(values[slot[1]]), template))


def csp_hash(content: str) -> str:
    """What a Content-Security-Policy calls a script or style of this content by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

"""The XML of feeds: its namespaces, the characters that it allows, and how a document is written."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 allows none of these, not even escaped (https://www.w3.org/TR/xml/#charsets)."""

for _prefix, _name in (("atom", ATOM), ("itunes", ITUNES), ("podcast", PODCAST)):
    ET.register_namespace(_prefix, _name[1:-1])


def single_line(text: str, limit: int | None = None) -> str:
    """The text in one line of at most `limit` characters, without those that XML forbids."""
    plain = " ".join(_FORBIDDEN.sub("", text).split())
    return plain if limit is None or len(plain) <= limit else plain[: limit - 1].rstrip() + "…"


def multi_line(text: str) -> str:
    """The text with its line breaks, without the characters that XML forbids."""
    return "\n".join(map(str.rstrip, _FORBIDDEN.sub("", text).splitlines())).strip()


def add_child(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    """Append an element, its attributes in the order given; empty attributes are left out."""
    child = ET.SubElement(parent, name, {key: value for key, value in attributes.items() if value})
    child.text = text or None
    return child


def serialize(root: ET.Element) -> bytes:
    """The whole document, with each element on a line of its own."""
    ET.indent(root)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n").encode()

"""The XML of feeds: namespaces, the characters that XML allows, and one way to write it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

__all__ = ["ATOM", "ITUNES", "PODCAST", "add_child", "multi_line", "single_line", "written"]

ATOM = "{http://www.w3.org/2005/Atom}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""No XML 1.0 may have these, however they are escaped (https://www.w3.org/TR/xml/#charsets)."""

for _prefix, _name in (("atom", ATOM), ("itunes", ITUNES), ("podcast", PODCAST)):
    ET.register_namespace(_prefix, _name[1:-1])


def single_line(text: str, most: int | None = None) -> str:
    """Without what XML forbids, in one line, and of at most so many letters."""
    plain = " ".join(_FORBIDDEN.sub("", text).split())
    return plain if most is None or len(plain) <= most else plain[: most - 1].rstrip() + "…"


def multi_line(text: str) -> str:
    """The same for a text that may have several."""
    return "\n".join(map(str.rstrip, _FORBIDDEN.sub("", text).splitlines())).strip()


def add_child(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    """A new last element, its attributes in the order given; those that are empty are left out."""
    made = ET.SubElement(parent, name, {key: value for key, value in attributes.items() if value})
    made.text = text or None
    return made


def written(root: ET.Element) -> bytes:
    """The whole document, each element on a line of its own."""
    ET.indent(root)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n").encode()

"""The XML of feeds: its namespaces, and how a document is written."""

from __future__ import annotations

import xml.etree.ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"

for _prefix, _name in (("atom", ATOM), ("itunes", ITUNES), ("podcast", PODCAST)):
    ET.register_namespace(_prefix, _name[1:-1])


def add_child(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    """Append an element, its attributes in the order given; empty attributes are left out."""
    child = ET.SubElement(parent, name, {key: value for key, value in attributes.items() if value})
    child.text = text or None
    return child


def serialize(root: ET.Element) -> bytes:
    """The whole document, with each element on a line of its own."""
    ET.indent(root)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n").encode()

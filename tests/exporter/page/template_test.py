"""Text stays text: escaping, JSON in a script, and slots."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.exporter.page.content import Markup, csp_hash, escape, fill, script_json


class ParsedHtml(HTMLParser):
    """The tags with their attributes, and the text, that an HTML parser finds."""

    def __init__(self, written: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.found = ""
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.found += data


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")))
def test_escaped_text_survives_html(any_text: str) -> None:
    read = ParsedHtml(f'<p title="{escape(any_text)}">{escape(any_text)}</p>')
    assert read.tags == [("p", {"title": any_text})]
    assert read.found == any_text


@given(st.text())
def test_script_json_survives_html(any_text: str) -> None:
    written = script_json({"title": any_text})
    assert json.loads(written) == {"title": any_text}
    assert not set("<>&\u2028\u2029") & set(written)


def test_markup_is_not_escaped_again() -> None:
    assert escape(Markup("<b>")) == "<b>"
    assert escape(escape("<b>")) == "&lt;b&gt;"
    assert escape(7) == "7"


def test_slots_are_filled_once() -> None:
    assert fill("<p>{{a}} {{b.c}}</p>", {"a": "{{b.c}}", "b.c": "<i>"}) == "<p>{{b.c}} &lt;i&gt;</p>"
    with pytest.raises(KeyError):
        fill("{{none}}", {})


def test_csp_hash() -> None:
    sum_ = base64.b64encode(hashlib.sha256("é".encode()).digest()).decode()
    assert csp_hash("é") == f"'sha256-{sum_}'"
    assert html.unescape(escape(csp_hash("é"))) == csp_hash("é")

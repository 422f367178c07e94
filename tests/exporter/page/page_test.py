"""The page as a file: its sound, its texts, its size and its security policy."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.compiler import phrases
from voicecoach.errors import ChoiceError
from voicecoach.exporter import Destination, ExportOptions, Tags, tags_of
from voicecoach.exporter.metadata import make_metadata
from voicecoach.exporter.page import _CHUNK_SIZE, _render_around_sound, content, write
from voicecoach.exporter.page.content import csp_hash, languages, page_texts
from voicecoach.units import MINUTE, Ms

MOVES = ((0, "Side stretch"), (1_000, "Knie"))


def sound_of(page: str) -> bytes:
    return base64.b64decode(page.split("base64,", 1)[1].split('"', 1)[0], validate=True)


def test_page_contains_the_m4a(session: Callable[..., Any], tmp_path: Path) -> None:
    """With the chosen bit rate and channels, in more than one chunk of base64."""
    made = session(12_000, *MOVES)
    made.export(page := tmp_path / "s.htm", bit_rate=256, channels=2)
    made.export(alone := tmp_path / "s.m4a", bit_rate=256, channels=2)
    assert sound_of(page.read_text("utf-8")) == alone.read_bytes()
    assert alone.stat().st_size > _CHUNK_SIZE
    assert sorted(tmp_path.iterdir()) == [page, alone]


def test_page_in_memory(session: Callable[..., Any]) -> None:
    made = session(2_000, *MOVES)
    audio, metadata = made.in_format("html")
    write(file := io.BytesIO(), metadata, audio)
    assert file.getvalue().decode().startswith("<!doctype html>")
    assert sound_of(file.getvalue().decode())[4:8] == b"ftyp"


def test_page_cannot_be_split(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match="cannot be split; leave out --split, or choose another format, such as m4a"):
        Destination.choose(tmp_path / "s.html", ExportOptions(split=True))


def test_page_with_captions(session: Callable[..., Any], tmp_path: Path) -> None:
    session(2_000).export(tmp_path / "s.html", captions=("vtt",))
    assert (tmp_path / "s.vtt").read_text("utf-8").startswith("WEBVTT")


def test_half_an_hour_needs_under_60_kb() -> None:
    choices = Choices(length=Ms(30 * MINUTE))
    with open_session(SessionRequest(routines=("muscle-knots",), voice="tones", choices=choices)) as made:
        tags = tags_of(made.timeline, voice="tones")
        known = make_metadata(made.timeline, made.synthesizer.clip, tags=tags)
    before, after = _render_around_sound(known)
    assert before.count("<li data-at=") > 200
    assert len((before + after).encode()) < 60_000


def test_policy_allows_own_script_and_style_only(session: Callable[..., Any]) -> None:
    made = session(2_000, *MOVES)
    before, after = _render_around_sound(make_metadata(made.timeline, made.clip))
    script = after.rpartition("<script>")[2].partition("</script>")[0]
    style = before.partition("<style>")[2].partition("</style>")[0]
    assert f"""content="default-src 'none'; script-src {csp_hash(script)}; style-src {csp_hash(style)}; """ in (
        before.replace("&#x27;", "'")
    )
    assert not re.search(r"""\s(on\w+|style)=["']""", before + after)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", before + after)


def test_digest_identifies_the_session(session: Callable[..., Any]) -> None:
    made = session(5_000, *MOVES)
    known = make_metadata(made.timeline, made.clip)
    assert re.fullmatch("[0-9a-f]{32}", known.digest)
    assert (
        replace(make_metadata(made.timeline, made.clip, holds=True), bit_rate=40_000, channels=2).digest == known.digest
    )
    dated = replace(known, tags=replace(known.tags, date="2027-01-01", comment="level 50"))
    assert dated.digest == known.digest
    for other in (session(5_000, *MOVES, title="Other"), session(5_001, *MOVES), session(5_000, (0, "Side stretch"))):
        assert make_metadata(other.timeline, other.clip).digest != known.digest
    assert replace(known, captions=known.captions[1:]).digest != known.digest


def slots(said: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}", said))


def test_languages_have_equal_texts_and_slots() -> None:
    assert languages() == phrases.languages()  # the coach's
    english = page_texts("en").texts
    for language in languages():
        texts = page_texts(language).texts
        assert list(texts) == list(english)
        for name, said in texts.items():
            assert said.strip()
            assert slots(said) == slots(english[name]), (language, name)


def test_every_text_is_used() -> None:
    folder = Path(content.__file__).parent
    files = ("page.html", "content.py", "controls.js", "sound.js")
    used = "".join((folder / name).read_text("utf-8") for name in files)
    dynamic = {"hold", "count", "breathe", "wait", "left", "right"}
    for name in page_texts("en").texts.keys() - dynamic:
        assert re.search(rf"words\.{name}\b|(fillText|format)\(\"{name}\"", used), name


@pytest.mark.parametrize(
    ("language", "page", "start"),
    [("de-AT", "de-AT", "Starten"), ("fr", "fr", "Commencer"), ("ja", "en", "Start"), ("", "en", "Start")],
)
def test_page_language_falls_back_to_english(session: Callable[..., Any], language: str, page: str, start: str) -> None:
    made = session(2_000, *MOVES)
    known = make_metadata(made.timeline, made.clip, tags=Tags(title="T", language=language))
    before, after = _render_around_sound(known)
    assert f'<html lang="{page}" dir="ltr">' in before
    assert f'<h1 lang="{language}" dir="auto">T</h1>' in before
    assert f'<button id="start" type="button">{start}</button>' in before
    words = json.loads(after.partition('type="application/json">')[2].partition("</script>")[0])["words"]
    assert words["start"] == start

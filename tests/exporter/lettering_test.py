"""The letters of pictures: drawn by a typeface that has them, or left out, but never shown as boxes."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hostile_texts import HOSTILE_TEXTS
from PIL import Image, ImageChops, ImageDraw, ImageFont

from voicecoach.exporter.plain_text import single_line
from voicecoach.exporter.plot import png
from voicecoach.exporter.plot.lettering import draw_line, drawable, letter_runs
from voicecoach.exporter.plot.shapes import Label, Picture
from voicecoach.exporter.plot.typefaces import typefaces

LATIN = "Back at home, 20 min: (1-2)! Rücken lösen, étirement à gauche, ¡el niño! – … ·"
SCRIPTS = ("背中のストレッチ", "한국어", "שלום עולם", "مرحبا", "हिन्दी", "Живот", "🧘", "👩\u200d👩\u200d👧")


def box_of(face: int) -> bytes:
    return bytes(load(face).getmask("\U0010ffff"))


def load(face: int) -> ImageFont.FreeTypeFont:
    typeface = typefaces(bold=False)[face]
    font = ImageFont.truetype(io.BytesIO(typeface.file.read_bytes()), 28)
    if typeface.variable:
        font.set_variation_by_axes([400])
    return font


def drawn(text: str, **options: object) -> Image.Image:
    image = Image.new("L", (1400, 80), 255)
    arguments = {"anchor": "start", "bold": False, **options}
    draw_line(ImageDraw.Draw(image), (700, 50), text, 28, "#000000", **arguments)  # type: ignore[arg-type]
    return image


def ink(text: str, **options: object) -> tuple[int, int, int, int] | None:
    """The box around what is drawn."""
    return ImageChops.invert(drawn(text, **options)).getbbox()


def test_latin_letters_are_in_lato() -> None:
    assert drawable(LATIN) == LATIN
    assert {run.face for run in letter_runs(LATIN)} == {0}


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_no_letter_is_a_box(text: str) -> None:
    for run in letter_runs(single_line(text)):
        font = load(run.face)
        for sign in set(run.text):
            if unicodedata.category(sign)[0] not in "MCZ":
                assert bytes(font.getmask(sign)) != box_of(run.face), sign
    ink(single_line(text))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\ue000b \U0010fffe \u0378", "ab"),
        ("\u0301\u200d\ufe0f", ""),
        ("e\u0301", "é"),
        ("a\u202eb\u200bc\ufeffd", "abcd"),
        ("\ue000 a  \ue000", "a"),
    ],
)
def test_what_no_typeface_has_is_left_out(text: str, left: str) -> None:
    assert drawable(text) == left
    assert ink(text) == ink(left)


def test_line_without_letters_draws_nothing() -> None:
    assert ink("\ue000\u0378") is None


@pytest.mark.skipif(len(typefaces(bold=False)) > 1, reason="needs an environment without the extra `letters`")
@pytest.mark.parametrize("text", SCRIPTS)
def test_other_scripts_are_left_out(text: str) -> None:
    assert drawable(f"{text} Yoga") == "Yoga"


@pytest.mark.extra("letters")
@pytest.mark.parametrize("text", SCRIPTS)
def test_other_scripts_are_drawn(text: str) -> None:
    assert drawable(text) == text
    assert ink(text) is not None
    assert {run.face for run in letter_runs(text)} & {0} == set()


@pytest.mark.extra("letters")
def test_hebrew_line_starts_at_the_right() -> None:
    assert [run.text for run in letter_runs("שלום עולם abc")] == ["abc", "שלום עולם "]
    assert [run.text for run in letter_runs("abc שלום עולם")] == ["abc ", "שלום עולם"]


@pytest.mark.parametrize("text", ["Yoga", pytest.param("背中 Yoga 🧘", marks=pytest.mark.extra("letters"))])
def test_anchors(text: str) -> None:
    """A line begins, ends or is centred at its point, up to the space beside a letter."""
    start, middle, end = (ink(text, anchor=anchor) for anchor in ("start", "middle", "end"))
    assert start is not None
    assert middle is not None
    assert end is not None
    assert start[0] == pytest.approx(700, abs=6)
    assert end[2] == pytest.approx(700, abs=6)
    assert (middle[0] + middle[2]) / 2 == pytest.approx(700, abs=4)


def test_picture_of_hostile_titles() -> None:
    """Every kind of picture is a whole PNG."""
    labels = tuple(
        Label(10, 30 + 40 * number, single_line(text, 60), 28, "#000000")
        for number, text in enumerate(HOSTILE_TEXTS.values())
    )
    picture = Picture(1080, 40 * len(labels) + 40, "#ffffff", "T", labels)
    for rendered in (png.render(picture), png.render_small(picture)):
        with Image.open(io.BytesIO(rendered)) as image:
            image.load()

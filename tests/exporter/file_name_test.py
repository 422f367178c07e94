"""Titles in file names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.exporter.destination import safe_file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Side stretch (2 of 3)", "Side stretch (2 of 3)"),
        ("../../etc/passwd", "etc passwd"),
        ('He said: "go" <script>', "He said go script"),
        ("C:\\con\n\t|*?.", "C con"),
        ("背中 🧘 Ärger", "背中 🧘 Ärger"),
        ("\u202eevil\u202c", "evil"),
        ("שלום", "שלום"),
        ("...", ""),
        ("n" * 5_000, "n" * 80),
        ("é" * 5_000, "é" * 40),
    ],
)
def test_what_no_disk_takes_is_left_out(title: str, name: str) -> None:
    assert safe_file_name(title) == name


@given(st.text())
def test_any_title_gives_a_name_that_any_disk_takes(title: str) -> None:
    name = safe_file_name(title)
    assert len(name.encode()) <= 80
    assert name == name.strip(" .")
    assert not set(name) & set('<>:"/\\|?*\n\0')

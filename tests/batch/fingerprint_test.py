"""When a file has to be made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from voicecoach.batch.fingerprint import Fingerprints
from voicecoach.batch.session_files import BatchSession, name_files
from voicecoach.exporter import ExportOptions
from voicecoach.script.library import Library
from voicecoach.voices.tones_engine import TONES

OUTER = "title: Both\nsteps:\n- use: inner.yaml\n- chime: bell.wav\n"
INNER = "title: Wave\nsteps:\n- say: Wave.\n"


@pytest.fixture
def digest(tmp_path: Path) -> Callable[..., str]:
    """The digest of the session of `outer.yaml`, read anew."""
    (tmp_path / "outer.yaml").write_text(OUTER)
    (tmp_path / "inner.yaml").write_text(INNER)
    (tmp_path / "bell.wav").write_bytes(b"ding")

    def of(kind: str = "m4a", manner: ExportOptions | None = None, **changed: object) -> str:
        from voicecoach.choices import Choices

        routine = Library((tmp_path,)).load_path(tmp_path / "outer.yaml")
        session = BatchSession(routine=routine, choices=Choices(), voice=TONES, kinds=(kind,))
        return Fingerprints(manner or ExportOptions()).digest(name_files([replace(session, **changed)])[0], kind)

    return of


def test_the_same_is_the_same(digest: Callable[..., str]) -> None:
    assert digest() == digest()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("outer.yaml", "title: Both", "title: The two"),
        ("outer.yaml", "title: Both", "title: Both\ncaution: Slowly."),
        ("inner.yaml", "Wave.", "Wave twice."),
        ("bell.wav", "ding", "dong"),
    ],
)
def test_a_text_a_used_routine_or_a_sound_that_changed(
    digest: Callable[..., str], tmp_path: Path, file: str, old: str, new: str
) -> None:
    before = digest()
    path = tmp_path / file
    path.write_text(path.read_text().replace(old, new))
    assert digest() != before


def test_remarks_and_line_breaks_make_nothing_new(digest: Callable[..., str], tmp_path: Path) -> None:
    before = digest()
    (tmp_path / "outer.yaml").write_text(f"# for Anna\n\n{OUTER}".replace("- chime", "\n- chime"))
    assert digest() == before


def test_choices_voice_and_manner_count(digest: Callable[..., str]) -> None:
    from voicecoach.choices import Choices

    made = [
        digest(),
        digest(choices=Choices(level=51)),
        digest(choices=Choices(options=frozenset({"a"}))),
        digest(voice=replace(TONES, version="2")),
        digest("mp3"),
        digest(manner=ExportOptions(channels=2)),
        digest(manner=ExportOptions(bit_rate=64)),
        digest(manner=ExportOptions(caption_holds=True)),
    ]
    assert len(set(made)) == len(made)


def test_words_do_not_hang_on_how_the_sound_is_written(digest: Callable[..., str]) -> None:
    assert digest("vtt") == digest("vtt", ExportOptions(channels=2, bit_rate=64))
    assert digest("vtt") != digest("vtt", ExportOptions(caption_holds=True))

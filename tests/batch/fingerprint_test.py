"""Which changes make a file out of date."""

from dataclasses import replace

import pytest

from voicecoach.batch.fingerprint import Fingerprints
from voicecoach.batch.session_files import BatchSession
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.script.library import Library
from voicecoach.voices.tones_engine import TONES

OUTER = "title: Both\nsteps:\n- use: inner.yaml\n- chime: bell.wav\n"
INNER = "title: Wave\nsteps:\n- say: Wave.\n"


@pytest.fixture
def digest(tmp_path):
    """`digest("m4a", choices=...)`: the digest of a file of the session of `outer.yaml`, which is read anew."""
    (tmp_path / "outer.yaml").write_text(OUTER)
    (tmp_path / "inner.yaml").write_text(INNER)
    (tmp_path / "bell.wav").write_bytes(b"ding")

    def digest(kind="m4a", *, choices=Choices(), voice=TONES, **options):  # noqa: B008 frozen
        routine = Library((tmp_path,)).load_path(tmp_path / "outer.yaml")
        session = BatchSession(routine=routine, choices=choices, voice=voice, kinds=(kind,))
        return Fingerprints(ExportOptions(**options)).digest(session, kind)

    return digest


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("outer.yaml", "title: Both", "title: The two"),
        ("outer.yaml", "title: Both", "title: Both\ncaution: Slowly."),
        ("inner.yaml", "Wave.", "Wave twice."),
        ("bell.wav", "ding", "dong"),
    ],
)
def test_changed_input_changes_digest(digest, tmp_path, file, old, new):
    before = digest()
    path = tmp_path / file
    path.write_text(path.read_text().replace(old, new))
    assert digest() != before


def test_comments_and_line_breaks_do_not_count(digest, tmp_path):
    before = digest()
    (tmp_path / "outer.yaml").write_text(f"# for Anna\n\n{OUTER}".replace("- chime", "\n- chime"))
    assert digest() == before


def test_choices_voice_and_options_count(digest):
    digests = [
        digest(),
        digest(choices=Choices(level=51)),
        digest(choices=Choices(options=frozenset({"a"}))),
        digest(voice=replace(TONES, version="2")),
        digest("mp3"),
        digest(channels=2),
        digest(bit_rate=64),
        digest(caption_holds=True),
    ]
    assert len(set(digests)) == len(digests)


def test_captions_ignore_sound_options(digest):
    assert digest("vtt") == digest("vtt", channels=2, bit_rate=64)
    assert digest("vtt") != digest("vtt", caption_holds=True)

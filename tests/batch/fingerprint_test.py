"""Which changes make a file out of date."""

import inspect
from collections import Counter
from dataclasses import fields, is_dataclass, replace

import pytest

from voicecoach import routine
from voicecoach.batch.fingerprint import Fingerprints
from voicecoach.batch.session_files import BatchSession
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.script.library import Library
from voicecoach.voices.tones_engine import TONES

OUTER = "title: Both\nlanguage: en\nminutes: 5\nsteps:\n- use: inner.yaml\n- chime: bell.wav\n"
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


@pytest.fixture
def rename_kinds():
    """Gives every record of a routine another name, until the test ends."""
    kinds = dict(inspect.getmembers(routine, is_dataclass))

    def rename():
        for name, kind in kinds.items():
            kind.__name__ = f"Renamed{name}"

    yield rename
    for name, kind in kinds.items():
        kind.__name__ = name


def test_class_names_do_not_count(digest, rename_kinds):
    before = digest()
    rename_kinds()
    assert digest() == before


def test_kinds_differ_in_their_fields():
    """The fingerprint tells records apart by them."""
    kinds = {kind for _, kind in inspect.getmembers(routine, is_dataclass) if kind.__module__ == routine.__name__}
    names = Counter(frozenset(field.name for field in fields(kind)) - {"pos", "warnings"} for kind in kinds)
    assert [fields for fields, count in names.items() if count > 1] == []


def test_pause_and_wait_differ(digest, tmp_path):
    (tmp_path / "inner.yaml").write_text("title: Wave\nsteps:\n- pause: 5 s\n")
    before = digest()
    (tmp_path / "inner.yaml").write_text("title: Wave\nsteps:\n- wait: 5 s\n")
    assert digest() != before

"""Damaged sound files and covers: each becomes a clip, an episode or a square, or one error of one line.

By hand, with more cases and another seed: `MEDIA_CASES=20000 MEDIA_SEED=1 pytest -m faults tests/faults/media_test.py`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bounded import bounded

from tests.faults.damaged_media import PICTURES, SOUNDS, damage, make_picture, make_sound
from voicecoach.errors import FileError
from voicecoach.exporter.feed.media_files import MediaFile
from voicecoach.exporter.feed.media_sandbox import MediaSandbox
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Sound
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.synthesizer import Synthesizer
from voicecoach.voices.tones_engine import TONES

pytestmark = pytest.mark.faults

CASES = int(os.environ.get("MEDIA_CASES", "500"))
SEED = int(os.environ.get("MEDIA_SEED", "2026"))
SHARES = {"sound": 0.5, "episode": 0.3, "cover": 0.2}
UNEXPECTED = ("Error:", "reading it fails")
"""In the message of an error that no code of ours foresaw, or of a process that crashed."""


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """Valid files of each kind, by name."""
    folder = tmp_path_factory.mktemp("originals")
    sounds = {name: make_sound(folder / name, codec) for name, codec in SOUNDS.items()}
    episodes = {name: content for name, content in sounds.items() if not name.endswith(".aiff")}
    covers = {kind: make_picture(kind) for kind in PICTURES}
    return {"sound": sounds, "episode": episodes, "cover": covers}


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Callable[[Path, bytes], Any]]]:
    """Read a file of each kind as the program does, with its content at a path."""
    cache = ClipCache(tmp_path_factory.mktemp("clips"))
    with MediaSandbox() as sandbox, Synthesizer(TONES, cache) as synthesizer:
        yield {
            "sound": lambda path, _: synthesizer.clip(Sound(path.name, str(path))),
            "episode": lambda path, _: sandbox.read(path),
            "cover": sandbox.square_cover,
        }


def check(result: object) -> None:
    """What was read can be used."""
    match result:
        case Clip(samples=samples):
            assert len(samples)
            assert np.isfinite(samples).all()
        case MediaFile(length=length, title=title):
            assert length > 0
            assert title
        case _:
            assert result[:4] == b"\x89PNG"


@pytest.mark.parametrize("kind", SHARES)
def test_originals_are_read(
    kind: str, originals: dict[str, dict[str, bytes]], readers: dict[str, Any], tmp_path: Path
) -> None:
    """Otherwise the other tests would try nothing."""
    for name, content in originals[kind].items():
        (path := tmp_path / name).write_bytes(content)
        check(readers[kind](path, content))


@pytest.mark.parametrize("kind", SHARES)
def test_damaged_file_is_read_or_refused(
    kind: str, originals: dict[str, dict[str, bytes]], readers: dict[str, Any], tmp_path: Path
) -> None:
    for number in range(round(CASES * SHARES[kind])):
        chance = random.Random(f"{SEED} {kind} {number}")
        name = chance.choice([*originals[kind]])
        content = damage(originals[kind][name], chance)
        (path := tmp_path / name).write_bytes(content)
        try:
            with bounded(seconds=70, megabytes=60):
                refusal = read(readers[kind], path, content)
        except Exception as error:
            error.add_note(f"{kind} {number} of seed {SEED}, made from {name}: {path}")
            raise
        assert "\n" not in refusal
        assert not any(word in refusal for word in UNEXPECTED), f"{kind} {number} of seed {SEED}: {refusal}"


def read(reader: Callable[[Path, bytes], object], path: Path, content: bytes) -> str:
    """Read a file; returns why that is refused, or nothing."""
    try:
        check(reader(path, content))
    except FileError as error:
        return str(error)
    return ""

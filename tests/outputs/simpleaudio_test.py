"""The real simpleaudio, on an ALSA device that writes to a file; and splitting a stream at its silences."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.errors import ChoiceError, DeviceError
from voicecoach.outputs.simpleaudio import MAX_CHUNK, MIN_SILENCE, SilenceSplitter, SimpleaudioOutput
from voicecoach.sound.clip import Samples, to_pcm
from voicecoach.units import SAMPLE_RATE, Frames


@pytest.fixture
def sound_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that ALSA writes to; it opens the file anew for every buffer, so each is appended by a pipe to `cat`."""
    heard = tmp_path / "heard.raw"
    config = tmp_path / "asound.conf"
    config.write_text(f'pcm.!default {{ type file format raw file "|cat >> {heard}" slave.pcm {{ type null }} }}\n')
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    return heard


def feed(output: SimpleaudioOutput, samples: Samples) -> None:
    """Write as the player does: all there is room for, then a short wait."""
    at = 0
    while at < len(samples):
        room = min(output.room(), len(samples) - at)
        output.write(samples[at : at + room])
        at += room
        time.sleep(0.02)


def speech(*parts: tuple[float, float]) -> Samples:
    """Noise followed by silence, with the seconds of each."""
    noise = np.random.default_rng(1).uniform(0.1, 0.5, 10 * SAMPLE_RATE).astype(np.float32)
    return np.concatenate(
        [
            piece
            for loud, silent in parts
            for piece in (noise[: int(loud * SAMPLE_RATE)], np.zeros(int(silent * SAMPLE_RATE), np.float32))
        ]
    )


@pytest.mark.extra("simpleaudio")
def test_only_sound_is_played(sound_card: Path) -> None:
    session = speech((0.3, 0.1), (0.2, 0.4), (0.5, 0.6))
    with closing(SimpleaudioOutput("", "")) as output:
        output.begin()
        output.wait_ready()
        start = len(np.fromfile(sound_card, "<i2")) if sound_card.exists() else 0
        feed(output, session)
        while output.heard() < len(session):
            time.sleep(0.02)
            feed(output, np.zeros(max(0, output.room()), np.float32))
    played = np.fromfile(sound_card, "<i2")[start:]
    expected = to_pcm(session)
    np.testing.assert_array_equal(played[played != 0], expected[expected != 0])


@pytest.mark.extra("simpleaudio")
def test_missing_sound_card_is_device_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "none.conf").write_text("")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "none.conf"))
    with closing(SimpleaudioOutput("", "")) as output:
        output.begin()
        with pytest.raises(DeviceError, match="simpleaudio cannot play"):
            output.wait_ready()


@pytest.mark.extra("simpleaudio")
@pytest.mark.usefixtures("sound_card")
def test_cut_drops_frames_not_due() -> None:
    now = [100.0]
    with closing(SimpleaudioOutput("", "", clock=lambda: now[0])) as output:
        output.begin()
        output.wait_ready()
        assert output.heard() == 0
        output.write(np.zeros(12_000, np.float32))
        now[0] += 0.2
        assert output.heard() == Frames(9600) - output.LATENCY
        assert output.cut() == 12_000 - 9600
        now[0] += 5
        assert output.heard() == 9600 - output.LATENCY


def test_missing_extra_names_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simpleaudio", None)
    with pytest.raises(ChoiceError, match=r"not installed; pip install 'voicecoach\[simpleaudio\]'"):
        SimpleaudioOutput("", "")


@pytest.mark.extra("simpleaudio")
def test_only_default_device_is_supported() -> None:
    with pytest.raises(ChoiceError, match="headset"):
        SimpleaudioOutput("", "headset")


PART = st.tuples(st.booleans(), st.integers(1, 2 * MIN_SILENCE))
"""Whether it is loud, and its frames."""


def stream(parts: list[tuple[bool, int]]) -> Samples:
    silence = np.zeros(MIN_SILENCE + 1, np.float32)
    return np.concatenate([*(np.full(size, loud, np.float32) for loud, size in parts), silence])


@settings(deadline=None)
@given(parts=st.lists(PART, max_size=8), size=st.sampled_from([479, 7200, 48000]))
def test_chunks_add_up_to_stream(parts: list[tuple[bool, int]], size: int) -> None:
    whole = stream(parts)
    splitter, rebuilt = SilenceSplitter(), np.zeros_like(whole)
    for at in range(0, len(whole), size):
        for chunk in splitter.add(whole[at : at + size]):
            rebuilt[chunk.start : chunk.start + len(chunk.samples)] = chunk.samples
    np.testing.assert_array_equal(rebuilt, whole)
    assert not splitter.incomplete


def test_only_long_silence_splits() -> None:
    whole = stream([(True, 100), (False, MIN_SILENCE - 1), (True, 100), (False, MIN_SILENCE + 1), (True, 50)])
    assert [(chunk.start, len(chunk.samples)) for chunk in SilenceSplitter().add(whole)] == [
        (0, MIN_SILENCE + 199),
        (2 * MIN_SILENCE + 200, 50),
    ]


def test_chunk_is_incomplete_until_long_silence() -> None:
    splitter = SilenceSplitter()
    assert splitter.add(np.ones(100, np.float32)) == []
    assert splitter.incomplete
    assert splitter.add(np.zeros(MIN_SILENCE, np.float32)) == []
    assert len(splitter.add(np.zeros(1, np.float32))) == 1
    assert not splitter.incomplete


def test_endless_sound_is_split() -> None:
    (chunk,) = SilenceSplitter().add(np.ones(MAX_CHUNK + 1, np.float32))
    assert len(chunk.samples) == MAX_CHUNK + 1


def test_restart_sets_position() -> None:
    splitter = SilenceSplitter()
    splitter.add(np.ones(100, np.float32))
    splitter.restart(40)
    assert not splitter.incomplete
    (chunk,) = splitter.add(stream([(False, 10), (True, 5)]))
    assert (chunk.start, len(chunk.samples)) == (50, 5)

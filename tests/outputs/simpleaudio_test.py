"""The real simpleaudio, on an ALSA device that writes what it is given into a file."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from voicecoach.errors import ChoiceError, DeviceError
from voicecoach.outputs.simpleaudio import SimpleaudioOutput
from voicecoach.sound.clip import to_pcm
from voicecoach.units import SAMPLE_RATE, Frames


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file; ALSA opens it anew for every buffer, so each is appended by a pipe to `cat`."""
    heard = tmp_path / "heard.raw"
    settings = tmp_path / "asound.conf"
    settings.write_text(f'pcm.!default {{ type file format raw file "|cat >> {heard}" slave.pcm {{ type null }} }}\n')
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(settings))
    return heard


def fed(output: SimpleaudioOutput, samples: np.ndarray) -> None:
    """As the player does it: all it has room for, then a short wait."""
    at = 0
    while at < len(samples):
        room = min(output.room(), len(samples) - at)
        output.write(samples[at : at + room])
        at += room
        time.sleep(0.02)


def speech(*parts: tuple[float, float]) -> np.ndarray:
    """Noise and the silence after it, seconds each."""
    noise = np.random.default_rng(1).uniform(0.1, 0.5, 10 * SAMPLE_RATE).astype(np.float32)
    pieces = [
        np.concatenate([noise[: int(loud * SAMPLE_RATE)], np.zeros(int(still * SAMPLE_RATE), np.float32)])
        for loud, still in parts
    ]
    return np.concatenate(pieces)


@pytest.mark.extra("simpleaudio")
def test_every_stretch_is_played_whole_and_silence_is_not_played(card):
    session = speech((0.3, 0.1), (0.2, 0.4), (0.5, 0.6))
    with closing(SimpleaudioOutput("", "")) as output:
        output.begin()
        output.wait_ready()
        tried = len(np.fromfile(card, "<i2")) if card.exists() else 0
        fed(output, session)
        while output.heard() < len(session):
            time.sleep(0.02)
            fed(output, np.zeros(max(0, output.room()), np.float32))
    loud = np.concatenate([session[: int(0.6 * SAMPLE_RATE)], session[int(1.0 * SAMPLE_RATE) : int(1.5 * SAMPLE_RATE)]])
    got = np.fromfile(card, "<i2")[tried:]
    np.testing.assert_array_equal(got[got != 0], to_pcm(loud)[to_pcm(loud) != 0])


@pytest.mark.extra("simpleaudio")
def test_a_missing_sound_card_is_told(tmp_path, monkeypatch):
    (tmp_path / "none.conf").write_text("")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "none.conf"))
    with closing(SimpleaudioOutput("", "")) as output:
        output.begin()
        with pytest.raises(DeviceError, match="simpleaudio cannot play"):
            output.wait_ready()


@pytest.mark.extra("simpleaudio")
@pytest.mark.usefixtures("card")
def test_its_clock_runs_from_the_first_frame_and_a_cut_takes_back_what_is_not_due():
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


def test_where_it_is_not_installed_the_command_to_install_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "simpleaudio", None)
    with pytest.raises(ChoiceError, match=r"not installed; pip install 'voicecoach\[simpleaudio\]'"):
        SimpleaudioOutput("", "")


@pytest.mark.extra("simpleaudio")
def test_it_plays_on_the_default_device_only():
    with pytest.raises(ChoiceError, match="headset"):
        SimpleaudioOutput("", "headset")

"""Loudness and true peak, compared with an independent meter: ffmpeg's ebur128."""

import math
import re
import subprocess
import wave

import numpy as np
import pytest

from voicecoach.sound.clip import fade_edges, to_pcm
from voicecoach.sound.loudness import integrated_loudness, true_peaks, weighted_energies

NOISE = np.random.default_rng(1)


def tone(hz, seconds, level=0.1):
    """A sine with soft edges: a sudden start rings differently in every interpolation filter."""
    return fade_edges((level * np.sin(2 * np.pi * hz * np.arange(round(48_000 * seconds)) / 48_000)).astype(np.float32))


def bursts():
    """Noise that comes and goes like speech, with pauses for the gate to leave out."""
    swell = np.repeat(NOISE.uniform(0, 1, 60) ** 2, 4800) * (np.arange(288_000) // 48_000 % 3 != 1)
    return (0.2 * swell * NOISE.standard_normal(288_000)).astype(np.float32)


SOUNDS = {
    "a low tone": tone(60, 2),
    "a middle tone": tone(997, 3),
    "a high tone": tone(8_000, 2),
    "a single block": tone(440, 0.4),
    "half a block more": tone(440, 0.65),
    "noise": (0.05 * NOISE.standard_normal(96_000)).astype(np.float32),
    "loud and soft": np.concatenate([tone(500, 2, 0.5), tone(500, 2, 0.01)]),
    "bursts": bursts(),
}


@pytest.fixture
def ffmpeg(tmp_path):
    """Measures integrated loudness (LUFS) and true peak (dBTP)."""

    def measure(samples):
        path = tmp_path / "sound.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(48_000)
            file.writeframes(to_pcm(samples).tobytes())
        command = [
            "ffmpeg",
            "-hide_banner",
            "-nostats",
            "-i",
            path,
            "-af",
            "ebur128=peak=true",
            "-f",
            "null",
            "-",
        ]
        report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        summary = report[report.rindex("Summary:") :]
        return tuple(float(re.search(rf"{what}:\s+(\S+)", summary)[1]) for what in ("I", "Peak"))

    return measure


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", SOUNDS)
def test_loudness_agrees_with_ffmpeg(name, ffmpeg):
    assert integrated_loudness(weighted_energies(SOUNDS[name])) == pytest.approx(ffmpeg(SOUNDS[name])[0], abs=0.1)


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", SOUNDS)
def test_true_peak_agrees_with_ffmpeg(name, ffmpeg):
    ours = 20 * math.log10(true_peaks(SOUNDS[name]).max())
    assert ours == pytest.approx(ffmpeg(SOUNDS[name])[1], abs=0.2)


def test_standard_reference_tone_measures_minus_three():
    assert integrated_loudness(weighted_energies(tone(997, 3, 1.0))) == pytest.approx(-3.01, abs=0.02)


def test_energy_grows_with_the_square():
    assert weighted_energies(tone(300, 1, 0.2)) == pytest.approx(4 * weighted_energies(tone(300, 1, 0.1)), rel=1e-3)


def test_short_or_silent_sound_has_no_loudness():
    assert integrated_loudness(weighted_energies(tone(440, 0.399))) == -math.inf
    assert integrated_loudness(weighted_energies(np.zeros(48_000, np.float32))) == -math.inf


def test_true_peak_lies_between_samples():
    """A sine at a quarter of the rate, sampled halfway up its slopes: samples stay at 0.707, the wave reaches 1."""
    at = np.arange(4800)
    wave_between = np.sin(np.pi / 2 * at + np.pi / 4).astype(np.float32)
    assert np.abs(wave_between).max() == pytest.approx(0.7071, abs=1e-3)
    assert true_peaks(wave_between)[50] == pytest.approx(1.0, abs=0.01)

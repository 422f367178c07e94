"""A user's own sound files."""

import wave

import av
import numpy as np
import pytest

from voicecoach.errors import FileError
from voicecoach.timeline import Sound
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.synthesizer import Synthesizer
from voicecoach.voices.tones_engine import TONES


def gong(path, seconds, rate=44_100, channels=2, level=0.3):
    """Write a sine with PyAV, in the format of the path's suffix."""
    at = np.arange(round(seconds * rate)) / rate
    samples = np.tile(level * np.sin(2 * np.pi * 500 * at), (channels, 1)).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream({".wav": "pcm_s16le", ".mp3": "libmp3lame", ".flac": "flac"}[path.suffix], rate)
        stream.layout = {1: "mono", 2: "stereo"}[channels]
        frame = av.AudioFrame.from_ndarray(samples, "fltp", stream.layout.name)
        frame.rate = rate
        resampler = av.AudioResampler(stream.format, stream.layout, rate, frame_size=1152)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def synthesizer():
    with Synthesizer(TONES, ClipCache()) as synthesizer:
        yield synthesizer


@pytest.mark.parametrize(("suffix", "channels"), [(".wav", 2), (".wav", 1), (".flac", 2), (".mp3", 2)])
def test_any_format_becomes_a_clip(synthesizer, tmp_path, suffix, channels):
    path = gong(tmp_path / f"gong{suffix}", 1.2345, channels=channels)
    clip = synthesizer.clip(Sound("gong", str(path)))
    assert clip.length % 48 == 0
    assert clip.length / 48_000 == pytest.approx(1.2345, abs=0.06)
    assert 0.05 < np.abs(clip.samples).max() < 0.69


def test_changed_content_is_loaded_again(synthesizer, tmp_path):
    path = gong(tmp_path / "gong.wav", 1)
    first = synthesizer.lengths([Sound("gong", str(path))])
    gong(path, 2)
    with Synthesizer(TONES, ClipCache()) as later:
        assert later.lengths([Sound("gong", str(path))]) != first


def test_files_over_a_minute_are_refused(synthesizer, tmp_path):
    path = tmp_path / "song.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(2 * 8_000 * 61))
    with pytest.raises(FileError, match=r"song\.wav: longer than 60 s; cut it"):
        synthesizer.lengths([Sound("song", str(path))])


@pytest.mark.parametrize("content", [b"", b"not a sound", b"RIFF\0\0\0\0WAVE"])
def test_a_file_without_sound_is_named(synthesizer, tmp_path, content):
    path = tmp_path / "noise.wav"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"noise\.wav: "):
        synthesizer.lengths([Sound("noise", str(path))])

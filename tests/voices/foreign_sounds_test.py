"""Sound files that are damaged, hostile, or of another kind than their names say: a clip, or one error."""

from __future__ import annotations

import os
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from bounded import bounded

from voicecoach.containers import name_container
from voicecoach.errors import SoundFileError
from voicecoach.timeline import Sound
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.synthesizer import Synthesizer
from voicecoach.voices.tones_engine import TONES

UNKNOWN = "not a WAV, FLAC, Ogg, MP3, M4A or AIFF file; export it again, as WAV for example"
PLAIN_MP3 = {"write_xing": "0", "id3v2_version": "0"}


@pytest.fixture(scope="module")
def sounds() -> Iterator[Synthesizer]:
    """One for all tests, whose process each damaged file leaves in order."""
    with Synthesizer(TONES, ClipCache()) as synthesizer:
        yield synthesizer


def length(sounds: Synthesizer, path: Path) -> float:
    """Seconds of the clip, which are read within limits."""
    sound = Sound(path.name, str(path))
    with bounded(seconds=20, megabytes=60):
        samples = sounds.clip(sound).samples
    assert np.isfinite(samples).all()
    return len(samples) / 48_000


def refused(sounds: Synthesizer, path: Path) -> str:
    """The message about a file."""
    with pytest.raises(SoundFileError) as error:
        length(sounds, path)
    return str(error.value).removeprefix(f"{path}: ")


def write_wav(path: Path, seconds: float = 0.2) -> bytes:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(1, 161)) * round(seconds * 100))
    return path.read_bytes()


def encode(path: Path, codec: str, rate: int, channels: int = 1, **options: str) -> bytes:
    """A fifth of a second of a sine, written by PyAV."""
    samples = np.tile(0.3 * np.sin(np.arange(rate // 5) / 10), (channels, 1)).astype(np.float32)
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate)
        stream.layout = {1: "mono", 2: "stereo"}[channels]
        frame = av.AudioFrame.from_ndarray(samples, "fltp", stream.layout.name)
        frame.rate = rate
        resampler = av.AudioResampler(stream.format, stream.layout, rate, frame_size=stream.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path.read_bytes()


def test_latin_tags_are_read(sounds: Synthesizer, tmp_path: Path) -> None:
    title = b"INFOINAM" + struct.pack("<I", 4) + "Gön".encode("latin-1") + b"\0"
    content = write_wav(path := tmp_path / "gong.wav")
    path.write_bytes(content[:12] + b"LIST" + struct.pack("<I", len(title)) + title + content[12:])
    assert length(sounds, path) == 0.2
    path = tmp_path / "gong.mp3"
    encode(path, "libmp3lame", 44_100)
    path.write_bytes(path.read_bytes() + b"TAG" + "Gön".encode("latin-1").ljust(125, b"\0"))
    assert length(sounds, path) == pytest.approx(0.2, abs=0.06)


def test_format_may_change_on_the_way(sounds: Synthesizer, tmp_path: Path) -> None:
    first = encode(tmp_path / "first.mp3", "libmp3lame", 44_100, 2, **PLAIN_MP3)
    second = encode(tmp_path / "second.mp3", "libmp3lame", 22_050, **PLAIN_MP3)
    (path := tmp_path / "both.mp3").write_bytes(first + second)
    assert length(sounds, path) == pytest.approx(0.4, abs=0.12)


def test_chained_ogg_is_refused(sounds: Synthesizer, tmp_path: Path) -> None:
    first, second = (encode(tmp_path / f"{count}.ogg", "libopus", 48_000, count) for count in (2, 1))
    (path := tmp_path / "chain.ogg").write_bytes(first + second)
    assert refused(sounds, path).startswith("it cannot be decoded: Not yet implemented")


@pytest.mark.parametrize(
    "content",
    [
        "ffconcat version 1.0\nfile secret.wav\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.wav\n#EXT-X-ENDLIST\n",
        "<?xml version='1.0'?><smil/>",
        "v=0\nm=audio 5004 RTP/AVP 0\nc=IN IP4 127.0.0.1\n",
        "\ufeffGong!",
        "",
    ],
)
def test_lists_of_files_are_not_sound(sounds: Synthesizer, tmp_path: Path, content: str) -> None:
    """FFmpeg would open what they name, outside the folder or on the network."""
    write_wav(tmp_path / "secret.wav")
    for name in ("gong.wav", "gong.mp3", "gong.m3u8"):
        (tmp_path / name).write_text(content, "utf-16" if content[:1] == "\ufeff" else "utf-8")
        assert refused(sounds, tmp_path / name) == UNKNOWN


def sparse(path: Path, start: bytes, size: int, end: bytes = b"") -> Path:
    """A file of `size` bytes that takes no room on the disk."""
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size - len(end))
        file.seek(0, os.SEEK_END)
        file.write(end)
    return path


def test_huge_files_are_not_read(sounds: Synthesizer, tmp_path: Path) -> None:
    content = write_wav(tmp_path / "short.wav")
    cut = sparse(tmp_path / "cut.wav", content[:40] + struct.pack("<I", 3 << 30), 3 << 30)
    junk = content[:12] + b"JUNK" + struct.pack("<I", 400_000_000)
    padded = sparse(tmp_path / "padded.wav", junk, 400_000_000 + 8 + len(content), content[12:])
    for path in (cut, padded):
        assert refused(sounds, path) == "Larger than 100 MB; export it again, as WAV for example"


def test_samples_that_are_not_numbers(sounds: Synthesizer, tmp_path: Path) -> None:
    content = encode(path := tmp_path / "gong.wav", "pcm_f32le", 8_000)
    for value in (float("nan"), float("inf"), 1e30):
        path.write_bytes(content[:-40] + struct.pack("<f", value) + content[-36:])
        assert refused(sounds, path) == "its samples are out of range; export it again, as WAV for example"


def test_other_kinds_of_file(sounds: Synthesizer, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "endless.wav").symlink_to("/dev/zero")
    (tmp_path / "folder.wav").mkdir()
    for name, what in (("pipe", "Not a regular file"), ("endless", "Not a regular file"), ("folder", "Is a directory")):
        assert refused(sounds, tmp_path / f"{name}.wav").startswith(what)


def test_damaged_file_is_tried_once(tmp_path: Path) -> None:
    (path := tmp_path / "gong.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    with Synthesizer(TONES, ClipCache()) as sounds:
        first = refused(sounds, path)
        sounds.sounds.end()
        sounds.sounds._sandbox = None  # a second try would start a process
        assert refused(sounds, path) == first
        assert sounds.sounds._sandbox is None
        write_wav(path)
        assert length(sounds, path) == 0.2


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.aiff", "pcm_s16be"), ("a.flac", "flac"), ("a.ogg", "libopus"), ("a.m4a", "aac"), ("b.m4a", "alac")],
)
def test_content_names_the_format(sounds: Synthesizer, tmp_path: Path, name: str, codec: str) -> None:
    encode(tmp_path / name, codec, 48_000)
    path = (tmp_path / name).rename(tmp_path / "misnamed.wav")
    assert length(sounds, path) == pytest.approx(0.2, abs=0.06)


def test_flac_may_follow_an_id3_tag(sounds: Synthesizer, tmp_path: Path) -> None:
    content = encode(path := tmp_path / "gong.flac", "flac", 48_000)
    path.write_bytes(b"ID3\3\0\0\0\0\0\x14" + bytes(20) + content)
    assert length(sounds, path) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(
    "head",
    [b"", b"\xff", b"\xff\xfe\0\0", b"RIFF\0\0\0\0AVI ", b"FORM\0\0\0\0ILBM", b"ID", b"\0\0\0\0\0\0\0\0\0\0\0\0"],
)
def test_other_beginnings_name_no_container(head: bytes) -> None:
    assert name_container(head) is None

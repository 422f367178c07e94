"""The frames of an MP3 and its header, read byte by byte, and its seek table, as ffmpeg uses it."""

import itertools
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import BitrateMode

from voicecoach.exporter.lame_header import LameHeader
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Placement, Sound, Source, Timeline
from voicecoach.units import Frames

BIT_RATES = {
    48_000: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    24_000: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
TREBLE = 16
"""Smoothing of the noise that leaves treble."""


@dataclass(frozen=True)
class Frame:
    """A frame of sound."""

    start: int
    """Its first byte in the file."""
    sample_rate: int
    bit_rate: int
    content: bytes


def frames_of(path: Path) -> list[Frame]:
    """All frames behind the tag; each must begin where the one before ends."""
    data, frames = path.read_bytes(), []
    at = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    while at < len(data):
        assert data[at] == 0xFF
        rate = {0b11111: 48_000, 0b11110: 24_000}[data[at + 1] >> 3 | 0b00010]
        bit_rate = BIT_RATES[rate][data[at + 2] >> 4]
        frames.append(Frame(at, rate, bit_rate, data[at : at + 3 * bit_rate]))
        at += 3 * bit_rate
    return frames


def seek_table(path: Path) -> bytes:
    content = frames_of(path)[0].content
    at = content.index(b"Xing") + 16
    return content[at : at + 100]


def with_gong(made: Any, rate: int) -> Any:
    """The session with a sound of its own in place of the first word: two tones, one of them at `rate`."""
    (first, *others) = made.timeline.placements
    time = np.arange(first.length) / 48_000
    tones = (0.3 * np.sin(2 * np.pi * 800 * time) + 0.03 * np.sin(2 * np.pi * rate * time)) * np.hanning(first.length)
    gong = Clip(tones.astype(np.float32))
    placements = (Placement(first.start, gong.length, Sound("gong", "/gong.wav"), 0), *others)

    class WithGong(type(made)):  # type: ignore[misc]
        def clip(self, source: Source) -> Clip:
            return gong if isinstance(source, Sound) else super().clip(source)

    return WithGong(replace(made.timeline, placements=placements))


@pytest.mark.parametrize(("smoothing", "rate", "lowest"), [(24, 24_000, 8), (TREBLE, 48_000, 32)])
@pytest.mark.parametrize("channels", [1, 2])
def test_silence_has_lowest_bit_rate(
    session: Callable[..., Any], tmp_path: Path, smoothing: int, rate: int, lowest: int, channels: int
) -> None:
    made = replace(session(12_345), smoothing=smoothing)
    made.export(path := tmp_path / "s.mp3", channels=channels)
    header, *frames = frames_of(path)
    assert {frame.sample_rate for frame in (header, *frames)} == {rate}
    assert {frame.bit_rate for frame in frames} == {lowest, 96}
    silent = sum(frame.bit_rate == lowest for frame in frames) * 0.024
    assert silent > 12.345 - 12 * (0.7 + 5 * 0.024)
    assert mutagen.File(path).info.bitrate_mode is BitrateMode.VBR


@pytest.mark.parametrize(("pitch", "rate"), [(9_000, 24_000), (15_000, 48_000)])
def test_treble_of_a_gong_is_kept(session: Callable[..., Any], tmp_path: Path, pitch: int, rate: int) -> None:
    with_gong(session(3_000), pitch).export(path := tmp_path / "s.mp3")
    assert frames_of(path)[1].sample_rate == rate


@pytest.mark.parametrize(("bit_rate", "rate"), [(32, 24_000), (160, 24_000), (192, 48_000), (320, 48_000)])
def test_sample_rate_by_bit_rate(session: Callable[..., Any], tmp_path: Path, bit_rate: int, rate: int) -> None:
    session(3_000).export(path := tmp_path / "s.mp3", bit_rate=bit_rate)
    assert {frame.sample_rate for frame in frames_of(path)} == {rate}
    assert max(frame.bit_rate for frame in frames_of(path)[1:]) == bit_rate


@pytest.mark.parametrize("smoothing", [24, TREBLE])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("length", [1, 3_000])
def test_header_gives_exact_length(
    session: Callable[..., Any], tmp_path: Path, smoothing: int, channels: int, length: int
) -> None:
    """It has the sizes, and the encoder's delay and padding (http://gabriel.mp3-tech.org/mp3infotag.html)."""
    replace(session(length), smoothing=smoothing).export(path := tmp_path / "s.mp3", channels=channels)
    header, *frames = frames_of(path)
    start = min(header.content.find(name) for name in (b"Xing", b"Info") if name in header.content)
    count, size = struct.unpack_from(">II", header.content, start + 8)
    assert (count, size) == (len(frames), path.stat().st_size - header.start)
    packed = int.from_bytes(header.content[start + 141 : start + 144], "big")
    samples = 1152 if header.sample_rate == 48_000 else 576
    padded = count * samples - (packed >> 12) - (packed & 0xFFF)
    assert padded == length * header.sample_rate // 1000


def test_seek_table_has_the_frames(session: Callable[..., Any], tmp_path: Path) -> None:
    """Each hundredth of the time, rounded down to a 256th of the bytes."""
    session(60_000).export(path := tmp_path / "s.mp3")
    header, *frames = frames_of(path)
    total = path.stat().st_size - header.start
    for percent, entry in enumerate(seek_table(path)):
        wanted = frames[len(frames) * percent // 100].start - header.start if percent else 0
        found = entry * total / 256
        assert found <= wanted < found + total / 256
    assert len(set(seek_table(path))) > 90


def test_seek_table_of_constant_rate_is_even(session: Callable[..., Any], tmp_path: Path) -> None:
    """A sound without silence is encoded as a whole."""
    made = session(40_000)
    wind = Placement(Frames(0), made.timeline.length, Sound("wind"), 0)
    noise = Clip(np.random.default_rng(7).uniform(-0.1, 0.1, wind.length).astype(np.float32))

    class Windy(type(made)):  # type: ignore[misc]
        def clip(self, source: Source) -> Clip:  # noqa: ARG002
            return noise

    timeline: Timeline = replace(made.timeline, placements=(wind,))
    Windy(timeline).export(path := tmp_path / "s.mp3")
    header, *frames = frames_of(path)
    assert {frame.bit_rate for frame in frames} == {96}
    at = header.content.index(b"Info") + 16
    assert all(abs(entry - 2.56 * percent) <= 1 for percent, entry in enumerate(header.content[at : at + 100]))
    assert mutagen.File(path).info.bitrate_mode is BitrateMode.CBR


def test_seek_table_of_a_day() -> None:
    """A day of silence that ends with sound: the table stays in order and within its byte."""
    silence, sound = b"\xff\xf3\x14\xc4" + bytes(20), b"\xff\xf3\xa4\xc4" + bytes(284)
    header = LameHeader(silence)
    for packet in itertools.chain(itertools.repeat(silence, 3_600_000), itertools.repeat(sound, 30_000)):
        header.add(packet)
    content = header.render(0, 24 * 3600 * 48_000)
    table = content[content.index(b"Xing") + 16 :][:100]
    assert list(table) == sorted(table)
    assert table[99] == 256 * (192 + 24 * 3_593_700) // (192 + 24 * 3_600_000 + 288 * 30_000)


@pytest.mark.system("ffmpeg")
def test_fast_seek_lands_near(session: Callable[..., Any], tmp_path: Path) -> None:
    """With `fastseek`, as browsers seek, ffmpeg jumps to an entry of the table, rounded down."""
    session(60_000).export(path := tmp_path / "s.mp3")
    _, *frames = frames_of(path)
    for second in (7.2, 31.2, 58.2):
        command = [
            "ffprobe",
            "-v",
            "error",
            "-fflags",
            "fastseek",
            "-read_intervals",
            f"{second}%+#1",
            "-of",
            "csv=p=0",
        ]
        output = subprocess.run(
            [*command, "-select_streams", "a", "-show_entries", "packet=pos", path], capture_output=True, check=True
        ).stdout
        read = next(number for number, frame in enumerate(frames) if frame.start == int(output.strip(b",\n")))
        assert abs(read * 0.024 - second) < 1.2


@pytest.mark.parametrize("moves", [255, 256, 300, 1_200])
def test_nested_table_of_contents(session: Callable[..., Any], tmp_path: Path, moves: int) -> None:
    """A table counts its entries in one byte. Each chapter is in exactly one of them, in order."""
    titles = [f"Move {number}" for number in range(moves)]
    made = session(3_000, *((2 * number, title) for number, title in enumerate(titles)))
    made.export(path := tmp_path / "s.mp3")
    found = ID3(path, translate=False)
    tables = {table.element_id: table for table in found.getall("CTOC")}

    def listed(name: str) -> list[str]:
        entries = tables.pop(name).child_element_ids
        assert 0 < len(entries) <= 255
        return [chapter for entry in entries for chapter in (listed(entry) if entry in tables else [entry])]

    assert [name for name, table in tables.items() if int(table.flags) == 3] == ["toc"]
    chapters = [found[f"CHAP:{name}"] for name in listed("toc")]
    assert tables == {}
    assert [chapter.sub_frames["TIT2"].text[0] for chapter in chapters] == titles

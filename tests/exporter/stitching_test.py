"""Stitched files, compared with files encoded as a whole, as ffmpeg decodes them."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.exporter import FORMATS
from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.metadata import Metadata, Tags
from voicecoach.exporter.segments import PacketGrid, find_segments
from voicecoach.exporter.stitching import quantize
from voicecoach.sound.clip import Clip
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Placement, Sound, Span
from voicecoach.units import SAMPLE_RATE, Frames, Ms, frames
from voicecoach.voices.clip_cache import ClipCache

STITCHED = [name for name, kind in FORMATS.items() if kind.grid and name not in ("m4b", "html")]
LENGTH = 12_345
TREBLE = 16
"""Smoothing that leaves the noise above 11 kHz which MP3 needs 48 kHz for."""
MOVES = ((0, "Side stretch"), (3_874, "Knee to chest"), (8_749, "Cat and cow"))


def decoded(path: Path, *options: str, channels: int = 1) -> np.ndarray:
    """The samples of a file, one row per channel."""
    command = ["ffmpeg", "-v", "error", *options, "-i", str(path), "-map", "0:a", "-ar", "48000", "-f", "f32le", "-"]
    output = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(output, "<f4").reshape(-1, channels).T


def write(path: Path, audio: AudioTrack, metadata: Metadata) -> Path:
    with path.open("w+b") as file:
        FORMATS[path.suffix[1:]].load_writer()(file, metadata, audio)
    return path


def noise_ratio(heard: np.ndarray, played: np.ndarray) -> float:
    """Signal to noise ratio in dB."""
    return float(10 * np.log10((played**2).sum() / ((heard[: len(played)] - played) ** 2).sum()))


def delay(heard: np.ndarray, played: np.ndarray) -> int:
    """The delay in frames, by cross-correlation."""
    size = 1 << (len(heard) + len(played)).bit_length()  # a power of two: other lengths take ten times as long
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size)), size)
    at = int(np.argmax(product))
    return at if at < len(heard) else at - size


@pytest.fixture(
    params=[
        *(pytest.param((name, 1, 24), id=f"{name} mono") for name in STITCHED),
        *(pytest.param((name, 2, 24), id=f"{name} stereo", marks=pytest.mark.slow) for name in STITCHED),
        pytest.param(("mp3", 1, TREBLE), id="mp3 with treble"),
    ]
)
def both(request: pytest.FixtureRequest, session: Callable[..., Any], tmp_path: Path) -> tuple[Any, ...]:
    """The sound as played, stitched and encoded as a whole; the audio; and the packet size."""
    name, channels, smoothing = request.param
    made = replace(session(LENGTH, *MOVES), smoothing=smoothing)
    audio, metadata = made.in_format(name, channels=channels)
    assert audio.grid is not None
    stitched = write(tmp_path / f"stitched.{name}", audio, metadata)
    whole = write(tmp_path / f"whole.{name}", replace(audio, grid=None, segments=()), metadata)
    heard = [decoded(path, channels=channels) for path in (stitched, whole)]
    return made.sound(name), *heard, audio, audio.grid.packet_size


@pytest.mark.system("ffmpeg")
def test_stitched_equals_whole_encoding(both: tuple[Any, ...]) -> None:
    played, stitched, whole, audio, frame = both
    assert abs(stitched.shape[1] - audio.length) < frame
    assert abs(stitched.shape[1] - whole.shape[1]) < frame
    for one, other in zip(stitched, whole, strict=True):
        assert delay(one, played) == 0
        assert noise_ratio(one, played) > noise_ratio(other, played) - 1


@pytest.mark.system("ffmpeg")
def test_no_clicks_at_joints(both: tuple[Any, ...]) -> None:
    """Where packets of silence and sound meet, no step is larger than in the session itself."""
    played, stitched, _, audio, frame = both
    for channel in stitched:
        steps = np.abs(np.diff(channel[: len(played)])) - np.abs(np.diff(played))
        for segment in audio.segments:
            before = steps[max(0, segment.start - 3 * frame) : max(0, segment.start - 1)]
            behind = steps[segment.end : segment.end + 4 * frame]
            assert max([*before, *behind], default=0.0) < 0.002
        # Silence is exact, although an encoder would let the last word ring for seconds.
        for one, other in zip(audio.segments, audio.segments[1:], strict=False):
            assert not np.abs(channel[one.end + 3 * frame : other.start - 2 * frame]).max(initial=0.0) > 1e-6


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", STITCHED)
def test_seeking_finds_the_cue(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    made = session(60_000)
    made.export(path := tmp_path / f"s.{name}")
    played = made.sound(name)
    for second in (7.1, 31.1, 58.1):
        heard = decoded(path, "-ss", str(second), "-t", "0.85")[0]
        expected = played[round(second * SAMPLE_RATE) :][: len(heard)]
        assert abs(delay(heard, expected)) <= 2
        assert noise_ratio(heard, expected) > 10


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize(
    ("name", "options", "late"), [("m4a", ["-ignore_editlist", "1"], 0), ("mp3", ["-f", "mp3"], 1058)]
)
def test_small_delay_without_edit_list(
    session: Callable[..., Any], tmp_path: Path, name: str, options: list[str], late: int
) -> None:
    """The 1058 frames (22 ms) of MP3 are the decoder's own 529 samples, at 24 kHz."""
    made = session(LENGTH)
    made.export(path := tmp_path / f"s.{name}")
    if name == "mp3":  # without the frame that says what to leave out
        content = path.read_bytes()
        path.write_bytes(content[content.index(b"Xing") + 160 :])
    assert abs(delay(decoded(path, *options)[0], made.sound(name)) - late) <= 1


@pytest.mark.parametrize("name", STITCHED)
def test_segments_are_encoded_once(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """Ten words, silence and a cover are stored; a damaged one is made again."""
    with_words = session(23_000)
    cache = ClipCache(tmp_path / "cache")
    one = with_words.export(tmp_path / f"one.{name}", memo=cache)[0].read_bytes()
    files = sorted((tmp_path / "cache").rglob("*.clip"))
    assert len(files) == 12
    times = [file.stat().st_ino for file in files]
    assert with_words.export(tmp_path / f"two.{name}", memo=cache)[0].read_bytes() == one
    assert [file.stat().st_ino for file in files] == times
    files[3].write_bytes(files[3].read_bytes()[:-2] + b"xx")
    assert with_words.export(tmp_path / f"three.{name}", memo=cache)[0].read_bytes() == one
    assert [file.stat().st_ino == time for file, time in zip(files, times, strict=True)].count(False) == 1


def test_settings_are_part_of_the_key(session: Callable[..., Any], tmp_path: Path) -> None:
    cache = ClipCache(tmp_path / "cache")
    for number, manner in enumerate([{}, {"bit_rate": 64}, {"channels": 2}]):
        session(1_000).export(tmp_path / f"{number}.mp3", memo=cache, **manner)
    assert len(list((tmp_path / "cache").rglob("*.clip"))) == 3 * 2 + 1  # the cover


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", STITCHED)
def test_continuous_sound_is_not_stitched(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    made = session(40_000)
    wind = Clip(np.random.default_rng(7).uniform(-0.01, 0.01, 40 * SAMPLE_RATE).astype(np.float32))
    under = Placement(Frames(0), wind.length, Sound("wind"), 0)
    timeline = replace(made.timeline, placements=(under, *made.timeline.placements))

    class Windy(type(made)):  # type: ignore[misc]
        def clip(self, source: Any) -> Clip:
            return wind if source == Sound("wind") else super().clip(source)

    windy = Windy(timeline)
    assert windy.in_format(name)[0].grid is None
    windy.export(path := tmp_path / f"s.{name}")
    heard = decoded(path)[0]
    assert 0 <= len(heard) - timeline.length < 1152
    assert noise_ratio(heard, windy.sound(name)) > 5


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize(("rate", "channels"), [(32, 1), (32, 2), (64, 2), (80, 2), (320, 2)])
def test_mp3_quality_at_every_bit_rate(session: Callable[..., Any], tmp_path: Path, rate: int, channels: int) -> None:
    """Stereo that needs the bits saved in silence is not stitched."""
    made = session(4_345)
    audio, metadata = made.in_format("mp3", bit_rate=1000 * rate, channels=channels)
    assert (audio.grid is None) == (channels == 2 and rate <= 64)
    played = Mix(audio, made.clip).read(0, audio.length)
    asked = write(tmp_path / "asked.mp3", audio, metadata)
    whole = write(tmp_path / "whole.mp3", replace(audio, grid=None, segments=()), metadata)
    one, other = (decoded(path, channels=channels)[0] for path in (asked, whole))
    assert noise_ratio(one, played) > noise_ratio(other, played) - 1


def test_cut_sound_is_not_stitched(session: Callable[..., Any]) -> None:
    made = session(3_000)
    audio, metadata = made.in_format("wav")
    piece = audio.piece(Frames(0), frames(Ms(1_400)))
    grid = FORMATS["mp3"].grid
    assert grid is not None
    moved, _ = quantize(piece, metadata, grid)
    assert moved.length == frames(Ms(1_400))
    assert moved.grid is None


SOMEWHERE = st.lists(st.tuples(st.integers(0, 40_000), st.integers(1, 200)), min_size=1, max_size=12)


@settings(max_examples=50)
@given(SOMEWHERE, st.sampled_from([FORMATS[name].grid for name in STITCHED]), st.integers(0, 50_000))
def test_segments_stay_close_and_apart(found: list[tuple[int, int]], grid: PacketGrid, beyond: int) -> None:
    """A segment moves by half a packet at most, or by a whole one at the start of a file; the order stays."""
    placements, at = [], 0
    for number, (gap, milliseconds) in enumerate(found):
        at += gap
        placements.append(Placement(Frames(at), Frames(48 * milliseconds), Sound(str(number)), number))
        at += 48 * milliseconds
    audio = AudioTrack(
        length=Frames(at + beyond), placements=tuple(placements), clip=lambda _: None, advance=lambda _: None
    )  # type: ignore[arg-type, return-value]
    span = Span("all", Frames(0), audio.length)
    moved, metadata = quantize(audio, Metadata(length=audio.length, tags=Tags(title=""), chapters=(span,)), grid)
    before = find_segments(placements, 6 * grid.packet_size)
    for one, other in zip(before, moved.segments, strict=True):
        assert other.start % grid.packet_size == 0
        assert abs(other.start - one.start) <= (
            grid.packet_size if other.start == grid.first_packet * grid.packet_size else grid.packet_size / 2
        )
        assert other.sound == one.sound
    for one, other in zip(moved.segments, moved.segments[1:], strict=False):
        assert other.start - one.end >= 4 * grid.packet_size
    assert metadata.chapters[0].end <= metadata.length == moved.length
    assert 0 <= moved.length - audio.length <= grid.packet_size

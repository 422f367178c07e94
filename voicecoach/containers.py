"""Opens sound files that may be damaged or hostile, with PyAV.

FFmpeg would guess a file's kind, and some kinds, such as playlists, make it open other files or connections. So the
first bytes name the kind, from a short list, and FFmpeg is given an open file, without any protocol to open another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from voicecoach.errors import FileError
from voicecoach.files import open_regular

if TYPE_CHECKING:
    from av.container import InputContainer

_HEAD = 12
"""Bytes that name a container."""
ID3_HEADER = 10
"""Bytes before the content of an ID3 tag, and of each frame in it."""
_DECODERS = (
    "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_u8", "pcm_s8",
    "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw", "adpcm_ms", "adpcm_ima_wav",
    "adpcm_ima_qt", "flac", "vorbis", "opus", "libopus", "mp3float", "mp3", "aac", "alac",
)  # fmt: skip
"""All that FFmpeg may run on such a file."""
_OPTIONS = {"protocol_whitelist": "none", "codec_whitelist": ",".join(_DECODERS)}


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of sound file."""

    name: str
    """As users know it."""
    demuxer: str
    """FFmpeg's name."""


WAV = Container("WAV", "wav")
FLAC = Container("FLAC", "flac")
OGG = Container("Ogg", "ogg")
MP3 = Container("MP3", "mp3")
MP4 = Container("M4A", "mp4")
AIFF = Container("AIFF", "aiff")
_KINDS = "WAV, FLAC, Ogg, MP3, M4A or AIFF"


@contextmanager
def open_sound(
    path: Path, hint: str, *, limit: int | None = None, expected: Container | None = None
) -> Iterator[InputContainer]:
    """Open a file, of at most `limit` bytes if one is given, of the `expected` container or any of the above.

    Its first stream of sound is one that can be decoded. Tags are read as far as possible, whatever their encoding.
    Raises FileError with `hint`, also for what FFmpeg raises while the file is open; MemoryError passes.
    """
    import av

    try:
        with open_regular(path, limit) as file:
            container = _find_container(file)
            if container is None or expected not in (None, container):
                what = f"its content is not {expected.name}" if expected else f"not a {_KINDS} file"
                raise FileError(f"{path}: {what}", hint)
            file.seek(0)
            with av.open(file, "r", container.demuxer, _OPTIONS, metadata_errors="replace") as opened:
                _check_sound(opened, path, hint)
                yield opened
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise FileError(f"{path}: it cannot be decoded: {error.strerror}", hint) from error
    except OSError as error:
        raise FileError.of(path, error, hint) from error


def _find_container(file: BinaryIO) -> Container | None:
    """Name the container of a file, behind an ID3 tag if there is one."""
    head = file.read(_HEAD)
    if head[:3] != b"ID3":
        return name_container(head)
    file.seek(ID3_HEADER + id3_size(head))
    return FLAC if file.read(4) == b"fLaC" else MP3


def _check_sound(container: InputContainer, path: Path, hint: str) -> None:
    if not container.streams.audio:
        raise FileError(f"{path}: there is no sound in it", hint)
    decoder = container.streams.audio[0].codec_context
    if decoder is None or decoder.name not in _DECODERS:
        raise FileError(f"{path}: its sound is in a format that is not known", hint)


def id3_size(header: bytes) -> int:
    """Bytes of an ID3 tag behind its header."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(header[6:ID3_HEADER], (21, 14, 7, 0), strict=False))


def name_container(head: bytes) -> Container | None:
    """Name the container that begins with these 12 bytes; None for any other kind of file."""
    match head[:4], head[8:12]:
        case (b"RIFF" | b"RF64" | b"RIFX", b"WAVE"):
            return WAV
        case (b"FORM", b"AIFF" | b"AIFC"):
            return AIFF
        case b"fLaC", _:
            return FLAC
        case b"OggS", _:
            return OGG
    if head[4:8] == b"ftyp":
        return MP4
    return MP3 if head[:1] == b"\xff" and head[1:2] and head[1] & 0xE6 == 0xE2 else None  # sync, layer III

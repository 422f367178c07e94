"""Sound files: the chimes that come with voicecoach, and a user's own sounds in any format that PyAV reads."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import FileError
from voicecoach.resources import bundled_folder
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av import AudioFrame

    from voicecoach.sound.clip import Samples
    from voicecoach.timeline import Sound


_MAX_SECONDS = 60
"""A chime is played whole; a longer file was hardly meant as one."""
_REINSTALL_HINT = "it comes with voicecoach: install that again"


def read_chime(name: str) -> bytes:
    """The 16-bit samples of a built-in chime, padded to whole milliseconds. Raises FileError."""
    path = bundled_folder("audio") / f"{name}.wav"
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, SAMPLE_RATE):
                raise FileError(f"{path} is not one channel of 16 bits at 48 kHz", _REINSTALL_HINT)
            pcm = file.readframes(file.getnframes())
    except OSError as error:
        raise FileError.of(path, error, _REINSTALL_HINT) from error
    except (wave.Error, EOFError) as error:
        raise FileError(f"{path}: {error or 'cut short'}", _REINSTALL_HINT) from error
    return pcm + bytes(-len(pcm) % (2 * FRAMES_PER_MS))


def load_sound_file(sound: Sound) -> bytes:
    """A user's sound, decoded and mastered, as 16-bit samples at 48 kHz. Raises FileError."""
    from voicecoach.sound.mastering import master_sound

    return master_sound(decode_sound_file(Path(sound.path or ""))).to_bytes()


def decode_sound_file(path: Path) -> Samples:
    """One channel at 48 kHz. Raises FileError if the file holds no sound, or is longer than a minute."""
    import av
    import numpy as np

    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    parts: list[Samples] = []
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise FileError(f"{path}: there is no sound in it")
            for frame in container.decode(audio=0):
                parts += _to_arrays(resampler.resample(frame))
                if sum(map(len, parts)) > _MAX_SECONDS * SAMPLE_RATE:
                    raise FileError(f"{path}: longer than {_MAX_SECONDS} s", "cut it, a chime is played whole")
            parts += _to_arrays(resampler.resample(None))
    except av.FFmpegError as error:
        raise FileError(f"{path}: {error.strerror}", "is it a sound file?") from error
    if not parts:
        raise FileError(f"{path}: there is no sound in it")
    return np.concatenate(parts)


def _to_arrays(frames: Iterable[AudioFrame]) -> list[Samples]:
    return [frame.to_ndarray().reshape(-1).astype("float32", copy=False) for frame in frames]

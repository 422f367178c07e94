"""Makes the chimes beside this file: `python audio/generate.py [FOLDER]`.

Each is a handful of struck notes or one gliding tone, told from the others with closed eyes: rising opens,
falling closes, to and fro changes sides, and a breath tone moves as the breath does. Everything lies between
400 Hz and 4 kHz, where a phone's speaker still speaks. The same bytes come out everywhere: nothing is random,
and every sample is further from the next rounding than one platform's sine is from another's.
"""

from __future__ import annotations

import sys
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

RATE = 48_000
Wave: TypeAlias = npt.NDArray[np.float64]

# What a tone is made of: (times the pitch, level, share of the ringing). Bars after Fletcher and Rossing,
# "The Physics of Musical Instruments": a free one, and one whose second mode is tuned to about two octaves.
BAR = ((1.0, 1.0, 1.0), (2.756, 0.22, 0.4))
MARIMBA = ((1.0, 1.0, 1.0), (3.93, 0.15, 0.25))
BOWL = ((1.0, 1.0, 1.0), (1.003, 0.6, 1.0), (2.0, 0.25, 0.7), (3.01, 0.1, 0.5))
REED = ((1.0, 1.0, 1.0), (2.0, 0.3, 1.0), (3.0, 0.1, 1.0))

A4, C5, E5, F5, G5 = 440.0, 523.25, 659.26, 698.46, 783.99
A5, B5, C6, D6, E6 = 880.0, 987.77, 1046.50, 1174.66, 1318.51


@dataclass(frozen=True)
class Struck:
    """Notes that are struck and ring out: (second, pitch in Hz, level)."""

    sound: tuple[tuple[float, float, float], ...]
    ring: float
    """Seconds in which a note falls to 1/e."""
    notes: tuple[tuple[float, float, float], ...]
    attack: float = 0.008

    def wave(self, seconds: float) -> Wave:
        """The notes, one over the other."""
        out = np.zeros(round(seconds * RATE))
        for at, pitch, level in self.notes:
            first = round(at * RATE)
            time = np.arange(len(out) - first) / RATE
            strike = level * rise(time, self.attack)
            for ratio, share, ring in self.sound:
                fall = share * np.exp(-time / (self.ring * ring))
                out[first:] += strike * fall * np.sin(2 * np.pi * pitch * ratio * time)
        return out


@dataclass(frozen=True)
class Glide:
    """One breathed tone that moves evenly from a pitch to another."""

    start: float
    end: float
    """Hz."""
    attack: float
    release: float
    """Seconds."""

    def wave(self, seconds: float) -> Wave:
        """The tone with its overtones, swelling and fading."""
        time = np.arange(round(seconds * RATE)) / RATE
        turns = self.start * time + (self.end - self.start) * time**2 / (2 * seconds)
        tone = sum(level * np.sin(2 * np.pi * ratio * turns) for ratio, level, _ in REED)
        return tone * rise(time, self.attack) * rise(time[::-1], self.release)


@dataclass(frozen=True)
class Chime:
    """A sound, how long it is and how loud its highest peak."""

    shape: Struck | Glide
    seconds: float
    decibels: float
    """Of full scale."""

    def samples(self) -> Wave:
        """In steps of 16 bits, not yet rounded; starts and ends in silence."""
        sound = self.shape.wave(self.seconds)
        left = np.arange(len(sound))[::-1] / RATE
        sound *= rise(left, self.seconds / 3)  # what is said next must not sound hurried
        return sound / np.max(np.abs(sound)) * 10 ** (self.decibels / 20) * 32767


def rise(time: Wave, seconds: float) -> Wave:
    """From 0 to 1 without a corner."""
    return np.sin(np.pi / 2 * np.minimum(time / seconds, 1.0)) ** 2


CHIMES = {
    "open": Chime(Struck(BOWL, 0.45, ((0.0, C5, 0.8), (0.22, G5, 0.8), (0.44, E6, 0.9))), 1.5, -9),
    "start": Chime(Struck(BAR, 0.1, ((0.0, G5, 0.7), (0.11, D6, 1.0))), 0.6, -9),
    "end": Chime(Struck(BOWL, 0.11, ((0.0, B5, 0.8), (0.12, E5, 1.0))), 0.7, -9),
    "side": Chime(Struck(MARIMBA, 0.075, ((0.0, F5, 0.9), (0.15, C6, 0.9), (0.3, F5, 0.9), (0.45, C6, 0.9))), 0.9, -9),
    "tick": Chime(Struck(MARIMBA, 0.018, ((0.0, D6, 1.0),), attack=0.004), 0.09, -14),
    "in": Chime(Glide(A4, A5, 0.09, 0.06), 0.3, -14),
    "hold": Chime(Glide(A5, A5, 0.05, 0.14), 0.24, -15),
    "out": Chime(Glide(A5, A4, 0.04, 0.14), 0.3, -14),
    "rest": Chime(Glide(A4, A4, 0.05, 0.14), 0.24, -14),
    "done": Chime(Struck(BOWL, 0.5, ((0.0, G5, 0.7), (0.2, E5, 0.7), (0.4, C5, 0.9), (0.4, C6, 0.3))), 1.5, -9),
}


def write(folder: Path) -> None:
    """Every chime as `NAME.wav` in `folder`: 48 kHz, mono, 16 bits."""
    for name, chime in CHIMES.items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(np.rint(chime.samples()).astype("<i2").tobytes())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)

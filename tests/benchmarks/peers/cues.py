"""A session as the peers are given it: a folder with `cues.json`, each cue's sound as a WAV file, and the whole
session as `session.wav`.

Written by `python cues.py ROUTINE MINUTES FOLDER`, in a process of its own, so that the benchmark stays small.
"""

from __future__ import annotations

import json
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cue", "read"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A sound, and when it comes."""

    start_ms: int
    file: Path
    """48 kHz, one channel, 16 bits. A cue that repeats names the same file."""


def read(folder: Path) -> tuple[int, list[Cue]]:
    """The session's length in milliseconds, and its cues in order."""
    written = json.loads((folder / "cues.json").read_text())
    return written["length_ms"], [Cue(cue["start_ms"], folder / cue["file"]) for cue in written["cues"]]


def write(routine: str, minutes: int, folder: Path) -> None:
    """Compile the session with espeak and write all of it."""
    from voicecoach.app.request import SessionRequest
    from voicecoach.app.session import open_session
    from voicecoach.choices import Choices
    from voicecoach.exporter import export
    from voicecoach.sound.clip import to_pcm
    from voicecoach.units import MINUTE, SAMPLE_RATE, Ms, ms

    choices = Choices(length=Ms(minutes * MINUTE))
    with open_session(SessionRequest(routines=(routine,), voice="espeak", choices=choices)) as session:
        timeline, clip = session.timeline, session.synthesizer.clip
        sources = {placement.source: f"{n:03}.wav" for n, placement in enumerate(timeline.placements)}
        for source, name in sources.items():
            with wave.open(str(folder / name), "wb") as file:
                file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
                file.writeframes(to_pcm(clip(source).samples).tobytes())
        assert all(placement.gain == 1 for placement in timeline.placements)
        cues = [{"start_ms": ms(one.start), "file": sources[one.source]} for one in timeline.placements]
        (folder / "cues.json").write_text(json.dumps({"length_ms": ms(timeline.length), "cues": cues}))
        export(timeline, clip, folder / "session.wav")


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))

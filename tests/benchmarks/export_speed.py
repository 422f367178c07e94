"""Speed of a 30-minute export in multiples of real time: `python tests/benchmarks/export_speed.py`.

The routine is a real one, spoken by espeak into a cache of its own first. Each format is written twice: by `export` in
this process, and by the whole command, including start-up and compiling. The figure in brackets is the ratio to the
required speed. Last, stitching alone is compared with encoding the same sound as a whole.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import Session, open_session
from voicecoach.choices import Choices
from voicecoach.exporter import FORMATS, export
from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.metadata import make_metadata
from voicecoach.exporter.stitching import quantize
from voicecoach.units import MINUTE, SAMPLE_RATE, Ms

WANTED = {"wav": 1000, "flac": 500, "mp3": 80, "m4a": 80, "m4b": 80, "opus": 80, "html": 80}
"""Times real time."""
ROUTINE = ("muscle-knots", 30)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        compare(Path(folder))


def compare(folder: Path) -> None:
    name, minutes = ROUTINE
    choices = Choices(length=Ms(minutes * MINUTE))
    with open_session(SessionRequest(routines=(name,), voice="espeak", choices=choices)) as session:
        seconds = session.timeline.length / SAMPLE_RATE
        print(f"{name}, {seconds / 60:.1f} minutes; times real time, and how often that is what is required")
        for kind in FORMATS:
            clip, kept = session.synthesizer.clip, session.synthesizer.cache
            export(session.timeline, clip, folder / f"warm.{kind}", memo=kept)
            begun = time.perf_counter()
            export(session.timeline, clip, folder / f"alone.{kind}", memo=kept)
            alone = seconds / (time.perf_counter() - begun)
            whole = seconds / command(name, minutes, folder / f"command.{kind}")
            size = (folder / f"alone.{kind}").stat().st_size / 1e6
            required = WANTED[kind]
            print(
                f"{kind:5} export {alone:6.0f} ({alone / required:4.1f})   "
                f"whole command {whole:6.0f} ({whole / required:4.1f})   {size:6.1f} MB"
            )

        for kind, known in FORMATS.items():
            if known.grid is not None:
                compare_stitching(session, kind, folder)


def compare_stitching(session: Session, kind: str, folder: Path) -> None:
    """Time the writer alone, with stitched audio and with blocks."""
    timeline, clip = session.timeline, session.synthesizer.clip
    sound = AudioTrack(
        length=timeline.length,
        placements=timeline.placements,
        clip=clip,
        advance=lambda _: None,
        memo=session.synthesizer.cache,
    )
    grid = FORMATS[kind].grid
    assert grid is not None
    stitched, metadata = quantize(sound, make_metadata(timeline, clip), grid)
    took = []
    for audio in (stitched, replace(stitched, grid=None, segments=())):
        with (folder / f"step.{kind}").open("w+b") as file:
            begun = time.process_time()
            FORMATS[kind].load_writer()(file, metadata, audio)
            took.append(time.process_time() - begun)
    print(
        f"{kind:5} stitched in {took[0]:.2f} s, encoded whole in {took[1]:.2f} s of CPU: {took[1] / took[0]:.1f} (20)"
    )


def command(name: str, minutes: int, file: Path) -> float:
    """Seconds that `voicecoach export` takes."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "voicecoach", "export", "-r", name, "--minutes", str(minutes), "--voice", "espeak",
         "-o", file],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

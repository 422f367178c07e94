"""How many times faster than real time a 30-minute session is exported: `python tests/benchmarks/export_speed.py`.

Real words (espeak, spoken into a cache of its own first) in a real routine. Each format is written twice: by
`export` in this process, and by the whole command, start-up and compiling included. Beside each stands how
often the export fits into the time that is wanted. Then, where files are woven, how much faster that step alone is
than encoding the same sound whole.
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
from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import make_recording
from voicecoach.exporter.stitching.quantize import quantize
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
        print(f"{name}, {seconds / 60:.1f} minutes; times real time, and how often that is what is wanted")
        for kind in FORMATS:
            clip, kept = session.synthesizer.clip, session.synthesizer.cache
            export(session.timeline, clip, folder / f"warm.{kind}", memo=kept)
            begun = time.perf_counter()
            export(session.timeline, clip, folder / f"alone.{kind}", memo=kept)
            alone = seconds / (time.perf_counter() - begun)
            whole = seconds / command(name, minutes, folder / f"command.{kind}")
            size = (folder / f"alone.{kind}").stat().st_size / 1e6
            wanted = WANTED[kind]
            print(
                f"{kind:5} export {alone:6.0f} ({alone / wanted:4.1f})   "
                f"whole command {whole:6.0f} ({whole / wanted:4.1f})   {size:6.1f} MB"
            )

        for kind, known in FORMATS.items():
            if known.grid is not None:
                weave(session, kind, folder)


def weave(session: Session, kind: str, folder: Path) -> None:
    """The writer alone, with woven material and with the same as it comes."""
    timeline, clip = session.timeline, session.synthesizer.clip
    sound = Material(
        length=timeline.length,
        placements=timeline.placements,
        clip=clip,
        progress=lambda _: None,
        memo=session.synthesizer.cache,
    )
    grid = FORMATS[kind].grid
    assert grid is not None
    woven, told = quantize(sound, make_recording(timeline, clip), grid)
    took = []
    for material in (woven, replace(woven, grid=None, segments=())):
        with (folder / f"step.{kind}").open("w+b") as file:
            begun = time.process_time()
            FORMATS[kind].writer()(file, told, material)
            took.append(time.process_time() - begun)
    print(f"{kind:5} woven in {took[0]:.2f} s, encoded whole in {took[1]:.2f} s of CPU: {took[1] / took[0]:.1f} (20)")


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

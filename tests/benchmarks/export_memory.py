"""Peak memory of a 1-hour and an 8-hour export: `python tests/benchmarks/export_memory.py [FORMAT]...`.

Each export runs in a process of its own, whose largest resident size the system tells. The session is a word
of three seconds of noise every six, under 300 names, so that clips come and go as they do in a long session.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

WANTED = {"wav": 150, "flac": 150, "mp3": 150, "m4a": 200, "opus": 150, "html": 200}
"""MB for 8 hours."""
HOURS = (1, 8)


def main(formats: list[str]) -> None:
    print("format   MB at 1 h   MB at 8 h   of what is allowed   more than at 1 h")
    for kind in formats:
        short, long = (measured(kind, hours) for hours in HOURS)
        print(f"{kind:6} {short:10.1f} {long:11.1f} {long / WANTED[kind]:17.0%} {long - short:16.1f} MB")


def measured(kind: str, hours: int) -> float:
    output = subprocess.run(
        [sys.executable, __file__, "--one", kind, str(hours)], check=True, capture_output=True, text=True
    )
    return float(output.stdout)


def one(kind: str, hours: int) -> None:
    """In the child: export, then print the peak in MB."""
    import numpy as np

    from voicecoach.exporter import export
    from voicecoach.sound.clip import Clip
    from voicecoach.timeline import Event, Placement, Source, Span, Timeline, Utterance
    from voicecoach.units import SAMPLE_RATE, Frames
    from voicecoach.voices.clip_cache import ClipCache

    length, word = Frames(hours * 3600 * SAMPLE_RATE), Frames(3 * SAMPLE_RATE)
    starts = [Frames(at) for at in range(0, length - word, 6 * SAMPLE_RATE)]
    timeline = Timeline(
        title="Long", language="en", level=50, length=length,
        placements=tuple(Placement(at, word, Utterance(str(n % 300)), n) for n, at in enumerate(starts)),
        events=tuple(Event("say", at, Frames(at + word), text="Word") for at in starts),
        moves=tuple(Span(f"Move {n}", at, Frames(at + 600 * SAMPLE_RATE)) for n, at in enumerate(starts[::100])),
    )  # fmt: skip

    def clip(source: Source) -> Clip:
        assert isinstance(source, Utterance)
        noise = np.random.default_rng(int(source.text)).normal(0, 0.1, word)
        return Clip(noise.clip(-1, 1).astype(np.float32))

    with tempfile.TemporaryDirectory() as folder:
        export(timeline, clip, Path(folder) / f"long.{kind}", memo=ClipCache(Path(folder)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak / (1e6 if sys.platform == "darwin" else 1e3))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main(sys.argv[1:] or list(WANTED))

"""A session made by one ffmpeg command: every cue an input, delayed, and all of them mixed.

`python ffmpeg_graph.py FOLDER FILE KBIT`, where FOLDER holds `cues.json`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cues import Cue, read

ENCODERS = {".mp3": "libmp3lame", ".m4a": "aac", ".opus": "libopus"}


def main(folder: Path, file: Path, kbit: int) -> None:
    length_ms, cues = read(folder)
    script = folder / "graph.txt"
    script.write_text(graph(cues, length_ms))
    inputs = [part for cue in cues for part in ("-i", cue.file)]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex_script", script, "-map", "[session]",
         "-c:a", ENCODERS[file.suffix], "-b:a", f"{kbit}k", file],
        check=True,
    )  # fmt: skip


def graph(cues: list[Cue], length_ms: int) -> str:
    """Each cue `adelay`ed to its place; `amix` without its own levelling, filled up to the session's end."""
    late = [f"[{n}:a]adelay={cue.start_ms}:all=1[c{n}]" for n, cue in enumerate(cues)]
    mixed = "".join(f"[c{n}]" for n in range(len(cues)))
    end = f"amix=inputs={len(cues)}:normalize=0:dropout_transition=0,apad=whole_dur={length_ms}ms[session]"
    return ";\n".join([*late, mixed + end])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))

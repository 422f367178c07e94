"""A session made with pydub: every cue laid over silence, then exported.

`python pydub_overlay.py FOLDER FILE KBIT`, where FOLDER holds `cues.json`. Needs `pip install pydub` (and, from
Python 3.13 on, `audioop-lts`), and the `ffmpeg` command, which pydub encodes with.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cues import read
from pydub import AudioSegment

# What pydub has to be told beside the file's ending.
WAYS = {
    ".mp3": {"format": "mp3", "codec": "libmp3lame"},
    ".m4a": {"format": "ipod", "codec": "aac"},
    ".opus": {"format": "opus", "codec": "libopus"},
}


def main(folder: Path, file: Path, kbit: int) -> None:
    length_ms, cues = read(folder)
    clips = {cue.file: AudioSegment.from_wav(cue.file) for cue in cues}
    session = AudioSegment.silent(duration=length_ms, frame_rate=48_000)
    for cue in cues:
        session = session.overlay(clips[cue.file], position=cue.start_ms)
    session.export(file, bitrate=f"{kbit}k", **WAYS[file.suffix])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))

"""Prints the cost of speaking, as ratios: `python tests/benchmarks/voices_benchmark.py`."""

import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from voicecoach.errors import VoiceError
from voicecoach.sound.mastering import master_speech
from voicecoach.timeline import Utterance
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.registry import choose_voice
from voicecoach.voices.synthesizer import Synthesizer

CUES = [Utterance(f"Lean over until the whole left side pulls, and count to {count}.") for count in range(300)]


def timed(act):
    start = perf_counter()
    result = act()
    return perf_counter() - start, result


def cold(name, cues):
    """Speak new cues, and compare with their duration."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Synthesizer(choose_voice(name, "en"), ClipCache(Path(folder))) as synthesizer,
    ):
        seconds, lengths = timed(lambda: synthesizer.lengths(cues))
    print(f"{name}, {len(cues)} new cues: {sum(lengths.values()) / 48_000 / seconds:.0f} times real time")


def warm():
    """Read 300 cached cues, as a later session does."""
    with tempfile.TemporaryDirectory() as folder:
        voice = choose_voice("tones", "en")
        with Synthesizer(voice, ClipCache(Path(folder))) as synthesizer:
            synthesizer.lengths(CUES)
        with Synthesizer(voice, ClipCache(Path(folder))) as synthesizer:
            seconds, _ = timed(lambda: synthesizer.lengths(CUES))
            print(f"lengths of 300 cached cues: {seconds * 1000:.1f} ms")
            seconds, clips = timed(lambda: [synthesizer.clip(cue) for cue in CUES])
            ratio = sum(clip.length for clip in clips) / 48_000 / seconds
            print(f"their sound: {ratio:.0f} times real time")


def mastering():
    """Master a clip of three seconds, resampling included."""
    rate = 22_050
    at = np.arange(3 * rate) / rate
    sound = 0.05 * np.abs(np.sin(4 * np.pi * at)) ** 3 * np.random.default_rng(0).laplace(size=len(at))
    master_speech(sound, rate, lambda: 0.0)
    seconds = min(timed(lambda: master_speech(sound, rate, lambda: 0.0))[0] for _ in range(9))
    print(f"mastering: {3 / seconds:.0f} times real time ({seconds * 1000:.1f} ms for 3 s)")


if __name__ == "__main__":
    for name in ("espeak", "piper"):
        try:
            cold(name, CUES[:40])
        except VoiceError as fault:
            print(fault)
    warm()
    mastering()

"""Engines open no network connection and leave no files of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.voices.pyttsx3_engine import SYSTEM_ENGINE

SPEAK = """\
import sys, time
from voicecoach.timeline import Utterance
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.registry import choose_voice
from voicecoach.voices.synthesizer import Synthesizer

voice, seconds = sys.argv[1:]
with Synthesizer(choose_voice(voice, "en"), ClipCache()) as synthesizer:
    synthesizer.lengths([Utterance("Breathe in.")])
    time.sleep(float(seconds))
"""
TELEMETRY_DELAY = 12.0
"""Seconds. onnxruntime 1.32 first connects nine seconds after it was loaded."""

natural = pytest.mark.extra("natural")
ENGINES = [pytest.param("piper", marks=natural), SYSTEM_ENGINE]


def speak(voice: str, home: Path, *tracer: str, seconds: float = 0.0) -> None:
    """Speak one text in a fresh process with an empty home, then stay for so many seconds."""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "VOICECOACH_CACHE": str(home / "clips")}
    command = [*tracer, sys.executable, "-c", SPEAK, voice, str(seconds)]
    subprocess.run(command, env=environment, check=True, timeout=90, capture_output=True)


@pytest.mark.parametrize("voice", ENGINES)
def test_speaking_writes_only_our_cache(voice, tmp_path):
    speak(voice, tmp_path)
    written = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {"clips"}


@pytest.mark.long
@pytest.mark.system("strace")
@pytest.mark.parametrize("voice", ENGINES)
def test_speaking_opens_no_network_connection(voice, tmp_path):
    trace = tmp_path / "trace"
    speak(voice, tmp_path, "strace", "-f", "-e", "trace=socket", "-o", str(trace), seconds=TELEMETRY_DELAY)
    calls = trace.read_text("utf-8")
    assert "+++ exited" in calls
    assert "AF_INET" not in calls

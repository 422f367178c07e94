"""Fifty programs send commands as fast as they can, and not one sample of the sound changes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sound_server import SoundServer

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.player.control_client import connect_to_player, live_sockets, socket_folder
from voicecoach.sound.clip import Samples
from voicecoach.sound.mix import Mix
from voicecoach.units import SAMPLE_RATE

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

ROUTINE = "title: Talk\nsteps:\n  - repeat: 2\n    steps:\n      - {say: Lean over to the left now., then: 0 s}\n"

COMPARED = 2 * SAMPLE_RATE
"""Frames from the first sound on; the flood starts a third of a second later and lasts two seconds."""

FLOOD = r"""
import asyncio, json, sys

LINES = 20 * (b'{"command": ["get_property", "position_ms"], "request_id": 7}\n' b"volume 0\n" b"resume\n" b"}{\n")

async def client(end):
    reader, writer = await asyncio.open_unix_connection(sys.argv[1])
    answers = 0

    async def read():
        nonlocal answers
        while await reader.readline():
            answers += 1

    reading = asyncio.create_task(read())
    try:
        async with asyncio.timeout_at(end):
            while True:
                writer.write(LINES)
                await writer.drain()
    except TimeoutError:
        pass
    reading.cancel()
    writer.close()
    return answers

async def main():
    end = asyncio.get_running_loop().time() + 2
    print(json.dumps(await asyncio.gather(*(client(end) for _ in range(50)))))

asyncio.run(main())
"""


@pytest.fixture
def routine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "talk.yaml"
    path.write_text(ROUTINE)
    return path


def play(routine: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "voicecoach", "play", str(routine), "--voice", "tones", "--no-intro", "--quiet"]
    return subprocess.Popen([*command, "--lead-in", "0"], stderr=subprocess.PIPE, text=True)


def first_seconds(samples: Samples) -> Samples:
    return samples[np.flatnonzero(np.abs(samples) > 0.001)[0] :][:COMPARED]


def record_flooded_session(sound_server: SoundServer, routine: Path) -> Samples:
    """The start of the session as recorded during the flood."""
    with sound_server.record() as recording, play(routine) as playing:
        while not live_sockets(socket_folder()):
            assert playing.poll() is None
            time.sleep(0.002)
        (path,) = live_sockets(socket_folder())
        flood = subprocess.run([sys.executable, "-c", FLOOD, str(path)], capture_output=True, text=True, check=True)
        with connect_to_player() as line:
            line.ask("stop")
        assert (playing.wait(), playing.stderr.read()) == (0, "")
    assert min(json.loads(flood.stdout)) > 0, "a client got no answer"
    return first_seconds(recording.samples)


@pytest.mark.slow
def test_command_flood_is_inaudible(sound_server: SoundServer, routine: Path) -> None:
    request = SessionRequest(routines=(str(routine),), voice="tones", choices=Choices(intro=False))
    with open_session(request) as session:
        expected = first_seconds(Mix(session.timeline, session.synthesizer.clip).read(0, 5 * SAMPLE_RATE))
    # A busy machine can make a gap of its own, but hardly in all of three runs.
    recordings = (record_flooded_session(sound_server, routine) for _ in range(3))
    assert any(np.allclose(heard, expected, atol=0.001) for heard in recordings)

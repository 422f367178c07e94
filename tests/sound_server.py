"""A private PulseAudio whose sinks play nothing and can be recorded."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from voicecoach.sound.clip import Samples

__all__ = ["SinkRecording", "SoundServer", "run_sound_server"]


@dataclass(frozen=True)
class SinkRecording:
    """The sound that a sink played; complete once its `with` block has ended."""

    path: Path

    @property
    def samples(self) -> Samples:
        return np.fromfile(self.path, "<f4")


@dataclass(frozen=True)
class SoundServer:
    """A running PulseAudio."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make programs use this server and no other."""
        return self.environment_in(self.folder)

    @staticmethod
    def environment_in(folder: Path) -> dict[str, str]:
        """The variables for a server that keeps its files in `folder`."""
        return {"XDG_RUNTIME_DIR": str(folder), "PULSE_SERVER": f"unix:{folder}/native"}

    @contextmanager
    def record(self, sink: str = "speaker") -> Iterator[SinkRecording]:
        """Record a sink. Start before the player does: an idle sink answers a new stream 2 s late."""
        path = self.folder / f"{sink}.raw"
        with path.open("wb") as file, self.listen(sink, file) as parec:
            while path.stat().st_size == 0:
                assert parec.poll() is None
                time.sleep(0.001)
            yield SinkRecording(path)

    def unload(self, sink: str) -> None:
        """Remove a sink, as when a headset is out of reach."""
        pactl, environment = ["pactl", "list", "short", "modules"], os.environ | self.environment
        modules = subprocess.run(pactl, capture_output=True, text=True, env=environment, check=True).stdout
        (index,) = [line.split()[0] for line in modules.splitlines() if f"sink_name={sink}" in line]
        subprocess.run(["pactl", "unload-module", index], env=environment, check=True)

    @contextmanager
    def listen(self, sink: str, file: BinaryIO | int) -> Iterator[subprocess.Popen[bytes]]:
        """Run parec on the sink's monitor."""
        form = ["--raw", "--format=float32le", "--rate=48000", "--channels=1", "--latency-msec=20"]
        parec = subprocess.Popen(
            ["parec", "-d", f"{sink}.monitor", *form], stdout=file, env=os.environ | self.environment
        )
        try:
            yield parec
        finally:
            parec.terminate()
            parec.wait()


@contextmanager
def run_sound_server(folder: Path, *, awake: bool = False) -> Iterator[SoundServer]:
    """Run a server that keeps its files in `folder`; idle sinks are 2 s late unless they are `awake`."""
    folder.chmod(0o700)
    mono = f"rate=48000 channels=1 format=float32le norewinds={int(awake)}"
    modules = [
        f"module-native-protocol-unix socket={folder}/native auth-anonymous=1",
        f"module-null-sink sink_name=speaker {mono} sink_properties=device.description=LoudSpeaker",
        f"module-null-sink sink_name=headphones {mono} sink_properties=device.description=HeadPhones",
    ]
    process = subprocess.Popen(
        ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no"]
        + [part for module in modules for part in ("-L", module)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)},
        stderr=subprocess.DEVNULL,
    )
    server = SoundServer(folder, process)
    try:
        while subprocess.run(
            ["pactl", "info"], capture_output=True, env=os.environ | server.environment, check=False
        ).returncode:
            assert process.poll() is None, "PulseAudio ended at once"
        yield server
    finally:
        process.kill()
        process.wait()

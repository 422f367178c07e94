"""A sound server of the tests' own, whose only loudspeaker is a null sink that can be recorded."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from voicecoach.sound.clip import Samples


@dataclass(frozen=True)
class Recording:
    """What parec hears on the monitor of the sink; complete when its `with` has ended."""

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
        """What points programs at this server and at no other."""
        return self.at(self.folder)

    @staticmethod
    def at(folder: Path) -> dict[str, str]:
        """The same for one that keeps all it needs in `folder`."""
        return {"XDG_RUNTIME_DIR": str(folder), "PULSE_SERVER": f"unix:{folder}/native"}

    @contextmanager
    def recorded(self, sink: str = "speaker") -> Iterator[Recording]:
        """Record while the `with` lasts. An idle sink answers a new stream late: start it before the player."""
        path = self.folder / f"{sink}.raw"
        with path.open("wb") as file, self.listening(sink, file) as parec:
            while path.stat().st_size == 0:
                assert parec.poll() is None
                time.sleep(0.001)
            yield Recording(path)

    def unload(self, sink: str) -> None:
        """Take a sink away, as when a headset is out of reach."""
        pactl, environment = ["pactl", "list", "short", "modules"], os.environ | self.environment
        modules = subprocess.run(pactl, capture_output=True, text=True, env=environment, check=True).stdout
        (index,) = [line.split()[0] for line in modules.splitlines() if f"sink_name={sink}" in line]
        subprocess.run(["pactl", "unload-module", index], env=environment, check=True)

    @contextmanager
    def listening(self, sink: str, file: BinaryIO | int) -> Iterator[subprocess.Popen[bytes]]:
        """A parec on the sink's monitor."""
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
def running(folder: Path) -> Iterator[SoundServer]:
    """A server that keeps all it needs in `folder`."""
    folder.chmod(0o700)
    mono = "rate=48000 channels=1 format=float32le"
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


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    # Somebody always listens, so that the sinks are awake in every test.
    with (
        running(tmp_path_factory.mktemp("pulse")) as server,
        server.listening("speaker", subprocess.DEVNULL),
        server.listening("headphones", subprocess.DEVNULL),
    ):
        yield server


@pytest.fixture
def starting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[SoundServer]]:
    """Starts a server that may be killed, and another one in its place."""
    for name, value in SoundServer.at(tmp_path).items():
        monkeypatch.setenv(name, value)
    return partial(running, tmp_path)


@pytest.fixture
def sound_server(_server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> SoundServer:
    """A PulseAudio with the sinks `speaker` (the default) and `headphones`; this process and its own use it."""
    for name, value in _server.environment.items():
        monkeypatch.setenv(name, value)
    return _server

"""A private sound server for tests that play."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from sound_server import SoundServer, run_sound_server


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    # The listeners keep the sinks awake in every test.
    with (
        run_sound_server(tmp_path_factory.mktemp("pulse")) as server,
        server.listen("speaker", subprocess.DEVNULL),
        server.listen("headphones", subprocess.DEVNULL),
    ):
        yield server


@pytest.fixture
def start_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AbstractContextManager[SoundServer]]:
    """Starts a server that may be killed, and another one in its place."""
    for name, value in SoundServer.environment_in(tmp_path).items():
        monkeypatch.setenv(name, value)
    return partial(run_sound_server, tmp_path)


@pytest.fixture
def sound_server(_server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> SoundServer:
    """A PulseAudio with the sinks `speaker` (the default) and `headphones`, used by this process and its children."""
    for name, value in _server.environment.items():
        monkeypatch.setenv(name, value)
    return _server

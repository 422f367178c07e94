"""What all tests share."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a program of the system is skipped where it is missing; in CI that is a failure."""
    for marker in item.iter_markers("system"):
        missing = [program for program in marker.args if shutil.which(program) is None]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}, which this machine does not have")


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests never touch the user's own cache, routines or data."""
    home = tmp_path_factory.mktemp("home")
    os.environ["VOICECOACH_CACHE"] = str(home / "cache")
    os.environ["XDG_DATA_HOME"] = str(home / "data")
    os.environ["XDG_CACHE_HOME"] = str(home / "cache-home")
    os.environ.pop("VOICECOACH_PATH", None)
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)  # a player that is tested is not on the user's desktop


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_arrives() -> None:
    """Programs started by a shell in the background ignore Ctrl-C, and so would all that tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def project() -> Path:
    """The top of the checkout."""
    return Path(__file__).resolve().parents[1]

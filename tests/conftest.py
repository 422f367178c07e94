"""Fixtures of all tests, and how they are shared out among processes."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("promises")
TESTS = Path(__file__).parent
PLAYING = {"outputs", "player", "history", "cli/ctl_test.py", "cli/playing_test.py", "cli/resume_test.py"}
"""Rooms and files whose tests play, measure time, or look at what a player leaves behind."""
EXTRAS = {"natural": "piper", "simpleaudio": "simpleaudio", "letters": "manimgx_fonts_cjk"}
"""An extra and the module that it brings."""
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
"""Empty where the system does not offer the choice."""


def group(path: Path) -> str:
    """The group of tests that run one after the other, in one process: a file, or everything that plays."""
    inside = path.relative_to(TESTS)
    return "playing" if PLAYING & {inside.parts[0], inside.as_posix()} else inside.as_posix()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Shares the groups out among the processes. (Since pytest 9.2, xdist's own `loadgroup` sees no group.)

    Another `--dist` than the default one is respected: tests that only wait may do so side by side.
    """
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(TESTS.parent / nodeid.partition("::")[0])

    return Groups(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep tests that do not play, and all that they start, to one core, so that the playing ones have another."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and CORES:
        own = {CORES[int(worker.removeprefix("gw")) % len(CORES)]}
        os.sched_setaffinity(0, CORES if group(item.path) == "playing" else own)
    skip_what_is_missing(item)


def skip_what_is_missing(item: pytest.Item) -> None:
    """Skip a test whose system program or extra is missing. CI counts a missing program as a failure."""
    for marker in item.iter_markers("system"):
        missing = [program for program in marker.args if shutil.which(program) is None]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}, which this machine does not have")
    for marker in item.iter_markers("extra"):
        if find_spec(EXTRAS[marker.args[0]]) is None:
            pytest.skip(f"needs the extra `{marker.args[0]}`")


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests never touch the user's own cache, routines or data. The processes of one run share the cache."""
    home, base = tmp_path_factory.mktemp("home"), tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["VOICECOACH_CACHE"] = str(shared / "clips")
    os.environ["XDG_DATA_HOME"] = str(home / "data")
    os.environ["XDG_CACHE_HOME"] = str(home / "cache-home")
    os.environ.pop("VOICECOACH_PATH", None)
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)  # a player that is tested is not on the user's desktop


@pytest.fixture(autouse=True, scope="session")
def _signals_arrive() -> None:
    """Heed Ctrl-C and SIGHUP, which jobs in the background and under `nohup` ignore, as do their children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def project() -> Path:
    """The top of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture
def no_more_threads() -> Iterator[pytest.MonkeyPatch]:
    """Python refuses every new thread of this process, as it does when the system has no room; `undo` makes room."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "_start_new_thread", refuse, raising=sys.version_info < (3, 13))
        patch.setattr(threading, "_start_joinable_thread", refuse, raising=sys.version_info >= (3, 13))
        yield patch


@pytest.fixture
def unprivileged() -> Callable[[], AbstractContextManager[None]]:
    """A context in which root has only the rights on files that their modes give; in this thread alone.

    Programs can still be started, even from a folder that only root may enter, and have all rights again.
    """

    @contextmanager
    def lowered() -> Iterator[None]:
        if os.geteuid():
            yield
            return
        libc = ctypes.CDLL(None, use_errno=True)
        header, before = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert libc.capget(header, before) == 0
        after = (ctypes.c_uint32 * 6)(*before)
        after[0] &= ~0b110  # effective CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capabilities(7))
        assert libc.capset(header, after) == 0
        try:
            yield
        finally:
            assert libc.capset(header, before) == 0

    return lowered

"""A sound device's process on a machine that has no room for one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from voicecoach.errors import DeviceError
from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.reconnecting import DeviceSearch
from voicecoach.outputs.ring_buffer import RingBuffer
from voicecoach.outputs.simpleaudio import SimpleaudioOutput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of descriptors")


@contextmanager
def free_descriptors(count: int) -> Iterator[None]:
    """Let the process open only `count` more files."""
    import resource

    RingBuffer(1).close()  # starts what Python needs for the first one
    taken = [os.dup(0) for _ in range(count + 1)]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken[count], before[1]))
    for descriptor in taken:
        os.close(descriptor)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("count", range(4))
def test_too_few_descriptors_is_device_error(count: int) -> None:
    """Whichever step fails: the ring buffer, the pipes or the process."""
    output = DeviceOutput("", "")
    with closing(output), free_descriptors(count), pytest.raises(DeviceError, match="Too many open files"):
        output.begin()


@pytest.mark.system("unshare")
@pytest.mark.skipif(sys.platform != "linux", reason="it has no /dev/shm")
def test_full_shared_memory_is_one_line(project: Path) -> None:
    """Only memory that is set aside beforehand is safe to write to: else the system ends the process (SIGBUS)."""
    play = f"exec {sys.executable} -m voicecoach play cat-cow --voice tones"
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    command = [*unshare, "sh", "-c", f"mount -t tmpfs -o size=4k tmpfs /dev/shm && {play}"]
    played = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=30, check=False)
    assert (played.returncode, played.stdout, played.stderr.count("\n")) == (3, "", 1), played
    assert played.stderr.startswith("there is no shared memory to play through (No space left on device); make room")


BEGIN = """
from contextlib import closing
from voicecoach.outputs.device import DeviceOutput

with closing(DeviceOutput("", "", "voicecoach.outputs.miniaudio:serve_device_list")) as output:
    output.begin()
"""


def test_current_folder_replaces_no_module(tmp_path: Path, project: Path) -> None:
    """Neither in the device's process nor in the one that looks after shared memory."""
    (tmp_path / "multiprocessing.py").write_text("import os, pathlib; pathlib.Path(os.getcwd(), 'ran').touch()")
    command = [sys.executable, "-P", "-c", BEGIN]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(project)}, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["multiprocessing.py"]


@pytest.mark.extra("simpleaudio")
def test_simpleaudio_without_descriptors_is_device_error() -> None:
    output = SimpleaudioOutput("", "")
    with closing(output), free_descriptors(1), pytest.raises(DeviceError, match="Too many open"):
        output.begin()


def test_search_continues_without_descriptors() -> None:
    created: list[DeviceOutput] = []

    def create(name: str) -> DeviceOutput:
        created.append(DeviceOutput("", name))
        return created[-1]

    search = DeviceSearch(create, "", 0.0)
    with free_descriptors(1):
        for now in range(1, 10):
            assert search.poll(float(now)) is None
    assert len(created) > 1
    search.close()

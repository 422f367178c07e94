"""A sound device's process, where there is no room for one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from voicecoach.errors import DeviceError
from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.reconnecting import DeviceSearch
from voicecoach.outputs.ring_buffer import RingBuffer
from voicecoach.outputs.simpleaudio import SimpleaudioOutput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of descriptors")


@contextmanager
def descriptors(count: int) -> Iterator[None]:
    """Only so many more can be had."""
    import resource

    RingBuffer(1).close()  # what Python starts for the first one is there from now on
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
def test_it_is_told_as_a_device_that_does_not_open(count: int):
    """Whichever step it is that fails: the ring's memory, the pipes, the process."""
    with (
        closing(DeviceOutput("", "")) as output,
        descriptors(count),
        pytest.raises(DeviceError, match="Too many open files"),
    ):
        output.begin()


@pytest.mark.extra("simpleaudio")
def test_simpleaudio_without_free_descriptors_is_a_device_error():
    with (
        closing(SimpleaudioOutput("", "")) as output,
        descriptors(1),
        pytest.raises(DeviceError, match="Too many open"),
    ):
        output.begin()


def test_and_a_search_for_one_goes_on():
    made: list[DeviceOutput] = []

    def make(name: str) -> DeviceOutput:
        made.append(DeviceOutput("", name))
        return made[-1]

    search = DeviceSearch(make, "", 0.0)
    with descriptors(1):
        for now in range(1, 10):
            assert search.poll(float(now)) is None
    assert len(made) > 1
    search.close()

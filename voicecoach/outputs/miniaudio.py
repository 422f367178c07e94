"""Sound devices through miniaudio: the default output. Its wheels need nothing from the system.

Everything here runs in the device's own process, where there is no numpy: it would cost 50 ms of the start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

from voicecoach.outputs.output import PING, DeviceInfo, OpenResult
from voicecoach.outputs.ring_buffer import RingBuffer, RingReader
from voicecoach.units import SAMPLE_RATE
from voicecoach.worker import MessageHandler

if sys.modules.setdefault("numpy", None) is None:  # type: ignore[arg-type]
    # miniaudio imports numpy where it can, needs none of it, and takes its absence well.
    import miniaudio

    del sys.modules["numpy"]
import miniaudio

__all__ = ["is_busy", "open_device", "serve_device_list"]

PERIOD_MS = 20
"""Milliseconds between two requests of the device: 31 ms from stop to silence at 1.6 to 2 % of a core; at
50 ms periods it was 74 ms at 0.9 %."""
_PULSE_LATENCY = ("PULSE_LATENCY_MSEC", "40")
"""How PulseAudio's own library (PipeWire serves it, too) is told how many milliseconds its server is to hold; who
has set it knows better. miniaudio asks for one period, and the sound then slips whenever this process is held up for
more than 14 ms; of 40 ms only from 30 ms on, and a pause is heard 9 ms later."""

_BACKENDS = tuple(
    miniaudio.Backend[name]
    for name in (
        *("WASAPI", "DSOUND", "WINMM", "COREAUDIO"),
        *("SNDIO", "AUDIO4", "OSS", "PULSEAUDIO", "ALSA", "JACK"),
    )
)
"""Those that are heard. Left to itself, miniaudio ends with a silent one."""


_MA_BUSY, _MA_FAILED_TO_OPEN = -19, -401
"""MA_BUSY and MA_FAILED_TO_OPEN_BACKEND_DEVICE."""


def open_device(ring_name: str, ring_size: int, device: str) -> MessageHandler:
    """Open the device and let it empty the ring; the answer to every message is the `OpenResult`."""
    _raise_priority()
    os.environ.setdefault(*_PULSE_LATENCY)
    ring = RingBuffer(ring_size, ring_name)
    try:
        opening, playing = _start_device(device, RingReader(ring))
    except miniaudio.MiniaudioError as fault:
        opening, playing = OpenResult(went_well=False, words=_describe_error(fault), busy=is_busy(fault.args[-1])), None

    def answer(message: object, _alive: object = (ring, playing)) -> OpenResult:
        if message == PING and playing:
            _check_present(opening.name, playing[0])
        return opening

    return answer


def _check_present(name: str, device: miniaudio.PlaybackDevice) -> None:
    """Whether its sound system still has it, through a connection of its own: one that hangs does not answer."""
    listing, devices = _list_devices()
    if listing.backend != device.backend or not _find_by_name(name, devices):
        raise miniaudio.MiniaudioError("it is not there any more")


def _raise_priority() -> None:
    """Ask the system to let this process, which does next to nothing, go before others that are busy.

    Linux grants it to root, and to members of the group `audio` where that is set up; the threads begun from now
    on have it too. Elsewhere the sound system sees to it by itself.
    """
    if sys.platform == "linux":
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5))
        except PermissionError:
            with suppress(PermissionError):
                os.nice(-10)


def is_busy(code: object, cards: str = "/dev/snd") -> bool:
    """Whether this result of opening means that another program has the device: ALSA's cards, and WASAPI's
    exclusive devices, serve one at a time.

    For its default device ALSA's own code is lost, so there it means that a card is among `cards`.
    """
    if code == _MA_FAILED_TO_OPEN and Path(cards).is_dir():
        return any(Path(cards).glob("pcm*p"))
    return code == _MA_BUSY


def serve_device_list() -> MessageHandler:
    """The answer to every message is every `DeviceInfo` there is, or the words for why that is unknown."""

    def answer(_: object) -> tuple[DeviceInfo, ...] | str:
        try:
            return tuple(DeviceInfo(name, default) for name, default, _id in _list_devices()[1])
        except miniaudio.MiniaudioError as fault:
            return _describe_error(fault)

    return answer


def _start_device(wanted: str, taker: RingReader) -> tuple[OpenResult, tuple[miniaudio.PlaybackDevice, object] | None]:
    keep: Any = None
    name, device_id = "", None
    if wanted:
        keep, devices = _list_devices()
        found = _find_by_name(wanted, devices)
        if len(found) != 1:
            return OpenResult(went_well=False, choices=tuple(name for name, _, _id in devices)), None
        name, _, device_id = found[0]
    device = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.FLOAT32,
        nchannels=1,
        sample_rate=SAMPLE_RATE,
        buffersize_msec=PERIOD_MS,
        device_id=device_id,
        backends=list(_BACKENDS),
        app_name="voicecoach",
    )
    callback = _playback_callback(taker)
    next(callback)
    device.start(callback)
    return OpenResult(went_well=True, name=name or _default_name()), (device, keep)


def _playback_callback(taker: RingReader) -> Generator[memoryview, int, None]:
    """What miniaudio wants of a callback: it sends how many frames it needs and gets them as bytes."""
    block = memoryview(b"")
    while True:
        count = yield block
        block = taker.take(count).cast("B")


def _find_by_name(wanted: str, devices: list[tuple[str, bool, Any]]) -> list[tuple[str, bool, Any]]:
    exact = [device for device in devices if device[0].casefold() == wanted.casefold()]
    return exact[:1] or [device for device in devices if wanted.casefold() in device[0].casefold()]


def _default_name() -> str:
    return next((name for name, default, _id in _list_devices()[1] if default), "")


def _list_devices() -> tuple[Any, list[tuple[str, bool, Any]]]:
    """What keeps the ids alive, and name, whether it is the default, and id of each device.

    miniaudio's own list does not tell which one is the default, and opens every device to learn its formats.
    """
    ffi, lib = miniaudio.ffi, miniaudio.lib
    listing = miniaudio.Devices(list(_BACKENDS))
    infos, count = ffi.new("ma_device_info**"), ffi.new("ma_uint32*")
    result = lib.ma_context_get_devices(listing._context, infos, count, ffi.NULL, ffi.NULL)  # noqa: SLF001
    if result != lib.MA_SUCCESS:
        raise miniaudio.MiniaudioError("cannot list the devices", result)
    found = [info for info in (infos[0][at] for at in range(count[0])) if _is_audible(ffi.string(info.name))]
    return listing, [
        (
            ffi.string(info.name).decode(errors="replace"),
            bool(info.isDefault),
            ffi.new("ma_device_id*", info.id),
        )
        for info in found
    ]


def _is_audible(name: bytes) -> bool:
    """Not ALSA's `null`, which takes all sound and gives none."""
    return not name.startswith(b"Discard all samples")


def _describe_error(fault: Exception) -> str:
    return f"miniaudio: {' '.join(map(str, fault.args))}"

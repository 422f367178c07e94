"""Sound devices through miniaudio, the default output. Its wheels need no system library.

Everything here runs in the device's process, without numpy, which would add 50 ms to its start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from voicecoach.outputs.output import PING, DeviceInfo, OpenResult
from voicecoach.outputs.ring_buffer import RingBuffer, RingReader
from voicecoach.units import SAMPLE_RATE
from voicecoach.worker import MessageHandler

if sys.modules.setdefault("numpy", None) is None:  # type: ignore[arg-type]
    # miniaudio imports numpy if it can, but does not need it.
    import miniaudio

    del sys.modules["numpy"]
import miniaudio

PERIOD_MS = 20
"""Time between two requests of the device: 31 ms from stop to silence at 1.6 to 2 % of a core. With periods of 50 ms it
was 74 ms at 0.9 %."""
_PULSE_LATENCY = ("PULSE_LATENCY_MSEC", "40")
"""Makes PulseAudio's own library, which PipeWire serves too, buffer 40 ms in the server, unless the user has set it.
miniaudio asks for one period: then the sound slips whenever this process is held up for more than 14 ms. With 40 ms it
slips from 30 ms on, and a pause is heard 9 ms later."""

_BACKENDS = tuple(
    miniaudio.Backend[name]
    for name in (
        *("WASAPI", "DSOUND", "WINMM", "COREAUDIO"),
        *("SNDIO", "AUDIO4", "OSS", "PULSEAUDIO", "ALSA", "JACK"),
    )
)
"""Every backend but the silent one, which miniaudio would fall back to."""

_MA_BUSY = -19
_MA_FAILED_TO_OPEN_BACKEND_DEVICE = -401


class _Device(NamedTuple):
    name: str
    default: bool
    id: Any


def open_device(ring_name: str, ring_size: int, device: str) -> MessageHandler:
    """Open the device and let it empty the ring buffer; the reply to every message is the `OpenResult`."""
    _raise_priority()
    os.environ.setdefault(*_PULSE_LATENCY)
    ring = RingBuffer(ring_size, ring_name)
    try:
        result, playing = _start_device(device, RingReader(ring))
    except miniaudio.MiniaudioError as error:
        result, playing = OpenResult(ok=False, reason=_describe_error(error), busy=is_busy(error.args[-1])), None

    def reply(message: object, _alive: object = (ring, playing)) -> OpenResult:
        if message == PING and playing:
            _check_present(result.name, playing[0])
        return result

    return reply


def serve_device_list() -> MessageHandler:
    """The reply to every message is a `DeviceInfo` for every device, or the reason why they are unknown."""

    def reply(_: object) -> tuple[DeviceInfo, ...] | str:
        try:
            return tuple(DeviceInfo(device.name, device.default) for device in _list_devices()[1])
        except miniaudio.MiniaudioError as error:
            return _describe_error(error)

    return reply


def is_busy(code: object, cards: str = "/dev/snd") -> bool:
    """Whether this error code of opening a device means that another program is using it.

    ALSA's cards and WASAPI's exclusive devices serve one program at a time. miniaudio loses ALSA's own code for the
    default device, so there a failure counts as busy if `cards` has a sound card.
    """
    if code == _MA_FAILED_TO_OPEN_BACKEND_DEVICE and Path(cards).is_dir():
        return any(Path(cards).glob("pcm*p"))
    return code == _MA_BUSY


def _raise_priority() -> None:
    """Ask the system to run this process, which does next to nothing, before busy ones.

    Linux allows that to root, and to members of the group `audio` if so configured; threads started from now on
    inherit it. On other systems the sound system takes care of it.
    """
    if sys.platform == "linux":
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5))
        except PermissionError:
            with suppress(PermissionError):
                os.nice(-10)


def _start_device(wanted: str, reader: RingReader) -> tuple[OpenResult, tuple[miniaudio.PlaybackDevice, object] | None]:
    ids: Any = None
    name, device_id = "", None
    if wanted:
        ids, devices = _list_devices()
        matches = _find_by_name(wanted, devices)
        if len(matches) != 1:
            return OpenResult(ok=False, choices=tuple(device.name for device in devices)), None
        name, _, device_id = matches[0]
    playback = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.FLOAT32,
        nchannels=1,
        sample_rate=SAMPLE_RATE,
        buffersize_msec=PERIOD_MS,
        device_id=device_id,
        backends=list(_BACKENDS),
        app_name="voicecoach",
    )
    callback = _playback_callback(reader)
    next(callback)
    playback.start(callback)
    return OpenResult(ok=True, name=name or _default_name()), (playback, ids)


def _playback_callback(reader: RingReader) -> Generator[memoryview, int, None]:
    """The callback that miniaudio expects: it sends a number of frames and receives them as bytes."""
    block = memoryview(b"")
    while True:
        count = yield block
        block = reader.read(count).cast("B")


def _check_present(name: str, playback: miniaudio.PlaybackDevice) -> None:
    """Raise if the sound system no longer lists the device; a system that hangs does not return."""
    listing, devices = _list_devices()
    if listing.backend != playback.backend or not _find_by_name(name, devices):
        raise miniaudio.MiniaudioError("it has disappeared")


def _find_by_name(wanted: str, devices: list[_Device]) -> list[_Device]:
    exact = [device for device in devices if device.name.casefold() == wanted.casefold()]
    return exact[:1] or [device for device in devices if wanted.casefold() in device.name.casefold()]


def _default_name() -> str:
    return next((device.name for device in _list_devices()[1] if device.default), "")


def _list_devices() -> tuple[Any, list[_Device]]:
    """Return the object that keeps the ids alive, and the devices.

    miniaudio's own list does not say which device is the default, and opens every device to learn its formats.
    """
    ffi, lib = miniaudio.ffi, miniaudio.lib
    listing = miniaudio.Devices(list(_BACKENDS))
    infos, count = ffi.new("ma_device_info**"), ffi.new("ma_uint32*")
    result = lib.ma_context_get_devices(listing._context, infos, count, ffi.NULL, ffi.NULL)  # noqa: SLF001
    if result != lib.MA_SUCCESS:
        raise miniaudio.MiniaudioError("cannot list the devices", result)
    return listing, [
        _Device(ffi.string(info.name).decode(errors="replace"), bool(info.isDefault), ffi.new("ma_device_id*", info.id))
        for info in (infos[0][at] for at in range(count[0]))
        if not ffi.string(info.name).startswith(b"Discard all samples")  # ALSA's silent device `null`
    ]


def _describe_error(error: Exception) -> str:
    return f"miniaudio: {' '.join(map(str, error.args))}"

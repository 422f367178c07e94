"""The table of outputs, each imported only when it is chosen, and the list of sound devices."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

from voicecoach.errors import ChoiceError, DeviceError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

    from voicecoach.outputs.output import DeviceInfo, Output


OUTPUTS = {
    "miniaudio": "voicecoach.outputs.device:DeviceOutput",
    "simpleaudio": "voicecoach.outputs.simpleaudio:SimpleaudioOutput",
    "wav": "voicecoach.outputs.wav:WavOutput",
}
"""Name to `"module:Class"`; the class is an `Output`."""

ENTRY_POINT_GROUP = "voicecoach.outputs"
"""Other packages add outputs through these entry points; they cannot replace ours."""

DEFAULT_OUTPUT = "miniaudio"


def create_output(choice: str, device: str = "") -> Output:
    """Create the output for `--output` (`NAME` or `NAME:ARGUMENT`) and `--device`, without opening it.

    Raises `ChoiceError` for an unknown name, and what the output raises for its argument.
    """
    name, _, argument = choice.partition(":")
    if name not in OUTPUTS:
        return _create_plugin(name, argument, device)
    output: Output = resolve_name(OUTPUTS[name])(argument, device)
    return output


def list_devices() -> tuple[DeviceInfo, ...]:
    """Return every device of the default output. Raises `DeviceError` if the system does not list them."""
    from voicecoach.outputs.output import OPEN_TIMEOUT
    from voicecoach.worker import Worker, WorkerError

    try:
        with Worker("voicecoach.outputs.miniaudio:serve_device_list") as worker:
            devices: tuple[DeviceInfo, ...] | str = worker.ask("list", OPEN_TIMEOUT)
    except WorkerError as error:
        raise DeviceError(f"the sound system does not answer ({error})") from error
    if isinstance(devices, str):
        raise DeviceError(f"no sound system is available ({devices})")
    return devices


def _create_plugin(name: str, argument: str, device: str) -> Output:
    from importlib.metadata import entry_points  # takes 20 ms, which our own outputs do not need

    plugins = {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}
    if name in plugins:
        return _load_plugin(plugins[name])(argument, device)
    names = sorted({*OUTPUTS, *plugins})
    raise ChoiceError(f"there is no output {name!r}; there are {', '.join(names)}", did_you_mean(name, names))


def _load_plugin(point: EntryPoint) -> Callable[[str, str], Output]:
    try:
        output: Callable[[str, str], Output] = point.load()
    except (ImportError, AttributeError) as error:
        package = point.dist.name if point.dist else point.value
        raise ChoiceError(f"the output {point.name!r} of {package} cannot be loaded: {error}") from error
    return output

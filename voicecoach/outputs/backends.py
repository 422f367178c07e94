"""The table of outputs, each imported only when it is chosen, and the list of sound devices."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from voicecoach.errors import ChoiceError, DeviceError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from voicecoach.outputs.output import DeviceInfo, Output

__all__ = ["DEFAULT_OUTPUT", "ENTRY_POINT_GROUP", "OUTPUTS", "create_output", "list_devices"]

OUTPUTS = {
    "miniaudio": "voicecoach.outputs.device:DeviceOutput",
    "simpleaudio": "voicecoach.outputs.simpleaudio:SimpleaudioOutput",
    "wav": "voicecoach.outputs.wav:WavOutput",
}
"""Name to `"module:Class"`; the class is an `SessionFiles`."""

ENTRY_POINT_GROUP = "voicecoach.outputs"
"""The entry points by which other packages add theirs; they cannot replace ours."""

DEFAULT_OUTPUT = "miniaudio"


def create_output(asked: str, device: str = "") -> Output:
    """The output for `--output` (`NAME` or `NAME:ARGUMENT`) and `--device`, not begun yet.

    Raises `ChoiceError` for a name that there is not, and what the output raises for its argument.
    """
    name, _, argument = asked.partition(":")
    if name in OUTPUTS:
        module, _, attribute = OUTPUTS[name].partition(":")
        made: Output = getattr(import_module(module), attribute)(argument, device)
        return made
    return _plugin_output(name, argument, device)


def list_devices() -> tuple[DeviceInfo, ...]:
    """Every device of the default output, the one that plays when nobody names one included.

    Raises `DeviceError` where the system cannot tell.
    """
    from voicecoach.worker import Worker, WorkerError

    try:
        with Worker("voicecoach.outputs.miniaudio:serve_device_list") as worker:
            found: tuple[DeviceInfo, ...] | str = worker.ask("list", 10)
    except WorkerError as fault:
        raise DeviceError(f"the sound system does not answer ({fault})") from fault
    if isinstance(found, str):
        raise DeviceError(f"there is no sound system that can be played on ({found})")
    return found


def _plugin_output(name: str, argument: str, device: str) -> Output:
    """An output of another package. The imports cost 20 ms, which our own outputs do not pay."""
    from difflib import get_close_matches
    from importlib.metadata import entry_points

    added = {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}
    if name in added:
        return _load_plugin(added[name], argument, device)
    names = sorted({*OUTPUTS, *added})
    near = get_close_matches(name, names, 1)
    raise ChoiceError(
        f"there is no output {name!r}; there are {', '.join(names)}",
        f"did you mean {near[0]}?" if near else "",
    )


def _load_plugin(point: EntryPoint, argument: str, device: str) -> Output:
    try:
        kind = point.load()
    except (ImportError, AttributeError) as fault:
        package = point.dist.name if point.dist else point.value
        raise ChoiceError(f"the output {point.name!r} of {package} cannot be loaded: {fault}") from fault
    made: Output = kind(argument, device)
    return made

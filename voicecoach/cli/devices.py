"""`voicecoach devices`: lists the sound devices."""

from __future__ import annotations

from dataclasses import asdict

import click

from voicecoach.cli.console import print_json, print_lines
from voicecoach.errors import DeviceError
from voicecoach.outputs.backends import list_devices


@click.command("devices")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list: name, default.")
def command(as_json: bool) -> None:
    """List the sound devices, for `voicecoach play --device NAME`.

    Any part of a name that no other device shares is enough. A star marks the default device.
    """
    found = list_devices()
    if as_json:
        print_json([asdict(device) for device in found])
        return
    if not found:
        raise DeviceError("there is no sound device", "voicecoach export makes files without one")
    print_lines(*(f"{'*' if device.default else ' '} {device.name}" for device in found))

"""`voicecoach schema`: prints the JSON Schema of routines."""

from __future__ import annotations

import click

from voicecoach.cli.console import print_json


@click.command("schema")
def command() -> None:
    """Print the JSON Schema (2020-12) of routines, for editors that complete and check as you type."""
    from voicecoach.script.json_schema import routine_schema

    print_json(routine_schema())

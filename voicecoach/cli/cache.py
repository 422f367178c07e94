"""`voicecoach cache`: shows or clears the stored sound."""

from __future__ import annotations

import click

from voicecoach.cli.console import print_json, print_lines, say, table
from voicecoach.units import format_count
from voicecoach.voices.clip_cache import ClipCache


@click.command("cache")
@click.option("--clear", is_flag=True, help="Remove everything; it is made again when needed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: folder, files, bytes, limit.")
def command(clear: bool, as_json: bool) -> None:
    """Show where speech and encoded sound are stored, in how many files, and how large the store may grow.

    When it is full, the files unused for longest are removed first. VOICECOACH_CACHE sets the folder.
    """
    cache = ClipCache()
    removed = cache.clear() if clear else None
    usage = cache.usage()
    if as_json:
        print_json({"folder": str(usage.folder), "files": usage.files, "bytes": usage.bytes, "limit": usage.limit})
        return
    if removed is not None:
        say(f"Removed {format_count(removed.files, 'file')}, {_size(removed.bytes)}.")
        return
    rows = [
        ("folder", str(usage.folder)),
        ("files", str(usage.files)),
        ("size", f"{_size(usage.bytes)} of at most {_size(usage.limit)}"),
    ]
    print_lines(*table(rows))


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count < 100e6 else f"{count / 1e6:.0f} MB"

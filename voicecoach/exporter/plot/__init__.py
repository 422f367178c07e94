"""Pictures of a session and of the days of practice, as SVG or PNG."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path

from voicecoach.errors import ChoiceError
from voicecoach.exporter.memo import MemoStore, memoize
from voicecoach.exporter.plot.shapes import Picture
from voicecoach.files import whole_file
from voicecoach.timeline import Timeline
from voicecoach.units import Ms

__all__ = ["check_picture_path", "cover", "draw_days", "draw_session"]

_PAINTERS = {".svg": "svg", ".png": "png"}
_COVER_VERSION = 1
"""Raise it whenever covers are painted another way, so that those that are kept are not taken for them."""
_MOVES_LISTED = 12
"""Moves under a cover, which nobody sees larger than a hand; a session of hours would make it a scroll."""


def check_picture_path(path: Path, *, force: bool = False) -> None:
    """Refuse, before anything is made, what cannot be drawn there. Raises `ChoiceError`."""
    if path.suffix.lower() not in _PAINTERS:
        raise ChoiceError(f"{path}: not a picture we can draw, allowed are {' and '.join(_PAINTERS)}")
    if path.exists() and not force:
        raise ChoiceError(f"{path} is there already", "--force writes over it")


def draw_session(timeline: Timeline, path: Path) -> None:
    """Draw a session: moves as bands, with speech, holds and chimes. Raises `FileError`."""
    from voicecoach.exporter.plot.session_chart import session_chart

    _paint(session_chart(timeline), path)


def cover(timeline: Timeline, memo: MemoStore | None = None) -> bytes:
    """The session drawn as a PNG of few colours, 30 to 60 kB, to be carried inside a file of sound."""
    from voicecoach.exporter.plot.session_chart import session_chart

    drawn = session_chart(timeline, _MOVES_LISTED)

    def paint() -> list[bytes]:
        from voicecoach.exporter.plot import png

        return [png.render_small(drawn)]

    (painted,) = memoize(memo, f"cover {_COVER_VERSION}", [repr(drawn).encode()], paint)
    return painted


def draw_days(practised: Mapping[date, Ms], today: date, about: str, path: Path) -> None:
    """Draw the weeks up to today, each day with the minutes practised on it. Raises `FileError`."""
    from voicecoach.exporter.plot.practice_calendar import practice_calendar

    _paint(practice_calendar(practised, today, about), path)


def _paint(picture: Picture, path: Path) -> None:
    """Into an SVG or PNG file, 1080 wide, which is whole or not there."""
    painter = import_module(f"voicecoach.exporter.plot.{_PAINTERS[path.suffix.lower()]}")
    painted: bytes = painter.render(picture)
    with whole_file(path) as file:
        file.write(painted)

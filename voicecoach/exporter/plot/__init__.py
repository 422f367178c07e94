"""Pictures of a session and of the days of practice, as SVG or PNG."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from pkgutil import resolve_name

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.memo import MemoStore, memoize
from voicecoach.exporter.plot.charts import practice_calendar, session_chart
from voicecoach.exporter.plot.shapes import Picture
from voicecoach.exporter.plot.typefaces import typefaces
from voicecoach.files import whole_file
from voicecoach.timeline import Timeline
from voicecoach.units import Ms

__all__ = ["check_picture_path", "cover", "draw_days", "draw_session"]

_RENDERERS = {".svg": "voicecoach.exporter.plot.shapes:render_svg", ".png": "voicecoach.exporter.plot.png:render"}
"""Imported on use: Pillow is slow to load."""
_COVER_VERSION = 2
"""Raise it whenever covers are drawn differently, so that stored ones are not used."""
_MOVES_LISTED_ON_COVER = 12
"""So that the cover of a session of hours keeps its shape."""


def check_picture_path(path: Path, *, force: bool = False) -> None:
    """Refuse a path that no picture can be drawn to, before anything is made. Raises `ChoiceError` or `FileError`."""
    if path.suffix.lower() not in _RENDERERS:
        raise ChoiceError(f"{path}: unknown picture format", f"use {' or '.join(_RENDERERS)}")
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError.of(path, error, "choose another name or folder") from error
    if not force:
        raise ChoiceError(f"{path} already exists", "overwrite it with --force")


def draw_session(timeline: Timeline, path: Path) -> None:
    """Draw a session: moves as bands, with speech, holds and chimes. Raises `FileError`."""
    _draw(session_chart(timeline), path)


def draw_days(practised: Mapping[date, Ms], today: date, about: str, path: Path) -> None:
    """Draw the weeks up to today, each day with the minutes practised. Raises `FileError`."""
    _draw(practice_calendar(practised, today, about), path)


def cover(timeline: Timeline, memo: MemoStore | None = None) -> bytes:
    """Draw a session as a PNG with few colours (30 to 60 kB), for the inside of a sound file."""
    chart = session_chart(timeline, _MOVES_LISTED_ON_COVER)

    def render() -> list[bytes]:
        from voicecoach.exporter.plot import png

        return [png.render_small(chart)]

    (rendered,) = memoize(
        memo, f"cover {_COVER_VERSION}, {len(typefaces(bold=False))} typefaces", [repr(chart).encode()], render
    )
    return rendered


def _draw(picture: Picture, path: Path) -> None:
    rendered: bytes = resolve_name(_RENDERERS[path.suffix.lower()])(picture)
    with whole_file(path) as file:
        file.write(rendered)

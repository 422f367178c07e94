"""The files that a feed keeps beside the sound: chapters, captions and covers. Each is written only when it differs."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from PIL import Image

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.caption_formats import vtt
from voicecoach.exporter.caption_track import wrap_lines
from voicecoach.exporter.feed.media_files import EpisodeFiles, MediaFile
from voicecoach.exporter.metadata import Metadata, Tags
from voicecoach.exporter.plot import png
from voicecoach.exporter.plot.charts import BANDS
from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape
from voicecoach.files import whole_file
from voicecoach.units import frames

_SIDE, _MAX_SIDE = 1400, 3000
"""Pixels; the smallest and the largest cover that Apple takes."""
_COLOURS = 64
_MARGIN = 110
_MAX_UPSCALE = 4 / 3
"""A picture that would grow by less stays as it is, and sharp."""
_BACKGROUND, _INK = "#0b3d6e", "#ffffff"
_LINE_WIDTH = 14
"""Characters in a line of the title, so that it is legible on the smallest cover."""
_MAX_LINES = 5


@dataclass(frozen=True, slots=True)
class Sidecars:
    """Writes the files beside the sound; paths are relative to `folder`.

    Methods raise FileError, and ChoiceError where they would overwrite a file that is not among `ours`, unless `force`.
    """

    folder: Path
    ours: frozenset[PurePath]
    """Files that the existing feed made."""
    force: bool = False
    used: set[PurePath] = field(default_factory=set)
    """Files that belong to the new feed, written or unchanged."""

    def chapters(self, files: EpisodeFiles, media: MediaFile) -> PurePath | None:
        """Write the chapters as JSON, in version 1.2 of Podcasting 2.0's format; None where there are none."""
        if not media.chapters:
            return None
        chapters = [{"startTime": start / 1000, "title": title} for start, title in media.chapters]
        document = {"version": "1.2.0", "title": media.title, "chapters": chapters}
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        return self._write(files.sidecar(".chapters.json"), text.encode())

    def transcripts(self, files: EpisodeFiles, media: tuple[MediaFile, ...]) -> tuple[PurePath, ...]:
        """The caption files beside the sound; where there are none, write the captions inside it to one."""
        existing = tuple(path for path in map(files.sidecar, (".vtt", ".srt")) if self._exists(path))
        captioned = next((file for file in media if file.captions), None)
        if existing or captioned is None:
            return existing
        metadata = Metadata(
            length=frames(captioned.length), tags=Tags(title=captioned.title), captions=captioned.captions
        )
        return (self._write(files.sidecar(".words.vtt"), vtt(metadata).encode()),)

    def page(self, files: EpisodeFiles) -> PurePath | None:
        """The session's web page, where there is one."""
        path = files.sidecar(".html")
        return path if self._exists(path) else None

    def episode_cover(self, files: EpisodeFiles, media: tuple[MediaFile, ...]) -> PurePath | None:
        """Write the cover inside the sound as a square; None where there is none, or none that can be read."""
        cover = next((file.cover for file in media if file.cover), b"")
        return self._cover(files.name.parent, cover, lambda: square_cover(cover)) if cover else None

    def podcast_cover(self, title: str) -> PurePath:
        """Draw the podcast's cover."""
        path = self._cover(PurePath(), title.encode(), lambda: title_cover(title))
        assert path is not None
        return path

    def remove_unused(self) -> None:
        """Delete the files of episodes and covers that are gone."""
        for path in sorted(self.ours - self.used):
            try:
                (self.folder / path).unlink(missing_ok=True)
            except OSError as fault:
                raise FileError.of(self.folder / path, fault, "remove it yourself") from fault

    def _exists(self, path: PurePath) -> bool:
        return (self.folder / path).is_file()

    def _cover(self, folder: PurePath, source: bytes, draw: Callable[[], bytes]) -> PurePath | None:
        """Draw a cover unless it exists; its name is a digest of its source, so that apps notice a new one."""
        path = folder / f"cover-{hashlib.sha256(source).hexdigest()[:12]}.png"
        if not self._exists(path):
            cover = draw()
            return self._write(path, cover) if cover else None
        self.used.add(path)
        return path

    def _write(self, relative: PurePath, data: bytes) -> PurePath:
        path = self.folder / relative
        self.used.add(relative)
        try:
            if path.read_bytes() == data:
                return relative
        except FileNotFoundError:
            pass
        except OSError as fault:
            raise FileError.of(path, fault, "remove it, or choose another folder") from fault
        else:
            if relative not in self.ours and not self.force:
                raise ChoiceError(f"{path} already exists, and was not made by voicecoach", "overwrite it with --force")
        with whole_file(path) as file:
            file.write(data)
        return relative


def is_accepted_cover(path: Path) -> bool:
    """Whether directories accept the picture. Raises OSError."""
    with Image.open(path) as picture:
        return picture.width == picture.height and _SIDE <= picture.width <= _MAX_SIDE


def square_cover(cover: bytes) -> bytes:
    """The picture, whole, on a white square as PNG; empty where it cannot be read."""
    try:
        picture = Image.open(io.BytesIO(cover)).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return b""
    room = _SIDE - _MARGIN
    scale = min(room / picture.width, room / picture.height)
    if not 1 <= scale <= _MAX_UPSCALE:
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    square = Image.new("RGB", (_SIDE, _SIDE), "#ffffff")
    square.paste(picture, ((_SIDE - picture.width) // 2, (_SIDE - picture.height) // 2))
    file = io.BytesIO()
    square.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).convert("RGB").save(file, "PNG")
    return file.getvalue()


def title_cover(title: str) -> bytes:
    """The title over the bands of a session chart as PNG; without text where the typeface lacks a letter of it."""
    lines = wrap_lines(title, _LINE_WIDTH)[:_MAX_LINES] if png.has_glyphs(title) else []
    labels = [Label(_MARGIN, 270 + 165 * number, line, 150, _INK, bold=True) for number, line in enumerate(lines)]
    return png.render(Picture(_SIDE, _SIDE, _BACKGROUND, title, (*_bands(), *labels)), oversampling=1)


def _bands() -> Iterator[Shape]:
    room = _SIDE - 2 * _MARGIN
    x = float(_MARGIN)
    for share, colour in zip((3, 2, 4, 2, 3, 1, 2, 3), BANDS, strict=True):
        yield Box(x, 1130, share * room / 20 - 8, 130, colour, 14)
        x += share * room / 20
    yield Mark(_MARGIN + 18, 1070, 18, _INK)

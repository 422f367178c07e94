"""The files that a feed keeps beside the sound: chapters, captions and square covers.

Each is written only when it differs.
"""

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
from voicecoach.exporter.plot import png
from voicecoach.exporter.plot.session_chart import BANDS
from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape
from voicecoach.exporter.recording import Recording, Tags
from voicecoach.files import whole_file
from voicecoach.units import frames

__all__ = ["Sidecars", "is_accepted_cover", "square_cover", "title_cover"]

SIDE = 1400
"""The least that Apple takes; 3000 is the most."""
MAX_SIDE = 3000
_COLOURS = 64
_MARGIN = 110
_MAX_UPSCALE = 4 / 3
"""How much larger a picture could be that is left as sharp as it is."""
_BACKGROUND, _INK = "#0b3d6e", "#ffffff"
_LINE_WIDTH = 14
"""In a line of the title, which is legible at the size of a stamp then."""
_MAX_LINES = 5


def title_cover(title: str) -> bytes:
    """A title over the bands of a session. Without words, where the typeface lacks letters of it."""
    shown = wrap_lines(title, _LINE_WIDTH)[:_MAX_LINES] if png.has_glyphs(title) else []
    shapes: list[Shape] = [*_bands(), *(_label(number, line) for number, line in enumerate(shown))]
    return png.render(Picture(SIDE, SIDE, _BACKGROUND, title, tuple(shapes)), finer=1)


def _label(number: int, line: str) -> Label:
    return Label(_MARGIN, 270 + 165 * number, line, 150, _INK, bold=True)


def _bands() -> Iterator[Shape]:
    room = SIDE - 2 * _MARGIN
    x = float(_MARGIN)
    for share, colour in zip((3, 2, 4, 2, 3, 1, 2, 3), BANDS, strict=True):
        yield Box(x, 1130, share * room / 20 - 8, 130, colour, 14)
        x += share * room / 20
    yield Mark(_MARGIN + 18, 1070, 18, _INK)


def square_cover(cover: bytes) -> bytes:
    """The picture that a file bears, whole on a white square; empty for what is no picture."""
    try:
        picture = Image.open(io.BytesIO(cover)).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return b""
    room = SIDE - _MARGIN
    scale = min(room / picture.width, room / picture.height)
    if 1 <= scale <= _MAX_UPSCALE:
        scale = 1
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    square = Image.new("RGB", (SIDE, SIDE), "#ffffff")
    fitting = picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS)
    square.paste(fitting, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    file = io.BytesIO()
    square.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).convert("RGB").save(file, "PNG")
    return file.getvalue()


def is_accepted_cover(path: object) -> bool:
    """Whether directories take the picture there. Raises OSError."""
    with Image.open(str(path)) as picture:
        return picture.width == picture.height and SIDE <= picture.width <= MAX_SIDE


_TRANSCRIPTS = (".vtt", ".srt")


@dataclass(frozen=True, slots=True)
class Sidecars:
    """All paths are relative to `folder`."""

    folder: Path
    ours: frozenset[PurePath]
    """What was made for the feed before; nothing else is written over, unless `force`."""
    force: bool = False
    used: set[PurePath] = field(default_factory=set)
    """What was made, or would have been were it not there as it should be."""

    def chapters(self, bundle: EpisodeFiles, sound: MediaFile) -> PurePath | None:
        """As JSON, version 1.2 of Podcasting 2.0's format; None where there are none."""
        if not sound.chapters:
            return None
        listed = [{"startTime": start / 1000, "title": title} for start, title in sound.chapters]
        said = {"version": "1.2.0", "title": sound.title, "chapters": listed}
        text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
        return self._put(bundle.beside(".chapters.json"), text.encode())

    def transcripts(self, bundle: EpisodeFiles, sounds: tuple[MediaFile, ...]) -> tuple[PurePath, ...]:
        """The captions that lie there; where none do, those inside a file."""
        lying = tuple(path for path in map(bundle.beside, _TRANSCRIPTS) if (self.folder / path).is_file())
        if lying:
            return lying
        sound = next((sound for sound in sounds if sound.words), None)
        if sound is None:
            return ()
        whole = Recording(length=frames(sound.length), tags=Tags(title=sound.title), captions=sound.words)
        return (self._put(bundle.beside(".words.vtt"), vtt(whole).encode()),)

    def page(self, bundle: EpisodeFiles) -> PurePath | None:
        """The session as a web page."""
        path = bundle.beside(".html")
        return path if (self.folder / path).is_file() else None

    def cover(self, bundle: EpisodeFiles, sounds: tuple[MediaFile, ...]) -> PurePath | None:
        """The picture inside a file, made square; None where there is none, or none that can be read."""
        cover = next((sound.cover for sound in sounds if sound.cover), b"")
        return self._picture(bundle.name.parent, cover, lambda: square_cover(cover)) if cover else None

    def title(self, title: str) -> PurePath:
        """The podcast's picture, drawn."""
        path = self._picture(PurePath(), title.encode(), lambda: title_cover(title))
        assert path is not None
        return path

    def _picture(self, place: PurePath, source: bytes, draw: Callable[[], bytes]) -> PurePath | None:
        """Drawn unless it is there: what it is made of gives its name, so that apps see when it is another."""
        path = place / f"cover-{hashlib.sha256(source).hexdigest()[:12]}.png"
        if not (self.folder / path).is_file():
            drawn = draw()
            return self._put(path, drawn) if drawn else None
        self.used.add(path)
        return path

    def clear(self) -> None:
        """Take away what belonged to episodes, or covers, that are no more."""
        for path in sorted(self.ours - self.used):
            try:
                (self.folder / path).unlink(missing_ok=True)
            except OSError as fault:
                raise FileError.of(self.folder / path, fault, "take it away by hand") from fault

    def _put(self, relative: PurePath, data: bytes) -> PurePath:
        path = self.folder / relative
        self.used.add(relative)
        try:
            if path.read_bytes() == data:
                return relative
        except FileNotFoundError:
            pass
        except OSError as fault:
            raise FileError.of(path, fault, "take it away, or choose another folder") from fault
        else:
            if relative not in self.ours and not self.force:
                raise ChoiceError(f"{path} is there already, and not made here", "overwrite it with --force")
        with whole_file(path) as file:
            file.write(data)
        return relative

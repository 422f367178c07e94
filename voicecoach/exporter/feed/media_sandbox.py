"""The process in which `feed` reads sound files and pictures, which may be damaged or hostile."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from voicecoach.exporter.feed.media_files import MediaFile
from voicecoach.sandbox import Sandbox

_READ = "voicecoach.exporter.feed.media_reader:read_media_file"
_SQUARE = "voicecoach.exporter.feed.covers:square_cover"
_ACCEPTS = "voicecoach.exporter.feed.covers:is_accepted_cover"
_SECONDS, _MEMORY = 60, 400_000_000
_HINT = "export it again, or remove it"


class MediaSandbox(Sandbox):
    """Each file and each picture may take a minute and 400 MB. Methods raise FileError as what they run does."""

    def __init__(self) -> None:
        super().__init__(_READ, _SQUARE, _ACCEPTS, seconds=_SECONDS, memory=_MEMORY, hint=_HINT)

    def read(self, path: Path) -> MediaFile:
        """Run `read_media_file`."""
        return cast("MediaFile", self.run(_READ, path))

    def square_cover(self, path: Path, cover: bytes) -> bytes:
        """Run `square_cover` on the picture inside the file at `path`."""
        return cast("bytes", self.run(_SQUARE, path, cover))

    def is_accepted_cover(self, path: Path) -> bool:
        """Run `is_accepted_cover`."""
        return bool(self.run(_ACCEPTS, path))

"""The files that a feed keeps beside the sound: chapters, captions and covers. Each is written only when it differs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.caption_formats import vtt
from voicecoach.exporter.feed.covers import title_cover
from voicecoach.exporter.feed.media_files import EpisodeFiles, MediaFile
from voicecoach.exporter.feed.media_sandbox import MediaSandbox
from voicecoach.exporter.metadata import Metadata, Tags
from voicecoach.files import open_regular, whole_file
from voicecoach.units import frames


@dataclass(frozen=True, slots=True)
class Sidecars:
    """Writes the files beside the sound; paths are relative to `folder`.

    Methods raise FileError, and ChoiceError where they would overwrite a file that is not among `ours`, unless `force`.
    """

    folder: Path
    ours: frozenset[PurePath]
    """Files that the existing feed made."""
    sandbox: MediaSandbox
    force: bool = False
    used: set[PurePath] = field(default_factory=set)
    """Files that belong to the new feed, written or unchanged."""
    warnings: list[str] = field(default_factory=list)
    """A line for each cover that was left out."""

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
        source = next((file for file in media if file.cover), None)
        if source is None:
            return None
        path = _cover_path(files.name.parent, source.cover)
        if not self._keep(path):
            try:
                picture = self.sandbox.square_cover(source.path, source.cover)
            except FileError as fault:
                self.warnings.append(str(fault))
                return None
            self._write(path, picture)
        return path

    def podcast_cover(self, title: str) -> PurePath:
        """Draw the podcast's cover."""
        path = _cover_path(PurePath(), title.encode())
        if not self._keep(path):
            self._write(path, title_cover(title))
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

    def _keep(self, path: PurePath) -> bool:
        """Note that a file belongs to the new feed if it exists; False if it does not."""
        if self._exists(path):
            self.used.add(path)
            return True
        return False

    def _write(self, relative: PurePath, data: bytes) -> PurePath:
        path = self.folder / relative
        self.used.add(relative)
        try:
            with open_regular(path) as file:
                if file.read(len(data) + 1) == data:
                    return relative
        except FileNotFoundError:
            pass
        except OSError as fault:
            raise FileError.of(path, fault, "remove it, or choose another folder") from fault
        else:
            if relative not in self.ours and not self.force:
                raise ChoiceError(f"{path} already exists, and was not made by voicecoach", "overwrite it with --force")
        with whole_file(path) as new:
            new.write(data)
        return relative


def _cover_path(folder: PurePath, source: bytes) -> PurePath:
    """A digest of its source names a cover, so that apps notice a new one."""
    return folder / f"cover-{hashlib.sha256(source).hexdigest()[:12]}.png"

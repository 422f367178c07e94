"""Exports one session to files, and publishes a folder of exported files as a podcast."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.app.session import Session
from voicecoach.errors import ChoiceError
from voicecoach.exporter import Destination, ExportOptions, export, tags_of
from voicecoach.progress import Progress, ignore_progress

if TYPE_CHECKING:
    from voicecoach.exporter.feed import PublishResult


def today() -> str:
    """Today's date in local time, as ISO 8601."""
    return date.today().isoformat()  # noqa: DTZ011


def check_destination(path: Path, options: ExportOptions) -> None:
    """Refuse an export that cannot succeed, before anything is spoken for it. Raises ChoiceError or FileError."""
    if str(path) == "-":
        raise ChoiceError("a session cannot be written to standard output", "name a file, such as session.m4a")
    Destination.choose(path, options)


def export_session(
    session: Session, path: Path, options: ExportOptions, *, progress: Progress = ignore_progress
) -> tuple[Path, ...]:
    """Write a session to `path` and to the files that `options` add; return all of them in playing order.

    Writes every file whole, or raises an error and leaves the folder as it was.
    """
    tags = tags_of(session.timeline, voice=session.voice.public_name, choices=session.choices.to_plain(), date=today())
    synthesizer = session.synthesizer
    return export(
        session.timeline, synthesizer.clip, path, options, tags=tags, progress=progress, memo=synthesizer.cache
    )


def publish_folder(
    folder: Path,
    url: str,
    info: Mapping[str, str | None],
    *,
    listed: bool | None = None,
    force: bool = False,
    progress: Progress = ignore_progress,
) -> PublishResult:
    """Make a podcast of a folder that will be served at `url`; `info` holds the texts of `PodcastInfo`.

    Raises ChoiceError for values that feed readers reject, FileError for the folder.
    """
    from voicecoach.exporter.feed import BaseUrl, PodcastInfo, publish

    base, about = BaseUrl.parse(url), PodcastInfo.parse(listed=listed, **info)
    return publish(folder, base, about, datetime.now(UTC), force=force, progress=progress)

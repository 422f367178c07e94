"""Exports one session to files, and publishes a folder of exported files as a podcast."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.app.session import Session
from voicecoach.errors import ChoiceError
from voicecoach.exporter import Destination, ExportOptions, ExportProgress, export, tags_of

if TYPE_CHECKING:
    from voicecoach.exporter.feed import PublishResult


def today() -> str:
    """The date for the tags of an export, ISO 8601, in local time."""
    return date.today().isoformat()  # noqa: DTZ011


def check_destination(path: Path, options: ExportOptions) -> None:
    """Refuse an export that cannot succeed, before anything is spoken for it. Raises ChoiceError or FileError."""
    if str(path) == "-":
        raise ChoiceError("a session cannot be written to standard output", "name a file, such as session.m4a")
    Destination.choose(path, options)


def export_session(
    session: Session, path: Path, options: ExportOptions, *, progress: ExportProgress = lambda *_: None
) -> tuple[Path, ...]:
    """Write a session to `path` and to the files that `options` put beside it; all of them in order of hearing.

    Either every file is there whole afterwards, or an error was raised and the folder is as it was.
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
    progress: ExportProgress = lambda *_: None,
) -> PublishResult:
    """Make a podcast of a folder that will lie at `url`; `info` are the texts of `PodcastInfo`.

    Raises ChoiceError for values that no reader of feeds accepts, FileError for the folder.
    """
    from voicecoach.exporter.feed import BaseUrl, PodcastInfo, publish

    base, about = BaseUrl.parse(url), PodcastInfo.parse(listed=listed, **info)
    return publish(folder, base, about, datetime.now(UTC), force=force, progress=progress)

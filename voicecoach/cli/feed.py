"""`voicecoach feed`: makes a podcast of a folder of exported sessions."""

from __future__ import annotations

from pathlib import Path

import click

from voicecoach.app.exporting import publish_folder
from voicecoach.cli.console import say, warn
from voicecoach.cli.progress_bar import bar
from voicecoach.exporter.feed import FEED, PublishResult
from voicecoach.units import format_count


@click.command("feed")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--url", required=True, metavar="BASE", help="The address of DIR on the web: https://example.org/coach.")
@click.option("--title", metavar="TEXT", help="Title of the podcast; the folder's name by default.")
@click.option("--author", metavar="NAME", help="Author of the podcast; its title by default.")
@click.option("--description", metavar="TEXT", help="Description; the titles of the episodes by default.")
@click.option("--language", metavar="CODE", help="Language, such as en or de; by default that of most files.")
@click.option("--category", metavar="NAME", help="One of Apple's categories; Health & Fitness by default.")
@click.option("--email", metavar="ADDRESS", help="The owner's address, which directories write to.")
@click.option("--link", metavar="URL", help="The podcast's web page; BASE by default.")
@click.option("--listed/--unlisted", default=None, help="Whether directories may show the podcast; yes by default.")
@click.option("--force", is_flag=True, help="Overwrite a feed.xml that another program made.")
def command(folder: Path, url: str, *, listed: bool | None, force: bool, **info: str | None) -> None:
    """Turn a folder of exported files into a podcast.

    Writes DIR/feed.xml, and chapters, captions and pictures beside each file. Then upload the folder to BASE.

    An option that is left out keeps its value in the existing feed. Episodes that have not changed stay as they are.
    Exits with 3 if a sound file is damaged, after writing the feed of the others.
    """
    with bar("Reading") as progress:
        done = publish_folder(folder, url, info, listed=listed, force=force, progress=progress)
    for line in (*done.damaged, *done.warnings):
        warn(line)
    say(_line(folder / FEED, done))
    if done.damaged:
        raise SystemExit(3)


def _line(path: Path, done: PublishResult) -> str:
    episodes = format_count(done.episodes, "episode")
    if not done.written:
        return f"{path} is up to date ({episodes})."
    counts = ((done.new, "new"), (done.changed, "changed"), (done.gone, "gone"))
    changes = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"Wrote {path} ({episodes}{': ' if changes else ''}{changes}). Subscribe at {done.address}"

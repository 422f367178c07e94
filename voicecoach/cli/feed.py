"""`voicecoach feed`: makes a podcast of a folder of exported sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from voicecoach.cli.progress import bar
from voicecoach.cli.session_options import warn
from voicecoach.exporter.feed import FEED, BaseUrl, PodcastInfo, PublishResult, publish

__all__ = ["command"]


@click.command("feed")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--url", required=True, metavar="BASE", help="Where DIR will lie on the web: https://example.org/coach.")
@click.option("--title", metavar="TEXT", help="Of the podcast; without it, the folder's name.")
@click.option("--author", metavar="NAME", help="Whose podcast it is; without it, its title.")
@click.option("--description", metavar="TEXT", help="What it is about; without it, the titles of its episodes.")
@click.option("--language", metavar="CODE", help="Such as en or de; without it, that of most files.")
@click.option("--category", metavar="NAME", help="Of Apple's; without it, Health & Fitness.")
@click.option("--email", metavar="ADDRESS", help="The owner's, which directories write to.")
@click.option("--link", metavar="URL", help="The web page that it belongs to; without it, BASE.")
@click.option("--listed/--unlisted", default=None, help="Whether directories may show it.")
@click.option("--force", is_flag=True, help="Write over a feed.xml that was made elsewhere.")
def command(folder: Path, url: str, *, listed: bool | None, force: bool, **said: str | None) -> None:
    """Make a podcast of a folder of exported sound: DIR/feed.xml, and chapters, captions and pictures beside each file.

    Upload the folder to BASE then. What is not said stays as the feed has it; episodes that have not changed are
    left alone. Exits with 3 where a sound file is damaged, after writing the feed of the others.
    """
    base, about = BaseUrl.of(url), PodcastInfo.asked(**said, listed=listed)
    with bar("Reading") as progress:
        done = publish(folder, base, about, datetime.now(UTC), force=force, progress=progress)
    for line in filter(None, (*done.damaged, done.warning)):
        warn(line)
    click.echo(_line(folder / FEED, done))
    if done.damaged:
        raise SystemExit(3)


def _line(path: Path, done: PublishResult) -> str:
    many = f"{done.episodes} episode{'' if done.episodes == 1 else 's'}"
    if not done.written:
        return f"{path} is up to date ({many})."
    counts = ((done.new, "new"), (done.changed, "changed"), (done.gone, "gone"))
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"Wrote {path} ({many}{': ' if told else ''}{told}), to subscribe to at {done.address}"

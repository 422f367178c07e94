"""Which season, number and date each episode has: those it had, and for a new one what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from voicecoach.exporter.feed.episode import Episode, Place

__all__ = ["placed"]

_APART = timedelta(seconds=1)
"""Between dates of episodes that appear together, since many apps know no other order."""


def placed(episodes: Sequence[Episode], before: Mapping[str, Place], now: datetime) -> dict[str, Place]:
    """By GUID. A folder is a season; numbers are given in the order of `episodes`, the last of them today."""
    new = [episode for episode in episodes if episode.guid not in before]
    date = now.replace(microsecond=0) - _APART * (len(new) - 1)
    if before:
        date = max(date, max(place.published for place in before.values()) + _APART)
    seasons = {episode.folder: before[episode.guid].season for episode in episodes if episode.guid in before}
    last: dict[int, int] = {}
    for place in before.values():
        last[place.season] = max(last.get(place.season, 0), place.episode)
    given = {episode.guid: before[episode.guid] for episode in episodes if episode.guid in before}
    for episode in new:
        season = seasons.setdefault(episode.folder, max(last, default=0) + 1)
        last[season] = last.get(season, 0) + 1
        given[episode.guid] = Place(season, last[season], date)
        date += _APART
    return given

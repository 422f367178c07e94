"""Titles that tell episodes apart: one routine at three levels is three sessions of one title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from voicecoach.exporter.feed.episode import Episode

__all__ = ["told_apart"]


def told_apart(episodes: Sequence[Episode]) -> tuple[Episode, ...]:
    """Namesakes in one folder get behind their titles in what they differ: how they were fitted, and their voices."""
    namesakes: defaultdict[tuple[str, str], list[Episode]] = defaultdict(list)
    for episode in episodes:
        namesakes[episode.folder, episode.title].append(episode)
    return tuple(_titled(episode, namesakes[episode.folder, episode.title]) for episode in episodes)


def _titled(episode: Episode, namesakes: Sequence[Episode]) -> Episode:
    fitted, voices = {other.sounds[0].comment for other in namesakes}, {other.sounds[0].artist for other in namesakes}
    own = episode.sounds[0]
    said = [own.comment if len(fitted) > 1 else "", own.artist if len(voices) > 1 else ""]
    told = ", ".join(filter(None, said))
    return replace(episode, title=f"{episode.title} ({told})") if told else episode

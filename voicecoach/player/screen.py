"""A view as lines of text: for a terminal of any size from 20 columns up, and for those who read line by line."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from voicecoach.player.view import View
from voicecoach.units import SECOND, Ms, clock, half_up

__all__ = ["Paper", "cue_line", "page"]

_WIDEST = 76
"""Columns of text: longer lines are hard to read from the floor."""
_LEAST = 2
"""Rows for the cue, below which all else but the foot gives way."""
_ASCII = str.maketrans("━─·…→←−", "#--.><-")
_CLOCKS = {"hold": "Hold", "count": "Count", "breathe": "Breathe", "wait": "Wait"}
_KEYS = (
    "space pause  →next  ←start  r again  +− volume  q end",
    "spc pause → ← move  r again  +−  q end",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What a view is written on."""

    columns: int
    rows: int
    colour: bool = True
    """Bold stays without it; it is no colour."""
    unicode: bool = True
    """Whether bars and arrows can be shown."""

    @property
    def width(self) -> int:
        """Columns that are written on: one is left free on both sides."""
        return max(10, min(self.columns - 2, _WIDEST))


def page(view: View, paper: Paper) -> tuple[str, ...]:
    """Exactly `paper.rows` lines, with their escapes for bold and colour, each made for a cleared line."""
    foot = _foot(view, paper)
    room = max(0, paper.rows - len(foot))
    head = [_styled(_clipped(_heading(view), paper), "36", paper), ""]
    about = _about(view, paper)
    if room < len(head) + len(about) + _LEAST:  # a very low window: what is said matters most
        head, about = [], []
    cue = _wrapped(view.cue, paper, room - len(head) - len(about)) if room else []
    lines = [*head, *(_styled(line, "1", paper) for line in cue), *about]
    lines = [" " + line for line in [*lines, *[""] * (room - len(lines)), *foot]][-paper.rows :]
    return tuple(lines if paper.unicode else (line.translate(_ASCII) for line in lines))


def cue_line(view: View) -> str:
    """The cue with the time at which it began: `3:07  Come up and ease off.`"""
    return f"{clock(view.cue_at or Ms(0)):>7}  {_shown(view.cue)}"


def _heading(view: View) -> str:
    parts = [view.title]
    if view.side:
        parts.append(view.side)
    if view.round and view.round[1] > 1:
        parts.append(f"{view.round[0]} of {view.round[1]}")
    return " · ".join(parts)


def _about(view: View, paper: Paper) -> list[str]:
    """The running clock and what comes next, set off from the cue."""
    lines = [""]
    if view.trouble:
        lines.append(_styled(_clipped(view.trouble, paper), "1;31", paper))
    if view.clock:
        kind, left = view.clock
        word = f" · {view.word}" if view.word else ""
        lines.append(_styled(_clipped(f"{_CLOCKS[kind]}: {clock(left)} left{word}", paper), "1;33", paper))
    if view.following:
        lines.append(_styled(_clipped(f"Next: {view.following}", paper), "2", paper))
    return lines


def _foot(view: View, paper: Paper) -> list[str]:
    done = paper.width * view.at // view.length if view.length else paper.width
    bar = _styled("━" * done, "32", paper) + _styled("─" * (paper.width - done), "2", paper)
    times = f"{clock(view.at)} of {clock(view.length)}"
    words = [_state(view), times, f"{_left(view)} left", f"{view.volume} %" if view.volume < 100 else ""]
    status = ""
    for word in filter(None, words):
        longer = f"{status} · {word}" if status else word
        status = longer if len(longer) <= paper.width else status
    return [bar, status, _styled(_keys(paper), "2", paper)]


def _left(view: View) -> str:
    """So that what is over and what is left always add up on the screen."""
    return clock(Ms(SECOND * (half_up(view.length, SECOND) - half_up(view.at, SECOND))))


def _state(view: View) -> str:
    return {"playing": "", "paused": "PAUSED", "ended": "ended"}[view.state]


def _keys(paper: Paper) -> str:
    return next((keys for keys in _KEYS if len(keys) <= paper.width), "")


def _wrapped(text: str, paper: Paper, rows: int) -> list[str]:
    return textwrap.wrap(_shown(text), paper.width, max_lines=rows, placeholder="…") or [""]


def _clipped(text: str, paper: Paper) -> str:
    text = _shown(text)
    return text if len(text) <= paper.width else text[: paper.width - 1] + "…"


def _shown(text: str) -> str:
    """Without what steers a terminal: a routine may come from anywhere."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _styled(text: str, codes: str, paper: Paper) -> str:
    if not paper.colour:
        codes = "1" if codes.startswith("1") else ""
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text

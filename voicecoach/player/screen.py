"""A view as lines of text: for a terminal of any size from 20 columns up, and for those who read line by line."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from voicecoach.player.view import View
from voicecoach.units import SECOND, Ms, clock, half_up

__all__ = ["Paper", "cue_line", "page"]

_WIDEST = 76
"""Columns of text: longer lines are hard to read from the floor."""
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
    about = _about(view, paper)
    head = [_styled(_clipped(_heading(view), paper), "36", paper), ""]
    cue = [
        _styled(line, "1", paper) for line in _wrapped(view.cue, paper, max(1, room - len(head) - len(about)))
    ]
    lines = [*head, *cue, *about]
    if len(lines) > room:  # a very low window: what is said matters most
        lines = cue[:room]
    return tuple(" " + line for line in [*lines, *[""] * (room - len(lines)), *foot])[-paper.rows :]


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
    if view.clock:
        kind, left = view.clock
        word = f" · {view.word}" if view.word else ""
        lines.append(_styled(_clipped(f"{_CLOCKS[kind]}: {clock(left)} left{word}", paper), "1;33", paper))
    if view.following:
        lines.append(_styled(_clipped(f"Next: {view.following}", paper), "2", paper))
    return lines


def _foot(view: View, paper: Paper) -> list[str]:
    done = paper.width * view.at // view.length if view.length else paper.width
    full, empty = ("━", "─") if paper.unicode else ("#", "-")
    bar = _styled(full * done, "32", paper) + _styled(empty * (paper.width - done), "2", paper)
    times = f"{clock(view.at)} of {clock(view.length)}"
    words = [times, f"{_left(view)} left", f"{view.volume} %" if view.volume < 100 else "", _state(view)]
    status = "  ".join(word for word in words if word)
    return [bar, _clipped(status, paper), _styled(_keys(paper), "2", paper)]


def _left(view: View) -> str:
    """So that what is over and what is left always add up on the screen."""
    return clock(Ms(SECOND * (half_up(view.length, SECOND) - half_up(view.at, SECOND))))


def _state(view: View) -> str:
    return {"playing": "", "paused": "PAUSED", "ended": "ended"}[view.state]


def _keys(paper: Paper) -> str:
    fitting = next((keys for keys in _KEYS if len(keys) <= paper.width), "")
    if paper.unicode:
        return fitting
    return fitting.replace("→", "right ").replace("←", "left ").replace("−", "-")[: paper.width]


def _wrapped(text: str, paper: Paper, rows: int) -> list[str]:
    more = "…" if paper.unicode else "..."
    return textwrap.wrap(_shown(text), paper.width, max_lines=rows, placeholder=more) or [""]


def _clipped(text: str, paper: Paper) -> str:
    text = _shown(text)
    if len(text) <= paper.width:
        return text
    return text[: paper.width - 1] + "…" if paper.unicode else text[: paper.width - 3] + "..."


def _shown(text: str) -> str:
    """Without what steers a terminal: a routine may come from anywhere."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _styled(text: str, codes: str, paper: Paper) -> str:
    if not paper.colour:
        codes = "1" if codes.startswith("1") else ""
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text

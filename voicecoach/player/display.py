"""Renders a snapshot as text: a page for a terminal of any size from 20 columns up, or plain lines.

The plain lines are for screen readers, for logs, and for output that is not a terminal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from voicecoach.player.keys import KEY_DESCRIPTIONS
from voicecoach.player.snapshot import View
from voicecoach.units import SECOND, Ms, format_time, round_half_up

__all__ = ["PageFormat", "block_letters", "describe_changes", "printable", "render_page"]


def printable(text: str) -> str:
    """Without what steers a terminal: a routine may come from anywhere."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


_HIGH = 5
_GLYPHS = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    ":": ". # . # .",
    " ": ". . . . .",
    "A": ".#. #.# ### #.# #.#",
    "D": "##. #.# #.# #.# ##.",
    "E": "### #.. ### #.. ###",
    "F": "### #.. ### #.. #..",
    "G": "### #.. #.# #.# ###",
    "H": "#.# #.# ### #.# #.#",
    "I": "### .#. .#. .#. ###",
    "L": "#.. #.. #.. #.. ###",
    "N": "##. #.# #.# #.# #.#",
    "O": "### #.# #.# #.# ###",
    "P": "### #.# ### #.. #..",
    "R": "##. #.# ##. #.# #.#",
    "S": "### #.. ### ..# ###",
    "T": "### .#. .#. .#. .#.",
    "U": "#.# #.# #.# #.# ###",
}
"""Five rows each. Only what is ever written large."""


def block_letters(text: str, columns: int, rows: int) -> tuple[str, ...]:
    """`text` in blocks (`█`), as high and then as wide as `columns` by `rows` allow; nothing where it does not fit.

    A row of a terminal is about as high as two columns: letters are never narrower than that makes a square.
    """
    glyphs = [_GLYPHS[letter].split() for letter in text]
    lines = [".".join(glyph[row] for glyph in glyphs) for row in range(_HIGH)] if glyphs else []
    width = len(lines[0]) if lines else 1
    sizes = product(range(rows // _HIGH, 0, -1), range(columns // width, 0, -1))
    for high, wide in sizes:
        if lines and high <= wide <= 3 * high:
            drawn = ["".join(("█" if dot == "#" else " ") * wide for dot in line).rstrip() for line in lines]
            return tuple(line for line in drawn for _ in range(high))
    return ()


_WIDEST = 76
"""Columns of text: longer lines are hard to read from the floor."""
_LEAST = 2
"""Rows for the cue, below which all else but the foot gives way."""
_LONG = 100
"""Seconds left from which minutes are shown."""
_ASCII = str.maketrans("━─·…→←−↑↓█", "#--.><-^v#")
_LINE_CLOCKS = {"hold": "Hold", "count": "Count", "breathe": "Breathe", "wait": "Wait"}
_KEYS = (
    "space pause   → next   ← start   enter ready   m more time   ? all keys   q end",
    "space pause  → next  enter ready  ? all keys  q end",
    "space pause  → next  ? keys  q end",
)


@dataclass(frozen=True, slots=True)
class PageFormat:
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


def render_page(view: View, paper: PageFormat, *, guide: bool = False) -> tuple[str, ...]:
    """Exactly `paper.rows` lines, with their escapes for bold and colour, each made for a cleared line.

    With `guide` the keys stand where else the session does.
    """
    foot = _foot(view, paper)
    room = max(0, paper.rows - len(foot))
    lines = _guide(paper, room) if guide else _body(view, paper, room)
    lines = [" " + line for line in [*lines, *[""] * (room - len(lines)), *foot]][-paper.rows :]
    return tuple(lines if paper.unicode else (line.translate(_ASCII) for line in lines))


def _body(view: View, paper: PageFormat, room: int) -> list[str]:
    """Large, what can be read from the floor; the cue; and as much else as there is room for."""
    least = 1 if view.word else _LEAST
    heading = _styled(_clipped(_heading(view), paper), "1", paper)
    large = block_letters(_large(view), paper.columns - 2, min(max(5, room // 2), room - least - 2))
    head = [heading, *large, ""] if room >= len(large) + 2 + least else []
    about = _about(view, paper)[: max(0, room - len(head) - least)]
    gap = [""] if about and room > len(head) + least + len(about) else []
    text = view.trouble if view.away else view.cue
    cue = _wrapped(text, paper, room - len(head) - len(gap) - len(about)) if room else []
    return [*head, *(_styled(line, "1;31" if view.away else "1", paper) for line in cue), *gap, *about]


def _large(view: View) -> str:
    """The side, and the seconds left of the clock that runs; that it is paused, or cannot be heard."""
    if view.away:
        return "NO SOUND"
    if view.state == "paused":
        return "PAUSED"
    seconds = round_half_up(view.clock[1], SECOND) if view.clock else None
    left = "" if seconds is None else str(seconds) if seconds < _LONG else format_time(Ms(seconds * SECOND))
    return " ".join(filter(None, [(view.side or "").upper(), left]))


def _guide(paper: PageFormat, room: int) -> list[str]:
    """The keys in as few columns as there is room for."""
    entries = [f"{keys:<5} {meaning}" for keys, meaning in KEY_DESCRIPTIONS]
    wide = max(map(len, entries)) + 1
    rows = max(min(room, len(entries)), -(-len(entries) // max(1, (paper.columns - 2) // wide)))
    lines = ["".join(f"{entry:<{wide}}" for entry in entries[row::rows]).rstrip() for row in range(rows)]
    return lines[:room]


def _heading(view: View) -> str:
    parts = [view.title]
    if view.side:
        parts.append(view.side)
    if view.round and view.round[1] > 1:
        parts.append(f"{view.round[0]} of {view.round[1]}")
    return " · ".join(parts)


def _about(view: View, paper: PageFormat) -> list[str]:
    """What is wrong, the running clock, what comes next: what matters most first."""
    lines = []
    if view.trouble and not view.away:
        lines.append(_styled(_clipped(view.trouble, paper), "1;31", paper))
    if view.clock:
        kind, left = view.clock
        word = f" · {view.word}" if view.word else ""
        lines.append(_styled(_clipped(f"{_LINE_CLOCKS[kind]}: {format_time(left)} left{word}", paper), "1", paper))
    if view.following:
        lines.append(_clipped(f"Next: {view.following}", paper))
    if view.queue:
        lines.append(_clipped(f"After this: {', '.join(view.queue)}", paper))
    if view.failed:
        lines.append(_clipped(f"Cannot follow: {', '.join(view.failed)}", paper))
    return lines


def _foot(view: View, paper: PageFormat) -> list[str]:
    done = paper.width * view.at // view.length if view.length else paper.width
    bar = _styled("━" * done, "32", paper) + _styled("─" * (paper.width - done), "2", paper)
    times = f"{format_time(view.at)} of {format_time(view.length)}"
    words = [_state(view), times, f"{_left(view)} left", f"{view.volume} %" if view.volume < 100 else ""]
    status = ""
    for word in filter(None, words):
        longer = f"{status} · {word}" if status else word
        status = longer if len(longer) <= paper.width else status
    return [bar, status, _keys(paper)]


def _left(view: View) -> str:
    """So that what is over and what is left always add up on the screen."""
    return format_time(Ms(SECOND * (round_half_up(view.length, SECOND) - round_half_up(view.at, SECOND))))


def _state(view: View) -> str:
    if view.away:
        return "NO SOUND"
    return {"playing": "", "paused": "PAUSED", "ended": "ended"}[view.state]


def _keys(paper: PageFormat) -> str:
    return next((keys for keys in _KEYS if len(keys) <= paper.width), "")


def _wrapped(text: str, paper: PageFormat, rows: int) -> list[str]:
    return textwrap.wrap(printable(text), paper.width, max_lines=rows, placeholder="…") or [""]


def _clipped(text: str, paper: PageFormat) -> str:
    text = printable(text)
    return text if len(text) <= paper.width else text[: paper.width - 1] + "…"


def _styled(text: str, codes: str, paper: PageFormat) -> str:
    if not paper.colour:
        codes = "1" if codes.startswith("1") else ""
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def describe_changes(before: View | None, now: View) -> Iterator[str]:
    """What is new since `before`, each line with its time in the session: `3:07  Come up and ease off.`"""
    old = before or replace(
        now, state="playing", volume=100, title="", side=None, round=None, cue_at=None, clock=None, queue=(), trouble=""
    )
    if now.title != old.title:
        yield _line(now.at, now.title)
    if now.side and now.side != old.side:
        yield _line(now.at, f"{now.side.capitalize()} side.")
    if now.round and now.round != old.round and now.round[1] > 1:
        yield _line(now.at, f"Round {now.round[0]} of {now.round[1]}.")
    if now.cue and (now.cue, now.cue_at) != (old.cue if old.cue_at is not None else "", old.cue_at):
        yield _line(now.cue_at or Ms(0), now.cue)
    if now.clock and (not old.clock or old.clock[0] != now.clock[0] or now.clock[1] > old.clock[1]):
        yield _line(now.at, f"{_LINE_CLOCKS[now.clock[0]]}: {format_time(now.clock[1])}.")
    yield from _steered(old, now)


def _steered(old: View, now: View) -> Iterator[str]:
    if now.state != old.state and now.state != "ended":
        left = format_time(Ms(now.length - now.at))
        yield _line(now.at, f"Paused, {left} left." if now.state == "paused" else "Going on.")
    if now.volume != old.volume:
        yield _line(now.at, f"Volume {now.volume} %.")
    if len(now.queue) > len(old.queue):
        yield _line(now.at, f"After this: {', '.join(now.queue)}.")
    for title in now.failed[len(old.failed) :]:
        yield _line(now.at, f"{title} cannot follow: it could not be spoken, or would end beyond 24 hours.")
    if now.trouble != old.trouble:
        yield _line(now.at, now.trouble or "The loudspeaker is there again.")


def _line(at: Ms, text: str) -> str:
    return f"{format_time(at):>7}  {printable(text)}"

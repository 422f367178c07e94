"""Renders a snapshot as text: a page for a terminal of any size from 20 columns up, or plain lines.

The plain lines are for screen readers, for logs, and for output that is not a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from voicecoach.player.keys import KEY_DESCRIPTIONS
from voicecoach.player.snapshot import Snapshot
from voicecoach.terminal_text import clip, visible, wrap
from voicecoach.units import SECOND, Ms, format_time, round_half_up

_MAX_WIDTH = 76
"""Columns of text: longer lines are hard to read from the floor."""
_MIN_CUE_ROWS = 2
"""With fewer rows for the cue, everything else but the footer gives way."""
_MINUTES_FROM = 100
"""Seconds left that are shown as minutes and seconds."""
_ASCII = str.maketrans("━─·…→←−↑↓█", "#--.><-^v#")
_FOOTER_KEYS = (
    "space pause   → next   ← start   enter ready   m more time   ? all keys   q end",
    "space pause  → next  enter ready  ? all keys  q end",
    "space pause  → next  ? keys  q end",
)
"""The most important of `KEY_DESCRIPTIONS`, for three widths."""
_BOLD, _BOLD_RED, _GREEN, _DIM = "1", "1;31", "32", "2"


@dataclass(frozen=True, slots=True)
class PageFormat:
    """The size and the abilities of a terminal."""

    columns: int
    rows: int
    colour: bool = True
    """Bold text needs none."""
    unicode: bool = True
    """Whether bars and arrows can be shown."""

    @property
    def width(self) -> int:
        """Columns of text: one stays free on either side."""
        return max(10, min(self.columns - 2, _MAX_WIDTH))

    def clip(self, text: str) -> str:
        """The text on one line."""
        return clip(visible(text), self.width)

    def wrap(self, text: str, rows: int) -> list[str]:
        """The text on at most so many lines."""
        return wrap(visible(text), self.width, most=rows) or [""]

    def style(self, text: str, codes: str) -> str:
        """The text with its escape codes; without colour only bold is left of them."""
        if not self.colour:
            codes = _BOLD if codes.startswith(_BOLD) else ""
        return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def render_page(now: Snapshot, page: PageFormat, *, guide: bool = False) -> tuple[str, ...]:
    """Exactly `page.rows` lines with escapes for bold and colour, each for a line that has been cleared.

    With `guide` the keys take the place of the session.
    """
    footer = _footer(now, page)
    room = max(0, page.rows - len(footer))
    lines = _guide(page, room) if guide else _body(now, page, room)
    lines = [" " + line for line in [*lines, *[""] * (room - len(lines)), *footer]][-page.rows :]
    return tuple(lines if page.unicode else (line.translate(_ASCII) for line in lines))


def _body(now: Snapshot, page: PageFormat, room: int) -> list[str]:
    """The block letters, the cue, and as many details as there is room for."""
    least = 1 if now.word else _MIN_CUE_ROWS
    heading = page.style(page.clip(_heading(now)), _BOLD)
    letters = block_letters(_headline(now), page.columns - 2, min(max(5, room // 2), room - least - 2))
    head = [heading, *letters, ""] if room >= len(letters) + 2 + least else []
    details = _details(now, page)[: max(0, room - len(head) - least)]
    gap = [""] if details and room > len(head) + least + len(details) else []
    text = now.trouble if now.away else now.cue
    cue = page.wrap(text, room - len(head) - len(gap) - len(details)) if room else []
    return [*head, *(page.style(line, _BOLD_RED if now.away else _BOLD) for line in cue), *gap, *details]


def _headline(now: Snapshot) -> str:
    """The text in block letters: the side and the seconds left of the clock, unless nothing plays."""
    if now.away:
        return "NO SOUND"
    if now.state == "paused":
        return "PAUSED"
    seconds = None if now.clock_left_ms is None else round_half_up(now.clock_left_ms, SECOND)
    left = "" if seconds is None else str(seconds) if seconds < _MINUTES_FROM else format_time(Ms(seconds * SECOND))
    return " ".join(filter(None, [(now.side or "").upper(), left]))


def _guide(page: PageFormat, room: int) -> list[str]:
    """The keys in as few columns as there is room for."""
    entries = [f"{keys:<5} {meaning}" for keys, meaning in KEY_DESCRIPTIONS]
    wide = max(map(len, entries)) + 1
    rows = max(min(room, len(entries)), -(-len(entries) // max(1, (page.columns - 2) // wide)))
    lines = ["".join(f"{entry:<{wide}}" for entry in entries[row::rows]).rstrip() for row in range(rows)]
    return lines[:room]


def _heading(now: Snapshot) -> str:
    round_ = f"{now.round} of {now.rounds}" if (now.rounds or 0) > 1 else ""
    return " · ".join([now.label, *filter(None, [now.side, round_])])


def _details(now: Snapshot, page: PageFormat) -> list[str]:
    """Trouble, the running clock, what comes next: the most important first."""
    lines = []
    if now.trouble and not now.away:
        lines.append(page.style(page.clip(now.trouble), _BOLD_RED))
    if now.clock and now.clock_left_ms is not None:
        word = f" · {now.word}" if now.word else ""
        clock = f"{now.clock.capitalize()}: {format_time(now.clock_left_ms)} left{word}"
        lines.append(page.style(page.clip(clock), _BOLD))
    if now.next_cue:
        lines.append(page.clip(f"Next: {now.next_cue}"))
    if now.queue:
        lines.append(page.clip(f"After this: {', '.join(now.queue)}"))
    if now.failed:
        lines.append(page.clip(f"Cannot follow: {', '.join(now.failed)}"))
    return lines


def _footer(now: Snapshot, page: PageFormat) -> list[str]:
    done = page.width * now.position_ms // now.length_ms if now.length_ms else page.width
    bar = page.style("━" * done, _GREEN) + page.style("─" * (page.width - done), _DIM)
    times = f"{format_time(now.position_ms)} of {format_time(now.length_ms)}"
    words = [_state(now), times, f"{_time_left(now)} left", f"{now.volume} %" if now.volume < 100 else ""]
    status = ""
    for word in filter(None, words):
        longer = f"{status} · {word}" if status else word
        status = longer if len(longer) <= page.width else status
    return [bar, status, next((keys for keys in _FOOTER_KEYS if len(keys) <= page.width), "")]


def _time_left(now: Snapshot) -> str:
    """Rounded so that it adds up with the position on the screen."""
    return format_time(Ms(SECOND * (round_half_up(now.length_ms, SECOND) - round_half_up(now.position_ms, SECOND))))


def _state(now: Snapshot) -> str:
    if now.away:
        return "NO SOUND"
    return {"playing": "", "paused": "PAUSED", "ended": "ended"}[now.state]


_LETTER_ROWS = 5
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
"""Five rows each, for every letter that is ever drawn."""


def block_letters(text: str, columns: int, rows: int) -> tuple[str, ...]:
    """Draw `text` in blocks (`█`), as large as `columns` by `rows` allow; nothing where it does not fit.

    Height comes before width. A row of a terminal is about as high as two columns are wide, so a dot has one to three
    columns a row.
    """
    glyphs = [_GLYPHS[letter].split() for letter in text]
    lines = [".".join(glyph[row] for glyph in glyphs) for row in range(_LETTER_ROWS)] if glyphs else []
    width = len(lines[0]) if lines else 1
    sizes = product(range(rows // _LETTER_ROWS, 0, -1), range(columns // width, 0, -1))
    for high, wide in sizes:
        if lines and high <= wide <= 3 * high:
            drawn = ["".join(("█" if dot == "#" else " ") * wide for dot in line).rstrip() for line in lines]
            return tuple(line for line in drawn for _ in range(high))
    return ()


def describe_changes(before: Snapshot | None, now: Snapshot) -> Iterator[str]:
    """One line for each change since `before`, with its time in the session: `3:07  Come up and ease off.`"""
    old = before or Snapshot(state="playing", title="", position_ms=Ms(0), length_ms=now.length_ms, failed=now.failed)
    if now.label != old.label:
        yield _line(now.position_ms, now.label)
    if now.side and now.side != old.side:
        yield _line(now.position_ms, f"{now.side.capitalize()} side.")
    if (now.rounds or 0) > 1 and (now.round, now.rounds) != (old.round, old.rounds):
        yield _line(now.position_ms, f"Round {now.round} of {now.rounds}.")
    if now.cue and (now.cue, now.cue_at_ms) != (old.cue, old.cue_at_ms):
        yield _line(now.cue_at_ms or Ms(0), now.cue)
    left, old_left = now.clock_left_ms, old.clock_left_ms
    if now.clock and left is not None and (now.clock != old.clock or old_left is None or left > old_left):
        yield _line(now.position_ms, f"{now.clock.capitalize()}: {format_time(left)}.")
    yield from _describe_steering(old, now)


def _describe_steering(old: Snapshot, now: Snapshot) -> Iterator[str]:
    at = now.position_ms
    if now.state != old.state and now.state != "ended":
        left = format_time(Ms(now.length_ms - at))
        yield _line(at, f"Paused, {left} left." if now.state == "paused" else "Resumed.")
    if now.volume != old.volume:
        yield _line(at, f"Volume {now.volume} %.")
    if len(now.queue) > len(old.queue):
        yield _line(at, f"After this: {', '.join(now.queue)}.")
    for title in now.failed[len(old.failed) :]:
        yield _line(at, f"{title} cannot follow: it could not be spoken, or would end beyond 24 hours.")
    if now.trouble != old.trouble:
        yield _line(at, now.trouble or "The loudspeaker is back.")


def _line(at: Ms, text: str) -> str:
    return f"{format_time(at):>7}  {visible(text)}"

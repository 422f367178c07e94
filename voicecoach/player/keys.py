"""Decodes key presses into commands: one command a key, or the whole session on a single key.

A single key may be a pedal, a button on a cable, or any key that a knuckle hits.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.player.command import Action, Command
from voicecoach.units import SECOND

__all__ = ["KEYS", "KEY_DESCRIPTIONS", "KeyDecoder", "KeyGuide", "SingleKeyDecoder"]

_TEN = 10 * SECOND
_PLAIN = {
    b" ": Command(Action.TOGGLE),
    b"n": Command(Action.NEXT),
    b"b": Command(Action.BACK),
    b"p": Command(Action.PREVIOUS),
    b"a": Command(Action.AGAIN),
    b"r": Command(Action.REPEAT),
    b",": Command(Action.SEEK, -_TEN),
    b".": Command(Action.SEEK, _TEN),
    b"\r": Command(Action.READY),
    b"\n": Command(Action.READY),
    b"m": Command(Action.MORE_TIME),
    b"x": Command(Action.TOO_MUCH),
    b"[": Command(Action.SLOWER),
    b"]": Command(Action.FASTER),
    b"+": Command(Action.VOLUME, 1),
    b"=": Command(Action.VOLUME, 1),
    b"-": Command(Action.VOLUME, -1),
    b"_": Command(Action.VOLUME, -1),
    b"w": Command(Action.WHERE),
    b"q": Command(Action.STOP),
}
_CASED = {
    b"V": Command(Action.VOICE_VOLUME, 1),
    b"v": Command(Action.VOICE_VOLUME, -1),
    b"C": Command(Action.CHIME_VOLUME, 1),
    b"c": Command(Action.CHIME_VOLUME, -1),
}
_ARROWS = {
    b"A": (b"H", Command(Action.VOLUME, 1)),
    b"B": (b"P", Command(Action.VOLUME, -1)),
    b"C": (b"M", Command(Action.NEXT)),
    b"D": (b"K", Command(Action.BACK)),
}
"""Final byte on Unix terminals, second byte in the Windows console."""

KEYS: dict[bytes, Command] = {
    **_PLAIN,
    **{key.upper(): command for key, command in _PLAIN.items()},
    **_CASED,
    **{lead + final: command for final, (_, command) in _ARROWS.items() for lead in (b"\x1b[", b"\x1bO")},
    **{lead + second: command for second, command in _ARROWS.values() for lead in (b"\xe0", b"\0")},
}
"""What is sent, by Unix terminals (arrows in both of their modes) and by the Windows console (`\\xe0`, and `\\0` from
the keypad and for function keys). `=` and `_` share their keys with `+` and `-` on many keyboards; Caps Lock matters
only to `v` and `c`."""

KEY_DESCRIPTIONS = (
    ("space", "pause"),
    ("→ n", "next move"),
    ("← b", "move start"),
    ("p", "move before"),
    ("a", "move again"),
    ("r", "cue again"),
    (", .", "10 s − +"),
    ("enter", "ready"),
    ("m", "more time"),
    ("x", "too much"),
    ("[ ]", "speed − +"),
    ("↓ ↑", "volume − +"),
    ("v V", "voice − +"),
    ("c C", "chimes − +"),
    ("w", "where am I"),
    ("?", "these keys"),
    ("q", "end"),
)
"""The keys and what they do, in words for the screen."""

_ESCAPE = 0x1B
_WINDOWS = (0xE0, 0)
"""With one more byte, which alone would be a letter."""


@dataclass(slots=True)
class KeyGuide:
    """Whether the listener wants to see the keys."""

    shown: bool = False

    def turn(self) -> None:
        """Show them, or not any more."""
        self.shown = not self.shown


class KeyDecoder:
    """Turns bytes into commands, however the terminal cuts them up."""

    HELP = b"?"
    PATIENCE = 0.05
    """Seconds in which the rest of a key's bytes comes: they are sent at once."""

    def __init__(self) -> None:
        self._begun = b""
        self._missed: float | None = None
        """When more of what was begun was first looked for in vain."""

    def feed(self, data: bytes, guide: KeyGuide | None = None) -> list[Command]:
        """The commands that `data` completes; `?` turns the guide. Keys without a meaning are passed over, whole."""
        found = []
        if data:
            self._missed = None
        for byte in data:
            self._begun = bytes([byte]) if self._restarts(byte) else self._begun + bytes([byte])
            if _complete(self._begun):
                if self._begun in KEYS:
                    found.append(KEYS[self._begun])
                elif self._begun == self.HELP and guide:
                    guide.turn()
                self._begun = b""
        return found

    def look(self, now: float) -> None:
        """Nothing came, by `now`, in seconds of any clock: after a while what was begun is given up.

        Only looks count, not how late bytes are read: a player that was held up takes an arrow for an arrow.
        """
        if self._missed is None:
            self._missed = now
        elif now - self._missed >= self.PATIENCE:
            self._begun = b""

    def _restarts(self, byte: int) -> bool:
        """A new escape gives up whatever was begun: a lone Escape key, or a sequence cut short."""
        return byte == _ESCAPE


def _complete(keys: bytes) -> bool:
    """Whether a key ends here: a plain one at once, a sequence with its final byte (ECMA-48, 5.4)."""
    if keys[0] in _WINDOWS:
        return len(keys) == 2
    if keys[0] != _ESCAPE:
        return True
    if keys[1:2] == b"O":
        return len(keys) == 3
    if keys[1:2] == b"[":
        return len(keys) > 2 and 0x40 <= keys[-1] <= 0x7E
    return len(keys) > 1


class SingleKeyDecoder:
    """Turns presses into commands; every moment is an argument, in seconds of any clock that never goes back.

    Once is pause or resume, twice next, three times back, long "where am I". A single press acts at once, as a
    pause must; what more presses mean is known when no other follows. A key that is held repeats itself, faster
    than anybody types: the pause that it began with is taken back then.
    """

    APART = 0.4
    """Seconds after a press in which another one belongs to it."""
    RAPID = 0.09
    """Seconds between two presses, three times in a row, that only a held key reaches: they repeat 20 to 40 times
    a second, fingers 6 times."""
    DELAY = 1.1
    """Seconds after which a held key begins to repeat, at most: 0.25 to 1 by system."""
    _ROW = 3

    def __init__(self) -> None:
        self._presses: list[float] = []
        """Of the group that may go on."""
        self._alone: float | None = None
        """When the group before began, if it was a single press: a held key's first."""
        self._held = False

    def press(self, now: float) -> list[Command]:
        """The key was pressed, or repeats itself."""
        due = self.look(now)
        self._presses.append(now)
        if self._held:
            self._presses = [now]
            return due
        if len(self._presses) == 1:
            return [*due, Command(Action.TOGGLE)]
        if self._rapid():
            self._held = True
            undo = [] if self._toggled_before() else [Command(Action.TOGGLE)]
            return [*due, *undo, Command(Action.WHERE)]
        return due

    def look(self, now: float) -> list[Command]:
        """What the presses so far have come to mean by now."""
        if not self._presses or now - self._presses[-1] <= self.APART:
            return []
        count, begun, held = len(self._presses), self._presses[0], self._held
        self._presses, self._held = [], False
        self._alone = begun if count == 1 and not held else None
        if held or count == 1:
            return []
        return [Command(Action.NEXT if count == 2 else Action.BACK)]

    def _rapid(self) -> bool:
        last = self._presses[-self._ROW - 1 :]
        return len(last) > self._ROW and last[-1] - last[0] <= self._ROW * self.RAPID

    def _toggled_before(self) -> bool:
        """Whether the held key's first press was a group of its own: then this group's has undone it already."""
        first, second = self._presses[:2]
        return second - first <= self.RAPID and self._alone is not None and first - self._alone <= self.DELAY

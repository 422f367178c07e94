"""Decodes key presses into commands: one command a key, or the whole session on a single key.

A single key may be a pedal, a button on a cable, or any key that a knuckle hits.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.player.command import Action, Command
from voicecoach.units import SECOND

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
"""Final byte on Unix terminals; second byte in the Windows console, and the command."""

KEYS: dict[bytes, Command] = {
    **_PLAIN,
    **{key.upper(): command for key, command in _PLAIN.items()},
    **_CASED,
    **{lead + final: command for final, (_, command) in _ARROWS.items() for lead in (b"\x1b[", b"\x1bO")},
    **{lead + second: command for second, command in _ARROWS.values() for lead in (b"\xe0", b"\0")},
}
"""The bytes of Unix terminals (with arrows in both of their modes) and of the Windows console (`\\xe0`, or `\\0` on the
keypad and for function keys). `=` and `_` share a key with `+` and `-` on many keyboards. Caps Lock matters only to
`v` and `c`."""

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
"""The keys and their meanings, for the screen."""

_ESCAPE = 0x1B
_WINDOWS_PREFIXES = (0xE0, 0)
"""Each is followed by one more byte, which alone would be a letter."""


@dataclass(slots=True)
class KeyGuide:
    """Whether the list of keys is on the screen."""

    shown: bool = False

    def toggle(self) -> None:
        """Show or hide it."""
        self.shown = not self.shown


class KeyDecoder:
    """Decodes bytes into commands, wherever the terminal splits them."""

    HELP = b"?"
    TIMEOUT = 0.05
    """Seconds after which an unfinished key is discarded: terminals send its bytes at once."""

    def __init__(self, guide: KeyGuide | None = None) -> None:
        self._guide = guide
        self._unfinished = b""
        self._waiting_since: float | None = None
        """The first poll that brought no more of the unfinished key."""

    def decode(self, data: bytes, now: float) -> list[Command]:
        """The commands that `data` completes; `?` toggles the guide. Keys without a meaning are skipped as a whole.

        Without data an unfinished key is discarded after a while; `now` is in seconds of any clock. Only such calls
        count, not the time at which bytes are read: a player that was held up still takes an arrow for an arrow.
        """
        if not data:
            self._poll(now)
            return []
        commands = []
        self._waiting_since = None
        for byte in data:
            # A new escape discards an unfinished key: a lone Escape key, or a sequence cut short.
            self._unfinished = bytes([byte]) if byte == _ESCAPE else self._unfinished + bytes([byte])
            if _is_complete(self._unfinished):
                if self._unfinished in KEYS:
                    commands.append(KEYS[self._unfinished])
                elif self._unfinished == self.HELP and self._guide:
                    self._guide.toggle()
                self._unfinished = b""
        return commands

    def _poll(self, now: float) -> None:
        if self._waiting_since is None:
            self._waiting_since = now
        elif now - self._waiting_since >= self.TIMEOUT:
            self._unfinished = b""


def _is_complete(key: bytes) -> bool:
    """Whether a key ends here: a plain one at once, a sequence with its final byte (ECMA-48, 5.4)."""
    if key[0] in _WINDOWS_PREFIXES:
        return len(key) == 2
    if key[0] != _ESCAPE:
        return True
    if key[1:2] == b"O":
        return len(key) == 3
    if key[1:2] == b"[":
        return len(key) > 2 and 0x40 <= key[-1] <= 0x7E
    return len(key) > 1


class SingleKeyDecoder:
    """Decodes presses of one key into commands; times are seconds of any clock that never goes back.

    Once is pause or resume, twice is next, three times is back, long is "where am I". A single press acts at once, as
    a pause must; more presses act when no other follows. A key that is held down repeats faster than anyone types:
    the pause that it began with is then undone.
    """

    GROUP_GAP = 0.4
    """Seconds after a press in which another one belongs to the same group."""
    REPEAT_GAP = 0.09
    """Seconds between two presses, three times in a row, that only a held key reaches: it repeats 20 to 40 times
    a second, fingers press 6 times."""
    REPEAT_DELAY = 1.1
    """The most seconds after which a held key begins to repeat: 0.25 to 1, depending on the system."""
    _REPEATS = 3

    def __init__(self) -> None:
        self._presses: list[float] = []
        """The current group."""
        self._single_press: float | None = None
        """The group before, if it was a single press: perhaps the first one of a held key."""
        self._held = False

    def decode(self, data: bytes, now: float) -> list[Command]:
        """The commands of a press, or of a group that is over by `now`.

        Bytes that come at once are one press, however many a key sends: the player is woken by each press.
        """
        return self._press(now) if data else self._poll(now)

    def _press(self, now: float) -> list[Command]:
        commands = self._poll(now)
        self._presses.append(now)
        if self._held:
            self._presses = [now]
            return commands
        if len(self._presses) == 1:
            return [*commands, Command(Action.TOGGLE)]
        if self._repeats():
            self._held = True
            undo = [] if self._undone_already() else [Command(Action.TOGGLE)]
            return [*commands, *undo, Command(Action.WHERE)]
        return commands

    def _poll(self, now: float) -> list[Command]:
        if not self._presses or now - self._presses[-1] <= self.GROUP_GAP:
            return []
        count, begun, held = len(self._presses), self._presses[0], self._held
        self._presses, self._held = [], False
        self._single_press = begun if count == 1 and not held else None
        if held or count == 1:
            return []
        return [Command(Action.NEXT if count == 2 else Action.BACK)]

    def _repeats(self) -> bool:
        last = self._presses[-self._REPEATS - 1 :]
        return len(last) > self._REPEATS and last[-1] - last[0] <= self._REPEATS * self.REPEAT_GAP

    def _undone_already(self) -> bool:
        """Whether the held key's first press was a group of its own, so that this group has undone its pause."""
        first, second = self._presses[:2]
        before = self._single_press
        return second - first <= self.REPEAT_GAP and before is not None and first - before <= self.REPEAT_DELAY

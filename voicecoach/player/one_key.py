"""The whole session on a single key, whichever it is: a knuckle, a pedal, a button on a cable."""

from __future__ import annotations

from voicecoach.player.command import Act, Command

__all__ = ["OneKey"]


class OneKey:
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
            return [*due, Command(Act.TOGGLE)]
        if self._rapid():
            self._held = True
            undo = [] if self._toggled_before() else [Command(Act.TOGGLE)]
            return [*due, *undo, Command(Act.WHERE)]
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
        return [Command(Act.NEXT if count == 2 else Act.BACK)]

    def _rapid(self) -> bool:
        last = self._presses[-self._ROW - 1 :]
        return len(last) > self._ROW and last[-1] - last[0] <= self._ROW * self.RAPID

    def _toggled_before(self) -> bool:
        """Whether the held key's first press was a group of its own: then this group's has undone it already."""
        first, second = self._presses[:2]
        return second - first <= self.RAPID and self._alone is not None and first - self._alone <= self.DELAY

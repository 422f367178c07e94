"""Keys as a terminal sends them, and what each one asks for."""

from __future__ import annotations

from voicecoach.player.command import Act, Command

__all__ = ["KEYS", "Keys"]

KEYS: dict[bytes, Command] = {
    b" ": Command(Act.TOGGLE),
    b"\x1b[C": Command(Act.NEXT),
    b"\x1bOC": Command(Act.NEXT),
    b"\xe0M": Command(Act.NEXT),
    b"\x1b[D": Command(Act.BACK),
    b"\x1bOD": Command(Act.BACK),
    b"\xe0K": Command(Act.BACK),
    b"r": Command(Act.REPEAT),
    b"R": Command(Act.REPEAT),
    b"+": Command(Act.VOLUME, 1),
    b"=": Command(Act.VOLUME, 1),
    b"-": Command(Act.VOLUME, -1),
    b"_": Command(Act.VOLUME, -1),
    b"q": Command(Act.STOP),
    b"Q": Command(Act.STOP),
}
"""What is sent, by Unix terminals (arrows in both of their modes) and by the Windows console (`\\xe0`). `=` and
`_` share their keys with `+` and `-` on many keyboards."""

_LEADS = (0x1B, 0xE0)


class Keys:
    """Turns bytes into commands, however the terminal cuts them up."""

    def __init__(self) -> None:
        self._begun = b""

    def feed(self, data: bytes) -> list[Command]:
        """The commands that `data` completes. Keys without a meaning are passed over, whole."""
        found = []
        for byte in data:
            self._begun = bytes([byte]) if self._restarts(byte) else self._begun + bytes([byte])
            if _complete(self._begun):
                if self._begun in KEYS:
                    found.append(KEYS[self._begun])
                self._begun = b""
        return found

    def _restarts(self, byte: int) -> bool:
        """A new escape gives up whatever was begun: a lone Escape key, or a sequence cut short."""
        return byte == _LEADS[0]


def _complete(keys: bytes) -> bool:
    """Whether a key ends here: a plain one at once, a sequence with its final byte (ECMA-48, 5.4)."""
    if keys[0] not in _LEADS:
        return True
    if keys[0] == _LEADS[1] or keys[1:2] == b"O":
        return len(keys) == 2 + (keys[1:2] == b"O")
    if keys[1:2] == b"[":
        return len(keys) > 2 and 0x40 <= keys[-1] <= 0x7E
    return len(keys) > 1

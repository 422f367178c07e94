"""The player as the desktop sees it: MPRIS 2.2, as plain values.

https://specifications.freedesktop.org/mpris-spec/latest/. A part of the session (the opening, a move, the closing) is a
track: "next" goes to the next one, position and length are its own. No bus here.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any, TypeAlias

from voicecoach.player.command import Act, Command
from voicecoach.player.snapshot import Now
from voicecoach.player.transport import STEP

__all__ = [
    "PATH",
    "PLAYER",
    "ROOT",
    "SIGNATURES",
    "WRITABLE",
    "Belief",
    "Refused",
    "Value",
    "asked",
    "properties",
    "written",
]

PATH = "/org/mpris/MediaPlayer2"
ROOT = "org.mpris.MediaPlayer2"
PLAYER = "org.mpris.MediaPlayer2.Player"

Value: TypeAlias = tuple[str, Any]
"""A D-Bus signature and what has it."""

SIGNATURES: dict[tuple[str, str], str] = {
    (ROOT, "Raise"): "",
    (ROOT, "Quit"): "",
    (PLAYER, "Next"): "",
    (PLAYER, "Previous"): "",
    (PLAYER, "Pause"): "",
    (PLAYER, "PlayPause"): "",
    (PLAYER, "Stop"): "",
    (PLAYER, "Play"): "",
    (PLAYER, "Seek"): "x",
    (PLAYER, "SetPosition"): "ox",
    (PLAYER, "OpenUri"): "s",
}
"""Every method with what it takes."""
WRITABLE = {(ROOT, "Fullscreen"), (PLAYER, "LoopStatus"), (PLAYER, "Rate"), (PLAYER, "Shuffle"), (PLAYER, "Volume")}

_PLAIN = {
    "Quit": Act.STOP,
    "Next": Act.NEXT,
    "Previous": Act.PREVIOUS,
    "Pause": Act.PAUSE,
    "PlayPause": Act.TOGGLE,
    "Stop": Act.STOP,
    "Play": Act.RESUME,
}
_STATUS = {"playing": "Playing", "paused": "Paused", "ended": "Stopped"}

_ASTRAY_MS = 500
"""What a client may be wrong by: we are shown what is heard ten times a second, and not to the frame."""


class Refused(Exception):
    """What cannot be asked of us, in words."""


def properties(now: Now) -> dict[str, dict[str, Value]]:
    """Every property of every interface."""
    going = now.state != "ended"
    return {
        ROOT: {
            "CanQuit": ("b", True),
            "CanRaise": ("b", False),
            "CanSetFullscreen": ("b", False),
            "Fullscreen": ("b", False),
            "HasTrackList": ("b", False),
            "Identity": ("s", "voicecoach"),
            "SupportedMimeTypes": ("as", []),
            "SupportedUriSchemes": ("as", []),
        },
        PLAYER: {
            "CanControl": ("b", True),
            "CanGoNext": ("b", going and now.part_end_ms < now.length_ms),
            "CanGoPrevious": ("b", going and now.part > 0),
            "CanPause": ("b", going),
            "CanPlay": ("b", going),
            "CanSeek": ("b", going),
            "LoopStatus": ("s", "None"),
            "MaximumRate": ("d", 1.0),
            "Metadata": ("a{sv}", _metadata(now)),
            "MinimumRate": ("d", 1.0),
            "PlaybackStatus": ("s", _status(now)),
            "Position": ("x", 1000 * (now.position_ms - now.part_start_ms)),
            "Rate": ("d", 1.0),
            "Shuffle": ("b", False),
            "Volume": ("d", now.volume / 100),
        },
    }


def asked(method: str, arguments: Sequence[Any], now: Now) -> Command | None:
    """The command that a method stands for; None where it means nothing now.

    `Refused` where it never does.
    """
    if method == "PlayPause" and now.away:  # `Paused` is what is seen, so it plays: at once when there is sound again
        return Command(Act.RESUME)
    if method in ("Next", "Previous") and not properties(now)[PLAYER][f"CanGo{method}"][1]:
        return None
    if method in _PLAIN:
        return Command(_PLAIN[method], stays=method in ("Next", "Previous"))
    match method, [*arguments]:
        case "Seek", [offset]:
            return _to(now.position_ms + offset // 1000, now)
        case "SetPosition", [track, position]:
            within = 0 <= position <= 1000 * (now.part_end_ms - now.part_start_ms)
            fits = within and track == _track(now)  # else it was meant for a track that is over
            return Command(Act.GO, now.part_start_ms + position // 1000, stays=True) if fits else None
        case "Raise", _:
            return None
    raise Refused("sessions are started with `voicecoach play`")


def written(name: str, value: Any, now: Now) -> Command | None:
    """The command that a written property stands for; None where nothing is to be done."""
    if name == "Volume":
        if isnan(value):
            raise Refused("a volume is a number from 0 to 1")
        change = max(0.0, min(1.0, value)) * 100 - now.volume
        steps = int(abs(change) / STEP + 0.5)  # half a step counts as one, so that 5 % more is heard
        return Command(Act.VOLUME, steps if change > 0 else -steps) if steps else None
    if name == "Rate" and value == 0.0:  # "act as though Pause was called"
        return Command(Act.PAUSE)
    if value == properties(now)[ROOT if name == "Fullscreen" else PLAYER][name][1]:
        return None
    raise Refused(f"a session has no other {name}")


class Belief:
    """Where a client takes us to be that goes by what it was told last: the position then, and the status since."""

    def __init__(self, now: Now) -> None:
        self._seen = now
        self._within = float(now.position_ms - now.part_start_ms)
        """Milliseconds from the start of the track."""

    def astray(self, now: Now, seconds: float) -> bool:
        """Whether it must be told the position, `seconds` after the last look; it is right then."""
        before, self._seen = self._seen, now
        gone = 1000 * seconds if _status(before) == "Playing" else 0.0
        start = now.part_start_ms if now.part == before.part else before.part_start_ms
        wrong = now.position_ms - (start + self._within + gone)
        told = abs(wrong) > _ASTRAY_MS
        self._within = now.position_ms - now.part_start_ms - (0.0 if told else wrong)
        return told


def _status(now: Now) -> str:
    """Without a loudspeaker nothing goes on, as in a pause, though nobody asked for one."""
    return "Paused" if now.away and now.state == "playing" else _STATUS[now.state]


def _to(position_ms: int, now: Now) -> Command | None:
    """Past the end of a track is the next one; before its start, the start."""
    if position_ms >= now.part_end_ms:
        return asked("Next", (), now)
    return Command(Act.GO, max(position_ms, now.part_start_ms), stays=True)


def _metadata(now: Now) -> dict[str, Value]:
    return {
        "mpris:trackid": ("o", _track(now)),
        "mpris:length": ("x", 1000 * (now.part_end_ms - now.part_start_ms)),
        "xesam:title": ("s", now.label),
        "xesam:album": ("s", now.title),
        "xesam:artist": ("as", ["voicecoach"]),
        "xesam:trackNumber": ("i", now.part + 1),
    }


def _track(now: Now) -> str:
    return f"/voicecoach/part/{now.part}"

"""The fixed words of the script language: the kinds of step and the keys allowed with each."""

from __future__ import annotations

from voicecoach.script.yaml_tree import Mapping, Node

__all__ = ["COMMON", "EXTRAS", "POSITIONS", "TIMED", "home", "node_kind"]

COMMON = ("when", "unless")
EXTRAS: dict[str, tuple[str, ...]] = {
    "say": ("then", "again"),
    "pause": (),
    "wait": ("say",),
    "chime": (),
    "hold": ("cues", "every", "countdown", "quiet"),
    "count": ("each", "phases", "aloud"),
    "breathe": ("for", "rounds"),
    "repeat": ("steps", "between", "announce"),
    "sides": ("steps", "between"),
    "move": ("steps", "position", "needs"),
    "use": ("options",),
}
"""Every kind of step and the extras that may stand beside it."""
TIMED = frozenset({"pause", "wait", "hold", "count", "breathe"})
POSITIONS = (
    "standing",
    "sitting",
    "kneeling",
    "hands and knees",
    "on your back",
    "on your front",
    "on your {side} side",
    "on your left side",
    "on your right side",
)


def node_kind(node: Node) -> str | None:
    """Which kind of step a node is; None where it is none or more than one."""
    if not isinstance(node, Mapping):
        return None
    kinds = [key.text.strip() for key, _ in node.items if key.text.strip() in EXTRAS]
    if set(kinds) == {"say", "wait"}:
        return "wait"
    return kinds[0] if len(set(kinds)) == 1 else None


def home(key: str) -> str:
    """A hint with the kinds of step that an extra belongs to; nothing where it is none, or a kind itself."""
    kinds = [f"`{kind}`" for kind, extras in EXTRAS.items() if key in extras]
    if not kinds or key in EXTRAS:
        return ""
    *some, last = kinds
    hint = f"`{key}` goes with {', '.join(some)} and {last}" if some else f"`{key}` goes with {last}"
    return f"{hint}; for silence write a `pause` step" if key == "then" else hint

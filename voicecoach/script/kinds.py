"""The kinds of step there are, what may stand beside each, and what surrounds a list of them."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.script import words
from voicecoach.script.tree import Mapping, Node

__all__ = ["COMMON", "EXTRAS", "POSITIONS", "TIMED", "Around", "node_kind"]

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


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a list of steps: which placeholders mean something, and how deep it lies."""

    allowed: frozenset[str] = words.ANYWHERE
    depth: int = 0

    def inside(self, *more: str) -> Around:
        """One list further in, where `more` mean something too."""
        return Around(self.allowed.union(more), self.depth + 1)


def node_kind(node: Node) -> str | None:
    """Which kind of step a node is; None where it is none or more than one."""
    if not isinstance(node, Mapping):
        return None
    kinds = [key.text.strip() for key, _ in node.items if key.text.strip() in EXTRAS]
    if sorted(kinds) == ["say", "wait"]:
        return "wait"
    return kinds[0] if len(set(kinds)) == 1 else None

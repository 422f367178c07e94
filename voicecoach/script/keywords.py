"""The fixed words of the script language: keys, kinds of step, positions, chimes."""

from __future__ import annotations

from typing import Literal

from voicecoach.script.yaml_tree import MappingNode, Node

ROUTINE_KEYS = ("title", "about", "language", "tags", "needs", "caution", "minutes", "options", "pronounce", "steps")
"""The keys at the top of a routine."""
STEP_KEYS: dict[str, tuple[str, ...]] = {
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
"""Every kind of step, with the keys that only this kind may have."""
COMMON_KEYS = ("when", "unless")
"""The keys that every kind of step may have."""
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
CHIMES = ("open", "start", "end", "side", "tick", "in", "hold", "out", "rest", "done")
"""The built-in sounds."""
BREATH_PHASES: tuple[Literal["in", "hold", "out", "rest"], ...] = ("in", "hold", "out", "rest")
"""The phases of a breath, in their order."""


def step_kind(node: Node) -> str | None:
    """The kind of a step; None if the node has none or several."""
    if not isinstance(node, MappingNode):
        return None
    kinds = {key.text.strip() for key, _ in node.items} & STEP_KEYS.keys()
    if kinds == {"say", "wait"}:
        return "wait"
    return kinds.pop() if len(kinds) == 1 else None


def owner_hint(key: str) -> str:
    """A hint naming the kinds of step that a key belongs to; empty if it belongs to none or is a kind itself."""
    kinds = [f"`{kind}`" for kind, keys in STEP_KEYS.items() if key in keys]
    if not kinds or key in STEP_KEYS:
        return ""
    *some, last = kinds
    hint = f"`{key}` goes with {', '.join(some)} and {last}" if some else f"`{key}` goes with {last}"
    return f"{hint}; for silence write a `pause` step" if key == "then" else hint

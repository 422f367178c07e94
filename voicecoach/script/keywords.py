"""The fixed words of the script language: the kinds of step and the keys allowed with each."""

from __future__ import annotations

from voicecoach.script.yaml_tree import MappingNode, Node

__all__ = ["COMMON_KEYS", "POSITIONS", "STEP_KEYS", "TIMED_KINDS", "owner_hint", "step_kind"]

COMMON_KEYS = ("when", "unless")
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
"""Every kind of step and the extras that may stand beside it."""
TIMED_KINDS = frozenset({"pause", "wait", "hold", "count", "breathe"})
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


def step_kind(node: Node) -> str | None:
    """Which kind of step a node is; None where it is none or more than one."""
    if not isinstance(node, MappingNode):
        return None
    kinds = [key.text.strip() for key, _ in node.items if key.text.strip() in STEP_KEYS]
    if set(kinds) == {"say", "wait"}:
        return "wait"
    return kinds[0] if len(set(kinds)) == 1 else None


def owner_hint(key: str) -> str:
    """A hint with the kinds of step that an extra belongs to; nothing where it is none, or a kind itself."""
    kinds = [f"`{kind}`" for kind, extras in STEP_KEYS.items() if key in extras]
    if not kinds or key in STEP_KEYS:
        return ""
    *some, last = kinds
    hint = f"`{key}` goes with {', '.join(some)} and {last}" if some else f"`{key}` goes with {last}"
    return f"{hint}; for silence write a `pause` step" if key == "then" else hint

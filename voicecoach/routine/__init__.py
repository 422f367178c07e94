"""A routine as its writer wrote it: every range still a range, every placeholder still open.

What comes out of `script/` and goes into `compiler/`.
"""

from voicecoach.routine.routine import Option, Routine, joined, same_language, used_by, within
from voicecoach.routine.steps import (
    Breathe,
    Chime,
    Count,
    Hold,
    HoldCue,
    Move,
    Pause,
    Phase,
    Range,
    Repeat,
    Say,
    Side,
    Sides,
    Step,
    Use,
    Wait,
    inner,
)
from voicecoach.routine.text import BySide, Slot, Text

__all__ = [
    "Breathe",
    "BySide",
    "Chime",
    "Count",
    "Hold",
    "HoldCue",
    "Move",
    "Option",
    "Pause",
    "Phase",
    "Range",
    "Repeat",
    "Routine",
    "Say",
    "Side",
    "Sides",
    "Slot",
    "Step",
    "Text",
    "Use",
    "Wait",
    "inner",
    "joined",
    "same_language",
    "used_by",
    "within",
]

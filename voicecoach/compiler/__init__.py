"""From a routine and the listener's choices to a timeline. Everything here is pure.

`Choices` -> `Pacing`; `Routine` -> `Score`; `Score` + lengths of the clips -> `Draft` -> `Timeline`.
"""

from voicecoach.choices import LEVELS, Choices, SideChoice
from voicecoach.compiler.compilation import MeasureLengths, compile_session, estimate_lengths, minutes_warning

__all__ = [
    "LEVELS",
    "Choices",
    "MeasureLengths",
    "SideChoice",
    "compile_session",
    "estimate_lengths",
    "minutes_warning",
]

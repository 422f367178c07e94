"""From a routine and the listener's choices to a timeline. Everything here is pure.

`Choices` -> `Pacing`; `Routine` -> `Score`; `Score` + lengths of the clips -> `Draft` -> `Timeline`.
"""

from voicecoach.compiler.clip_lengths import MeasureLengths, estimate_lengths
from voicecoach.compiler.compilation import compile_session, minutes_warning

__all__ = ["MeasureLengths", "compile_session", "estimate_lengths", "minutes_warning"]

"""From a routine and the listener's choices to a timeline. Everything here is pure.

`Choices` -> `Pacing`; `Routine` -> `Score`; `Score` + lengths of the clips -> `Timeline`.
"""

from voicecoach.choices import LEVELS, Choices, SideChoice
from voicecoach.compiler.compilation import Lengths, compile_session, missed_minutes

__all__ = ["LEVELS", "Choices", "Lengths", "SideChoice", "compile_session", "missed_minutes"]

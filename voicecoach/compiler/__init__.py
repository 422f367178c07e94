"""`Choices` → numbers; `Routine` → `Score`; `Score` + lengths of clips → `Timeline`. All of it pure."""

from voicecoach.choices import LEVELS, Choices, SideChoice
from voicecoach.compiler.compilation import Lengths, compile_session, missed_minutes

__all__ = ["LEVELS", "Choices", "Lengths", "SideChoice", "compile_session", "missed_minutes"]

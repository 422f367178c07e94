"""voicecoach: routines in YAML, spoken, played and exported.

`voicecoach.api` says what can be called from here; its parts are imported when they are first asked for, so that
`import voicecoach` costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.api import (
        Routine,
        Synthesizer,
        Timeline,
        VoicecoachError,
        compile,  # noqa: A004 the word for it
        export,
        load,
        render,
        studio,
    )

__version__ = "0.1.0"

__all__ = [
    "Routine",
    "Synthesizer",
    "Timeline",
    "VoicecoachError",
    "__version__",
    "compile",
    "export",
    "load",
    "render",
    "studio",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from voicecoach import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

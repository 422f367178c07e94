"""voicecoach: routines in YAML, spoken, played and exported.

`voicecoach.api` defines what can be called from here. Its parts are imported on first use, so that `import voicecoach`
costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.api import (
        Problem,
        Routine,
        Synthesizer,
        Timeline,
        VoicecoachError,
        check,
        compile,  # noqa: A004 the word for it
        export,
        export_batch,
        feed,
        load,
        play,
        render,
        synthesizer,
    )

__version__ = "0.1.0"

__all__ = [
    "Problem",
    "Routine",
    "Synthesizer",
    "Timeline",
    "VoicecoachError",
    "__version__",
    "check",
    "compile",
    "export",
    "export_batch",
    "feed",
    "load",
    "play",
    "render",
    "synthesizer",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from voicecoach import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""voicecoach: routines in YAML, spoken, played and exported."""

__version__ = "0.1.0"

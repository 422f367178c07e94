"""Limits of a script: generous for people, small for machines. The message names the limit that was exceeded."""

from __future__ import annotations

from voicecoach.units import Ms

__all__ = [
    "ALIASED",
    "BYTES",
    "COUNTDOWN",
    "DEPTH",
    "ENTRIES",
    "NAMES",
    "NODE",
    "NUMBER",
    "OPTIONS",
    "PATH",
    "PROBLEMS",
    "RESPELLING",
    "SHORTEST_HOLD",
    "TEXT",
    "UNROLLED_STEPS",
    "USE_DEPTH",
    "VALUES",
]

BYTES = 1024 * 1024
"""Of one file."""
DEPTH = 64
"""Levels of nesting in the YAML, and of steps within steps."""
VALUES = 100_000
"""Keys, texts, numbers, lists and mappings in one file: some 20,000 steps."""
ENTRIES = 1_000
"""Of one mapping: moments of a hold, words to be pronounced."""
NAMES = 100
"""In one list of names."""
TEXT = 10_000
"""Characters of one text: ten minutes of speech."""
RESPELLING = 100
"""Characters that one word is read as."""
ALIASED = 4 * BYTES
"""What aliases add to a file, written out in full: in characters."""
NODE = 16
"""Characters that a value, list or mapping counts for, beside its own."""
OPTIONS = 100
"""Of one routine."""
PATH = 1_000
"""Characters of a path to another file."""
PROBLEMS = 1_000
"""Told of one file; nobody reads more, and finding hints for them takes time."""
NUMBER = 10_000
"""Of rounds, repetitions or breaths in one step."""
UNROLLED_STEPS = 250_000
"""Steps of a session with its loops unrolled: enough for 24 h of a cue every third of a second."""
SHORTEST_HOLD = Ms(2_000)
"""The shortest hold: both chimes must have room."""
COUNTDOWN = 60
"""Words of a countdown."""
USE_DEPTH = 16
"""Routines that use one another, one inside the next."""

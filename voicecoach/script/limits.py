"""Limits of a script: generous for people, small for machines. A message names the limit that was exceeded."""

from __future__ import annotations

from voicecoach.units import Ms

BYTES = 1024 * 1024
"""Size of one file."""
DEPTH = 64
"""Levels of nesting, in the YAML and of steps within steps."""
VALUES = 100_000
"""Keys, texts, numbers, lists and mappings in one file: enough for about 20,000 steps."""
ENTRIES = 1_000
"""Entries of one mapping, such as the cues of a hold."""
NAMES = 100
"""Names in one list."""
TEXT = 10_000
"""Characters of one text: ten minutes of speech."""
RESPELLING = 100
"""Characters of a word or its respelling in `pronounce`."""
ALIASED = 4 * BYTES
"""Characters that aliases add to a file when written out in full."""
NODE = 16
"""Characters counted for each value, list or mapping, in addition to its own."""
OPTIONS = 100
"""Options of one routine."""
PATH = 1_000
"""Characters of a path to another file."""
PROBLEMS = 1_000
"""Problems reported for one file: more would not be read, and computing their hints takes time."""
NUMBER = 10_000
"""Rounds, repetitions or breaths in one step."""
EVENTS = 50_000
"""Events of a session with its loops unrolled: enough for 12 h with one a second. `RoutineSize` says what counts."""
SHORTEST_HOLD = Ms(2_000)
"""Leaves room for both chimes."""
COUNTDOWN = 60
"""Words of a countdown."""
USE_DEPTH = 16
"""Routines that use one another, nested."""

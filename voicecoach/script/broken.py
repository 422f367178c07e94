"""What the YAML parser says of broken YAML → a problem in words for the writer."""

from __future__ import annotations

import yaml

from voicecoach.errors import Pos, Problem
from voicecoach.script import limits
from voicecoach.script.quote import shown

__all__ = ["told"]

_SIGNS = "{}[]&*!%@`\"'|>"
"""What means something to YAML where a text begins."""


def told(fault: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The problem, at its place in the text."""
    mark = fault.problem_mark or fault.context_mark
    lines = text.splitlines()
    row = min(mark.line, max(0, len(lines) - 1)) if mark else 0
    line = lines[row] if lines else ""
    column = mark.column if mark and mark.line == row else len(line)
    pos = Pos(file, row + 1, column + 1)
    said, found = str(fault.problem), line.strip()
    if "nesting" in said:
        return Problem(pos, f"nested deeper than {limits.DEPTH} levels")
    if "\t" in line[: column + 1] and ("token" in said or "tab" in said):
        return Problem(pos, "a tab, where only spaces may stand", "indent with spaces")
    if "mapping values" in said:
        return Problem(pos, f"a second colon in one line ({shown(found)})", "put the text in quotes")
    hint = "put the text in quotes" if any(sign in line for sign in _SIGNS) else "look at the indentation"
    return Problem(pos, f"this is not YAML ({shown(found) if found else 'an empty line'}): {said}", hint)

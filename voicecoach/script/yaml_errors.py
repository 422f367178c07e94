"""Explains the YAML parser's errors in plain words, at the place that has to be corrected."""

from __future__ import annotations

import re

import yaml

from voicecoach.errors import Pos, Problem
from voicecoach.script import limits
from voicecoach.script.source_text import quote

__all__ = ["explain_yaml_error"]

_INDICATORS = "{}[]&*!%@`\"'|>"
"""What means something to YAML where a text begins."""
_KEY_WITHOUT_SPACE = re.compile(r"(?:- +)*((?=\w)[\w ]*[^\W\d_]):(?!//)(?=\S)")
"""A line like `then:3 s`, which to YAML is a text; no time of day, and no address."""
_ENTRY_START = re.compile(r"- |[^#]*:(\s|$)")
"""A line in which something of its own begins, and no text goes on."""
_SPACE_HINT = "a space after the colon"


def explain_yaml_error(fault: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The problem, at its place in the text."""
    said, lines = str(fault.problem), text.splitlines()
    no_key = "find expected ':'" in said  # noticed only at what comes behind it
    mark = (fault.context_mark if no_key else fault.problem_mark) or fault.problem_mark or fault.context_mark
    row = min(mark.line, max(0, len(lines) - 1)) if mark else 0
    line = lines[row] if lines else ""
    column = mark.column if mark and mark.line == row else len(line)
    pos = Pos(file, row + 1, column + 1)
    found = line.strip()
    if "nesting" in said:
        return Problem(pos, f"nested deeper than {limits.DEPTH} levels")
    if "\t" in line[: column + 1] and ("token" in said or "tab" in said):
        return Problem(pos, "a tab, where only spaces may stand", "indent with spaces")
    if no_key:
        hint = (
            _SPACE_HINT
            if _KEY_WITHOUT_SPACE.match(found)
            else "a colon after the key, or more indentation where a text goes on"
        )
        return Problem(pos, f"not `key: value` ({quote(found)})", hint)
    if "mapping values" in said:
        if ": " in line[:column]:
            return Problem(pos, f"a second colon in one line ({quote(found)})", "put the text in quotes")
        return _continuation_problem(lines, row, file)
    hint = "put the text in quotes" if any(sign in line for sign in _INDICATORS) else "look at the indentation"
    if "sequence entries" in said:
        hint = "put a text in quotes; a list begins in the line below"
    return Problem(pos, f"this is not YAML ({quote(found) if found else 'an empty line'}): {said}", hint)


def _continuation_problem(lines: list[str], row: int, file: str) -> Problem:
    """A key in a line that goes on with a text: it stands too far in, or that text was to be a key and its value."""
    for above in range(row - 1, -1, -1):
        found = lines[above].strip()
        if meant := _KEY_WITHOUT_SPACE.match(found):
            pos = Pos(file, above + 1, lines[above].index(found) + meant.start(1) + 1)
            return Problem(pos, f"not `key: value` ({quote(found)})", _SPACE_HINT)
        if _ENTRY_START.match(found):
            break
    found = lines[row].strip()
    pos = Pos(file, row + 1, lines[row].index(found) + 1)
    message = f"a line that belongs to the text above it ({quote(found)})"
    return Problem(pos, message, "less indentation, or quotes around the whole text")

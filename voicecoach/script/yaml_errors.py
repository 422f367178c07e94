"""Explains the YAML parser's errors in plain words, at the place that has to be corrected."""

from __future__ import annotations

import re

import yaml

from voicecoach.errors import Pos, Problem
from voicecoach.lookalikes import retype_hint
from voicecoach.script import limits
from voicecoach.script.line_hints import comment_column, structure_hint, value_hint
from voicecoach.script.source_text import quote

_INDICATORS = "{}[]&*!%@`\"'|>"
"""Characters with a meaning in YAML at the start of a text."""
_KEY_WITHOUT_SPACE = re.compile(r"(?:- +)*((?=\w)[\w ]*[^\W\d_]):(?!//)(?=\S)")
"""A line like `then:3 s`, which YAML reads as text; not a time of day or a URL."""
_ENTRY_START = re.compile(r"- |[^#]*:(\s|$)")
"""A line that begins an entry of its own rather than continuing a text."""
_SPACE_HINT = "a space after the colon"
_COLON_HINT = "a colon after the key, or more indentation where a text goes on"


def explain_yaml_error(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The error as a problem, at its place in the text."""
    said, lines = str(error.problem), text.splitlines()
    no_key = "find expected ':'" in said  # the parser notices this only at the next token
    mark = (error.context_mark if no_key else error.problem_mark) or error.problem_mark or error.context_mark
    row = min(mark.line, max(0, len(lines) - 1)) if mark else 0
    line = lines[row] if lines else ""
    column = mark.column if mark and mark.line == row else len(line)
    pos = Pos(file, row + 1, column + 1)
    found = line.strip()
    if "nesting" in said:
        return Problem(pos, f"nested deeper than {limits.DEPTH} levels")
    if problem := _odd_character_problem(lines, row, file) or _comment_problem(lines, row, file):
        return problem
    if "\t" in line[: column + 1] and ("token" in said or "tab" in said):
        return Problem(pos, "a tab where only spaces are allowed", "indent with spaces")
    if no_key:
        hint = _SPACE_HINT if _KEY_WITHOUT_SPACE.match(found) else _COLON_HINT
        return Problem(pos, f"not `key: value` ({quote(found)})", hint)
    if "mapping values" in said:
        if ": " in line[:column]:
            return Problem(pos, f"a second colon in one line ({quote(found)})", "put the text in quotes")
        return _continuation_problem(lines, row, file)
    if "quoted scalar" in str(error.context) and "end of stream" in said and error.context_mark:
        return _open_quote_problem(lines, error.context_mark, file)
    hint = "put the text in quotes" if any(sign in line for sign in _INDICATORS) else "look at the indentation"
    if "sequence entries" in said:
        hint = "put a text in quotes; a list begins in the line below"
    return Problem(pos, f"this is not YAML ({quote(found) if found else 'an empty line'}): {said}", hint)


def _odd_character_problem(lines: list[str], row: int, file: str) -> Problem | None:
    """Explain a character that only looks right, in this line or in those above that it seems to continue."""
    for above in range(row, -1, -1):
        line = lines[above]
        if above < row and _ENTRY_START.match(line.strip()):
            break
        if hint := structure_hint(line) or (value_hint(line) if above == row else ""):
            column = line.index(line.strip()) + 1
            return Problem(Pos(file, above + 1, column), f"this is not YAML ({quote(line.strip())})", hint)
    return None


def _open_quote_problem(lines: list[str], mark: yaml.Mark, file: str) -> Problem:
    """Explain a quote that is never closed, perhaps since the one at the end is another character."""
    quoted = lines[mark.line][mark.column :]
    hint = retype_hint(quoted[-1:]) or f"end the text with {quoted[:1]} as well"
    return Problem(Pos(file, mark.line + 1, mark.column + 1), f"a quote that is never closed ({quote(quoted)})", hint)


def _comment_problem(lines: list[str], row: int, file: str) -> Problem | None:
    """Explain a text that ends at a # and yet goes on in the next line."""
    column = comment_column(lines, row)
    if column is None or _ENTRY_START.match(lines[row].strip()):
        return None
    rest = quote(lines[row - 1][column:].strip())
    message = f"the text ends before the # and the rest is a comment ({rest}), but it goes on in the next line"
    return Problem(Pos(file, row, column + 1), message, "put the whole text in quotes")


def _continuation_problem(lines: list[str], row: int, file: str) -> Problem:
    """Explain a key in a line that YAML takes as the continuation of a text.

    Either the line is indented too far, or the text above was meant as a key but lacks its space.
    """
    for above in range(row - 1, -1, -1):
        found = lines[above].strip()
        if key := _KEY_WITHOUT_SPACE.match(found):
            pos = Pos(file, above + 1, lines[above].index(found) + key.start(1) + 1)
            return Problem(pos, f"not `key: value` ({quote(found)})", _SPACE_HINT)
        if _ENTRY_START.match(found):
            break
    found = lines[row].strip()
    pos = Pos(file, row + 1, lines[row].index(found) + 1)
    message = f"a line that belongs to the text above it ({quote(found)})"
    return Problem(pos, message, "less indentation, or quotes around the whole text")

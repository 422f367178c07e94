"""Names and English of the package: unique names, private names kept private, plain words, files of one noun."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "voicecoach"
FILES = sorted(PACKAGE.rglob("*.py"))
SAME_MODULE_NAMES = {
    "__init__": "packages",
    "wav": "the same format, written live and exported",
    "batch": "a command and the room it fronts",
    "feed": "a command and the room it fronts",
    "history": "a command and the room it fronts",
    "voices": "a command and the room it fronts",
    "player": "the class `Player` in the room `player`",
}
"""Module names that may stand twice, and why."""
SAME_CLASS_NAMES: dict[str, str] = {}
"""Class names that may stand twice, and why."""
LONGEST_FILE = 370
VAGUE_MODULES = {"utils", "helpers", "manager", "core", "common", "base", "misc"}
TRANSLATED = re.compile(r"\b(nobody|somebody|whoever|whomever)\b", re.IGNORECASE)
"""Words that plain technical English does without."""
NOT_A_SUMMARY = re.compile(r"(What|Who|That|How it)\b")
"""A docstring begins with a noun or a verb."""


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def packages_and_modules() -> list[str]:
    folders = {path.parent.name for path in FILES if path.name == "__init__.py" and path.parent != PACKAGE}
    return [*folders, *(path.stem for path in FILES)]


def test_class_names_are_unique() -> None:
    names = Counter(node.name for path in FILES for node in ast.walk(syntax(path)) if isinstance(node, ast.ClassDef))
    assert {name for name, count in names.items() if count > 1} == SAME_CLASS_NAMES.keys()


def test_module_names_are_unique() -> None:
    names = Counter(packages_and_modules())
    assert {name for name, count in names.items() if count > 1} == SAME_MODULE_NAMES.keys()
    assert not VAGUE_MODULES & names.keys()


def test_files_hold_one_noun() -> None:
    lengths = {str(path): path.read_text("utf-8").count("\n") for path in FILES}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_private_names_stay_in_their_module() -> None:
    """A leading underscore says what is private; packages and `api` list what they offer in `__all__`."""
    for path in FILES:
        for node in ast.walk(syntax(path)):
            ours = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("voicecoach")
            names = [name.name for name in node.names] if ours else []
            private = [name for name in names if name.startswith("_") and not name.startswith("__")]
            assert not private, f"{path}:{node.lineno}: imports {', '.join(private)}"


def test_docstrings_are_summaries() -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    wrong = [
        f"{path}:{getattr(node, 'lineno', 1)}"
        for path in FILES
        for node in ast.walk(syntax(path))
        if isinstance(node, documented) and NOT_A_SUMMARY.match(ast.get_docstring(node) or "")
    ]
    assert wrong == []


def test_english_is_plain() -> None:
    pages = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]
    tests = sorted((PROJECT / "tests").rglob("*.py"))
    wrong = [
        f"{path}:{number}: {line.strip()}"
        for path in (*FILES, *pages, *tests)
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if TRANSLATED.search(line)
    ]
    assert wrong == []

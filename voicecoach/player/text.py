"""Texts of routines, safe to be shown."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    """Without what steers a terminal: a routine may come from anywhere."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())

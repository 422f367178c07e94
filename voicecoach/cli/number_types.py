"""Types of options that take a number. What reads it is imported with the first number: `ctl` has to be quick."""

from __future__ import annotations

from collections.abc import Callable

import click


class ParsedNumber(click.ParamType[int]):
    """A number that `parse` reads. Its ValueError becomes the message, with `hint` for a hint meant for scripts.

    click's own types take whatever `int` and `float` do: `1_0`, `١`, `nan`.
    """

    def __init__(self, name: str, parse: Callable[[str], int], hint: str = "") -> None:
        self.name = name
        self._parse, self._hint = parse, hint

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; one that click has converted already stays."""
        if isinstance(value, int):
            return value
        from voicecoach.lookalikes import retype_hint
        from voicecoach.script import values

        try:
            return self._parse(values.normalize(value))
        except ValueError as error:
            message, *hints = error.args
            hint = retype_hint(value) or (self._hint if hints else "")
            self.fail(f"{message}; {hint}" if hint else message, param, ctx)


def whole_number(low: int, high: int) -> ParsedNumber:
    """The type of a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        from voicecoach.script import values

        return values.number(text, low=low, high=high)

    return ParsedNumber("integer", parse)

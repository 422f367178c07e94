"""Click parameter types of our options."""

from __future__ import annotations

from typing import Any

import click

from voicecoach.choices import LEVELS, parse_level
from voicecoach.script import values
from voicecoach.units import Ms

__all__ = ["LEVEL", "MINUTES", "SPEED", "Several"]


class _Minutes(click.ParamType[Ms]):
    name = "minutes"

    def convert(self, value: str | Ms, param: click.Parameter | None, ctx: click.Context | None) -> Ms:
        if isinstance(value, int):
            return Ms(value)
        try:
            length = values.minutes(value.strip())
        except ValueError as fault:
            message, *hints = fault.args
            self.fail(f"{message}; write 20, or 7.5" if hints else message, param, ctx)
        return length


class _Level(click.ParamType[int]):
    name = "level"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            level = parse_level(value)
        except ValueError as fault:
            self.fail(fault.args[0], param, ctx)
        return level

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[click.shell_completion.CompletionItem]:
        return [click.shell_completion.CompletionItem(name) for name in LEVELS if name.startswith(incomplete)]


class _Speed(click.ParamType[int]):
    name = "speed"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            percent = values.speed(value.strip())
        except ValueError as fault:
            self.fail(fault.args[0], param, ctx)
        return percent


class Several(click.ParamType[tuple[Any, ...]]):
    """Values of one type, separated by commas; a value that is given twice counts once."""

    name = "list"

    def __init__(self, each: click.ParamType[Any]) -> None:
        self._each = each

    def convert(
        self, value: str | tuple[Any, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Any, ...]:
        """The values, in the order given."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not parts:
            self.fail("nothing in it", param, ctx)
        return tuple(dict.fromkeys(self._each.convert(part, param, ctx) for part in parts))


MINUTES = _Minutes()
"""→ milliseconds."""
LEVEL = _Level()
"""→ 0 to 100."""
SPEED = _Speed()
"""→ percent."""

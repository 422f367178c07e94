"""What may stand behind our options."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import click

from voicecoach.script import values
from voicecoach.units import Ms, half_up

__all__ = ["LEVEL", "MINUTES", "SPEED"]


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
        from voicecoach.compiler import LEVELS  # not before: whoever plays wants the device to open first

        name = value.strip().lower()
        if name in LEVELS:
            return LEVELS[name]
        if not (name.isascii() and name.isdigit() and len(name) <= 3 and int(name) <= 100):
            self.fail(f"not a level ({value}), allowed are {', '.join(LEVELS)}, and 0 to 100", param, ctx)
        return int(name)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[click.shell_completion.CompletionItem]:
        from voicecoach.compiler import LEVELS

        names = [name for name in LEVELS if name.startswith(incomplete)]
        return [click.shell_completion.CompletionItem(name) for name in names]


class _Speed(click.ParamType[int]):
    name = "speed"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            percent = half_up(int(Decimal(value.strip()) * 10_000), 100)
        except (InvalidOperation, ValueError, OverflowError):
            percent = 0
        if not 50 <= percent <= 200:
            self.fail(f"not a speed ({value}), 0.5 to 2.0 is allowed", param, ctx)
        return percent


MINUTES = _Minutes()
"""→ milliseconds."""
LEVEL = _Level()
"""→ 0 to 100."""
SPEED = _Speed()
"""→ percent."""

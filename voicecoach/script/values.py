"""Parses single values: durations, numbers, ranges, yes and no.

Each function takes the text as typed. For a wrong value it raises `ValueError` with a message for the author (what is
wrong, what is allowed) and perhaps a hint as second argument.
"""

from __future__ import annotations

import re

from voicecoach.routine import Range
from voicecoach.script import limits
from voicecoach.script.source_text import MAX_QUOTED, quote
from voicecoach.units import DAY, HOUR, MINUTE, SECOND, Ms, parse_decimal, parse_whole

_UNITS = {"s": SECOND, "min": MINUTE, "h": HOUR}
_UNIT_HINT = "write it with its unit: 30 s, 2 min, 1 h, or 1:30"
_CLOCK = r"[0-9]{1,4}:[0-9]{2}(?::[0-9]{2})?"
_AMOUNT = r"[0-9]+(?:\.[0-9]+)?"
_SPEED = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}")
_DURATION = re.compile(rf"(?:(?P<clock>{_CLOCK})|(?P<amount>{_AMOUNT})\s*(?P<unit>s|min|h))")
_RANGE = re.compile(r"(?P<low>[^\s–-].*?)\s*[–-]\s*(?P<high>[^\s–-].*)")
_INFORMAL = re.compile(
    rf"(?:(?P<low>{_AMOUNT})\s*(?:to|\.\.+|…|—)\s*)?(?P<high>{_AMOUNT})\s*(?P<unit>s(?:ec\w*)?|m(?:in\w*)?|h\w*)",
    re.IGNORECASE,
)
"""Other common ways to write a duration, for hints."""
_AT_MOST_A_DAY = f"at most {DAY // HOUR} h"


def normalize(text: str) -> str:
    """Join the text to one line, as the other functions expect it. Raises `ValueError` for a long text."""
    text = " ".join(text.split())
    if len(text) > MAX_QUOTED:
        raise ValueError(f"far too long ({quote(text)}), at most {MAX_QUOTED} characters")
    return text


def duration(text: str) -> Ms:
    """Parse `30 s`, `2 min`, `1.5 min`, `1:30` or `1:30:00`."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise _duration_error(text)
    value = _clock(text) if found["clock"] else Ms(parse_decimal(found["amount"], _UNITS[found["unit"]]))
    if value > DAY:
        raise ValueError(f"too long ({quote(text)}), {_AT_MOST_A_DAY}")
    return value


def duration_range(text: str, *, zero: bool = False) -> Range:
    """Parse a duration or a range of durations, in milliseconds; zero is allowed only if `zero`."""
    low, high = _split_range(text)
    unit = re.search(r"(s|min|h)$", high)
    if low is not high and unit and re.fullmatch(_AMOUNT, low):
        low = f"{low} {unit[0]}"
    highest = duration(high)
    found = Range(highest if low is high else duration(low), highest)
    if found.low == 0 and not zero:
        raise ValueError(f"a duration of zero ({quote(text)}), more than 0 s is allowed", "leave the line out")
    return _check_order(found, text)


def number(text: str, *, low: int = 1, high: int = limits.NUMBER) -> int:
    """Parse a whole number from `low` to `high`."""
    try:
        value = parse_whole(text)
    except ValueError:
        raise ValueError(f"not a whole number ({quote(text)}), {low} to {high} is allowed") from None
    if not low <= value <= high:
        raise ValueError(f"out of range ({quote(text)}), {low} to {high} is allowed")
    return value


def number_range(text: str) -> Range:
    """Parse a whole number or a range of whole numbers."""
    low, high = _split_range(text)
    return _check_order(Range(number(low), number(high)), text)


def minutes(text: str) -> Ms:
    """Parse a number of minutes without a unit, whole or with a decimal point."""
    if not re.fullmatch(_AMOUNT, text):
        raise ValueError(f"not a number of minutes ({quote(text)})", "write it without a unit: minutes: 5")
    value = Ms(parse_decimal(text, MINUTE))
    if not 0 < value <= DAY:
        raise ValueError(f"out of range ({quote(text)}), more than 0 and {_AT_MOST_A_DAY} is allowed")
    return value


def speed(text: str) -> int:
    """Parse `0.5` to `2.0` times the usual speed, as percent."""
    percent = parse_decimal(text, 100) if _SPEED.fullmatch(text) else 0
    if not 50 <= percent <= 200:
        raise ValueError(f"not a speed ({quote(text)}), 0.5 to 2.0 is allowed")
    return percent


def yes_or_no(text: str) -> bool:
    """Parse `yes`, `no`, `true` or `false`, in any case."""
    answers = {"yes": True, "true": True, "no": False, "false": False}
    if text.lower() not in answers:
        raise ValueError(f"not a yes or no ({quote(text)}), allowed are yes and no")
    return answers[text.lower()]


def _clock(text: str) -> Ms:
    first, *rest = map(int, text.split(":"))
    if any(part >= 60 for part in rest):
        raise ValueError(f"not a time ({quote(text)}), minutes and seconds after a colon go up to 59")
    value = first
    for part in rest:
        value = value * 60 + part
    return Ms(value * SECOND)


def _duration_error(text: str) -> ValueError:
    if re.match(r"[-–][0-9]", text):
        return ValueError(f"a negative duration ({quote(text)}), more than 0 s is allowed")
    if re.fullmatch(_AMOUNT, text):
        return ValueError(f"a duration without its unit ({quote(text)}), allowed are s, min and h", _UNIT_HINT)
    if re.fullmatch(r"[0-9]+,[0-9]+\s*\w*", text):
        return ValueError(f"not a duration ({quote(text)})", f"write {text.replace(',', '.')}, with a point")
    hint = _UNIT_HINT
    if informal := _INFORMAL.fullmatch(text):
        unit = {"s": "s", "m": "min", "h": "h"}[informal["unit"][0].lower()]
        low = f"{informal['low']}-" if informal["low"] else ""
        hint = f"write {low}{informal['high']} {unit}"
    return ValueError(f"not a duration ({quote(text)}), allowed are s, min and h", hint)


def _split_range(text: str) -> tuple[str, str]:
    found = _RANGE.fullmatch(text)
    return (found["low"], found["high"]) if found else (text, text)


def _check_order(found: Range, text: str) -> Range:
    if found.low > found.high:
        raise ValueError(f"a range from high to low ({quote(text)})", "write the low end first")
    return found

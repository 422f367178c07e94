"""`voicecoach schema`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from voicecoach.script.json_schema import routine_schema


def test_schema_is_json(run: Callable[..., Any]) -> None:
    ran = run("schema")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == routine_schema()

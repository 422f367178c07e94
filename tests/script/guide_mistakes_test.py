"""The writer's guide quotes the messages of mistakes word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.errors import ScriptError
from voicecoach.script.library import Library

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text("utf-8")

MISTAKES = [
    ("- pause: 30", "a duration without its unit (30)"),
    ("- pause: 1,5 s", "not a duration (1,5 s)"),
    ("- pause: 5 seconds", "not a duration (5 seconds)"),
    ("- hold: 30-20 s", "a range from high to low (30-20 s)"),
    ("- say: Ready: go.", "a second colon in one line"),
    ("- say:Stand tall.", "not a step (say:Stand tall.)"),
    ("- say: One.\n    then:3 s", "not `key: value` (then:3 s)"),
    ("- say: One.\n      then: 3 s", "a line that belongs to the text above it (then: 3 s)"),
    ("- Stand tall.", "not a step (Stand tall.)"),
    ("- sya: Stand tall.", "a step of no known kind (sya)"),
    ("- {say: Stand tall., than: 3 s}", "an unknown key (than) in a `say` step"),
    ("- {hold: 30 s, then: 3 s}", "an unknown key (then) in a `hold` step"),
    ("- say: One.\n    say: Two.", "a duplicate key (say)"),
    ("- say: One.\n    pause: 3 s", "a step of two kinds (say and pause)"),
    ("- say: {side} arm up.", "this is not YAML"),
    ("- say: Your {sied} arm.", "an unknown placeholder ({sied})"),
    ("- say: Your {side} arm.", "a placeholder that means nothing here ({side})"),
    ("- {hold: 20-30 s, cues: {at 40 s: Late.}}", "a moment that no level reaches (at 40 s)"),
    ("- count: 10", "exactly one of `each` and `phases` is needed"),
    ("- {say: Sit., when: chair}", "an unknown option (chair)"),
    ("\t- say: Stand tall.", "a tab where only spaces are allowed"),
    ("- say: Up.\n   - say: Down.", "this is not YAML"),
    ("- say: #1 Up.", "nothing that can be spoken (nothing)"),
    ('- say: "Up.', "a quote that is never closed"),
    ("- hold: 20−30 s", "type a hyphen (-) instead of the minus sign (U+2212)"),
    ("- hold:\u00a030 s", "type a space instead of the no-break space (U+00A0)"),
    ("- hold：30 s", "type a colon (:) instead of the full-width colon (U+FF1A)"),
    ("- hold: ３０ s", "plain digits (0-9)"),
    ("- say: “Breathe: slowly.”", 'type straight quotes (")'),
    ("- hold\u200b: 3 s", "delete the zero-width space (U+200B)"),
]


@pytest.mark.parametrize(("steps", "message"), MISTAKES)
def test_guide_quotes_real_messages(tmp_path: Path, steps: str, message: str) -> None:
    assert message in PAGE
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: Mine\nsteps:\n  {steps}\n" if steps[0] != "\t" else f"title: Mine\nsteps:\n{steps}\n")
    with pytest.raises(ScriptError) as found:
        Library(()).load_path(path)
    assert message in str(found.value)

"""Every mistake with its message: `line:column: message; hint`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[[str | bytes], list[str]]

KINDS = "say, pause, wait, chime, hold, count, breathe, repeat, sides, move, use"
HEAD = "title, about, language, tags, needs, caution, minutes, options, pronounce, steps"
POSITIONS = (
    "standing, sitting, kneeling, hands and knees, on your back, on your front, on your {side} side, "
    "on your left side, on your right side"
)
ANYWHERE = "{left}, {move}, {next}, {total}"
DASH = "begin each step on a line of its own, with a dash"
UNIT = "write it with its unit: 30 s, 2 min, 1 h, or 1:30"

IN_STEPS = [
    # Keys.
    ("- sya: A", f"3:5: a step of no known kind (sya), allowed: {KINDS}; did you mean say?"),
    ("- {}", f"3:5: a step of no known kind (nothing), allowed: {KINDS}; put the text in quotes"),
    ("- {when: A}", f"3:6: a step of no known kind (when), allowed: {KINDS}; put the text in quotes"),
    (
        "- {say: A, than: 3 s}",
        ("3:14: an unknown key (than) in a `say` step, allowed: say, then, again, when, unless; did you mean then?"),
    ),
    (
        "- {say: A, 'then:3': s}",
        ("3:14: an unknown key (then:3) in a `say` step, allowed: say, then, again, when, unless; did you mean then?"),
    ),
    (
        "- {hold: 30 s, then: 5 s}",
        (
            "3:18: an unknown key (then) in a `hold` step, allowed: hold, cues, every, countdown, quiet, when, unless; "
            "`then` goes with `say`; for silence write a `pause` step"
        ),
    ),
    (
        "- {count: 5, each: 3 s, countdown: 3}",
        (
            "3:27: an unknown key (countdown) in a `count` step, allowed: count, each, phases, aloud, when, unless; "
            "`countdown` goes with `hold`"
        ),
    ),
    (
        "- {pause: 3 s, steps: [say: A]}",
        (
            "3:18: an unknown key (steps) in a `pause` step, allowed: pause, when, unless; "
            "`steps` goes with `repeat`, `sides` and `move`"
        ),
    ),
    (
        "- {chime: tick, between: [say: A]}",
        (
            "3:19: an unknown key (between) in a `chime` step, allowed: chime, when, unless; "
            "`between` goes with `repeat` and `sides`"
        ),
    ),
    (
        "- then: 3 s",
        (
            f"3:5: a step of no known kind (then), allowed: {KINDS}; "
            "`then` goes with `say`; for silence write a `pause` step"
        ),
    ),
    ("- rest: 30 s", f"3:5: a step of no known kind (rest), allowed: {KINDS}; did you mean pause?"),
    ("- {say: A, say: B}", "3:14: a duplicate key (say), first in line 3"),
    ("- {say: A, pause: 1 s}", f"3:5: a step of two kinds (say and pause), exactly one is allowed; {DASH}"),
    ("- say:A", "3:5: not a step (say:A), a step is `key: value`; write `say:` and a space after the colon"),
    ("- Stand tall.", "3:5: not a step (Stand tall.), a step is `key: value`; begin with `say:` if it is to be spoken"),
    ("- - say: A", "3:5: not a step (a list), a step is `key: value`; one dash per step"),
    ("-", "3:4: not a step (nothing), a step is `key: value`; begin with `say:` if it is to be spoken"),
    # Texts.
    ("- say:", "3:9: say: nothing that can be spoken (nothing), at least one letter or digit is needed"),
    ("- say: ''", "3:10: say: nothing that can be spoken (nothing), at least one letter or digit is needed"),
    ("- say: 🧘 … !", "3:10: say: nothing that can be spoken (🧘 … !), at least one letter or digit is needed"),
    ("- {say: A, again: 🧘}", "3:21: again: nothing that can be spoken (🧘), at least one letter or digit is needed"),
    ("- say: [A]", "3:10: say: a list where a single value is wanted; put the text in quotes"),
    ("- say: {A: B}", "3:10: say: a mapping where a single value is wanted; put the text in quotes"),
    ("- say:\n      A: B", "4:7: say: a mapping where a single value is wanted"),
    (
        "- say: The {sied}.",
        f"3:10: say: an unknown placeholder ({{sied}}), allowed here: {ANYWHERE}; did you mean {{side}}?",
    ),
    (
        "- say: The {xyz}.",
        f"3:10: say: an unknown placeholder ({{xyz}}), allowed here: {ANYWHERE}; write {{{{ for a brace",
    ),
    ("- say: The {side}.", "3:10: say: a placeholder that means nothing here ({side}), only inside `sides`"),
    ("- say: The {round}.", "3:10: say: a placeholder that means nothing here ({round}), only inside `repeat`"),
    (
        "- say: For {length}.",
        (
            "3:10: say: a placeholder that means nothing here ({length}), "
            "only in a timed step, or before one in the same list"
        ),
    ),
    (
        "- pause: 3 s\n  - say: For {length}.",
        (
            "4:10: say: a placeholder that means nothing here ({length}), "
            "only in a timed step, or before one in the same list"
        ),
    ),
    ("- say: My {a|b}.", "3:10: say: a choice by side outside `sides` ({a|b})"),
    ("- say: My {a|b|c}.", "3:10: say: more than two choices ({a|b|c}); write {left text|right text}"),
    ("- say: An open { brace.", "3:10: say: a brace that is never closed ({); write {{ for a brace"),
    (
        "- {move: 'Before {next}', steps: [say: A]}",
        ("3:12: move: a placeholder that means nothing here ({next}), only in what is said in the steps"),
    ),
    # Times and numbers.
    ("- pause: 30", f"3:12: pause: a duration without its unit (30), allowed are s, min and h; {UNIT}"),
    ("- pause: [1 s]", "3:12: pause: a list where a single value is wanted; put the text in quotes"),
    ("- pause: " + "9" * 100, f"3:12: pause: far too long ({'9' * 59}…), at most 60 characters"),
    ("- {say: A, then: -1 s}", "3:20: then: a negative duration (-1 s), more than 0 s is allowed"),
    ("- {wait: soon}", f"3:12: wait: not a duration (soon), allowed are s, min and h; {UNIT}"),
    ("- hold: 1 s", "3:11: hold: too short (1 s), 2 s or more is allowed"),
    ("- hold: 1-20 s", "3:11: hold: too short (1-20 s), 2 s or more is allowed"),
    ("- {hold: 20 s, every: 20 s}", "3:25: every: as long as the hold or longer (20 s), less than 20 s is allowed"),
    ("- {hold: 20 s, countdown: 61}", "3:29: countdown: out of range (61), 0 to 60 is allowed"),
    ("- {hold: 20 s, quiet: on}", "3:25: quiet: not a yes or no (on), allowed are yes and no"),
    ("- {repeat: 0, steps: [say: A]}", "3:14: repeat: out of range (0), 1 to 10000 is allowed"),
    ("- {repeat: two, steps: [say: A]}", "3:14: repeat: not a whole number (two), 1 to 10000 is allowed"),
    (
        "- {repeat: 2, announce: maybe, steps: [say: A]}",
        "3:27: announce: not a yes or no (maybe), allowed are yes and no",
    ),
    # Cues.
    (
        "- {hold: 20 s, cues: halfway}",
        "3:24: cues: not a mapping of moments to texts; write `halfway: Breathe out.` below it",
    ),
    (
        "- {hold: 20 s, cues: {half: A}}",
        ("3:25: cues: not a moment (half), allowed: halfway, DURATION left, at DURATION; did you mean halfway?"),
    ),
    (
        "- {hold: 20 s, cues: {at 5: A}}",
        f"3:25: cues: a duration without its unit (5), allowed are s, min and h; {UNIT}",
    ),
    ("- {hold: 20 s, cues: {at 5-6 s: A}}", "3:25: cues: a range for a moment (at 5-6 s), one time is allowed"),
    (
        "- {hold: 10-20 s, cues: {at 20 s: A}}",
        "3:28: cues: a moment that no level reaches (at 20 s), the hold is at most 20 s",
    ),
    (
        "- {hold: 20 s, cues: {1 min left: A}}",
        "3:25: cues: a moment that no level reaches (1 min left), the hold is at most 20 s",
    ),
    (
        "- {hold: 20 s, cues: {at 5 s: A, at 0:05: B}}",
        "3:36: cues: a duplicate moment (at 0:05), first in line 3",
    ),
    ("- {hold: 20 s, cues: {at 5 s: A, at 5 s: B}}", "3:36: a duplicate key (at 5 s), first in line 3"),
    (
        "- {hold: 20 s, cues: {halfway: ''}}",
        "3:34: cues: nothing that can be spoken (nothing), at least one letter or digit is needed",
    ),
    ("- {hold: soon, cues: {at 5 s: A}}", f"3:12: hold: not a duration (soon), allowed are s, min and h; {UNIT}"),
    # Beats and breaths.
    (
        "- count: 10",
        (
            "3:5: count: exactly one of `each` and `phases` is needed; "
            "write `each: 4 s`, or `phases: {squeeze: 3 s, relax: 2 s}`"
        ),
    ),
    (
        "- {count: 10, each: 1 s, phases: {in: 1 s}}",
        (
            "3:5: count: exactly one of `each` and `phases` is needed; "
            "write `each: 4 s`, or `phases: {squeeze: 3 s, relax: 2 s}`"
        ),
    ),
    ("- {count: 10, phases: {}}", "3:25: phases: not a mapping of names to durations; write {in: 4 s, out: 6 s}"),
    (
        "- {count: 10, phases: {🧘: 1 s}}",
        "3:26: phases: nothing that can be spoken (🧘), at least one letter or digit is needed",
    ),
    ("- {count: 10, phases: {a: 1 s, a: 1 s}}", "3:34: a duplicate key (a), first in line 3"),
    ("- {breathe: 4 s, rounds: 3}", "3:15: breathe: not a mapping of names to durations; write {in: 4 s, out: 6 s}"),
    ("- {breathe: {in: 4 s}, rounds: 3}", "3:15: breathe: no `out`, both `in` and `out` are needed"),
    (
        "- {breathe: {in: 4 s, out: 4 s, rst: 1 s}, rounds: 3}",
        "3:35: breathe: an unknown phase (rst), allowed: in, hold, out, rest; did you mean rest?",
    ),
    (
        "- {breathe: {in: 4 s, out: 4 s}}",
        ("3:5: breathe: exactly one of `for` and `rounds` is needed; write `for: 2 min` or `rounds: 6`"),
    ),
    # Steps within steps.
    ("- repeat: 2", "3:5: a `repeat` step without `steps:`; add `steps:` with a list below it"),
    ("- {repeat: 2, steps: []}", "3:24: an empty list in `steps:`, at least one step is needed"),
    ("- {repeat: 2, steps: {say: A}}", "3:24: `steps:` is not a list; begin each line below it with a dash"),
    ("- {repeat: 2, steps: A}", "3:24: `steps:` is not a list (A); begin each line below it with a dash"),
    (
        "- {repeat: 2, between: A, steps: [say: A]}",
        "3:26: `between:` is not a list (A); begin each line below it with a dash",
    ),
    (
        "- {sides: left, steps: [say: A]}",
        "3:13: sides: not two sides (left), allowed are [left, right] and [right, left]",
    ),
    (
        "- {sides: [left, left], steps: [say: A]}",
        "3:13: sides: not two sides (left, left), allowed are [left, right] and [right, left]",
    ),
    (
        "- {sides: [[left], right], steps: [say: A]}",
        "3:13: sides: not two sides (a list, right), allowed are [left, right] and [right, left]",
    ),
    (
        "- {move: A, position: upside, steps: [say: A]}",
        f"3:25: position: not a position (upside), allowed: {POSITIONS}",
    ),
    (
        "- {move: A, position: standig, steps: [say: A]}",
        f"3:25: position: not a position (standig), allowed: {POSITIONS}; did you mean standing?",
    ),
    (
        "- {move: A, position: 'on your {side} side', steps: [say: A]}",
        "3:25: position: a placeholder that means nothing here ({side}), only inside `sides`",
    ),
    (
        "- {move: A, needs: [🧘], steps: [say: A]}",
        "3:23: needs: nothing that can be spoken (🧘), at least one letter or digit is needed",
    ),
    (
        "- {move: A, needs: [[A]], steps: [say: A]}",
        "3:23: needs: a list where a single value is wanted; put the text in quotes",
    ),
    # Other names.
    (
        "- {say: A, when: chair}",
        "3:20: when: an unknown option (chair), allowed: none; declare it under `options:` at the top",
    ),
    ("- {say: A, unless: [a]}", "3:22: unless: a list where a single value is wanted; put the text in quotes"),
    (
        "- chime: gong",
        (
            "3:12: chime: an unknown sound (gong), allowed: open, start, end, side, tick, in, hold, out, rest, done, "
            "and sound files beside the routine"
        ),
    ),
    (
        "- chime: strat",
        (
            "3:12: chime: an unknown sound (strat), allowed: open, start, end, side, tick, in, hold, out, rest, done, "
            "and sound files beside the routine; did you mean start?"
        ),
    ),
    ("- chime: [tick]", "3:12: chime: a list where a single value is wanted; put the text in quotes"),
    ("- chime: gong.wav", "3:12: chime: there is no such file (gong.wav)"),
    ("- use: nowhere", "3:10: use: no routine of that name (nowhere)"),
    ("- use: .", "3:10: use: no routine of that name (.)"),
    ("- use: ''", "3:10: use: no routine of that name (nothing)"),
    ("- use: [a]", "3:10: use: a list where a single value is wanted; put the text in quotes"),
    ("- use: other.yml", "3:10: use: there is no such file (other.yml)"),
    # What routines do not have.
    ("- <<: {say: B}", "3:5: a merge key (<<), which means nothing here; write its keys out"),
    ("- {<<: A, say: B}", "3:6: a merge key (<<), which means nothing here; write its keys out"),
    ("- {hold: 20 s, cues: {<<: A}}", "3:25: a merge key (<<), which means nothing here; write its keys out"),
]


@pytest.mark.parametrize(("step", "message"), IN_STEPS, ids=[step for step, _ in IN_STEPS])
def test_mistake_in_step(problems: Problems, step: str, message: str) -> None:
    assert problems(f"title: Mine\nsteps:\n  {step}\n") == [message]


IN_HEAD = [
    (
        "title: A\nposition: sitting",
        [f"2:1: an unknown key (position) in a routine, allowed: {HEAD}; `position` goes with `move`"],
    ),
    ("title: A\nsay: B", [f"2:1: an unknown key (say) in a routine, allowed: {HEAD}"]),
    (
        "titel: Mine",
        [
            f"1:1: an unknown key (titel) in a routine, allowed: {HEAD}; did you mean title?",
            "1:1: a routine without `title:`; add `title:` with its name",
        ],
    ),
    ("title: 🧘", ["1:8: title: nothing that can be spoken (🧘), at least one letter or digit is needed"]),
    ("title: 'My {side}'", ["1:8: title: a placeholder that means nothing here ({side}), only inside `sides`"]),
    (
        "title: 'My {move}'",
        ["1:8: title: a placeholder that means nothing here ({move}), only in what is said in the steps"],
    ),
    ("title: 'My {xyz}'", ["1:8: title: an unknown placeholder ({xyz}), allowed here: none; write {{ for a brace"]),
    ("title: [Mine]", ["1:8: title: a list where a single value is wanted; put the text in quotes"]),
    ("title: A\nabout: [B]", ["2:8: about: a list where a single value is wanted; put the text in quotes"]),
    (
        "title: A\nlanguage: English!",
        ["2:11: language: not a language (English!), a BCP 47 code is allowed: en, de, fr-CA"],
    ),
    ("title: A\nlanguage:", ["2:10: language: not a language (nothing), a BCP 47 code is allowed: en, de, fr-CA"]),
    ("title: A\ntags: [a, '']", ["2:11: tags: an empty name; write [] for none"]),
    ("title: A\ntags:", ["2:6: tags: an empty name; write [] for none"]),
    ("title: A\nneeds: {a: b}", ["2:8: needs: a mapping where a single value is wanted; put the text in quotes"]),
    (
        "title: A\nneeds: ['{side}']",
        ["2:9: needs: a placeholder that means nothing here ({side}), only inside `sides`"],
    ),
    (
        "title: A\ncaution:",
        ["2:9: caution: nothing that can be spoken (nothing), at least one letter or digit is needed"],
    ),
    (
        "title: A\nminutes: 5 min",
        ["2:10: minutes: not a number of minutes (5 min); write it without a unit: minutes: 5"],
    ),
    (
        "title: A\noptions: chair",
        [("2:10: options: not a mapping; write `chair: Seated, for anyone who cannot stand for long.` below it")],
    ),
    ("title: A\noptions: {my chair: B}", ["2:11: options: not a name (my chair), one word without commas is allowed"]),
    ("title: A\noptions: {a: B, a: C}", ["2:17: a duplicate key (a), first in line 2"]),
    ("title: A\noptions: {a: [B]}", ["2:14: options: a list where a single value is wanted; put the text in quotes"]),
    ("title: A\npronounce: psoas", ["2:12: pronounce: not a mapping; write `psoas: so-as` below it"]),
    ("title: A\npronounce: {psoas: }", ["2:20: pronounce: nothing that can be spoken (nothing)"]),
    ("title: A\npronounce: {'!': a}", ["2:13: pronounce: nothing that can be spoken (!)"]),
    ("title: A\ntitle: B", ["2:1: a duplicate key (title), first in line 1"]),
]


@pytest.mark.parametrize(("head", "messages"), IN_HEAD, ids=[head for head, _ in IN_HEAD])
def test_mistake_at_top(problems: Problems, head: str, messages: list[str]) -> None:
    assert sorted(problems(f"{head}\nsteps: [say: A]\n")) == sorted(messages)


def test_missing_keys_are_reported_at_start(problems: Problems) -> None:
    assert problems("# A note.\nabout: Something\n") == [
        "1:1: a routine without `steps:`; add `steps:` with a list below it",
        "1:1: a routine without `title:`; add `title:` with its name",
    ]


def test_all_mistakes_are_reported_in_order(problems: Problems) -> None:
    assert problems("""
        title: Mine
        langauge: en
        steps:
          - hold: 30-20 s
            cues:
              halfway: The {sied}.
          - sides: [left, rigth]
            steps:
              - pause: 5
          - {say: A, when: chair}
        """) == [
        f"3:1: an unknown key (langauge) in a routine, allowed: {HEAD}; did you mean language?",
        "5:11: hold: a range from high to low (30-20 s); write the low end first",
        (
            "7:16: cues: an unknown placeholder ({sied}), allowed here: {left}, {length}, {move}, {next}, {total}; "
            "did you mean {side}?"
        ),
        "8:12: sides: not two sides (left, rigth), allowed are [left, right] and [right, left]",
        f"10:16: pause: a duration without its unit (5), allowed are s, min and h; {UNIT}",
        "11:20: when: an unknown option (chair), allowed: none; declare it under `options:` at the top",
    ]


def test_unknown_option_lists_declared_ones(problems: Problems) -> None:
    assert problems("title: A\noptions: {chair: B, wall: C}\nsteps: [{say: A, when: chiar}]") == [
        "3:24: when: an unknown option (chiar), allowed: chair, wall; did you mean chair?"
    ]


def test_mistake_in_aliased_step_is_reported_once(problems: Problems) -> None:
    assert problems("title: A\nsteps:\n  - &up {say: Up., then: 3}\n  - *up\n  - *up\n") == [
        f"3:26: then: a duration without its unit (3), allowed are s, min and h; {UNIT}"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: A #1\nsteps: [say: A]", "1:10: warning: the text ends before the # and the rest is a comment (#1)"),
        ("title: A\nabout: Set #1\nsteps: [say: A]", "2:12: warning: the text ends before the #"),
        ("title: A\noptions: \n  a: Set #1\nsteps: [say: A]", "3:10: warning: the text ends before the #"),
        (
            "title: A\nsteps:\n  - say: Do set #1 twice.",
            (
                "3:17: warning: the text ends before the # and the rest is a "
                "comment (#1 twice.); put the text in quotes if that belongs to it"
            ),
        ),
        ("title: A\nsteps:\n  - say: Two\n      lines #1", "4:13: warning: the text ends before the #"),
    ],
)
def test_comment_that_cuts_text_warns(problems: Problems, text: str, message: str) -> None:
    (warning,) = problems(text)
    assert warning.startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "title: A   # a note\nsteps: [say: A]",
        "title: 'A' #1\nsteps: [say: A]",
        "title: A#1\nsteps: [say: A]",
        "title: A\nsteps:\n  - pause: 3 s # silence",
        "title: A\nsteps:\n  - say: >-\n      Do set #1.",
    ],
)
def test_intended_comment_does_not_warn(problems: Problems, text: str) -> None:
    assert problems(text) == []

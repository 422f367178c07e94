"""Characters that look like those on a keyboard: messages name them and say what to type."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voicecoach.errors import did_you_mean

Problems = Callable[[str | bytes], list[str]]


def instead(typed: str, found: str) -> str:
    return f"type {typed} instead of the {found}"


NO_BREAK = instead("a space", "no-break space (U+00A0)")

STEPS = [
    # Ranges, numbers and times.
    ("- hold: 20\u201230 s", "3:11", instead("a hyphen (-)", "figure dash (U+2012)")),
    ("- hold: 20\u221230 s", "3:11", instead("a hyphen (-)", "minus sign (U+2212)")),
    ("- hold: 20\u201430 s", "3:11", instead("a hyphen (-)", "em dash (U+2014)")),
    ("- hold: 20\u201530 s", "3:11", instead("a hyphen (-)", "horizontal bar (U+2015)")),
    ("- hold: 20\u201130 s", "3:11", instead("a hyphen (-)", "non-breaking hyphen (U+2011)")),
    ("- {count: 2\u20103, each: 1 s}", "3:13", instead("a hyphen (-)", "typographic hyphen (U+2010)")),
    ("- hold: 1\uff1a30", "3:11", instead("a colon (:)", "full-width colon (U+FF1A)")),
    ("- hold: \uff13 s", "3:11", instead("plain digits (0-9)", "full-width digit three (U+FF13)")),
    ("- hold: ٣ s", "3:11", instead("plain digits (0-9)", "Arabic-indic digit three (U+0663)")),
    ("- hold: 30\u200b s", "3:11", "delete the zero-width space (U+200B)"),
    ("- hold: “30 s”", "3:11", instead('straight quotes (")', "curly quotes (U+201C, U+201D)")),
    # Dashes of a list.
    ("– hold: 30 s", "3:3", instead("a hyphen (-)", "en dash (U+2013)")),
    ("— hold: 30 s", "3:3", instead("a hyphen (-)", "em dash (U+2014)")),
    ("• hold: 30 s", "3:3", instead("a hyphen (-)", "bullet (U+2022)")),
    ("- hold: 30 s\n  − hold: 20 s", "4:3", instead("a hyphen (-)", "minus sign (U+2212)")),
    # Spaces.
    ("-\u00a0hold: 30 s", "3:3", NO_BREAK),
    ("- hold:\u00a030 s", "3:5", NO_BREAK),
    ("- hold:\u202f30 s", "3:5", instead("a space", "narrow no-break space (U+202F)")),
    ("- hold:\u200730 s", "3:5", instead("a space", "figure space (U+2007)")),
    ("- hold:\u300030 s", "3:5", instead("a space", "ideographic space (U+3000)")),
    ("- say: Lean.\n    then:\u00a03 s", "4:5", NO_BREAK),
    ("- say: Lean.\n\u00a0\u00a0\u00a0\u00a0then: 3 s", "4:1", NO_BREAK),
    ("- hold: 3 s\n   \u00a0countdown: 3", "4:5", NO_BREAK),
    ("- hold: 30 s\n\t  quiet: yes", "4:1", "indent with spaces"),
    ("-\thold: 30 s\n    quiet: yes", "3:4", "indent with spaces"),
    ("- {move: Roll, position: hands\u00a0and knees, steps: [say: A]}", "3:28", NO_BREAK),
    # Invisible characters, colons, brackets and quotes.
    ("- hold\u200b: 30 s", "3:5", "delete the zero-width space (U+200B)"),
    ("- \ufeffhold: 30 s", "3:5", "delete the byte order mark (U+FEFF)"),
    ("- hold\uff1a30 s", "3:5", instead("a colon (:)", "full-width colon (U+FF1A)")),
    ("- say: Lean.\n    then\uff1a3 s", "4:5", instead("a colon (:)", "full-width colon (U+FF1A)")),
    ("- sides: [left\uff0cright]\n    steps: [hold: 3 s]", "3:12", instead(",", "full-width comma (U+FF0C)")),
    ("- breathe: ｛in: 4 s", "3:3", instead("{", "full-width left curly bracket (U+FF5B)")),
    ("- say: “Breathe: slowly.”", "3:3", instead('straight quotes (")', "curly quotes (U+201C, U+201D)")),
    ('- say: "Lean over.”', "3:10", instead('straight quotes (")', "curly quote (U+201D)")),
]


@pytest.mark.parametrize(("step", "place", "hint"), STEPS, ids=[ascii(step) for step, *_ in STEPS])
def test_message_names_the_character(problems: Problems, step: str, place: str, hint: str) -> None:
    assert any(each.startswith(f"{place}: ") and each.endswith(f"; {hint}") for each in problems(f"{HEAD}  {step}\n"))


HEAD = "title: A\nsteps:\n"


def test_indentation_names_the_character(problems: Problems) -> None:
    assert problems(f"{HEAD}\u3000- hold: 30 s\n")[-1].endswith(instead("a space", "ideographic space (U+3000)"))


def test_colon_of_first_line_is_named(problems: Problems) -> None:
    hint = instead("a colon (:)", "full-width colon (U+FF1A)")
    assert problems("title\uff1aA\nsteps:\n  - hold: 3 s\n") == [f"1:1: this is not YAML (title\uff1aA); {hint}"]


@pytest.mark.parametrize(
    "step",
    [
        "- hold: 20–30 s",
        "- hold: 20\u00a0–\u00a030\u202fs",
        "- hold:\t30 s",
        "- say: Lean\u00a0over — slowly – and “breathe”.",
        "- say: « Ready » then go.",
        "- say: '“Lean over.”'",
        "- say: ’Tis done.",
    ],
    ids=ascii,
)
def test_typography_is_no_mistake(problems: Problems, step: str) -> None:
    assert problems(f"{HEAD}  {step}\n") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("“Lean over.”", "curly quotes (U+201C, U+201D)"),
        ("„Beug dich.“", "low quote (U+201E) and the curly quote (U+201C)"),
        ("«Plie-toi.»", "angle quotes (U+00AB, U+00BB)"),
        ("‘It’s time.’", "curly single quotes (U+2018, U+2019)"),
    ],
)
def test_quotes_around_whole_text_warn(problems: Problems, text: str, codes: str) -> None:
    (title, say) = problems(f"title: {text}\nsteps:\n  - say: {text}\n")
    assert title.startswith(f"1:8: warning: quotes that belong to the text ({text}); type straight quotes (")
    assert say.startswith("3:10: warning: ")
    assert title.endswith(f"instead of the {codes}")


def test_invisible_character_in_text_warns(problems: Problems) -> None:
    assert problems(f"{HEAD}  - say: Lean\ufeff over.\n") == [
        "3:10: warning: an invisible character in the text (Lean\\ufeff over.); delete the byte order mark (U+FEFF)"
    ]


@pytest.mark.parametrize(
    "head",
    ["title: #1 stretch", "title: # Stretch", "title: A\nneeds: #2 balls", "title: A\ntags:\n  - #2", "title:  #A"],
)
def test_comment_in_place_of_text(problems: Problems, head: str) -> None:
    (problem,) = problems(f"{head}\nsteps:\n  - say: A\n")
    comment = head[head.index("#") :]
    assert problem.endswith(f"; the # begins a comment ({comment}): put the text in quotes")


def test_comment_inside_a_text(problems: Problems) -> None:
    assert problems(f"{HEAD}  - say: Do set #1 and\n      breathe out.\n") == [
        (
            "3:17: the text ends before the # and the rest is a comment (#1 and), but it goes on in the next line; "
            "put the whole text in quotes"
        )
    ]


@pytest.mark.parametrize("key", ["needs", "tags"])
def test_list_written_as_one_text_warns(problems: Problems, key: str) -> None:
    assert problems(f"title: A\n{key}: ball, roller\nsteps:\n  - say: A\n") == [
        (
            f"2:{len(key) + 3}: warning: {key}: a single name with a comma in it (ball, roller); "
            f"write `{key}: [ball, roller]`, or put it in quotes if it is one name"
        )
    ]


@pytest.mark.parametrize("needs", ["a ball", "'a ball, 10 cm'", "[ball, roller]", "[]"])
def test_one_name_does_not_warn(problems: Problems, needs: str) -> None:
    assert problems(f"title: A\nneeds: {needs}\nsteps:\n  - say: A\n") == []


@pytest.mark.parametrize(
    ("typed", "known", "hint"),
    [
        ("puase", "pause", "did you mean pause?"),
        ("Pause", "pause", "did you mean pause?"),
        ("pause", "pause", ""),
        ("cat\u2011cow", "cat-cow", instead("a hyphen (-)", "non-breaking hyphen (U+2011)")),
        ("foam\u00a0roll", "foam roll", NO_BREAK),
        ("cat-cow\u200b", "cat-cow", "delete the zero-width space (U+200B)"),
        ("h\u043eld", "hold", instead("o", "Cyrillic small letter o (U+043E)")),
        ("pause ", "pause", "spaces count: leave out those that do not belong there"),
        ("U\u0308bung", "Übung", "its characters only look the same: copy the name"),
    ],
)
def test_offer_differs_from_what_was_typed(typed: str, known: str, hint: str) -> None:
    assert did_you_mean(typed, [known]) == hint

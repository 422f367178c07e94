"""What is said must work with closed eyes: short sentences, sides named, the technique carried, safety first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from voicecoach import resources
from voicecoach.routine import Count, Hold, Move, Routine, Say, Sides, Step, Text, Wait, child_steps, used_routines
from voicecoach.script.library import Library

LIBRARY = Library((resources.bundled_folder("scripts"),))
BUILT_IN = sorted(LIBRARY.paths())
MOVES = (
    *("cat-cow", "draw-in", "foam-roll", "heat", "ice", "knee-to-chest"),
    *("safe-lift", "side-stretch", "trigger-release"),
)
SESSIONS = ("desk-break", "floor-reset", "muscle-knots")

TECHNIQUE = {
    "ice": ["last 48 hours", "cloth", "never on bare skin", "swelling", "dulls"],
    "heat": ["brings blood to the muscle", "lets it go"],
    "trigger-release": [
        *("firm floor", "lacrosse ball presses hard", "tennis ball is softer", "right on a knot"),
        *("weight sink in, little by little", "hurts at first", "fades as the knot gives", "next knot"),
    ],
    "foam-roll": [
        *("on your back", "under your shoulder blades", "bend your knees", "hips off the floor"),
        *("cross your arms on your chest", "hands behind your head, to carry your neck"),
        *("feet forward, then back", "tilt onto the {side} side"),
    ],
    "side-stretch": [
        *("stand tall", "{other} hand on your {other} hip", "{side} arm out and up, beside your ear"),
        *("lean to the {other}", "long {side} side pulls strongly"),
    ],
    "knee-to-chest": [
        *("on your back, on a firm floor", "bend both knees", "toward your chest", "arms around your knees"),
        *("pull your knees in gently", "until your lower back pulls", "hold under your knees"),
    ],
    "cat-cow": [
        *("hands and knees", "round your back toward the ceiling", "chin to your chest"),
        *("belly sink", "arch your back", "look up", "then hold"),
    ],
    "draw-in": [
        *("on your back, on a firm floor", "bend your knees", "feet flat", "hands on your hips"),
        *("belly button toward your spine", "lower back presses down", "tighten under your fingertips"),
    ],
    "safe-lift": [
        *("at least as wide as your shoulders", "one foot a little ahead", "hips back", "back straight"),
        *("squat down slowly", "take hold with both hands", "load close to your body"),
        *("push through your heels", "chest up", "bending at the waist"),
    ],
}
"""What a cue of each move must carry, from the technique it teaches."""


def said(steps: tuple[Step, ...]) -> Iterator[Text]:
    """Every text that may be spoken from these steps, those of used routines left to themselves."""
    for step in steps:
        match step:
            case Say():
                yield step.text
                yield from (step.again,) if step.again else ()
            case Wait() if step.say:
                yield step.say
            case Hold():
                yield from (cue.text for cue in step.cues or ())
            case Count():
                yield from (phase.name for phase in step.phases)
        yield from said(child_steps(step))


def sentences(routine: Routine) -> list[str]:
    texts = [routine.caution, *(text.raw for text in said(routine.steps))]
    return [part for text in texts for part in re.split(r"(?<=[.!?])\s+", text) if part]


@pytest.mark.parametrize("name", BUILT_IN)
def test_sentences_are_short(name: str) -> None:
    long = [sentence for sentence in sentences(LIBRARY.load(name)) if len(sentence.split()) > 14]
    assert not long


@pytest.mark.parametrize("name", BUILT_IN)
def test_sentences_need_no_eyes_and_no_deciphering(name: str) -> None:
    unfit = re.compile(r"as shown|picture below|as you see|watch|this way|like this|[():;/%]|\blbs?\b|\d s\b", re.I)
    assert not [sentence for sentence in sentences(LIBRARY.load(name)) if unfit.search(sentence)]


def test_a_limb_that_has_a_side_names_it() -> None:
    one_limb = re.compile(r"\b(arm|hand|hip|ear|knee|leg)\b")
    for name in BUILT_IN:
        for step in LIBRARY.load(name).steps:
            for sides in within(step, Sides):
                for text in said(sides.steps):
                    for sentence in re.split(r"(?<=[.!?])\s+", text.raw):
                        if one_limb.search(sentence):
                            assert re.search(r"\{(side|other)\}", sentence), f"{name}: {sentence}"


def within(step: Step, kind: type[Sides | Move]) -> Iterator[Step]:
    if isinstance(step, kind):
        yield step
    for below in child_steps(step):
        yield from within(below, kind)


@pytest.mark.parametrize("name", MOVES)
def test_the_technique_is_carried(name: str) -> None:
    words = " ".join(text.raw for text in said(LIBRARY.load(name).steps)).lower()
    assert [part for part in TECHNIQUE[name] if part.lower() not in words] == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_cautions_part_a_good_pull_from_pain(name: str) -> None:
    caution = LIBRARY.load(name).caution
    assert re.search(r"\b(is|are) (fine|all you need)\.", caution)
    assert re.search(r"pain is not|pain in your back is not|must never sting or hurt", caution, re.I)
    assert re.search(r"sharpens|burns|Lift the pack off", caution)
    assert re.search(r"\b(stop|off|less|lower|let|come up)\b", caution)


def test_every_built_in_routine_is_a_move_or_a_session_made_of_them() -> None:
    assert sorted(MOVES + SESSIONS) == BUILT_IN
    for name in MOVES:
        assert not used_routines(LIBRARY.load(name).steps)
    for name in SESSIONS:
        assert {used.name for used in used_routines(LIBRARY.load(name).steps)} <= set(MOVES)


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_says_what_it_is_and_how_to_find_it(name: str) -> None:
    routine = LIBRARY.load(name)
    assert routine.about.endswith(".")
    assert routine.tags
    for step in routine.steps:
        assert all(move.position for move in within(step, Move))


def test_the_background_figures_stand_in_the_notes_of_the_safe_lift() -> None:
    about = LIBRARY.load("safe-lift").about
    study = ["22 healthy men", "bent at the waist", "45 % at 33 lb", "68 % at 44 lb", "82 % at 55 lb"]
    source = ["BMC Musculoskeletal Disorders", "November 2017"]
    assert [part for part in study + source if part not in about] == []


def test_signs_and_causes_of_a_knot_stand_in_the_notes_of_the_full_session() -> None:
    about = LIBRARY.load("muscle-knots").about
    signs = ["tightness", "stiffness", "a lump", "twitch under a finger", "sore or not"]
    causes = ["heavy or clumsy lift", "repeated lifting", "poor posture", "hard training"]
    assert [part for part in signs + causes if part not in about] == []


def test_ice_and_heat_say_what_each_is_for_and_that_they_never_meet() -> None:
    ice, heat = LIBRARY.load("ice").about, LIBRARY.load("heat").about
    for part in ("fresh strain", "first 48 hours", "Never together with heat"):
        assert part in ice
    for part in ("old ones", "before anything else", "Never on a fresh strain", "never together with ice"):
        assert part in heat

"""The texts work with closed eyes: short sentences, named sides, complete technique, safety first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from voicecoach import resources
from voicecoach.routine import Count, Hold, Move, Routine, Say, Sides, Step, Text, Wait, used_routines, walk_steps
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
"""Phrases that the cues of each move must contain to teach its technique."""


def spoken_texts(steps: tuple[Step, ...]) -> Iterator[Text]:
    """Every text that these steps may speak, without those of used routines."""
    for step in walk_steps(steps):
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


def sentences(routine: Routine) -> list[str]:
    texts = [routine.caution, *(text.raw for text in spoken_texts(routine.steps))]
    return [sentence for text in texts for sentence in split(text)]


def split(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


@pytest.mark.parametrize("name", BUILT_IN)
def test_sentences_are_short(name: str) -> None:
    long = [sentence for sentence in sentences(LIBRARY.load(name)) if len(sentence.split()) > 14]
    assert not long


@pytest.mark.parametrize("name", BUILT_IN)
def test_sentences_need_no_eyes(name: str) -> None:
    unfit = re.compile(r"as shown|picture below|as you see|watch|this way|like this|[():;/%]|\blbs?\b|\d s\b", re.I)
    assert not [sentence for sentence in sentences(LIBRARY.load(name)) if unfit.search(sentence)]


@pytest.mark.parametrize("name", BUILT_IN)
def test_limbs_name_their_side(name: str) -> None:
    one_limb = re.compile(r"\b(arm|hand|hip|ear|knee|leg)\b")
    sides = [step for step in walk_steps(LIBRARY.load(name).steps) if isinstance(step, Sides)]
    spoken = [sentence for step in sides for text in spoken_texts(step.steps) for sentence in split(text.raw)]
    unnamed = [sentence for sentence in spoken if not re.search(r"\{(side|other)\}", sentence)]
    assert not [sentence for sentence in unnamed if one_limb.search(sentence)]


@pytest.mark.parametrize("name", MOVES)
def test_technique_is_complete(name: str) -> None:
    words = " ".join(text.raw for text in spoken_texts(LIBRARY.load(name).steps)).lower()
    assert [part for part in TECHNIQUE[name] if part.lower() not in words] == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_cautions_tell_pull_from_pain(name: str) -> None:
    caution = LIBRARY.load(name).caution
    assert re.search(r"\b(is|are) (fine|all you need)\.", caution)
    assert re.search(r"pain is not|pain in your back is not|must never sting or hurt", caution, re.I)
    assert re.search(r"sharpens|burns|Lift the pack off", caution)
    assert re.search(r"\b(stop|off|less|lower|let|come up)\b", caution)


def test_sessions_consist_of_moves() -> None:
    assert sorted(MOVES + SESSIONS) == BUILT_IN
    for name in MOVES:
        assert not used_routines(LIBRARY.load(name).steps)
    for name in SESSIONS:
        assert {used.name for used in used_routines(LIBRARY.load(name).steps)} <= set(MOVES)


@pytest.mark.parametrize("name", BUILT_IN)
def test_routines_are_described(name: str) -> None:
    routine = LIBRARY.load(name)
    assert routine.about.endswith(".")
    assert routine.tags
    assert all(step.position for step in walk_steps(routine.steps) if isinstance(step, Move))


def test_safe_lift_notes_give_figures() -> None:
    about = LIBRARY.load("safe-lift").about
    study = ["22 healthy men", "bent at the waist", "45 % at 33 lb", "68 % at 44 lb", "82 % at 55 lb"]
    source = ["BMC Musculoskeletal Disorders", "November 2017"]
    assert [part for part in study + source if part not in about] == []


def test_full_session_notes_describe_knots() -> None:
    about = LIBRARY.load("muscle-knots").about
    signs = ["tightness", "stiffness", "a lump", "twitch under a finger", "sore or not"]
    causes = ["heavy or clumsy lift", "repeated lifting", "poor posture", "hard training"]
    assert [part for part in signs + causes if part not in about] == []


def test_ice_and_heat_notes() -> None:
    ice, heat = LIBRARY.load("ice").about, LIBRARY.load("heat").about
    for part in ("fresh strain", "first 48 hours", "Never together with heat"):
        assert part in ice
    for part in ("old ones", "before anything else", "Never on a fresh strain", "never together with ice"):
        assert part in heat

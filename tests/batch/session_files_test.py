"""What the files of a catalogue are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicecoach.batch.session_files import BatchSession, name_files
from voicecoach.choices import Choices
from voicecoach.routine import Routine
from voicecoach.units import MINUTE, Ms
from voicecoach.voices.tones_engine import TONES
from voicecoach.voices.voice import Voice

ESPEAK = Voice("espeak:en-us", "espeak", "en-us", ("en-us",), "1", "nowhere:nothing")


def session(name: str, folder: str = "", voice: Voice = TONES, **choices: object) -> BatchSession:
    routine = Routine(title=name, name=name, steps=())
    return BatchSession(routine=routine, choices=Choices(**choices), voice=voice, kinds=("m4a",), folder=folder)


def stems(*sessions: BatchSession) -> list[str]:
    return [output.stem for output in name_files(sessions)]


def test_one_session_of_a_routine_is_called_like_it() -> None:
    assert stems(session("heat", level=100), session("ice", level=0)) == ["heat", "ice"]
    assert [name_files([session("heat")])[0].file(kind) for kind in ("m4b", "vtt")] == ["heat.m4b", "heat.vtt"]


def test_several_are_told_apart_by_what_differs_and_by_nothing_else() -> None:
    assert stems(session("heat", level=0), session("heat", level=20), session("heat", length=Ms(10 * MINUTE))) == [
        "heat gentle", "heat level 20", "heat 10 min",
    ]  # fmt: skip
    assert stems(session("heat", level=0), session("heat", level=0, voice=ESPEAK)) == [
        "heat tones",
        "heat espeak en-us",
    ]
    assert stems(
        session("heat"),
        session("heat", options=frozenset({"chair", "ball"}), side="left", speed=80, intro=False),
        session("heat", only=("Roll",)),
        session("heat", skip=("Roll", "Rest")),
    ) == ["heat", "heat with ball, chair left speed 80 no intro", "heat only Roll", "heat skip Roll, Rest"]


def test_a_name_does_not_hang_on_other_routines_or_other_people() -> None:
    alone = stems(session("heat", folder="Anna", level=0))
    more = stems(session("ice", level=100), session("heat", folder="Anna", level=0), session("heat", folder="Ben"))
    assert alone == ["Anna/heat"]
    assert more == ["ice", "Anna/heat", "Ben/heat"]


def test_what_nothing_tells_apart_is_numbered_also_where_a_disk_knows_no_capitals() -> None:
    assert stems(session("heat"), session("Heat"), session("heat")) == ["heat", "Heat (2)", "heat (3)"]


def test_names_are_safe_and_short_enough() -> None:
    titles = ['He said: "go" <script>', "../../etc/passwd", "...", "\u202eevil", "🧘" * 5_000]
    safe = stems(*(session(title, voice=voice) for title in titles for voice in (TONES, ESPEAK)))
    assert safe[:2] == ["He said go script tones", "He said go script espeak en-us"]
    assert safe[4] == "routine tones"
    assert all(len(name.encode()) <= 220 and "/" not in name for name in safe)


@given(st.lists(st.tuples(st.text(max_size=4), st.sampled_from(["", "Anna", "anna"]), st.integers(0, 3)), max_size=12))
def test_no_two_files_share_a_name_on_any_disk(asked: list[tuple[str, str, int]]) -> None:
    made = stems(*(session(name, folder, level=level) for name, folder, level in asked))
    assert len({name.casefold() for name in made}) == len(asked)
    assert made == stems(*(session(name, folder, level=level) for name, folder, level in asked))

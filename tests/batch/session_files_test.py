"""The names of a batch's files."""

from hostile_texts import HOSTILE_TEXTS
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.batch.session_files import BatchSession, name_files
from voicecoach.choices import Choices
from voicecoach.routine import Routine
from voicecoach.units import MINUTE, Ms
from voicecoach.voices.tones_engine import TONES
from voicecoach.voices.voice import Voice

ESPEAK = Voice("espeak:en-us", "espeak", "en-us", ("en-us",), "1", "nowhere:nothing")


def session(name, folder="", voice=TONES, **choices):
    routine = Routine(title=name, name=name, steps=())
    return BatchSession(routine=routine, choices=Choices(**choices), voice=voice, kinds=("m4b", "vtt"), folder=folder)


def stems(*sessions):
    return [files.stem for files in name_files(sessions)]


def test_single_session_has_name_of_routine():
    assert stems(session("heat", level=100), session("ice", level=0)) == ["heat", "ice"]
    assert name_files([session("heat")])[0].paths == {"m4b": "heat.m4b", "vtt": "heat.vtt"}


def test_names_say_only_what_differs():
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


def test_other_routines_and_people_change_no_name():
    alone = stems(session("heat", folder="Anna", level=0))
    more = stems(session("ice", level=100), session("heat", folder="Anna", level=0), session("heat", folder="Ben"))
    assert alone == ["Anna/heat"]
    assert more == ["ice", "Anna/heat", "Ben/heat"]


def test_duplicates_are_numbered_in_any_case():
    assert stems(session("heat"), session("Heat"), session("heat")) == ["heat", "Heat (2)", "heat (3)"]


def test_names_are_safe_and_short():
    titles = ['He said: "go" <script>', "../../etc/passwd", "...", "\u202eevil", "🧘" * 5_000]
    safe = stems(*(session(title, voice=voice) for title in titles for voice in (TONES, ESPEAK)))
    assert safe[:2] == ["He said go script tones", "He said go script espeak en-us"]
    assert safe[4] == "routine tones"
    assert all(len(name.encode()) <= 220 and "/" not in name for name in safe)


@given(st.lists(st.tuples(st.text(max_size=4), st.sampled_from(["", "Anna", "anna"]), st.integers(0, 3)), max_size=12))
def test_names_are_unique_and_stable(requests):
    sessions, again = ([session(name, folder, level=level) for name, folder, level in requests] for _ in range(2))
    names = stems(*sessions)
    assert len({name.casefold() for name in names}) == len(requests)
    assert names == stems(*again)


def test_hostile_names_are_files_of_the_folder():
    names = stems(*map(session, HOSTILE_TEXTS.values()))
    assert len({name.casefold() for name in names}) == len(HOSTILE_TEXTS)
    for name in names:
        assert name.isprintable()
        assert not set(name) & set('<>:"/\\|?*')
        assert not name.startswith(".")
        assert 0 < len(name.encode()) <= 200

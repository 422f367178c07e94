"""The coach's own phrases in every language."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter
from typing import Any

import pytest

from voicecoach.compiler import phrases
from voicecoach.timeline import Timeline

LANGUAGES = phrases.languages()
ENGLISH = phrases.load_phrases("en").texts

WHOLE = """
title: Test
language: {language}
needs: [a, b]
steps:
  - move: A
    steps:
      - repeat: 2
        announce: yes
        steps:
          - sides: [left, right]
            steps:
              - say: A, {{side}}, {{other}}, {{length}}, {{next}}.
              - hold: 90 s
                every: 30 s
  - breathe: {{in: 4 s, hold: 2 s, out: 4 s, rest: 2 s}}
    rounds: 2
  - count: 2
    phases: {{a: 2 s}}
    aloud: yes
"""


def slots(text: Any) -> set[str] | dict[str, set[str]]:
    """The slots of a phrase. Of one that counts something: its forms, and the slots of `many`."""
    if isinstance(text, dict):
        many = {name for _, name, _, _ in Formatter().parse(text["many"]) if name}
        return {"forms": set(text), "many": many}
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted({"de", "en", "es", "fr", *LANGUAGES}))
def test_every_language_is_complete(language: str) -> None:
    texts = phrases.load_phrases(language).texts
    assert list(texts) == list(ENGLISH)
    assert {name: slots(text) for name, text in texts.items()} == {name: slots(text) for name, text in ENGLISH.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_has_letters(language: str) -> None:
    texts = dict(phrases.load_phrases(language).texts)
    assert texts.pop("and_time").isspace() or language == "es"
    for text in texts.values():
        for form in text.values() if isinstance(text, dict) else [text]:
            assert any(map(str.isalpha, form))


@pytest.mark.parametrize("language", LANGUAGES)
def test_session_leaves_no_slot_open(language: str, session: Callable[..., Timeline]) -> None:
    timeline = session(WHOLE.format(language=language))
    texts = [event.text for event in timeline.events if event.text]
    assert not any("{" in text or "}" in text for text in texts)
    known = phrases.load_phrases(language)
    for phrase in ("closing", "last_round", "halfway", "breathe_rest"):
        assert known.say(phrase) in texts
    assert known.say("change_sides", side=known.side("right")) in texts


@pytest.mark.parametrize(
    ("language", "seconds", "words"),
    [
        ("en", 1, "1 second"),
        ("en", 0, "0 seconds"),
        ("en", 90, "1 minute 30 seconds"),
        ("en", 3725, "1 hour 2 minutes 5 seconds"),
        ("de", 60, "eine Minute"),
        ("de", 61, "eine Minute eine Sekunde"),
        ("es", 90, "un minuto y 30 segundos"),
        ("es", 3725, "una hora 2 minutos y 5 segundos"),
        ("fr", 7200, "2 heures"),
    ],
)
def test_times_in_words(language: str, seconds: int, words: str) -> None:
    assert phrases.load_phrases(language).time(seconds * 1000) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1 minute left."), ("de", "Noch eine Minute."), ("es", "Un minuto más."), ("fr", "Encore une minute.")],
)
def test_time_left_is_a_sentence(language: str, words: str) -> None:
    assert phrases.load_phrases(language).left(60_000) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Change sides. Now the left."),
        ("de", "Seite wechseln. Jetzt links."),
        ("es", "Cambia de lado. Ahora, a la izquierda."),
        ("fr", "Change de côté. Maintenant, à gauche."),
    ],
)
def test_side_change_is_grammatical(language: str, words: str) -> None:
    known = phrases.load_phrases(language)
    assert known.say("change_sides", side=known.side("left")) == words


def test_regions_use_their_language() -> None:
    assert phrases.load_phrases("de-AT").texts == phrases.load_phrases("DE").texts
    with pytest.raises(KeyError):
        phrases.load_phrases("tlh")


@pytest.mark.parametrize(("names", "words"), [(("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")])
def test_things_are_listed(names: tuple[str, ...], words: str) -> None:
    assert phrases.load_phrases("en").things(names) == words

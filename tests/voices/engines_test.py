"""The real engines, each speaking in its worker processes."""

import pytest

from voicecoach.timeline import Utterance
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.pyttsx3_engine import SYSTEM_ENGINE
from voicecoach.voices.registry import choose_voice
from voicecoach.voices.synthesizer import Synthesizer

SENTENCES = [
    Utterance(text)
    for text in [
        "Lean over until the whole left side pulls.",
        "Breathe into the long side, and stay there. Let the shoulders be heavy.",
        "three",
        "10",
        "Change sides, now the left: slowly!",
    ]
]

natural = pytest.mark.extra("natural")
ENGINES = [pytest.param("piper", marks=natural), SYSTEM_ENGINE]


def speak(voice, texts, folder):
    with Synthesizer(choose_voice(voice, "en"), ClipCache(folder)) as synthesizer:
        synthesizer.lengths(texts)
        return {text: synthesizer.clip(text).samples.tobytes() for text in texts}


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    """Gives all sentences as spoken by an engine, in order."""
    folder, made = tmp_path_factory.mktemp("sentences"), {}

    def get(voice):
        if voice not in made:
            made[voice] = speak(voice, SENTENCES, folder)
        return made[voice]

    return get


@pytest.mark.parametrize("voice", ENGINES)
def test_engines_speak_at_a_calm_pace(voice, sentences):
    seconds = {text.text: len(sound) / 4 / 48_000 for text, sound in sentences(voice).items()}
    assert 0.2 < seconds["three"] < 0.7
    assert 1.8 < seconds["Lean over until the whole left side pulls."] < 3.0
    assert 3.5 < seconds["Breathe into the long side, and stay there. Let the shoulders be heavy."] < 6.5


@pytest.mark.parametrize("voice", ENGINES)
def test_samples_do_not_depend_on_order(voice, sentences, tmp_path):
    assert speak(voice, SENTENCES[::-1], tmp_path) == sentences(voice)


@pytest.mark.parametrize("voice", ENGINES)
def test_rate_changes_the_duration(voice, sentences, tmp_path):
    slow, fast = (Utterance(SENTENCES[0].text, rate) for rate in (60, 180))
    sounds = speak(voice, [slow, fast], tmp_path)
    assert len(sounds[slow]) > 1.4 * len(sentences(voice)[SENTENCES[0]])
    assert len(sounds[fast]) < 0.7 * len(sentences(voice)[SENTENCES[0]])


@pytest.mark.skipif(SYSTEM_ENGINE != "espeak", reason="espeak speaks on Linux only")
@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("espeak:de", "Lehne dich zur Seite."),
        ("espeak:fr-fr", "Penche-toi jusqu'à ce que ça tire."),
        ("espeak:es", "Inclínate hasta que tire."),
        ("espeak:en-gb+f3", "Now the other side."),
    ],
)
def test_espeak_speaks_other_languages_and_variants(voice, text, tmp_path):
    sounds = speak(voice, [Utterance(text)], tmp_path)
    assert len(sounds[Utterance(text)]) > 0.8 * 48_000 * 4


@natural
def test_piper_loads_joe_by_path(sentences, tmp_path):
    by_path = speak(choose_voice("piper", "en").id, SENTENCES[:1], tmp_path)
    assert by_path[SENTENCES[0]] == sentences("piper")[SENTENCES[0]]

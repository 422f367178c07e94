"""The real engines, speaking: in their worker processes, as everywhere."""

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


def spoken(voice, texts, folder):
    with Synthesizer(choose_voice(voice, "en"), ClipCache(folder)) as studio:
        studio.lengths(texts)
        return {text: studio.clip(text).samples.tobytes() for text in texts}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """All the sentences by each engine, as they come."""
    folder, made = tmp_path_factory.mktemp("once"), {}

    def get(voice):
        if voice not in made:
            made[voice] = spoken(voice, SENTENCES, folder)
        return made[voice]

    return get


@pytest.mark.parametrize("voice", ENGINES)
def test_every_text_is_spoken_at_a_calm_pace(voice, once):
    seconds = {text.text: len(sound) / 4 / 48_000 for text, sound in once(voice).items()}
    assert 0.2 < seconds["three"] < 0.7
    assert 1.8 < seconds["Lean over until the whole left side pulls."] < 3.0
    assert 3.5 < seconds["Breathe into the long side, and stay there. Let the shoulders be heavy."] < 6.5


@pytest.mark.parametrize("voice", ENGINES)
def test_the_same_text_gives_the_same_samples_whatever_was_spoken_before(voice, once, tmp_path):
    assert spoken(voice, SENTENCES[::-1], tmp_path) == once(voice)


@pytest.mark.parametrize("voice", ENGINES)
def test_half_the_rate_takes_about_twice_as_long(voice, once, tmp_path):
    slow, fast = (Utterance(SENTENCES[0].text, rate) for rate in (60, 180))
    sounds = spoken(voice, [slow, fast], tmp_path)
    assert len(sounds[slow]) > 1.4 * len(once(voice)[SENTENCES[0]])
    assert len(sounds[fast]) < 0.7 * len(once(voice)[SENTENCES[0]])


@pytest.mark.skipif(SYSTEM_ENGINE != "espeak", reason="espeak's own languages and variants, which Linux has")
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
    sounds = spoken(voice, [Utterance(text)], tmp_path)
    assert len(sounds[Utterance(text)]) > 0.8 * 48_000 * 4


@natural
def test_piper_takes_the_joe_voice_by_its_path_too(once, tmp_path):
    by_path = spoken(choose_voice("piper", "en").id, SENTENCES[:1], tmp_path)
    assert by_path[SENTENCES[0]] == once("piper")[SENTENCES[0]]

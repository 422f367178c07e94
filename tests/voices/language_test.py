"""Matching voices to languages."""

import pytest

from voicecoach.voices.voice import Voice, best_voice, speaks

ESPEAK = [
    Voice(tag, "espeak", tag, (tag,), "1", "")
    for tag in [
        *("cmn", "de", "en-029", "en-gb", "en-gb-scotland", "en-us", "en-us-nyc", "es", "es-419"),
        *("fr-be", "fr-ch", "fr-fr", "nb", "pt", "pt-br", "yue"),
    ]
]
PIPER = [Voice("joe", "piper", "joe", ("en-us",), "1", "")]
TONES = [Voice("tones", "tones", "tones", (), "1", "")]


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "en-us"),
        ("en-GB", "en-gb"),
        ("en_GB", "en-gb"),
        ("en-US", "en-us"),
        ("en-AU", "en-gb"),
        ("en-SG", "en-us"),
        ("de", "de"),
        ("de-AT", "de"),
        ("fr", "fr-fr"),
        ("fr-CH", "fr-ch"),
        ("fr-CA", "fr-fr"),
        ("es", "es"),
        ("es-MX", "es-419"),
        ("pt", "pt-br"),
        ("pt-PT", "pt"),
        ("pt-BR", "pt-br"),
        ("no", "nb"),
        ("zh", "cmn"),
        ("zh-Hant-TW", "cmn"),
        ("yue", "yue"),
        ("e", None),
        ("d", None),
        ("xx", None),
    ],
)
def test_best_voice_for_a_language(language, voice):
    chosen = best_voice(ESPEAK, language)
    assert (chosen and chosen.name) == voice


def test_any_english_voice_speaks_every_english():
    assert best_voice(PIPER, "en-GB") is PIPER[0]
    assert not speaks(PIPER[0], "de")


def test_voices_without_language_come_last():
    assert best_voice(TONES, "xx") is TONES[0]
    assert best_voice([*TONES, *ESPEAK], "de").name == "de"

"""Choosing voices by name: what `--voice` accepts, and its errors."""

import re
import sys
from pathlib import Path

import pytest

from voicecoach.errors import ChoiceError, ExternalError, VoiceError
from voicecoach.timeline import Utterance
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.pyttsx3_engine import SYSTEM_ENGINE
from voicecoach.voices.registry import AUTO_ENGINES, choose_voice, list_voices
from voicecoach.voices.synthesizer import Synthesizer

natural = pytest.mark.extra("natural")
on_linux = pytest.mark.skipif(SYSTEM_ENGINE != "espeak", reason="espeak speaks on Linux only")


@natural
@pytest.mark.parametrize("name", ["auto", "piper", "piper:joe"])
def test_auto_prefers_piper_for_english(name):
    assert choose_voice(name, "en").name == "piper:joe"


@on_linux
@pytest.mark.parametrize(
    ("name", "language", "voice", "id"),
    [
        ("auto", "de", "espeak:de", "gmw/de"),
        ("auto", "pt-BR", "espeak:pt-br", "roa/pt-br"),
        ("espeak", "en", "espeak:en-us", "gmw/en-us"),
        ("espeak", "en-GB", "espeak:en-gb", "gmw/en"),
        ("espeak:fr-ch", "en", "espeak:fr-ch", "roa/fr-ch"),
        ("espeak:en", "de", "espeak:en-us", "gmw/en-us"),
        ("espeak:en-gb+f3", "en", "espeak:en-gb+f3", "gmw/en+f3"),
        ("espeak:en+Mr serious", "en", "espeak:en-us+Mr serious", "gmw/en-us+Mr serious"),
        ("tones", "xx", "tones", "tones"),
    ],
)
def test_voice_names(name, language, voice, id):  # noqa: A002
    chosen = choose_voice(name, language)
    assert (chosen.name, chosen.id) == (voice, id)


@on_linux
@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("espaek", ChoiceError, "no voice 'espaek'; did you mean espeak"),
        ("espeak:qq", ChoiceError, "no voice 'espeak:qq'; did you mean"),
        ("espeak:en-gb+f33", ChoiceError, "espeak has no variant 'f33'.*f3"),
        ("alexa:bob", ChoiceError, "no voice 'alexa:bob'"),
        ("", ChoiceError, "no voice ''; see what there is with: voicecoach voices"),
    ],
)
def test_unknown_names_get_suggestions(name, error, words):
    with pytest.raises(error, match=words):
        choose_voice(name, "en")


def test_auto_names_an_unspoken_language():
    with pytest.raises(VoiceError, match=r"speaks 'tlh'.*--voice PATH\.onnx"):
        choose_voice("auto", "tlh")


@natural
def test_an_engine_lists_its_languages():
    with pytest.raises(ChoiceError, match=r"piper has no voice for 'de'; it speaks en-us.*--voice auto"):
        choose_voice("piper", "de")


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ChoiceError, match=r"no such file \(.*missing\.onnx\)"):
        choose_voice(str(tmp_path / "missing.onnx"), "en")
    (tmp_path / "missing.onnx").write_bytes(b"model")
    with pytest.raises(ChoiceError, match=r"no such file \(.*missing\.onnx\.json\)"):
        choose_voice(str(tmp_path / "missing.onnx"), "en")


@natural
@pytest.mark.parametrize("depth", [1, 100_000])
def test_a_broken_model_description_is_refused(tmp_path, depth):
    (tmp_path / "broken.onnx").write_bytes(b"model")
    (tmp_path / "broken.onnx.json").write_text("[" * depth + "]" * depth)
    with pytest.raises(ChoiceError, match="does not describe a Piper voice"):
        choose_voice(str(tmp_path / "broken.onnx"), "en")


@natural
def test_piper_voices_load_by_path(tmp_path):
    (tmp_path / "eva.onnx").write_bytes(b"model")
    (tmp_path / "eva.onnx.json").write_text('{"language": {"code": "de_DE"}, "espeak": {"voice": "de"}}')
    voice = choose_voice(str(tmp_path / "eva.onnx"), "en")
    assert (voice.engine, voice.languages) == ("piper", ("de-de",))
    assert (voice.name, voice.public_name) == (str(tmp_path / "eva.onnx"), "eva")
    (tmp_path / "eva.onnx").write_bytes(b"another model")
    assert choose_voice(str(tmp_path / "eva.onnx"), "en").version != voice.version


@pytest.fixture
def _no_piper(monkeypatch):
    monkeypatch.setitem(sys.modules, "piper", None)  # Python then treats it as not installed


@pytest.mark.usefixtures("_no_piper")
@pytest.mark.parametrize("name", ["piper", "piper:joe", "eva.onnx"])
def test_a_missing_engine_comes_with_install_hint(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("eva.onnx").write_bytes(b"model")
    Path("eva.onnx.json").write_text('{"language": {"code": "de_DE"}}')
    with pytest.raises(ExternalError, match=r"pip install 'voicecoach\[natural\]'"):
        choose_voice(name, "en")


@pytest.mark.usefixtures("_no_piper")
@pytest.mark.parametrize("name", ["nowhere.onnx", "piper:jo"])
def test_wrong_names_without_engine_are_choice_errors(name):
    with pytest.raises(ChoiceError, match=name):
        choose_voice(name, "en")


def test_documented_example_engine_works(tmp_path, monkeypatch):
    """Installs a package with an entry point, made of the code in docs/voices.md."""
    guide = (Path(__file__).parents[2] / "docs" / "voices.md").read_text("utf-8")
    offers, speaks = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    (entry,) = re.findall(r"```toml\n.*?\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "hello_coach.py").write_text(f"{offers}\n{speaks}")
    (tmp_path / "hello_tts.py").write_text(
        "import numpy as np\n"
        "class Engine:\n"
        "    def samples(self, text, words_per_minute):\n"
        "        return np.sin(np.arange(len(text) * 22050 * 10 // words_per_minute) / 10)\n"
        "load = lambda voice_id: Engine()\n"
    )
    packaged = tmp_path / "hello_coach-1.0.dist-info"
    packaged.mkdir()
    (packaged / "METADATA").write_text("Metadata-Version: 2.1\nName: hello-coach\nVersion: 1.0\n")
    (packaged / "entry_points.txt").write_text(f"[voicecoach.voices]\n{entry.replace(chr(34), '')}")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [choose_voice(name, "de-AT").id for name in ("hello", "hello:anna")] == ["anna", "anna"]
    assert "hello:anna" in {voice.name for voice in list_voices()}
    with Synthesizer(choose_voice("hello:anna", "de"), ClipCache(tmp_path / "cache")) as synthesizer:
        assert synthesizer.clip(Utterance("Guten Tag!")).length > 0


def test_voice_names_are_unique():
    voices = list_voices()
    assert len({voice.name for voice in voices}) == len(voices)
    for voice in voices:
        assert choose_voice(voice.name, "en") == voice


def test_auto_never_chooses_tones():
    assert "tones" not in AUTO_ENGINES
    assert choose_voice("auto", "en").engine != "tones"

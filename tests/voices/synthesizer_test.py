"""The synthesizer: every source becomes sound once, and engine failures become clear errors."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from voicecoach.errors import FileError, VoiceError
from voicecoach.timeline import Sound, Utterance
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.synthesizer import Synthesizer
from voicecoach.voices.tones_engine import MS_PER_CHARACTER, TONES

LEFT, THREE = Utterance("Now the left side."), Utterance("three")


@pytest.fixture
def synthesizer():
    with Synthesizer(TONES, ClipCache()) as synthesizer:
        yield synthesizer


def test_clips_are_as_long_as_announced(synthesizer):
    lengths = synthesizer.lengths([LEFT, THREE])
    assert lengths == {LEFT: 18 * MS_PER_CHARACTER * 48, THREE: 5 * MS_PER_CHARACTER * 48}
    assert {source: synthesizer.clip(source).length for source in lengths} == lengths


def test_rate_is_a_percentage(synthesizer):
    slow, fast = Utterance("Hold it there.", 50), Utterance("Hold it there.", 200)
    lengths = synthesizer.lengths([slow, fast])
    assert lengths[slow] == 4 * lengths[fast]


def test_each_text_is_spoken_once(faulty, tmp_path):
    spoken = tmp_path / "spoken"
    for _ in range(2):
        with Synthesizer(faulty("counts", spoken), ClipCache()) as synthesizer:
            synthesizer.lengths([LEFT, THREE, LEFT])
            synthesizer.clip(LEFT)
            synthesizer.clip(THREE)
    assert sorted(spoken.read_text().split("\n")) == ["", "Now the left side.", "three"]


def test_new_and_cached_clips_are_equal():
    with Synthesizer(TONES, ClipCache()) as first, Synthesizer(TONES, ClipCache()) as second:
        assert first.clip(LEFT).samples.tobytes() == second.clip(LEFT).samples.tobytes()


def test_progress_counts_new_texts_only():
    reports = []
    texts = [Utterance(f"Number {count}.") for count in range(9)]
    with Synthesizer(TONES, ClipCache(), progress=lambda *report: reports.append(report)) as synthesizer:
        synthesizer.lengths(texts[:2])
        synthesizer.lengths(texts)
    assert reports == [(1, 2), (2, 2), *((count, 7) for count in range(1, 8))]


def test_chimes_are_as_long_as_their_files(synthesizer):
    chime = Sound("tick")
    assert synthesizer.clip(chime).length == synthesizer.lengths([chime])[chime] > 0


def test_a_warm_cache_imports_no_engine():
    """Runs in a fresh interpreter, where nothing has been imported yet."""
    with Synthesizer(TONES, ClipCache()) as synthesizer:
        synthesizer.lengths([LEFT])
    script = """
        import sys
        from voicecoach.timeline import Utterance
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.registry import choose_voice
        from voicecoach.voices.synthesizer import Synthesizer
        with Synthesizer(choose_voice("tones", "en"), ClipCache()) as synthesizer:
            print(synthesizer.lengths([Utterance("Now the left side.")]))
        print(sorted({"numpy", "soxr", "av", "piper", "pyttsx3", "multiprocessing"} & set(sys.modules)))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.endswith(": 51840}\n[]\n")


def test_a_dead_engine_is_retried_once(faulty, tmp_path):
    with Synthesizer(faulty("dies_once", tmp_path / "died"), ClipCache()) as synthesizer:
        assert synthesizer.lengths([LEFT])[LEFT] > 0


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("dies", "could not speak 'Now the left side.': the process ended with code 7"),
        ("hangs", "no answer within 0.5 s"),
        ("refuses", "ValueError: the larynx is out of order"),
        ("will_not_start", "OSError: no larynx found"),
        ("mute", "NoSound: there is no sound in it"),
    ],
)
def test_a_failing_engine_is_quoted(faulty, engine, words):
    seconds = {"hangs": 0.5}.get(engine, 20)
    with (
        Synthesizer(faulty(engine), ClipCache(), time_limit=lambda _: seconds) as synthesizer,
        pytest.raises(VoiceError, match=words) as fault,
    ):
        synthesizer.lengths([LEFT])
    assert f"the voice faulty:{engine}" in str(fault.value)
    assert "try another with --voice" in str(fault.value)


def test_texts_before_a_failure_are_kept(faulty, tmp_path):
    texts = [Utterance(f"This is no {count}") for count in range(4)]
    voice = faulty("hangs_at_no_3", tmp_path / "hung")

    def time_limit(text):  # time enough for the process to start and to speak the other texts
        return 1 if "no 3" in text else 60

    with Synthesizer(voice, ClipCache(), time_limit=time_limit) as synthesizer, pytest.raises(VoiceError):
        synthesizer.lengths(texts)
    assert ClipCache().usage().files == 3


def test_a_damaged_clip_is_spoken_again(cache_folder):
    with Synthesizer(TONES, ClipCache()) as synthesizer:
        good = synthesizer.clip(LEFT).samples.tobytes()
    (path,) = (cache_folder / "clips").glob("*.clip")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with Synthesizer(TONES, ClipCache()) as synthesizer:
        assert synthesizer.lengths([LEFT])[LEFT] * 4 == len(good)
        assert synthesizer.clip(LEFT).samples.tobytes() == good
    assert path.read_bytes() != bytes(content)


def test_an_evicted_clip_is_spoken_again(cache_folder):
    with Synthesizer(TONES, ClipCache()) as synthesizer:
        length = synthesizer.lengths([LEFT])[LEFT]
        next((cache_folder / "clips").glob("*.clip")).unlink()
        assert synthesizer.clip(LEFT).length == length


@pytest.mark.parametrize("name", ["missing.wav", "."])
def test_a_missing_sound_file_is_named(synthesizer, tmp_path, name):
    with pytest.raises(FileError, match=str(tmp_path)):
        synthesizer.lengths([Sound(name, str(tmp_path / name))])


def test_ctrl_c_ends_program_and_engine(tmp_path):
    """A text hangs with a minute left; both processes must end long before."""
    hung = tmp_path / "hung"
    os.mkfifo(hung)
    script = f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from voicecoach.timeline import Utterance
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.synthesizer import Synthesizer
        from voicecoach.voices.voice import Voice
        voice = Voice("bad", "bad", {str(hung)!r}, ("en",), "1", "faulty_engines:hangs_at_no_3")
        with Synthesizer(voice, ClipCache(), time_limit=lambda _: 60) as synthesizer:
            synthesizer.lengths([Utterance(f"This is no {{count}}") for count in range(12)])
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stderr=subprocess.PIPE) as program:
        engine = int(hung.read_text().split()[0])
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=30)
    assert errors.decode().rstrip().endswith("KeyboardInterrupt")
    with pytest.raises(ProcessLookupError):
        os.kill(engine, 0)


def test_two_programs_share_the_cache(cache_folder):
    script = """
        import zlib
        from voicecoach.timeline import Utterance
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.synthesizer import Synthesizer
        from voicecoach.voices.tones_engine import TONES
        texts = [Utterance(f"This is no {count}") for count in range(30)]
        with Synthesizer(TONES, ClipCache()) as synthesizer:
            synthesizer.lengths(texts)
            print(zlib.crc32(b"".join(synthesizer.clip(text).samples.tobytes() for text in texts)))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    first, second = [program.communicate(timeout=60)[0] for program in programs]
    assert first == second != b""
    assert sorted(path.suffix for path in (cache_folder / "clips").iterdir()) == [".clip"] * 30

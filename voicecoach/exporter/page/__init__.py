"""A session as one self-contained HTML page: its style, its script and its sound are inside.

The sound is an M4A in the `src` of an ordinary audio element. Where scripts run, `sound.js` turns it into a blob, which
loads faster.
"""

from __future__ import annotations

import binascii
import tempfile
from pathlib import Path
from typing import BinaryIO

from voicecoach.exporter import m4a
from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.metadata import Metadata
from voicecoach.exporter.page.content import Markup, csp_hash, fill, page_content, page_texts, script_json
from voicecoach.files import EncoderFile
from voicecoach.units import ms

__all__ = ["write"]

_FOLDER = Path(__file__).parent
_SCRIPTS = ("sound.js", "session.js", "extras.js", "controls.js")
_SOUND_SLOT = "{{sound}}"
_CHUNK_SIZE = 3 << 16
"""Bytes of sound at a time: a multiple of 3, so that the base64 chunks join without padding."""


def write(file: BinaryIO, metadata: Metadata, audio: AudioTrack) -> None:
    """A `FormatWriter`. Writes the sound to a temporary file in the same folder first."""
    before, after = _render_around_sound(metadata)
    with tempfile.TemporaryFile(buffering=0, dir=_folder_containing(file)) as sound:
        encoded = EncoderFile(sound)
        m4a.write_m4a(encoded, metadata, audio)
        encoded.settle()
        sound.seek(0)
        file.write(before.encode(errors="replace"))
        while chunk := sound.read(_CHUNK_SIZE):
            file.write(binascii.b2a_base64(chunk, newline=False))
        file.write(after.encode(errors="replace"))


def _folder_containing(file: BinaryIO) -> Path | None:
    """The folder of the file, which needs room anyway; None (the system's choice) for a file without a name."""
    name = getattr(file, "name", None)
    return Path(name).parent if isinstance(name, str | Path) else None


def _render_around_sound(metadata: Metadata) -> tuple[str, str]:
    """The page up to its sound, and the rest."""
    style = _asset("page.css")
    script = f'"use strict";\n{{\n{"".join(map(_asset, _SCRIPTS))}}}\n'
    policy = (
        f"default-src 'none'; script-src {csp_hash(script)}; style-src {csp_hash(style)}; "
        "img-src data:; media-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    script_data = {
        "digest": metadata.digest,
        "title": metadata.tags.title,
        "voice": metadata.tags.artist,
        "length": ms(metadata.length),
        "words": page_texts(metadata.tags.language).texts,
    }
    values = {
        **page_content(metadata),
        "policy": policy,
        "style": Markup(style),
        "script": Markup(script),
        "data": script_json(script_data),
    }
    before, after = _asset("page.html").split(_SOUND_SLOT)
    return fill(before, values), fill(after, values)


def _asset(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")

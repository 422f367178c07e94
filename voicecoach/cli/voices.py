"""`voicecoach voices`: lists the voices of this machine."""

from __future__ import annotations

import click

from voicecoach.cli.console import print_json, print_lines, table
from voicecoach.errors import VoiceError
from voicecoach.voices.registry import choose_voice, list_voices
from voicecoach.voices.voice import Voice, speaks


@click.command("voices")
@click.option("--language", metavar="TAG", help="Only voices that speak it: en, de, pt-BR, ...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list: name, languages, engine, about, auto.")
def command(language: str | None, as_json: bool) -> None:
    """List the voices, for `--voice`.

    A star marks the voice that `auto` takes for its language. Espeak's voices have variants, such as espeak:en-gb+f3.
    Name any other Piper voice by the path of its .onnx file.
    """
    found = [voice for voice in list_voices(fresh=True) if language is None or speaks(voice, language)]
    stars = _automatic(found, language)
    if as_json:
        print_json([_to_json(voice, voice.name in stars) for voice in found])
        return
    if language is not None and not stars:
        raise VoiceError(f"no voice on this machine speaks {language!r}", "a Piper voice can be given by its path")
    rows = [
        ("*" if voice.name in stars else " ", voice.name, ", ".join(voice.languages) or "any", voice.about)
        for voice in found
    ]
    print_lines(*table(rows, head=(" ", "voice", "language", "")))


def _automatic(voices: list[Voice], language: str | None) -> set[str]:
    """The voices that `auto` chooses: for one language, or for every language that is spoken."""
    tags = {tag for voice in voices for tag in voice.languages} if language is None else {language}
    names = set()
    for tag in tags | {tag.partition("-")[0] for tag in tags if language is None}:
        try:
            names.add(choose_voice("auto", tag).name)
        except VoiceError:
            continue
    return names


def _to_json(voice: Voice, star: bool) -> dict[str, object]:
    return {
        "name": voice.name,
        "languages": list(voice.languages),
        "engine": voice.engine,
        "about": voice.about,
        "auto": star,
    }

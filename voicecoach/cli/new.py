"""`voicecoach new`: writes a routine to start from."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from voicecoach.cli.console import say
from voicecoach.cli.shell_words import quote_word
from voicecoach.errors import ChoiceError, FileError
from voicecoach.files import whole_file
from voicecoach.script.library import SCRIPT_SUFFIXES, is_file
from voicecoach.terminal_text import visible

STARTER = """\
# A routine for voicecoach. Check it with `voicecoach check {path}`, hear it with `voicecoach play {path}`.
# Everything after a # is a note for you; the guide to the language is docs/language.md.
title: {title}
about: One sentence for the list of routines.
language: en
tags: [stretch, standing]
needs: []                       # props, named in the opening: [chair, tennis ball]
caution: A strong pull is fine. Pain is not; ease off if it sharpens.
steps:
  - move: Side stretch          # a named part, a chapter in the exported file
    position: standing
    steps:
      - say: Stand tall, feet under your hips.
        then: 3 s               # silence in which to do it
      - sides: [left, right]    # everything below, once for each side
        steps:
          - say: Put your {{other}} hand on your {{other}} hip. Sweep the {{side}} arm up beside your ear.
            then: 4 s
          - repeat: 2-3         # a range: --level and --minutes choose within it
            between:
              - pause: 5-10 s
            steps:
              - say: Lean over until the whole {{side}} side pulls.
                again: Lean over again.
              - hold: 20-30 s
                cues:
                  halfway: Breathe into the long side.
              - say: Come up and ease off.
"""


@click.command("new")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--title", help="Title of the routine; by default made from the file's name.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
def command(path: Path, title: str | None, force: bool) -> None:
    """Write a commented routine to start from."""
    if not path.name:
        raise ChoiceError("no file was named", "for example: voicecoach new my-routine.yaml")
    if path.suffix not in SCRIPT_SUFFIXES:
        path = path.with_name(path.name + SCRIPT_SUFFIXES[0])
    shown = _for_shell(f"./{path}" if path.parent == Path() else str(path))
    text = STARTER.format(path=_one_line(shown), title=_quoted(_title(path, title)))
    if os.path.lexists(path):
        if not force:
            raise ChoiceError(f"{path} already exists", "overwrite it with --force")
        if not is_file(path):
            raise ChoiceError(f"{path} is not an ordinary file", "choose another name")
    if not path.parent.is_dir():
        raise FileError(f"{path.parent}: no such folder", "make it first, or choose another")
    with whole_file(path) as file:
        file.write(text.encode())
    say(f"Wrote {path}. Hear it: voicecoach play {shown}")


def _title(path: Path, given: str | None) -> str:
    """The title, or the file's name in words; it must contain something that can be spoken."""
    title = _one_line(path.stem.replace("-", " ").replace("_", " ").capitalize() if given is None else given)
    if not any(map(str.isalnum, title)):
        if given is not None:
            raise ChoiceError(f"--title: nothing that can be spoken ({title or 'nothing'})")
        return "My routine"
    return title


def _for_shell(path: str) -> str:
    """The path as a word that can be copied from the terminal, whatever is in it."""
    return shlex.quote(path) if visible(path) == path else quote_word(path)


def _one_line(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text).strip()


def _quoted(title: str) -> str:
    """A title as a YAML string, with braces doubled as the language wants them."""
    doubled = title.replace("{", "{{").replace("}", "}}")
    plain = doubled.replace(" ", "").isalpha() and doubled.lower() != "null"
    return doubled if plain else "'" + doubled.replace("'", "''") + "'"

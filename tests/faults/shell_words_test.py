"""Random words, written for shells and read back by them, by our own reader, and after completion."""

from __future__ import annotations

import os
import random
import subprocess

import pytest

from voicecoach.cli.shell_words import quote_for_fish, quote_word, split_line
from voicecoach.terminal_text import UNSAFE

SEED, WORDS = 10, int(os.environ.get("VOICECOACH_FUZZ", "3000"))
SIGNS = [
    *map(chr, range(1, 256)),
    *"'\"\\$`!~*?[]{}()<>|&;#=:,@%^ \t\n" * 6,
    *"é你👩\u200d\u202e\u2028\u0301\ue000",
    "\udcff",
    "\udc9b",
]


def words() -> list[str]:
    """Random words, each as a file's name or an argument may be."""
    source = random.Random(SEED)
    made = ("".join(source.choices(SIGNS, k=source.randint(1, 12))) for _ in range(WORDS))
    return [os.fsdecode(os.fsencode(word)) for word in made]


@pytest.mark.faults
@pytest.mark.parametrize("quote", ["", "'", '"', "$'"])
def test_random_words_are_read_back(quote: str) -> None:
    for word in words():
        written = quote_word(word, quote)
        assert not UNSAFE.search(written), repr(word)
        assert split_line(f"voicecoach {quote}{written}{quote[-1:]}")[1].text == word, repr(word)
        assert split_line(f"voicecoach {quote_for_fish(word)}", "fish")[1].text == word, repr(word)


@pytest.mark.faults
@pytest.mark.parametrize("quote", ["", "'", '"', "$'"])
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.system(name)) for name in ("bash", "zsh")])
def test_shells_read_random_words(name: str, quote: str) -> None:
    every = words()
    script = "printf '%s\\0' " + " ".join(f"{quote}{quote_word(word, quote)}{quote[-1:]}" for word in every)
    ran = subprocess.run(
        [name, "-c", 'eval "$(cat)"'], input=script.encode(), capture_output=True, timeout=60, check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
    )  # fmt: skip
    for word, read in zip(every, ran.stdout.split(b"\0")[:-1], strict=True):
        assert read == os.fsencode(word), repr(word)


@pytest.mark.faults
@pytest.mark.system("fish")
def test_fish_reads_random_words() -> None:
    every = [word for word in words() if not {"\n", "\t"} & {*word}]  # it is offered no others
    script = "\n".join(
        f"printf '%s\\0' (string unescape -- {_single(quote_for_fish(word))} | string collect -N)" for word in every
    )
    ran = subprocess.run(
        ["fish", "--no-config"], input=script.encode(), capture_output=True, timeout=120, check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )  # fmt: skip
    for word, read in zip(every, ran.stdout.split(b"\0")[:-1], strict=True):
        assert read.removesuffix(b"\n") == os.fsencode(word), repr(word)


def _single(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

"""Encodings, line ends, and the first error of broken files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from voicecoach.errors import ScriptError
from voicecoach.script.yaml_tree import MappingNode, parse_yaml

Problems = Callable[[str | bytes], list[str]]
GOOD = "title: Dehnung für Zwei\nsteps:\n  - say: Auf!\n  - {pause: 1, say: B}\n"
"""Has one mistake, whose position shows that the lines were counted correctly."""
LOADERS = [yaml.CSafeLoader, yaml.SafeLoader]
PLACE = "4:5: a step of two kinds (pause and say)"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (GOOD.encode(), "as it is"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "a byte order mark"),
        (GOOD.replace("\n", "\r\n").encode(), "CRLF"),
        (GOOD.replace("\n", "\r").encode(), "CR alone"),
        (GOOD.strip().encode(), "no line end at the end"),
        (("---\n" + GOOD).replace("\n  - say: Auf!", "").encode() + b"...\n", "the marks of a document"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_file_formats(problems: Problems, data: bytes, what: str) -> None:
    (message,) = problems(data)
    assert message.startswith(PLACE), what


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "1:1: the file is empty; `voicecoach new` writes a routine to start from"),
        (b"# Only\n\n# notes\n", "1:1: the file is empty; `voicecoach new` writes a routine to start from"),
        (b"---\n", "1:1: not a routine: no `key: value` at its top; begin with `title:`"),
        (b"- say: A\n", "1:1: not a routine: no `key: value` at its top; begin with `title:`"),
        (b"Just words.\n", "1:1: not a routine: no `key: value` at its top; begin with `title:`"),
        (GOOD.encode("latin-1"), "1:17: not UTF-8 (byte 0xfc); save the file as UTF-8"),
        (
            GOOD.replace("\n", "\r").replace("Auf", "Füße").encode("latin-1").replace(b"f\xfcr", b"fur"),
            "3:11: not UTF-8 (byte 0xfc); save the file as UTF-8",
        ),
        (GOOD.encode("utf-16"), "1:1: not UTF-8 (byte 0xff); save the file as UTF-8"),
        ("title: A".encode("utf-16-le"), "1:2: a character that is not allowed (\\x00); delete it"),
        (b"title: A\nsteps:\n  - say: \x1b[2J\n", "3:10: a character that is not allowed (\\x1b); delete it"),
        (b"title: A\rsteps:\r  - say: \x07\r", "3:10: a character that is not allowed (\\x07); delete it"),
        (b"title: A\nsteps:\n  - say: \xed\xa0\x80\n", "3:10: not UTF-8 (byte 0xed); save the file as UTF-8"),
        (b'title: A\nsteps:\n  - say: "\\e[2J"\n', "3:10: a character that is not allowed (\\x1b); delete it"),
        (b'title: A\nsteps:\n  - say: "\\0"\n', "3:10: a character that is not allowed (\\x00); delete it"),
        (b'"ti\\0tle": A\n', "1:1: a character that is not allowed (\\x00); delete it"),
        (
            b'title: A\nsteps:\n  - say: "\\ud800"\n',
            (
                '3:13: this is not YAML (- say: "\\ud800"): '
                "found invalid Unicode character escape code; put the text in quotes"
            ),
        ),
        (b"title: A\nsteps:\n\t- say: A\n", "3:1: a tab where only spaces are allowed; indent with spaces"),
        (
            b"title: A\nsteps:\n  - say: A\n\tthen: 3 s\n",
            "4:1: a tab where only spaces are allowed; indent with spaces",
        ),
        (
            b"title: A\nsteps:\n  - say: Ready: go.\n",
            ("3:15: a second colon in one line (- say: Ready: go.); put the text in quotes"),
        ),
        (
            b"title: A\nsteps:\n  - say: {side} up.\n",
            ("3:17: this is not YAML (- say: {side} up.): did not find expected key; put the text in quotes"),
        ),
        (
            b"title: A\nsteps:\n  - say: A\n - say: B\n",
            ("4:2: this is not YAML (- say: B): did not find expected key; look at the indentation"),
        ),
        (
            b"title: [A\n",
            "1:10: this is not YAML (title: [A): did not find expected ',' or ']'; put the text in quotes",
        ),
        (b"title: 'A\n", "1:8: a quote that is never closed ('A); end the text with ' as well"),
        (
            b"title: !!python/object/apply:os.system [id]\n",
            "1:8: a tag (tag:yaml.org,2002:python/object/apply:os.system); put the text in quotes if a ! was meant",
        ),
        (b"title: ! A\n", "1:8: a tag (!); put the text in quotes if a ! was meant"),
        (b"%TAG ! tag:a,2000:\n---\ntitle: A\n", "1:1: a %TAG directive; tags mean nothing here"),
        (
            b"title: A\nsteps: [say: A]\n---\ntitle: B\n",
            "3:1: a second document in one file (---); give it a file of its own",
        ),
        (b"title: *name\n", "1:8: an alias without its anchor (*name); put the text in quotes if a * was meant"),
        (b"title: A\n[a, b]: c\n", "2:1: a key that is not a word; put the text in quotes"),
        (b"title: A\nsteps: &s [*s]\n", "2:12: an alias that refers to itself (*s)"),
        (b"title: A\nsteps: &s [{repeat: 2, steps: *s}]\n", "2:31: an alias that refers to itself (*s)"),
    ],
)
def test_broken_file(problems: Problems, data: bytes, message: str) -> None:
    assert problems(data) == [message]


FURTHER = "less indentation, or quotes around the whole text"
SPACE = "a space after the colon"
NO_KEY = "a colon after the key, or more indentation where a text goes on"


@pytest.mark.parametrize("loader", LOADERS, ids=["libyaml", "PyYAML"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        # A key too far in goes on with the text above it.
        ("- say: A\n      then: 3 s", f"4:7: a line that belongs to the text above it (then: 3 s); {FURTHER}"),
        ("- say: A\n      then: B: C", f"4:7: a line that belongs to the text above it (then: B: C); {FURTHER}"),
        (
            "- say: A\n      B.\n      then: 3 s",
            f"5:7: a line that belongs to the text above it (then: 3 s); {FURTHER}",
        ),
        ("- hold: 9 s\n      cues:\n", f"4:7: a line that belongs to the text above it (cues:); {FURTHER}"),
        ("- say: At 10:30\n      - we: go", f"4:7: a line that belongs to the text above it (- we: go); {FURTHER}"),
        ("- say: A\n      10:30 we\n      go: B", f"5:7: a line that belongs to the text above it (go: B); {FURTHER}"),
        ("- say: A\n      http://b.c\n      d: E", f"5:7: a line that belongs to the text above it (d: E); {FURTHER}"),
        # Without its space a key is a text, and what stands below goes on with it.
        ("- say:Stand tall.\n    then: 3 s", f"3:5: not `key: value` (- say:Stand tall.); {SPACE}"),
        ("- say:Stand\n      tall.\n\n    then: 3 s", f"3:5: not `key: value` (- say:Stand); {SPACE}"),
        ("- hold: 9 s\n    cues:\n      at 2 s:A\n      halfway: B", f"5:7: not `key: value` (at 2 s:A); {SPACE}"),
        # The parser notices that a key is none only at what comes behind it.
        ("- say: A\n    then:3 s\n  - say: B", f"4:5: not `key: value` (then:3 s); {SPACE}"),
        ("- say: A\n    then:3 s\n    when: b", f"4:5: not `key: value` (then:3 s); {SPACE}"),
        ("- say: A\n    then:3 s\n", f"4:5: not `key: value` (then:3 s); {SPACE}"),
        ("- say: A\nabout:B\n", f"4:1: not `key: value` (about:B); {SPACE}"),
        ("- say: A\n    then 3 s\n  - say: B", f"4:5: not `key: value` (then 3 s); {NO_KEY}"),
        ("- say: A\n  and B.\n  - say: C", f"4:3: not `key: value` (and B.); {NO_KEY}"),
    ],
)
def test_key_taken_as_text(text: str, message: str, loader: Any) -> None:
    with pytest.raises(ScriptError) as fault:
        parse_yaml(f"title: A\nsteps:\n  {text}", "file", loader)
    assert str(fault.value) == f"file:{message}"


@pytest.mark.parametrize("loader", LOADERS, ids=["libyaml", "PyYAML"])
@pytest.mark.parametrize(("text", "dash"), [("- say: - breathe in", 10), ("- repeat: - say: A", 13)])
def test_dash_as_value(text: str, dash: int, loader: Any) -> None:
    with pytest.raises(ScriptError) as fault:
        parse_yaml(f"title: A\nsteps:\n  {text}", "file", loader)
    message = str(fault.value)
    assert message.startswith(f"file:3:{dash}: this is not YAML ({text}): ")
    assert message.endswith("; put a text in quotes; a list begins in the line below")


@pytest.mark.parametrize("below", ["about: B", "\n\nabout: B", "steps:\n  - say: A"])
def test_first_key_without_space(problems: Problems, below: str) -> None:
    assert problems(f"title:Side stretch\n{below}\n") == [f"1:1: not `key: value` (title:Side stretch); {SPACE}"]


def test_alias(scripts: Any) -> None:
    first, second, third = scripts.steps("""
  - &up
    say: &words Lean over.
    then: &time 3 s
  - *up
  - {say: *words, then: *time}
""")
    assert first is second
    assert (third.text.raw, third.then) == (first.text.raw, first.then)


@pytest.mark.parametrize(
    "key",
    [
        b"k" * 900,
        b'? "' + b"k" * 10_000 + b'"\n',
        b"k" * 10_000,
        b'"a\\nb"',
        b'"\\u2028\\u200b"',
        b'"' + b"\\n" * 99 + b'"',
    ],
)
def test_messages_stay_one_printable_line(problems: Problems, key: bytes) -> None:
    (message,) = problems(b"title: A\nsteps: [say: A]\n" + key + b": 1\n")
    assert message.isprintable()
    assert len(message) < 250


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title: "\\UFFFFFFFF"', '1:1: no such character ("\\U...")'),
        ('title: "\\U00110000"', '1:1: no such character ("\\U...")'),
        ('title: "\\ud800"', "1:8: a character that is not allowed (\\ud800)"),
        ("[ " * 10_000, "1:129: nested deeper than 64 levels"),
        ("title: A\nsteps: [say: A", "2:15: this is not YAML"),
        ("title: A\n\tsteps: []", "2:1: a tab where only spaces are allowed"),
        ("title: A: B", "1:9: a second colon in one line"),
        ("title: A # B", None),
    ],
)
def test_pyyaml_without_libyaml(text: str, message: str | None) -> None:
    if message is None:
        assert isinstance(parse_yaml(text, "file", yaml.SafeLoader), MappingNode)
        return
    with pytest.raises(ScriptError) as fault:
        parse_yaml(text, "file", yaml.SafeLoader)
    assert str(fault.value).startswith(f"file:{message}")

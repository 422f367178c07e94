"""Texts that break whatever writes them unescaped: the one list for terminals, files, pages, shells and databases."""

from __future__ import annotations

import re

STEERING = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that no terminal should get from a text; the line feed is looked at apart."""

TERMINAL = {
    "escape": "a\x1b[31mred",
    "title": "a\x1b]0;owned\x07b",
    "link": "a\x1b]8;;https://evil.example\x1b\\b",
    "clipboard": "a\x1b]52;c;ZXZpbA==\x07b",
    "clear": "a\x1b[2J\x1b[Hb",
    "bell": "a\x07b",
    "backspaces": "good\b\b\b\bevil",
    "return": "good\revil",
    "tab": "a\tb",
    "delete": "a\x7fb",
    "c1-csi": "a\x9b31mred",
    "c1-osc": "a\x9d0;owned\x9cb",
    "bidi": "a\u202egnp.exe\u202cb",
    "isolates": "a\u2066b\u2067c\u2068d\u2069e",
    "newline": "a\nb",
    "crlf": "a\r\nb",
    "next-line": "a\x85b",
    "line-separator": "a\u2028b",
    "paragraph-separator": "a\u2029b",
    "vertical-tab": "a\x0bb",
    "form-feed": "a\x0cb",
    "file-separators": "a\x1cb\x1dc\x1ed\x1fe",
}
"""Control the terminal, reorder its text, or begin a new line."""

MARKUP = {
    "script": "<script>alert(1)</script>",
    "end-of-script": "</script><script>alert(1)</script>",
    "attribute": '" onload="alert(1)" x=\'',
    "image": "<img src=x onerror=alert(1)>",
    "entity": "&lt;&amp;&#x3c;&nbsp;",
    "doctype": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "cdata": "]]><b>out</b><![CDATA[",
    "comment": "--><b>out</b><!--",
    "address": "javascript:alert(1)",
}
"""HTML, SVG and XML."""

LISTS = {
    "lrc": "[00:01.00]sung",
    "lrc-tag": "[ti:owned]",
    "m3u": "#EXTINF:1,owned",
    "m3u-line": "a\n#EXTINF:1,owned\n/etc/passwd",
    "arrow": "00:00:01.000 --> 00:00:02.000",
    "cue": "a\n\n2\n00:00:01,000 --> 00:00:02,000\nowned",
    "vtt-note": "NOTE owned",
    "vtt-tag": "<v Owner>a</v><00:00:01.000><c.red>b</c>",
    "srt-style": "{\\an8}<font color=red>a</font>",
    "metadata": "a\n[CHAPTER]\nTIMEBASE=1/1\n;#=\\",
    "github": "a%0A::error file=x::owned",
    "github-line": "a\n::error::owned",
}
"""Captions, song lists and logs of build servers, whose lines and marks have meanings."""

PROGRAMS = {
    "substitution": "$(touch owned)",
    "backticks": "`touch owned`",
    "separator": "a; touch owned; b",
    "expansion": "${HOME} ~ * ? [a-z] {a,b} !!",
    "option": "--help",
    "dash": "-",
    "percent": "%s %d %n %(name)s %",
    "braces": "{0} {name} {0.__class__}",
    "double-quote": 'a"b',
    "single-quote": "it's",
    "backslash": "a\\b\\n\\",
    "sql": "'; DROP TABLE sessions; --",
    "sql-quote": 'a" OR 1=1 --',
    "path": "../../../etc/passwd",
    "absolute": "/etc/passwd",
    "device": "CON",
    "drive": "C:\\owned",
}
"""Shells, format strings, databases and file systems."""

LETTERS = {
    "wide": "你好",
    "combining": "e\u0301a\u0308",
    "zalgo": "a" + "\u0300\u0315\u031b\u0321" * 8,
    "emoji": "👩\u200d👩\u200d👧 🏳️\u200d🌈",
    "zero-width": "a\u200bb\u2060c\ufeffd",
    "right-to-left": "שלום a",
    "direction-marks": "a\u200eb\u200fc\u061cd",
    "tags": "a\U000e0041\U000e0042b",
    "unassigned": "a\u0378\U0010fffeb",
    "private": "a\ue000b",
    "empty": "",
    "space": " ",
    "no-break": "a\u00a0b",
    "long": "very long " * 500,
}
"""Characters whose width, order or number is unexpected."""

NUL = {"nul": "a\0b"}
"""No file name, argument or environment variable can hold it."""

SURROGATES = {"not-utf-8": "a\udcffb", "half-of-a-pair": "a\ud800b"}
"""What Python makes of a name that is not UTF-8, and of half an escape in JSON or YAML: neither can be encoded."""

HOSTILE_TEXTS = TERMINAL | MARKUP | LISTS | PROGRAMS | LETTERS | NUL | SURROGATES
"""All of them by name, for `pytest.mark.parametrize` with `ids=`."""


def as_file_name(text: str) -> str | None:
    """The text as the name of a file, as far as the system allows it; None if it does not."""
    name = text.replace("/", "\u2044").replace("\0", "")[:200]
    try:
        name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None
    return None if name in ("", ".", "..") else name


FILE_NAMES = {key: name for key, text in HOSTILE_TEXTS.items() if (name := as_file_name(text)) is not None}
"""Those that can name a file or folder."""

TERMINAL_NAME = as_file_name("".join(TERMINAL.values()))
"""One name with all that controls a terminal."""

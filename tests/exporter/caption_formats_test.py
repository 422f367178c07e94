"""Captions and transcripts as text, and as other programs read them."""

import io
import re
from itertools import pairwise

import pysubs2
import pytest
import webvtt

from voicecoach.exporter.caption_formats import CAPTIONS, lrc, markdown, srt, vtt
from voicecoach.exporter.caption_track import Caption
from voicecoach.exporter.metadata import Metadata, Tags
from voicecoach.timeline import Span
from voicecoach.units import Ms, frames


def metadata_of(*cues: tuple[int, int, str], moves: tuple[tuple[int, str], ...] = ()) -> Metadata:
    return Metadata(
        length=frames(Ms(20_000_000)),
        tags=Tags(title="Ärger = #1", artist="espeak:de", album="floor, back", comment="level 50", language="de"),
        chapters=tuple(Span(title, frames(Ms(start)), frames(Ms(start + 1))) for start, title in moves),
        captions=tuple(Caption(Ms(start), Ms(end), text) for start, end, text in cues),
    )


TWO = metadata_of(
    (1_234, 4_000, "Pull < 5 kg & breathe --> out."),
    (3_661_000, 3_665_050, "Put your {left} hand on your left hip, then sweep the right arm up beside your ear."),
    moves=((1_000, "Reach"), (3_660_000, "Sweep *up*")),
)


def test_webvtt() -> None:
    assert vtt(TWO) == (
        "WEBVTT\n"
        "\n"
        "00:00:01.234 --> 00:00:04.000\n"
        "Pull &lt; 5 kg &amp; breathe --&gt; out.\n"
        "\n"
        "01:01:01.000 --> 01:01:02.877\n"
        "Put your {left} hand on your left hip,\n"
        "\n"
        "01:01:02.877 --> 01:01:05.050\n"
        "then sweep the right\n"
        "arm up beside your ear.\n"
    )


def test_subrip() -> None:
    assert srt(TWO) == (
        "1\n"
        "00:00:01,234 --> 00:00:04,000\n"
        "Pull <\u2060 5 kg & breathe → out.\n"
        "\n"
        "2\n"
        "01:01:01,000 --> 01:01:02,877\n"
        "Put your (left) hand on your left hip,\n"
        "\n"
        "3\n"
        "01:01:02,877 --> 01:01:05,050\n"
        "then sweep the right\n"
        "arm up beside your ear.\n"
    )


def test_lrc() -> None:
    assert lrc(TWO) == (
        "[ti:Ärger = #1]\n"
        "[ar:espeak:de]\n"
        "[al:floor, back]\n"
        "[la:de]\n"
        "[00:01.23]Pull < 5 kg & breathe --> out.\n"
        "[00:04.00]\n"
        "[61:01.00]Put your {left} hand on your left hip, then sweep the right arm up beside your ear.\n"
        "[61:05.05]\n"
    )


def test_markdown_transcript() -> None:
    assert markdown(TWO) == (
        "# Ärger = \\#1\n"
        "\n"
        "level 50, espeak:de\n"
        "\n"
        "## 0:01 Reach\n"
        "\n"
        "- **0:01** Pull \\< 5 kg \\& breathe --\\> out.\n"
        "\n"
        "## 1:01:00 Sweep \\*up\\*\n"
        "\n"
        "- **1:01:01** Put your \\{left\\} hand on your left hip, then sweep the right arm up beside your ear.\n"
    )


def test_transcript_omits_hold_times() -> None:
    held = Metadata(
        length=frames(Ms(9_000)), tags=Tags(title="T"), captions=(Caption(Ms(0), Ms(1_000), "0:01", said=False),)
    )
    assert markdown(held) == "# T\n"
    assert "0:01" in vtt(held)


def test_session_without_captions() -> None:
    assert vtt(metadata_of()) == "WEBVTT\n"
    assert srt(metadata_of()) == ""
    assert markdown(metadata_of()) == "# Ärger = \\#1\n\nlevel 50, espeak:de\n"


HOSTILE = (
    "<script>alert(1)</script>",
    "<b>a</b> < c",
    "{\\an8}x {Y:b}y",
    r"a\Nb\h",
    "-->",
    "[00:01.00] odd",
    "&amp;",
    "1",
    "NOTE x",
    "שלום עולם",
    "🧘",
    "x" * 82,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_other_programs_read_hostile_texts(text: str) -> None:
    metadata = metadata_of((1_000, 2_005, "Before"), (2_500, 4_000, text), (5_000, 6_000, "After"))
    times = [(1_000, 2_005), (2_500, 4_000), (5_000, 6_000)]

    seen = webvtt.from_buffer(io.StringIO(vtt(metadata)))
    assert [cue.text.replace("\n", "") for cue in seen] == ["Before", _escaped(text), "After"]
    assert [(_ms(cue.start), _ms(cue.end)) for cue in seen] == times

    subs = pysubs2.SSAFile.from_string(srt(metadata), format_="srt")
    assert [(cue.start, cue.end) for cue in subs] == times
    assert subs[1].plaintext.replace("\n", "").replace("\u2060", "") == _subrip_text(text)

    lyrics = re.findall(r"^\[(\d+):(\d\d)\.(\d\d)\](.*)$", lrc(metadata), re.MULTILINE)
    shown = [(60_000 * int(m) + 1_000 * int(s) + 10 * int(h), words) for m, s, h, words in lyrics]
    assert shown == [
        (1_000, "Before"),
        (2_500, text.replace("[00:01.00]", "(00:01.00)")),
        (4_000, ""),
        (5_000, "After"),
        (6_000, ""),
    ]


def test_long_text_becomes_consecutive_captions() -> None:
    """The captions cover the whole text and time, each in proportion to its characters."""
    text = "Let the left knee sink slowly outwards, keep both hips quite still, and breathe out. " * 60
    metadata = metadata_of((1_001, 190_003, text.strip()), (191_000, 192_000, "After"))
    for kind, write in (("vtt", vtt), ("srt", srt)):
        *parts, after = pysubs2.SSAFile.from_string(write(metadata), format_=kind)
        assert " ".join(part.plaintext.replace("\n", " ") for part in parts) == text.strip()
        assert all(part.plaintext.count("\n") <= 1 and part.plaintext.endswith((",", ".")) for part in parts)
        assert (parts[0].start, parts[-1].end, after.start) == (1_001, 190_003, 191_000)
        assert all(part.end == following.start for part, following in pairwise(parts))
        each = 189_002 / sum(len(part.plaintext) for part in parts)
        assert [part.duration for part in parts] == pytest.approx([each * len(part.plaintext) for part in parts], abs=2)


@pytest.mark.parametrize("kind", CAPTIONS)
def test_file_ends_with_one_newline(kind: str) -> None:
    assert re.search(r"[^\n]\n$", CAPTIONS[kind](TWO))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _subrip_text(text: str) -> str:
    """The text with SubRip's replacements."""
    return text.replace("-->", "→").replace("{", "(").replace("}", ")")


def _ms(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return round(1000 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))

"""The content of the page (its own texts, what the listener needs, the parts, the transcript), escaped and filled
in."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from voicecoach.exporter.caption_track import Caption
from voicecoach.exporter.metadata import Activity, Metadata
from voicecoach.units import Ms, format_time, ms

_SLOT = re.compile(r"\{\{([\w.]+)\}\}")
_IN_A_SCRIPT = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})
"""Characters that could end a script element, or start a comment or a character reference in it."""


class Markup(str):
    """A string that is already HTML."""

    __slots__ = ()


def escape(value: object) -> Markup:
    """Escape a value for the inside of an element or a quoted attribute, unless it is markup."""
    return value if isinstance(value, Markup) else Markup(html.escape(str(value), quote=True))


def script_json(value: Any) -> Markup:
    """Encode a value as JSON for the inside of a script element."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_IN_A_SCRIPT))


def fill(template: str, values: Mapping[str, object]) -> Markup:
    """Replace each `{{name}}` in a template with its escaped value. Slots in values are not filled."""
    return Markup(_SLOT.sub(lambda slot: escape(values[slot[1]]), template))


def csp_hash(content: str) -> str:
    """Name a script or style as a Content-Security-Policy does."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


_TEXTS = Path(__file__).parent / "words"
"""The page's own texts, one file per language."""
_FALLBACK = "en"
_PART = '<li data-at="{{at}}"><span dir="auto">{{title}}</span> <span class="at">{{clock}}</span></li>\n'
_HEADING = '<h3 dir="auto">{{title}}</h3>\n<ul dir="auto">\n{{lines}}</ul>\n'
_LINE = '<li data-at="{{start}} {{end}}"{{kind}}>{{text}}</li>\n'


@dataclass(frozen=True, slots=True)
class PageTexts:
    """The page's own texts in one language."""

    language: str
    """BCP 47: the language that was requested, or English."""
    texts: Mapping[str, str]

    def format(self, name: str, **slots: object) -> str:
        """Fill the slots of a text."""
        return self.texts[name].format(**slots)


def languages() -> tuple[str, ...]:
    """List the languages of the page's own texts."""
    return tuple(sorted(path.stem for path in _TEXTS.glob("*.json")))


@cache
def page_texts(language: str) -> PageTexts:
    """Load the texts for a language, whatever its region, or else the English ones."""
    primary = language.lower().partition("-")[0]
    known = primary in languages()
    path = _TEXTS / f"{primary if known else _FALLBACK}.json"
    return PageTexts(language if known else _FALLBACK, json.loads(path.read_text("utf-8")))


def page_content(metadata: Metadata) -> dict[str, object]:
    """Give a value for each slot of the template. Values that are not `Markup` still have to be escaped."""
    tags = metadata.tags
    texts = page_texts(tags.language)
    sections: dict[str, object] = {
        "about": metadata.about,
        "needs": Markup("".join(f"<li>{escape(need)}</li>" for need in metadata.needs)),
        "cautions": Markup("".join(f'<p dir="auto">{escape(caution)}</p>' for caution in metadata.cautions)),
        "parts": Markup("".join(_parts(metadata))),
        "lines": Markup("".join(_transcript(metadata, texts))),
    }
    return {
        "language": texts.language,
        "spoken": tags.language,
        "title": tags.title,
        "length": texts.format("length", length=format_time(ms(metadata.length))),
        "most": ms(metadata.length),
        **sections,
        **{f"no.{name}": Markup("" if section else " hidden") for name, section in sections.items()},
        **{f"words.{name}": text for name, text in texts.texts.items()},
    }


def _parts(metadata: Metadata) -> Iterator[Markup]:
    for chapter in metadata.chapters:
        time = ms(chapter.start)
        yield fill(_PART, {"at": time, "title": chapter.title, "clock": format_time(time)})


@dataclass(frozen=True, slots=True)
class _TranscriptLine:
    start: Ms
    markup: Markup


def _transcript(metadata: Metadata, texts: PageTexts) -> Iterator[Markup]:
    """Captions and activities under the title of their chapter; those before the first under the session's title."""
    lines = sorted((*_activity_lines(metadata, texts), *_spoken_lines(metadata)), key=lambda line: line.start)
    titles = [metadata.tags.title, *(chapter.title for chapter in metadata.chapters)]
    ends = [*(ms(chapter.start) for chapter in metadata.chapters), None]
    index = 0
    for title, end in zip(titles, ends, strict=True):
        first = index
        while index < len(lines) and (end is None or lines[index].start < end):
            index += 1
        if index > first:
            section = Markup("".join(line.markup for line in lines[first:index]))
            yield fill(_HEADING, {"title": title, "lines": section})


def _spoken_lines(metadata: Metadata) -> Iterator[_TranscriptLine]:
    activities = iter(metadata.activities)
    activity = next(activities, None)
    for caption in (caption for caption in metadata.captions if caption.said):
        while activity is not None and activity.end <= caption.start:
            activity = next(activities, None)
        beat = activity is not None and activity.start <= caption.start and _is_beat(caption, activity)
        yield _make_line(caption.start, caption.end, ' class="beat"' if beat else "", caption.text)


def _is_beat(caption: Caption, activity: Activity) -> bool:
    """Whether the caption only marks a moment: a breath, a repetition, a second of a countdown."""
    return activity.kind in ("count", "breathe") or (activity.kind == "hold" and caption.text.isdecimal())


def _activity_lines(metadata: Metadata, texts: PageTexts) -> Iterator[_TranscriptLine]:
    language = "" if texts.language == metadata.tags.language else f' lang="{escape(texts.language)}"'
    for each in metadata.activities:
        labels = [texts.texts[each.kind], *([texts.texts[each.side]] if each.side else ())]
        side = f' data-side="{each.side}"' if each.side else ""
        kind = f' class="clock" data-kind="{each.kind}"{side}{language}'
        yield _make_line(each.start, each.end, kind, " · ".join((*labels, format_time(Ms(each.end - each.start)))))


def _make_line(start: Ms, end: Ms, kind: str, text: str) -> _TranscriptLine:
    return _TranscriptLine(start, fill(_LINE, {"start": start, "end": end, "kind": Markup(kind), "text": text}))

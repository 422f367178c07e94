"""The content of the page: what the listener needs, the parts, and the transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from voicecoach.exporter.caption_track import Caption
from voicecoach.exporter.page.template import Markup, escape, fill
from voicecoach.exporter.page.words import PageTexts, load
from voicecoach.exporter.recording import Activity, Recording
from voicecoach.units import Ms, format_time, ms

__all__ = ["content"]

_PART = '<li data-at="{{at}}"><span dir="auto">{{title}}</span> <span class="at">{{clock}}</span></li>\n'
_HEADING = '<h3 dir="auto">{{title}}</h3>\n<ul dir="auto">\n{{lines}}</ul>\n'
_LINE = '<li data-at="{{start}} {{end}}"{{kind}}>{{text}}</li>\n'


def content(recording: Recording) -> dict[str, object]:
    """By the names of the template's slots; all that is not `Markup` is still to be escaped."""
    tags = recording.tags
    words = load(tags.language)
    needs = Markup("".join(f"<li>{escape(need)}</li>" for need in recording.needs))
    cautions = Markup("".join(f'<p dir="auto">{escape(caution)}</p>' for caution in recording.cautions))
    parts = Markup("".join(_parts(recording)))
    lines = Markup("".join(_transcript(recording, words)))
    absent = {"about": not recording.about, "needs": not needs, "cautions": not cautions, "parts": not parts}
    told: Mapping[str, object] = {
        "language": words.language,
        "spoken": tags.language,
        "title": tags.title,
        "about": recording.about,
        "length": words.say("length", length=format_time(ms(recording.length))),
        "most": ms(recording.length),
        "cautions": cautions,
        "needs": needs,
        "parts": parts,
        "lines": lines,
    }
    hidden = {f"no.{name}": Markup(" hidden" if gone else "") for name, gone in {**absent, "lines": not lines}.items()}
    return {**told, **hidden, **{f"words.{name}": said for name, said in words.texts.items()}}


def _parts(recording: Recording) -> Iterator[Markup]:
    for chapter in recording.chapters:
        at = ms(chapter.start)
        yield fill(_PART, {"at": at, "title": chapter.title, "clock": format_time(at)})


@dataclass(frozen=True, slots=True)
class _TranscriptLine:
    start: Ms
    markup: Markup


def _transcript(recording: Recording, words: PageTexts) -> Iterator[Markup]:
    """What is said and done, under the title of its part; before the first one, under the session's."""
    made = sorted((*_activity_lines(recording, words), *_spoken_lines(recording)), key=lambda line: line.start)
    titles = [recording.tags.title, *(chapter.title for chapter in recording.chapters)]
    starts = [Ms(0), *(ms(chapter.start) for chapter in recording.chapters)]
    at = 0
    for title, end in zip(titles, [*starts[1:], None], strict=True):
        first = at
        while at < len(made) and (end is None or made[at].start < end):
            at += 1
        if at > first:
            lines = Markup("".join(line.markup for line in made[first:at]))
            yield fill(_HEADING, {"title": title, "lines": lines})


def _spoken_lines(recording: Recording) -> Iterator[_TranscriptLine]:
    running = iter(recording.activities)
    clock_ = next(running, None)
    for cue in (cue for cue in recording.captions if cue.said):
        while clock_ is not None and clock_.end <= cue.start:
            clock_ = next(running, None)
        beat = clock_ is not None and clock_.start <= cue.start and _is_beat(cue, clock_)
        yield _make_line(cue.start, cue.end, ' class="beat"' if beat else "", cue.text)


def _is_beat(cue: Caption, clock_: Activity) -> bool:
    """Whether it only names a moment: a breath, a repetition, a second counted down."""
    return clock_.kind in ("count", "breathe") or (clock_.kind == "hold" and cue.text.isdecimal())


def _activity_lines(recording: Recording, words: PageTexts) -> Iterator[_TranscriptLine]:
    spoken_otherwise = words.language != recording.tags.language
    for each in recording.activities:
        told: Iterable[str | None] = (
            words.texts[each.kind],
            words.texts[each.side] if each.side else None,
            format_time(Ms(each.end - each.start)),
        )
        language = f' lang="{escape(words.language)}"' if spoken_otherwise else ""
        side = f' data-side="{each.side}"' if each.side else ""
        kind = f' class="clock" data-kind="{each.kind}"{side}{language}'
        yield _make_line(each.start, each.end, kind, " · ".join(filter(None, told)))


def _make_line(start: Ms, end: Ms, kind: str, said: str) -> _TranscriptLine:
    return _TranscriptLine(start, fill(_LINE, {"start": start, "end": end, "kind": Markup(kind), "text": said}))

"""What every session promises, whatever the routine, the choices and the voice."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise

from durations import seconds

from voicecoach.compiler.pacing import Pacing
from voicecoach.compiler.step_timing import NAMED_ROUNDS
from voicecoach.errors import Pos
from voicecoach.routine import Breathe, Count, Hold, Routine, Step, walk_steps
from voicecoach.timeline import Event, Sound, Source, Timeline, Utterance
from voicecoach.units import Frames, Ms, frames

Lengths = Callable[[Collection[Source]], Mapping[Source, Frames]]


def made_up_voice(seed: int, longest: int) -> Lengths:
    """A voice that gives every text a pseudo-random length of at most `longest` whole milliseconds.

    Texts that differ in their numbers alone, such as those that name the minutes left, are up to a quarter of a second
    apart, as in every real voice.
    """

    def length(source: Source) -> Frames:
        if isinstance(source, Sound):
            return frames(Ms(1 + zlib.crc32(f"{seed}{source.name}".encode()) % 700))
        beginning = "".join(filter(str.isalpha, source.text))[:4]
        apart = min(longest, 250)
        usual = _random(seed, beginning, source.rate) % (longest - apart + 1)
        return frames(Ms(1 + usual + _random(seed, source) % apart))

    return lambda sources: {source: length(source) for source in sources}


def _random(*values: object) -> int:
    return zlib.crc32(repr(values).encode())


def assert_nothing_overlaps(timeline: Timeline) -> None:
    """Two voices never sound at once, and no voice starts over a chime."""
    spoken = [each for each in timeline.placements if isinstance(each.source, Utterance)]
    assert all(each.start + each.length <= after.start for each, after in pairwise(spoken))
    chime_ends = 0
    for each in timeline.placements:
        if isinstance(each.source, Sound):
            chime_ends = max(chime_ends, each.start + each.length)
        else:
            assert each.start >= chime_ends


def assert_in_order(timeline: Timeline) -> None:
    """Events, sounds and moves are sorted, and lie inside the session."""
    starts = [event.start for event in timeline.events]
    assert starts == sorted(starts)
    assert [each.start for each in timeline.placements] == sorted(each.start for each in timeline.placements)
    assert all(type(event.start) is int and 0 <= event.start <= event.end for event in timeline.events)
    assert max(event.end for event in timeline.events) <= timeline.length
    for each in timeline.placements:
        event = timeline.events[each.event]
        assert (event.start, event.end) == (each.start, each.start + each.length)
    assert all(span.start < span.end for span in timeline.moves)
    assert all(span.end == after.start for span, after in pairwise(timeline.moves))
    for event in timeline.events:
        if event.move is not None:
            span = timeline.moves[event.move]
            assert span.start <= event.start <= event.end <= span.end


def assert_end_chimes_end_holds(timeline: Timeline) -> None:
    """The first sample of an end chime comes exactly the length of the hold after that of its start chime."""
    begins = [event.start for event in timeline.events if event.sound == "start" and _coach_chimes(timeline, event)]
    ends = {event.start for event in timeline.events if event.sound == "end" and _coach_chimes(timeline, event)}
    loud = [event for event in timeline.events if event.kind == "hold" and event.start in begins]
    assert len(loud) == len(begins) == len(ends)
    assert {event.end for event in loud} == ends


def _coach_chimes(timeline: Timeline, chime: Event) -> bool:
    """Whether a chime belongs to a hold, and is no `chime` step of its own."""
    return any(event.kind == "hold" and event.pos == chime.pos for event in _at(timeline, chime.pos))


def _at(timeline: Timeline, pos: Pos | None) -> Iterator[Event]:
    return (event for event in timeline.events if event.pos == pos)


def assert_beats_are_steady(timeline: Timeline, routine: Routine, pacing: Pacing) -> None:
    """Counts, breaths and holds last what the level gives them; numbers, names and tones come on their beat."""
    steps = {step.pos: step for step in walk_steps(routine.steps, into_used=True)}
    inside: dict[Pos, list[Event]] = {}
    for event in timeline.events:
        if event.pos in steps:
            inside.setdefault(event.pos, []).append(event)
    for pos, events in inside.items():
        for clock in events:
            if clock.kind in ("hold", "count", "breathe"):
                beats = [each for each in events if each is not clock and clock.start <= each.start < clock.end]
                _assert_steady(steps[pos], clock, beats, pacing)


def _assert_steady(step: Step, clock: Event, beats: list[Event], pacing: Pacing) -> None:
    length = clock.end - clock.start
    match step:
        case Hold():
            assert length == frames(pacing.time(step.length))
        case Count():
            phases = [pacing.time(phase) for phase in ([step.each] if step.each else [p.length for p in step.phases])]
            number = pacing.repetitions(step.number)
            assert length == frames(Ms(sum(phases) * number))
            _assert_on_beat(clock, beats, phases, number, {"tick"} if step.each and not step.aloud else set())
        case Breathe():
            phases = [pacing.time(phase) for _, phase in step.phases]
            whole = sum(phases)
            given = pacing.time(step.time) if step.time else 0
            number = max(1, given // whole) if step.time else pacing.repetitions(step.rounds)
            assert length == frames(Ms(max(given, whole * number)))
            _assert_on_beat(clock, beats, phases, number, set())
            tones = {each.start for each in beats if each.kind == "chime"}
            assert len(tones) == len(phases) * max(0, number - NAMED_ROUNDS)


def _assert_on_beat(clock: Event, beats: list[Event], phases: list[Ms], number: int, sounds: set[str]) -> None:
    """All beats come on time; with `sounds`, there is one on every beat."""
    on_time, at = set(), clock.start
    for _ in range(number):
        for phase in phases:
            on_time.add(at)
            at += frames(phase)
    starts = [each.start for each in beats]
    assert set(starts) <= on_time
    assert len(starts) == len(set(starts))
    if sounds:
        assert set(starts) == on_time
        assert {each.sound for each in beats} == sounds


def assert_length(timeline: Timeline, length: Ms) -> None:
    """The session is within a second of a length."""
    assert abs(timeline.length - frames(length)) <= seconds(1)

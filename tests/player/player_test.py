"""From the renderer to an output, steered on the way: the session of conftest.py into memory."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from voicecoach.choices import Choices
from voicecoach.compiler.phrases import load_phrases
from voicecoach.errors import VoiceError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.player.background_tasks import BackgroundTasks, ImmediateExecutor
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.queue import QueueItem
from voicecoach.player.timeline_edits import lengthen_clock
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.routine import Routine
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import RAMP
from voicecoach.timeline import Timeline, Utterance
from voicecoach.units import FRAMES_PER_MS, Frames, Ms, frames

AHEAD = 150 * FRAMES_PER_MS


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


class Listener:
    """A device that plays 40 ms between two looks, and a person who presses keys at given times of it."""

    def __init__(
        self,
        clip,
        landmarks,
        presses: dict[float, Command | Callable[[], None]] | None = None,
        lead_in: float = 0.0,
        backstage=None,
    ):
        self.output = InMemoryOutput(latency=AHEAD)
        self.seen: list[Transport] = []
        self._presses = {f(at): command for at, command in (presses or {}).items()}
        self.end = Player(Transport(landmarks), clip, self.output, f(lead_in), backstage).play(
            self._come, self.seen.append
        )

    def _come(self, seconds: float) -> Iterator[Command]:
        before = self.output.heard()
        self.output.catch_up(f(seconds))
        for at in [at for at in self._presses if before <= at < max(self.output.heard(), before + 1)]:
            press = self._presses.pop(at)
            if isinstance(press, Command):
                yield press
            else:
                press()


@pytest.fixture
def whole(renderer):
    return renderer.read(0, renderer.length)


@pytest.mark.parametrize("behind", [0, 479, AHEAD])
def test_when_nobody_steers_what_is_played_is_what_is_rendered(clip, landmarks, whole, behind):
    output = InMemoryOutput(latency=behind)

    def come(_: float) -> list[Command]:
        output.catch_up(479)
        return []

    end = Player(Transport(landmarks), clip, output).play(come, lambda _: None)
    np.testing.assert_array_equal(output.samples[: len(whole)], whole)
    assert not output.samples[len(whole) :].any()
    assert end == Transport(landmarks, f(10), "ended")
    assert output.calls == ["finish"]


def test_the_lead_in_is_silence_outside_the_session(clip, landmarks, whole):
    listener = Listener(clip, landmarks, lead_in=0.7)
    assert not listener.output.samples[: f(0.7)].any()
    np.testing.assert_array_equal(listener.output.samples[f(0.7) : f(10.7)], whole)


def place(part: Samples, samples: Samples) -> int:
    """The one frame at which all of `part` lies in `samples`, to the bit."""
    loudest = int(np.argmax(np.abs(part)))  # there are few like it
    starts = np.flatnonzero(samples == part[loudest]) - loudest
    (found,) = [int(at) for at in starts if at >= 0 and np.array_equal(samples[at : at + len(part)], part)]
    return found


def test_a_pause_is_silence_and_not_a_frame_of_the_session_is_lost(clip, landmarks, whole):
    listener = Listener(clip, landmarks, {3.6: Command(Action.PAUSE), 6.0: Command(Action.RESUME)})
    got = listener.output.samples
    stop = next(transport.at for transport in listener.seen if transport.state == "paused")
    again = place(whole[stop + RAMP : f(9.5)], got) - RAMP
    assert f(3.6) <= stop < f(3.65)
    assert f(2.4) <= again - stop < f(2.45)
    np.testing.assert_array_equal(got[:stop], whole[:stop])
    assert not got[stop:again].any()


def test_the_sound_comes_back_softly_and_with_it_a_chime(clip, landmarks, whole):
    listener = Listener(clip, landmarks, {3.6: Command(Action.NEXT)})
    got, start = listener.output.samples, place(whole[f(5) + RAMP : f(9.5)], listener.output.samples) - RAMP
    rise = np.linspace(0, 1, RAMP + 1)[1:]
    chime = np.pad(np.full(240, 0.06), (0, RAMP - 240))  # confirms it, with the first new sample
    np.testing.assert_allclose(got[start:][:RAMP], whole[f(5) :][:RAMP] * rise + chime, atol=1e-6)


@pytest.mark.parametrize(
    ("act", "to"), [(Action.NEXT, 5.0), (Action.BACK, 1.0), (Action.REPEAT, 3.5)], ids=["next", "back", "repeat"]
)
def test_a_jump_leaves_within_a_look_and_lands_on_the_very_frame(clip, landmarks, whole, act, to):
    listener = Listener(clip, landmarks, {3.6: Command(act)})
    got = listener.output.samples
    there = place(whole[f(to) + RAMP : f(9.5)], got) - RAMP
    np.testing.assert_array_equal(got[:there], whole[:there])
    assert f(3.6) <= there < f(3.65)


def test_back_twice_is_the_move_before(clip, landmarks, whole):
    listener = Listener(clip, landmarks, {7.5: Command(Action.BACK), 7.9: Command(Action.BACK)})
    assert place(whole[f(1) + RAMP : f(7)], listener.output.samples[f(7.9) :]) < f(0.1)


def test_volume_is_a_gain_and_does_not_interrupt(clip, landmarks, whole):
    listener = Listener(clip, landmarks, {3.0: Command(Action.VOLUME, -5)})
    got = listener.output.samples
    assert "cut" not in listener.output.calls
    np.testing.assert_array_equal(got[: f(3)], whole[: f(3)])
    np.testing.assert_array_equal(got[f(3.5) : f(10)], whole[f(3.5) :] / 2)


def test_stopping_ends_without_finishing(clip, landmarks):
    listener = Listener(clip, landmarks, {3.6: Command(Action.STOP)})
    assert listener.end.state == "ended"
    assert f(3.6) <= listener.end.at < f(3.65)
    assert "finish" not in listener.output.calls


def test_a_pause_in_the_lead_in_begins_at_the_start(clip, landmarks, whole):
    presses = {0.3: Command(Action.PAUSE), 2.0: Command(Action.RESUME)}
    listener = Listener(clip, landmarks, presses, lead_in=0.7)
    assert f(2) - RAMP <= place(whole[RAMP : f(9.5)], listener.output.samples) - RAMP <= f(2.1)


def test_what_is_shown_is_what_is_heard(clip, landmarks):
    listener = Listener(clip, landmarks, {3.6: Command(Action.NEXT)}, lead_in=0.7)
    at = [transport.at for transport in listener.seen]
    assert at[0] == 0
    assert [before for before, after in pairwise(at) if after - before > f(0.2)] == [pytest.approx(f(2.9), abs=f(0.1))]
    assert listener.seen[-1] == Transport(landmarks, f(10), "ended")


def test_a_session_without_length_is_over_at_once():
    empty = Timeline(title="", language="en", level=0, length=Frames(0), placements=(), events=(), moves=())
    output = InMemoryOutput()
    end = Player(Transport(TimelineIndex(empty)), {}.__getitem__, output).play(lambda _: [], lambda _: None)
    assert end.state == "ended"
    assert output.calls == ["finish"]


class Coach:
    """Speaks in the tones of conftest.py, and makes the session 1 s longer before its first move for any speed."""

    phrases = load_phrases("en")
    keeps_speed = False

    def __init__(self, clip, landmarks):
        self.clip, self._landmarks = clip, landmarks

    def wish(self, words) -> QueueItem:
        return QueueItem(Routine(title=words[0], steps=()), Choices())

    def part(self, wish: QueueItem, _: int) -> Timeline:
        return replace(self._landmarks.timeline, title=wish.routine.title)

    def recompiled(self, _: int, __: tuple[QueueItem, ...]) -> Timeline:
        opening = self._landmarks.timeline.events[0]
        return lengthen_clock(self._landmarks.timeline, replace(opening, end=f(1)), f(0.9), f(1))


@pytest.fixture
def backstage(clip, landmarks) -> BackgroundTasks:
    return BackgroundTasks(Coach(clip, landmarks), ImmediateExecutor())


def words(clip, *texts: str) -> Samples:
    """Those texts as an answer: 150 ms apart, with 150 ms after them."""
    pause = np.zeros(f(0.15), np.float32)
    return np.concatenate([part for text in texts for part in (clip(Utterance(text)).samples, pause)])


def test_where_am_i_is_answered_before_the_word_it_breaks_off_begins_anew(clip, landmarks, whole, backstage):
    """Four sentences are 2.6 s: nowhere in this session is the voice silent for so long."""
    listener = Listener(clip, landmarks, {3.6: Command(Action.WHERE)}, backstage=backstage)
    got = listener.output.samples
    said = words(clip, "Lean", "On the left.", "Round 1 of 3.", "1 minute left.")
    start = place(said[RAMP:], got) - RAMP
    assert f(3.6) <= start < f(3.65)
    np.testing.assert_array_equal(got[start + len(said) + RAMP :][: f(5)], whole[f(3.5) + RAMP :][: f(5)])


def test_more_time_is_said_over_the_hold_which_goes_on(clip, landmarks, whole, backstage):
    listener = Listener(clip, landmarks, {2.2: Command(Action.MORE_TIME)}, backstage=backstage)
    got = listener.output.samples
    said = clip(Utterance("2 seconds more.")).samples
    assert f(2.2) <= place(said, got) < f(2.5)
    np.testing.assert_array_equal(got[f(5.5) : f(11.9)], whole[f(3.5) : f(9.9)])


def test_too_much_is_said_and_then_the_next_move_begins(clip, landmarks, whole, backstage):
    listener = Listener(clip, landmarks, {2.2: Command(Action.TOO_MUCH)}, backstage=backstage)
    said = words(clip, "All right, we leave that.")
    got = listener.output.samples
    start = place(said[RAMP:], got) - RAMP
    assert f(2.2) <= start < f(2.25)
    np.testing.assert_array_equal(got[start + len(said) + RAMP :][: f(4)], whole[f(5) + RAMP :][: f(4)])


def test_after_a_long_pause_the_instruction_comes_first_and_the_hold_has_what_was_left(clip, landmarks, whole):
    listener = Listener(clip, landmarks, {2.5: Command(Action.PAUSE), 23.0: Command(Action.RESUME)})
    stop = next(transport.at for transport in listener.seen if transport.state == "paused")
    got = listener.output.samples[f(22.9) :]
    told = place(clip(Utterance("Lean over.")).samples, got)
    assert f(0.1) <= told < f(0.4)
    again = told + f(0.65)
    np.testing.assert_array_equal(got[again + RAMP :][: f(9.9) - stop], whole[stop + RAMP :][: f(9.9) - stop])


def test_another_speed_comes_with_the_next_cue_and_without_a_gap(clip, landmarks, whole, backstage):
    listener = Listener(clip, landmarks, {2.5: Command(Action.SLOWER)}, backstage=backstage)
    assert "cut" not in listener.output.calls
    assert listener.end.landmarks.timeline.length == f(11)
    assert (listener.end.at, listener.end.speed) == (f(11), 90)
    np.testing.assert_array_equal(listener.output.samples[f(3) : f(9.9)], whole[f(3) : f(9.9)])


@pytest.mark.parametrize("coached", [False, True])
def test_what_nobody_can_make_is_not_answered(clip, landmarks, whole, coached):
    coach = Coach(clip, landmarks)
    coach.keeps_speed = True
    presses = {2.5: Command(Action.SLOWER), 3.6: Command(Action.FASTER)}
    if not coached:
        presses[6.0] = Command(Action.ADD, wish=coach.wish(["More"]))
    listener = Listener(
        clip, landmarks, presses, backstage=BackgroundTasks(coach, ImmediateExecutor()) if coached else None
    )
    np.testing.assert_array_equal(listener.output.samples[: f(9.9)], whole[: f(9.9)])
    assert (listener.end.speed, listener.end.at) == (100, f(10))


class Later:
    """Work that is done when the test says so."""

    def __init__(self) -> None:
        self.ahead = []

    def start(self, work):
        future = Future()
        self.ahead.append(lambda: future.set_result(work()))
        return future

    def do(self) -> None:
        while self.ahead:
            self.ahead.pop(0)()


def test_what_is_added_follows_without_a_gap_and_is_answered_by_a_word(clip, landmarks, whole, backstage):
    add = Command(Action.ADD, wish=backstage.wish(["More"]))
    listener = Listener(clip, landmarks, {6.6: add}, backstage=backstage)
    got = listener.output.samples
    assert "cut" not in listener.output.calls
    assert f(6.6) <= place(clip(Utterance("After this: More.")).samples, got) < f(7)
    np.testing.assert_array_equal(got[f(8) : f(9)], whole[f(8) : f(9)])
    np.testing.assert_array_equal(got[f(9) : f(17.9)], whole[f(1) : f(9.9)])
    assert listener.end.landmarks.timeline.length == listener.end.at == f(18)


def test_its_word_never_breaks_off_a_sentence(landmarks, clip, whole):
    """Of 2.6 s: nowhere in this session is the voice silent for so long."""

    def long(source):
        said = isinstance(source, Utterance) and source.text.startswith("After")
        return Clip(np.full(f(2.6), 0.3, np.float32)) if said else clip(source)

    backstage = BackgroundTasks(Coach(long, landmarks), ImmediateExecutor())
    listener = Listener(long, landmarks, {1.2: Command(Action.ADD, wish=backstage.wish(["More"]))}, backstage=backstage)
    assert "cut" not in listener.output.calls
    np.testing.assert_array_equal(listener.output.samples[f(1.5) : f(9)], whole[f(1.5) : f(9)])


def test_the_session_stands_still_before_its_closing_for_what_is_still_being_spoken(clip, landmarks, whole):
    work = Later()
    backstage = BackgroundTasks(Coach(clip, landmarks), work)
    presses = {8.6: Command(Action.ADD, wish=backstage.wish(["More"])), 12.0: work.do}
    listener = Listener(clip, landmarks, presses, backstage=backstage)
    got = listener.output.samples
    assert f(12) <= place(whole[f(1) : f(1.4)], got[f(9) :]) + f(9) < f(12.3)
    assert listener.end.landmarks.timeline.length == f(18)


def test_two_commands_between_two_looks_are_two(clip, landmarks, whole):
    listener = Listener(clip, landmarks, {3.6: Command(Action.NEXT), 3.601: Command(Action.NEXT)})
    assert f(3.6) <= place(whole[f(8) + RAMP : f(9.5)], listener.output.samples) - RAMP < f(3.65)


@pytest.mark.parametrize("length", [10.0, 10.05, 10.09, 9.961])
def test_the_end_is_shown(clip, timeline, length):
    landmarks = TimelineIndex(replace(timeline, length=f(length)))
    last = Listener(clip, landmarks).seen[-1]
    assert (last.state, last.at) == ("ended", f(length))


def test_two_questions_are_two_answers(clip, landmarks):
    """Both break off what they are asked in, and nobody has spoken their words yet."""
    work = Later()
    ask = Command(Action.WHERE)
    presses = {3.6: ask, 3.9: ask, 4.2: work.do}
    got = Listener(clip, landmarks, presses, backstage=BackgroundTasks(Coach(clip, landmarks), work)).output.samples
    last = clip(Utterance("1 minute left.")).samples
    first = place(last, got[: f(7)])
    assert f(2) < place(last, got[first + f(0.5) :]) < f(2.5)


@pytest.mark.parametrize("fault", [VoiceError("it died"), OSError(errno.ENOMEM, "Cannot allocate memory")])
def test_what_nobody_can_speak_costs_the_words_and_not_the_session(clip, landmarks, whole, fault):
    def none(source):
        if isinstance(source, Utterance) and source.text == "Lean":
            raise fault
        return clip(source)

    backstage = BackgroundTasks(Coach(none, landmarks), ImmediateExecutor())
    listener = Listener(clip, landmarks, {2.2: Command(Action.WHERE)}, backstage=backstage)
    assert listener.end.at == f(10)
    assert place(whole[f(5) : f(9.5)], listener.output.samples) > f(5)


def test_a_question_lasts_through_an_earlier_answer(clip, landmarks):
    work = Later()
    presses = {2.2: Command(Action.TOO_MUCH), 2.6: Command(Action.WHERE), 3.4: work.do, 3.6: work.do}
    got = Listener(clip, landmarks, presses, backstage=BackgroundTasks(Coach(clip, landmarks), work)).output.samples
    said = place(clip(Utterance("All right, we leave that.")).samples[RAMP:], got)
    assert place(clip(Utterance("1 minute left.")).samples, got) > said


@pytest.mark.parametrize(
    ("act", "at"),
    [(Action.PREVIOUS, 8.0), (Action.AGAIN, 9.0), (Action.PAUSE, 9.9)],
    ids=["previous", "again", "pause"],
)
def test_the_end_comes_only_when_it_was_heard(clip, landmarks, act, at):
    """Though all of it is written by then."""
    presses = {9.9: Command(act), 12.0: Command(Action.RESUME)}
    listener = Listener(clip, landmarks, presses)
    turned = next(now for before, now in pairwise(listener.seen) if now.at < before.at or now.state == "paused")
    assert f(at) <= turned.at <= f(at + 0.1)
    assert listener.end == Transport(landmarks, f(10), "ended")
    assert len(listener.output.samples) > f(11)


def test_more_time_in_the_last_moment_of_a_hold(clip, landmarks):
    listener = Listener(clip, landmarks, {4.9: Command(Action.MORE_TIME)})
    assert listener.end.landmarks.timeline.length == f(12)


def test_what_is_added_in_the_last_moment_is_heard(clip, landmarks, backstage):
    add = Command(Action.ADD, wish=backstage.wish(["More"]))
    end = Listener(clip, landmarks, {9.9: add}, backstage=backstage).end
    assert end.at == end.landmarks.timeline.length > f(18)


def test_a_command_while_the_loudspeaker_wakes_up_is_answered_once_it_does(clip, landmarks, whole):
    got = Listener(clip, landmarks, {0.1: Command(Action.NEXT)}, lead_in=0.7).output.samples
    assert np.flatnonzero(got)[0] == f(0.7)
    np.testing.assert_array_equal(got[f(0.7) + RAMP :][: f(4)], whole[f(1) + RAMP :][: f(4)])

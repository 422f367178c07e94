"""From the mix to an output, steered on the way: the session of conftest.py into memory."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from durations import seconds

from voicecoach.choices import Choices
from voicecoach.compiler.phrases import load_phrases
from voicecoach.errors import VoiceError
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.player.background_tasks import BackgroundTasks
from voicecoach.player.command import Action, Command, QueueItem
from voicecoach.player.player import Player
from voicecoach.player.timeline_edits import lengthen_clock
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.routine import Routine
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import RAMP
from voicecoach.timeline import Timeline, Utterance
from voicecoach.units import FRAMES_PER_MS, Frames

AHEAD = 150 * FRAMES_PER_MS


class Listener:
    """A device that plays 40 ms between two polls, and key presses at given times."""

    def __init__(
        self,
        clip,
        index,
        presses: dict[float, Command | Callable[[], None]] | None = None,
        lead_in: float = 0.0,
        tasks=None,
    ):
        self.output = InMemoryOutput(latency=AHEAD)
        self.seen: list[Transport] = []
        self._presses = {seconds(at): command for at, command in (presses or {}).items()}
        self.end = Player(Transport(index), clip, self.output, seconds(lead_in), tasks).play(
            self._commands, self.seen.append
        )

    def _commands(self, wait: float) -> Iterator[Command]:
        before = self.output.heard()
        self.output.catch_up(seconds(wait))
        for at in [at for at in self._presses if before <= at < max(self.output.heard(), before + 1)]:
            press = self._presses.pop(at)
            if isinstance(press, Command):
                yield press
            else:
                press()


@pytest.fixture
def listen(clip, index) -> Callable[..., Listener]:
    """`listen({3.6: Command(...)})`: plays the session of conftest.py with those presses."""
    return partial(Listener, clip, index)


@pytest.mark.parametrize("behind", [0, 479, AHEAD])
def test_unsteered_playback_is_the_mix(clip, index, whole, behind):
    output = InMemoryOutput(latency=behind)

    def come(_: float) -> list[Command]:
        output.catch_up(479)
        return []

    end = Player(Transport(index), clip, output).play(come, lambda _: None)
    np.testing.assert_array_equal(output.samples[: len(whole)], whole)
    assert not output.samples[len(whole) :].any()
    assert end == Transport(index, seconds(10), "ended")
    assert output.calls == ["finish"]


def test_lead_in_is_silence(listen, whole):
    listener = listen(lead_in=0.7)
    assert not listener.output.samples[: seconds(0.7)].any()
    np.testing.assert_array_equal(listener.output.samples[seconds(0.7) : seconds(10.7)], whole)


def place(part: Samples, samples: Samples) -> int:
    """The only frame at which `samples` hold `part`, bit for bit."""
    loudest = int(np.argmax(np.abs(part)))  # there are few like it
    starts = np.flatnonzero(samples == part[loudest]) - loudest
    (found,) = [int(at) for at in starts if at >= 0 and np.array_equal(samples[at : at + len(part)], part)]
    return found


def test_pause_loses_no_frame(listen, whole):
    listener = listen({3.6: Command(Action.PAUSE), 6.0: Command(Action.RESUME)})
    got = listener.output.samples
    stop = next(transport.at for transport in listener.seen if transport.state == "paused")
    again = place(whole[stop + RAMP : seconds(9.5)], got) - RAMP
    assert seconds(3.6) <= stop < seconds(3.65)
    assert seconds(2.4) <= again - stop < seconds(2.45)
    np.testing.assert_array_equal(got[:stop], whole[:stop])
    assert not got[stop:again].any()


def test_jump_fades_in_with_chime(listen, whole):
    listener = listen({3.6: Command(Action.NEXT)})
    got, start = listener.output.samples, place(whole[seconds(5) + RAMP : seconds(9.5)], listener.output.samples) - RAMP
    rise = np.linspace(0, 1, RAMP + 1)[1:]
    chime = np.pad(np.full(240, 0.06), (0, RAMP - 240))  # confirms it, with the first new sample
    np.testing.assert_allclose(got[start:][:RAMP], whole[seconds(5) :][:RAMP] * rise + chime, atol=1e-6)


@pytest.mark.parametrize(
    ("action", "to"), [(Action.NEXT, 5.0), (Action.BACK, 1.0), (Action.REPEAT, 3.5)], ids=["next", "back", "repeat"]
)
def test_jump_lands_on_frame(listen, whole, action, to):
    listener = listen({3.6: Command(action)})
    got = listener.output.samples
    there = place(whole[seconds(to) + RAMP : seconds(9.5)], got) - RAMP
    np.testing.assert_array_equal(got[:there], whole[:there])
    assert seconds(3.6) <= there < seconds(3.65)


def test_back_twice_is_previous_move(listen, whole):
    listener = listen({7.5: Command(Action.BACK), 7.9: Command(Action.BACK)})
    assert place(whole[seconds(1) + RAMP : seconds(7)], listener.output.samples[seconds(7.9) :]) < seconds(0.1)


def test_volume_does_not_interrupt(listen, whole):
    listener = listen({3.0: Command(Action.VOLUME, -5)})
    got = listener.output.samples
    assert "cut" not in listener.output.calls
    np.testing.assert_array_equal(got[: seconds(3)], whole[: seconds(3)])
    np.testing.assert_array_equal(got[seconds(3.5) : seconds(10)], whole[seconds(3.5) :] / 2)


def test_stop_does_not_finish_output(listen):
    listener = listen({3.6: Command(Action.STOP)})
    assert listener.end.state == "ended"
    assert seconds(3.6) <= listener.end.at < seconds(3.65)
    assert "finish" not in listener.output.calls


def test_pause_in_lead_in(listen, whole):
    presses = {0.3: Command(Action.PAUSE), 2.0: Command(Action.RESUME)}
    listener = listen(presses, lead_in=0.7)
    assert seconds(2) - RAMP <= place(whole[RAMP : seconds(9.5)], listener.output.samples) - RAMP <= seconds(2.1)


def test_observer_sees_heard_position(listen, index):
    listener = listen({3.6: Command(Action.NEXT)}, lead_in=0.7)
    at = [transport.at for transport in listener.seen]
    assert at[0] == 0
    assert [before for before, after in pairwise(at) if after - before > seconds(0.2)] == [
        pytest.approx(seconds(2.9), abs=seconds(0.1))
    ]
    assert listener.seen[-1] == Transport(index, seconds(10), "ended")


def test_empty_session_ends_at_once():
    empty = Timeline(title="", language="en", level=0, length=Frames(0), placements=(), events=(), moves=())
    output = InMemoryOutput()
    end = Player(Transport(TimelineIndex(empty)), {}.__getitem__, output).play(lambda _: [], lambda _: None)
    assert end.state == "ended"
    assert output.calls == ["finish"]


MORE = QueueItem(Routine(title="More", steps=()), Choices())


class Coach:
    """Speaks in the tones of conftest.py, and makes the session 1 s longer before its first move for any speed."""

    phrases = load_phrases("en")
    keeps_speed = False

    def __init__(self, clip, index):
        self.clip, self._index = clip, index

    def compile_item(self, item: QueueItem, _: int) -> Timeline:
        return replace(self._index.timeline, title=item.routine.title)

    def recompile(self, _: int, __: tuple[QueueItem, ...]) -> Timeline:
        opening = self._index.timeline.events[0]
        return lengthen_clock(self._index.timeline, replace(opening, end=seconds(1)), seconds(0.9), seconds(1))


@pytest.fixture
def tasks(clip, index, immediate) -> BackgroundTasks:
    return BackgroundTasks(Coach(clip, index), immediate)


def words(clip, *texts: str) -> Samples:
    """Texts as feedback: 150 ms apart, with 150 ms after them."""
    pause = np.zeros(seconds(0.15), np.float32)
    return np.concatenate([part for text in texts for part in (clip(Utterance(text)).samples, pause)])


def test_where_breaks_off_words(listen, clip, whole, tasks):
    """Four sentences are 2.6 s: nowhere in this session is the voice silent for so long."""
    listener = listen({3.6: Command(Action.WHERE)}, tasks=tasks)
    got = listener.output.samples
    said = words(clip, "Lean", "On the left.", "Round 1 of 3.", "1 minute left.")
    start = place(said[RAMP:], got) - RAMP
    assert seconds(3.6) <= start < seconds(3.65)
    np.testing.assert_array_equal(
        got[start + len(said) + RAMP :][: seconds(5)], whole[seconds(3.5) + RAMP :][: seconds(5)]
    )


def test_more_time_is_said_over_hold(listen, clip, whole, tasks):
    listener = listen({2.2: Command(Action.MORE_TIME)}, tasks=tasks)
    got = listener.output.samples
    said = clip(Utterance("2 seconds more.")).samples
    assert seconds(2.2) <= place(said, got) < seconds(2.5)
    np.testing.assert_array_equal(got[seconds(5.5) : seconds(11.9)], whole[seconds(3.5) : seconds(9.9)])


def test_too_much_before_next_move(listen, clip, whole, tasks):
    listener = listen({2.2: Command(Action.TOO_MUCH)}, tasks=tasks)
    said = words(clip, "All right, we leave that.")
    got = listener.output.samples
    start = place(said[RAMP:], got) - RAMP
    assert seconds(2.2) <= start < seconds(2.25)
    np.testing.assert_array_equal(
        got[start + len(said) + RAMP :][: seconds(4)], whole[seconds(5) + RAMP :][: seconds(4)]
    )


def test_instruction_after_long_pause(listen, clip, whole):
    listener = listen({2.5: Command(Action.PAUSE), 23.0: Command(Action.RESUME)})
    stop = next(transport.at for transport in listener.seen if transport.state == "paused")
    got = listener.output.samples[seconds(22.9) :]
    instruction = place(clip(Utterance("Lean over.")).samples, got)
    assert seconds(0.1) <= instruction < seconds(0.4)
    again = instruction + seconds(0.65)
    np.testing.assert_array_equal(
        got[again + RAMP :][: seconds(9.9) - stop], whole[stop + RAMP :][: seconds(9.9) - stop]
    )


def test_speed_changes_without_gap(listen, whole, tasks):
    listener = listen({2.5: Command(Action.SLOWER)}, tasks=tasks)
    assert "cut" not in listener.output.calls
    assert listener.end.timeline.length == seconds(11)
    assert (listener.end.at, listener.end.speed) == (seconds(11), 90)
    np.testing.assert_array_equal(listener.output.samples[seconds(3) : seconds(9.9)], whole[seconds(3) : seconds(9.9)])


@pytest.mark.parametrize("coached", [False, True])
def test_impossible_commands_are_ignored(listen, clip, index, whole, coached, immediate):
    coach = Coach(clip, index)
    coach.keeps_speed = True
    presses = {2.5: Command(Action.SLOWER), 3.6: Command(Action.FASTER)}
    if not coached:
        presses[6.0] = Command(Action.ADD, item=MORE)
    listener = listen(presses, tasks=BackgroundTasks(coach, immediate) if coached else None)
    np.testing.assert_array_equal(listener.output.samples[: seconds(9.9)], whole[: seconds(9.9)])
    assert (listener.end.speed, listener.end.at) == (100, seconds(10))


class Later:
    """An executor that runs its tasks when `do` is called."""

    def __init__(self) -> None:
        self.ahead = []

    def submit(self, task, *arguments):
        future = Future()
        self.ahead.append(lambda: future.set_result(task(*arguments)))
        return future

    def do(self) -> None:
        while self.ahead:
            self.ahead.pop(0)()


def test_added_routine_follows_without_gap(listen, clip, whole, tasks):
    add = Command(Action.ADD, item=MORE)
    listener = listen({6.6: add}, tasks=tasks)
    got = listener.output.samples
    assert "cut" not in listener.output.calls
    assert seconds(6.6) <= place(clip(Utterance("After this: More.")).samples, got) < seconds(7)
    np.testing.assert_array_equal(got[seconds(8) : seconds(9)], whole[seconds(8) : seconds(9)])
    np.testing.assert_array_equal(got[seconds(9) : seconds(17.9)], whole[seconds(1) : seconds(9.9)])
    assert listener.end.timeline.length == listener.end.at == seconds(18)


def test_added_feedback_never_interrupts(index, clip, whole, immediate):
    """Of 2.6 s: nowhere in this session is the voice silent for so long."""

    def long(source):
        said = isinstance(source, Utterance) and source.text.startswith("After")
        return Clip(np.full(seconds(2.6), 0.3, np.float32)) if said else clip(source)

    tasks = BackgroundTasks(Coach(long, index), immediate)
    listener = Listener(long, index, {1.2: Command(Action.ADD, item=MORE)}, tasks=tasks)
    assert "cut" not in listener.output.calls
    np.testing.assert_array_equal(listener.output.samples[seconds(1.5) : seconds(9)], whole[seconds(1.5) : seconds(9)])


def test_session_waits_for_added_routine(listen, clip, index, whole):
    work = Later()
    tasks = BackgroundTasks(Coach(clip, index), work)
    presses = {8.6: Command(Action.ADD, item=MORE), 12.0: work.do}
    listener = listen(presses, tasks=tasks)
    got = listener.output.samples
    assert seconds(12) <= place(whole[seconds(1) : seconds(1.4)], got[seconds(9) :]) + seconds(9) < seconds(12.3)
    assert listener.end.timeline.length == seconds(18)


def test_take_runs_once_per_command(clip, index):
    taken, presses = [], [Command(Action.NEXT), Command(Action.VOLUME, -1), Command(Action.PAUSE), Command(Action.STOP)]

    class Counting(Transport):
        def take(self, command: Command) -> Transport:
            taken.append(command)
            return super().take(command)

    output = InMemoryOutput(latency=AHEAD)

    def commands(wait: float) -> list[Command]:
        output.catch_up(seconds(wait))
        return presses[len(taken) :][:1]

    Player(Counting(index), clip, output).play(commands, lambda _: None)
    assert taken == presses


def test_two_commands_in_one_poll(listen, whole):
    listener = listen({3.6: Command(Action.NEXT), 3.601: Command(Action.NEXT)})
    assert (
        seconds(3.6) <= place(whole[seconds(8) + RAMP : seconds(9.5)], listener.output.samples) - RAMP < seconds(3.65)
    )


@pytest.mark.parametrize("length", [10.0, 10.05, 10.09, 9.961])
def test_observer_sees_end(clip, timeline, length):
    index = TimelineIndex(replace(timeline, length=seconds(length)))
    last = Listener(clip, index).seen[-1]
    assert (last.state, last.at) == ("ended", seconds(length))


def test_two_questions_two_answers(listen, clip, index):
    """Both interrupt, and the words of neither are spoken yet."""
    work = Later()
    ask = Command(Action.WHERE)
    presses = {3.6: ask, 3.9: ask, 4.2: work.do}
    got = listen(presses, tasks=BackgroundTasks(Coach(clip, index), work)).output.samples
    last = clip(Utterance("1 minute left.")).samples
    first = place(last, got[: seconds(7)])
    assert seconds(2) < place(last, got[first + seconds(0.5) :]) < seconds(2.5)


@pytest.mark.parametrize("error", [VoiceError("it died"), OSError(errno.ENOMEM, "Cannot allocate memory")])
def test_voice_failure_costs_only_words(listen, clip, index, whole, error, immediate):
    def none(source):
        if isinstance(source, Utterance) and source.text == "Lean":
            raise error
        return clip(source)

    tasks = BackgroundTasks(Coach(none, index), immediate)
    listener = listen({2.2: Command(Action.WHERE)}, tasks=tasks)
    assert listener.end.at == seconds(10)
    assert place(whole[seconds(5) : seconds(9.5)], listener.output.samples) > seconds(5)


def test_question_outlasts_earlier_answer(listen, clip, index):
    work = Later()
    presses = {2.2: Command(Action.TOO_MUCH), 2.6: Command(Action.WHERE), 3.4: work.do, 3.6: work.do}
    got = listen(presses, tasks=BackgroundTasks(Coach(clip, index), work)).output.samples
    said = place(clip(Utterance("All right, we leave that.")).samples[RAMP:], got)
    assert place(clip(Utterance("1 minute left.")).samples, got) > said


@pytest.mark.parametrize(
    ("action", "at"),
    [(Action.PREVIOUS, 8.0), (Action.AGAIN, 9.0), (Action.PAUSE, 9.9)],
    ids=["previous", "again", "pause"],
)
def test_end_comes_when_heard(listen, index, action, at):
    """All of it is written by then."""
    presses = {9.9: Command(action), 12.0: Command(Action.RESUME)}
    listener = listen(presses)
    turned = next(now for before, now in pairwise(listener.seen) if now.at < before.at or now.state == "paused")
    assert seconds(at) <= turned.at <= seconds(at + 0.1)
    assert listener.end == Transport(index, seconds(10), "ended")
    assert len(listener.output.samples) > seconds(11)


def test_more_time_at_end_of_hold(listen):
    listener = listen({4.9: Command(Action.MORE_TIME)})
    assert listener.end.timeline.length == seconds(12)


def test_routine_added_in_last_moment(listen, tasks):
    add = Command(Action.ADD, item=MORE)
    end = listen({9.9: add}, tasks=tasks).end
    assert end.at == end.timeline.length > seconds(18)


def test_feedback_waits_for_lead_in(listen, whole):
    got = listen({0.1: Command(Action.NEXT)}, lead_in=0.7).output.samples
    assert np.flatnonzero(got)[0] == seconds(0.7)
    np.testing.assert_array_equal(got[seconds(0.7) + RAMP :][: seconds(4)], whole[seconds(1) + RAMP :][: seconds(4)])

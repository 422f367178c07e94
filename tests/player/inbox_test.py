"""The inbox takes commands from any thread, wakes its reader, and is bounded."""

from __future__ import annotations

import select
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from voicecoach.player.command import Action, Command
from voicecoach.player.inbox import Inbox

LONG = 60.0
"""Seconds; no test waits so long."""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with closing(Inbox()) as opened:
        yield opened


def test_commands_come_out_in_order(inbox: Inbox) -> None:
    for action in (Action.PAUSE, Action.NEXT, Action.RESUME):
        assert inbox.put(Command(action))
    assert [command.action for command in inbox(LONG)] == [Action.PAUSE, Action.NEXT, Action.RESUME]
    assert inbox(0) == []


def test_command_from_thread_ends_wait(inbox: Inbox) -> None:
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(inbox, LONG)
        inbox.put(Command(Action.PAUSE))
        assert waiting.result(LONG / 2) == [Command(Action.PAUSE)]


def test_inbox_works_with_select(inbox: Inbox) -> None:
    assert select.select([inbox], [], [], 0)[0] == []
    inbox.put(Command(Action.STOP))
    assert select.select([inbox], [], [], 0)[0] == [inbox]
    inbox.take()
    assert select.select([inbox], [], [], 0)[0] == []


def test_flood_is_limited_and_batched(inbox: Inbox) -> None:
    taken = [inbox.put(Command(Action.VOLUME, step)) for step in range(10_000)]
    kept = sum(taken)
    assert taken == [True] * kept + [False] * (10_000 - kept)
    lots = [*iter(lambda: inbox(0), [])]
    assert max(map(len, lots)) <= 8
    assert [command.amount for lot in lots for command in lot] == [*range(kept)]


def test_threads_lose_no_command(inbox: Inbox) -> None:
    with ThreadPoolExecutor(4) as others:
        puts = [others.submit(inbox.put, Command(Action.VOLUME, step)) for step in range(48)]
    assert all(put.result() for put in puts)
    assert {command.amount for lot in iter(lambda: inbox(0), []) for command in lot} == {*range(48)}
    assert select.select([inbox], [], [], 0)[0] == []


def test_closed_inbox_refuses_commands(inbox: Inbox) -> None:
    inbox.close()
    assert not inbox.put(Command(Action.PAUSE))

"""The control socket of a real player under thousands of random lines: each gets one answer, and the session plays on.

The lines follow from `SEED`. `python tests/faults/socket_test.py 500000` sends half a million, after which it prints
the memory that the player took in addition, and the gaps in its sound.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from bounded import MIB
from sound_server import run_sound_server

from voicecoach.player.command import COMMAND_NAMES
from voicecoach.player.control_client import live_sockets
from voicecoach.player.control_protocol import PROPERTIES
from voicecoach.player.control_server import MAX_CLIENTS, MAX_LINE_BYTES

pytestmark = [pytest.mark.faults, pytest.mark.system("pulseaudio")]

SEED = 2026
LINES = 6_000
"""The server takes 2,000 a second."""
CLIENTS = 30
"""At once, beside those that misbehave."""
PATIENCE = 20.0
"""Seconds that an answer may take on a busy machine."""
DATA_LIMIT = 600
"""Megabytes that the player may hold at all."""
GROWTH_LIMIT = 40
"""Megabytes that it may take in addition."""
ROUTINE = "title: Rest\nsteps:\n  - repeat: 2000\n    steps:\n      - {say: Breathe., then: 10 s}\n"
ENDING = {"stop", "next", "too-much", "go", "seek", "add"}
"""Commands that may end the session, or that are given arguments of their own here."""
HARMLESS = sorted({*COMMAND_NAMES} - ENDING)


def random_line(chance: random.Random) -> bytes:
    """A line without its end: a command, an object, or nonsense."""
    kind = chance.randrange(8)
    if kind == 0:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(1, 200))).replace(b"\n", b"")
    if kind == 1:
        return f"{random_word(chance)} {random_number(chance)}".encode(errors="surrogatepass")
    if kind == 2:
        opening = chance.choice(["[", '{"command":', '{"a":[', "{", '"'])
        return (opening * chance.randrange(1, MAX_LINE_BYTES // len(opening))).encode()
    text = json.dumps(random_object(chance), ensure_ascii=chance.random() < 0.5)
    line = text.encode(errors="surrogatepass")[: MAX_LINE_BYTES - 1]
    if kind == 3:  # a few wrong bytes
        broken = bytearray(line)
        for _ in range(chance.randrange(1, 4)):
            broken[chance.randrange(len(broken))] = chance.choice(b'\x00\xff{}[]",:0 e\\')
        return bytes(broken)
    return line


def random_object(chance: random.Random) -> dict[str, Any]:
    asked = chance.choice(
        [
            ["get_property", random_word(chance)],
            ["get_properties"],
            ["observe_property", chance.randrange(-5, 70), random_word(chance)],
            ["unobserve_property", chance.randrange(-5, 70)],
            [chance.choice(["watch", "unwatch"])],
            ["seek", -chance.random()],
            [
                "add",
                chance.choice(["-", "/dev/zero", "/nowhere", "cat-cow", "--", ""]),
                chance.choice(["--level", "x"]),
            ],
            [random_value(chance, 3) for _ in range(chance.randrange(4))],
            [random_word(chance), random_value(chance, 2)],
            [random_word(chance)],
        ]
    )
    identity = chance.choice([0, 7, -1, 10**30, 10**3000, 1.5, "7", None, True])
    return {"command": asked, "request_id": identity} if chance.random() < 0.8 else {"command": asked}


def random_word(chance: random.Random) -> str:
    return chance.choice(
        [*HARMLESS, *PROPERTIES, "", "\ud800", "__class__", "stop now", "\x1b[2J", "x" * 2000, "Übung"]
    )


def random_number(chance: random.Random) -> str:
    return chance.choice(["1", "-1", "1_0", "١", "nan", "1e999", "-0", "9" * 400, "1.5", "0x10", "--", "\x00"])


def random_value(chance: random.Random, depth: int) -> Any:
    if depth and chance.random() < 0.3:
        inner = [random_value(chance, depth - 1) for _ in range(chance.randrange(4))]
        return inner if chance.random() < 0.5 else {str(number): each for number, each in enumerate(inner)}
    return chance.choice([None, True, 0, -1, 10**400, 1e308, float("nan"), float("inf"), random_word(chance)])


class Player:
    """A player that was started for the test."""

    def __init__(self, process: subprocess.Popen[str], socket: Path) -> None:
        self.process, self.socket = process, socket

    @property
    def memory(self) -> int:
        """Resident megabytes."""
        fields = (line.split() for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        return next(int(field[1]) for field in fields if field[0] == "VmRSS:") // 1024


@contextmanager
def real_player() -> Iterator[Player]:
    """`voicecoach play` on a sound server of its own, for hours and with little memory."""

    with TemporaryDirectory(prefix="vc") as name, run_sound_server(Path(name)) as server:
        folder = Path(name)
        (folder / "rest.yaml").write_text(ROUTINE)
        own = {"VOICECOACH_CACHE": name, "XDG_DATA_HOME": name, "HOME": name}
        command = [sys.executable, "-m", "voicecoach", "play", f"{folder}/rest.yaml", "--voice", "tones", "--no-intro"]
        environment = os.environ | server.environment | own
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, env=environment, text=True, **pipes)
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (DATA_LIMIT * MIB, DATA_LIMIT * MIB))
        try:
            while not (sockets := live_sockets(folder / "voicecoach")):
                assert process.poll() is None, process.stderr and process.stderr.read()
            yield Player(process, sockets[0])
        finally:
            process.kill()
            process.communicate()


@asynccontextmanager
async def client(path: Path) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, as soon as the backlog has room for it."""
    while True:
        try:
            reader, writer = await asyncio.open_unix_connection(path, limit=MIB)
            break
        except BlockingIOError:
            await asyncio.sleep(0.01)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def next_answer(reader: asyncio.StreamReader) -> dict[str, Any]:
    while True:
        message = json.loads(await asyncio.wait_for(reader.readline(), PATIENCE))
        if "event" not in message:
            return message


async def ask(path: Path, line: bytes) -> dict[str, Any]:
    """What a well-behaved client is answered."""
    async with client(path) as (reader, writer):
        writer.write(line + b"\n")
        return await next_answer(reader)


async def converse(path: Path, lines: list[bytes], chance: random.Random) -> int:
    """Send all lines, cut into pieces anywhere, and check that each has one answer; returns their number."""
    async with client(path) as (reader, writer):

        async def send() -> None:
            data = b"\n".join(lines) + b"\n"
            while data:
                size = chance.randrange(1, 3 * MAX_LINE_BYTES)
                writer.write(data[:size])
                data = data[size:]
                await writer.drain()

        sending = asyncio.create_task(send())
        asked = [line for line in lines if line.strip()]
        for number, line in enumerate(asked):
            answer = await next_answer(reader)
            assert not answer["error"].startswith("busy: the player has too many"), answer
            assert isinstance(answer["error"], str), f"seed {SEED}, line {number}: {line!r} has the answer {answer!r}"
            assert answer.get("request_id") in (identity(line), 0), f"seed {SEED}: {line!r} is answered by {answer!r}"
        await sending
        writer.write_eof()
        assert {json.loads(line).get("event") for line in (await reader.read()).splitlines()} <= EVENTS
        return len(asked)


EVENTS = {"property-change", "cue", "word", "move", "state", "failed"}


def identity(line: bytes) -> object:
    with suppress(ValueError, RecursionError, AttributeError):
        return json.loads(line).get("request_id")
    return None


async def misbehave(path: Path, kind: str, chance: random.Random) -> None:
    """One client of a kind that servers have trouble with."""
    observe = b"".join(b'{"command": ["observe_property", %d, "position_ms"]}\n' % number for number in range(60))
    async with client(path) as (reader, writer):
        with suppress(ConnectionError):
            if kind == "observes and leaves":
                writer.write(observe + b"x\n" * 500)
                await writer.drain()
                await asyncio.sleep(chance.random() / 2)
                writer.transport.abort()
            elif kind == "never reads":
                writer.transport.pause_reading()
                writer.write(observe + b"watch\n" + b"get_properties\n" * 200)
                await asyncio.sleep(2)
            elif kind == "endless line":
                writer.write(b"x" * 20 * MAX_LINE_BYTES)
                await writer.drain()
                await reader.read()
            elif kind == "closes its end":
                writer.write(b"get_property title\n" * 20 + b'{"command": ["get_property"')
                writer.write_eof()
                answers = (await reader.read()).splitlines()
                assert [json.loads(each)["error"] == "success" for each in answers] == [True] * 20 + [False]


MISBEHAVIOURS = ("observes and leaves", "never reads", "endless line", "closes its end")


async def flood(player: Player, lines: int, counts: Counter[str]) -> None:
    """Send random lines from many clients, beside others that misbehave; a well-behaved client is always served."""
    chance, path = random.Random(SEED), player.socket
    done = asyncio.Event()

    async def be_well_behaved() -> None:
        while not done.is_set():
            answer = await ask(path, b'{"command": ["get_property", "title"], "request_id": 5}')
            assert answer == {"request_id": 5, "error": "success", "data": "Rest"}
            counts["well-behaved clients"] += 1

    async def talk() -> None:
        while counts["lines"] < lines:
            batch = [random_line(chance) for _ in range(chance.randrange(1, 120))]
            counts["lines"] += len(batch)
            answers = await converse(path, batch, chance)
            counts["answers"] += answers

    async def be_a_nuisance(kind: str) -> None:
        while not done.is_set():
            await misbehave(path, kind, chance)
            counts[kind] += 1

    async with asyncio.TaskGroup() as others:
        others.create_task(be_well_behaved())
        for kind in MISBEHAVIOURS:
            for _ in range(3):
                others.create_task(be_a_nuisance(kind))
        try:
            async with asyncio.TaskGroup() as talkers:
                for _ in range(CLIENTS):
                    talkers.create_task(talk())
        finally:
            done.set()


async def connect_often(path: Path, number: int) -> int:
    """Hold many connections at once; returns the number of those that were refused."""
    refused = 0

    async def connect() -> None:
        nonlocal refused
        async with client(path) as (reader, writer):
            answer = b""
            with suppress(ConnectionError):  # it may have been refused before it could ask
                writer.write(b"get_property title\n")
                answer = await reader.readline()
            refused += not answer or json.loads(answer)["error"] != "success"
            await asyncio.sleep(0.5)

    async with asyncio.TaskGroup() as connections:
        for _ in range(number):
            connections.create_task(connect())
    return refused


async def position(path: Path) -> int:
    return (await ask(path, b"get_property position_ms"))["data"]


def test_every_line_has_one_answer_and_session_plays_on() -> None:
    with real_player() as player:
        before, counts = player.memory, Counter[str]()
        asyncio.run(flood(player, LINES, counts))
        assert all(counts[kind] for kind in (*MISBEHAVIOURS, "well-behaved clients"))
        assert asyncio.run(connect_often(player.socket, 5 * MAX_CLIENTS)) > 0
        asyncio.run(ask(player.socket, b"resume"))
        start = asyncio.run(position(player.socket))
        while asyncio.run(position(player.socket)) <= start:
            assert player.process.poll() is None
        assert player.memory - before < GROWTH_LIMIT
        assert asyncio.run(ask(player.socket, b"stop"))["error"] == "success"
        _, screen = player.process.communicate(timeout=PATIENCE)
        assert (player.process.returncode, screen) == (0, "")


if __name__ == "__main__":
    with real_player() as the_player:
        memory_before, the_counts = the_player.memory, Counter[str]()
        asyncio.run(flood(the_player, int(sys.argv[1]), the_counts))
        the_counts["refused connections of 1000"] = asyncio.run(connect_often(the_player.socket, 1000))
        print(dict(the_counts), f"{the_player.memory - memory_before} MB more")
        asyncio.run(ask(the_player.socket, b"stop"))
        shown, warned = the_player.process.communicate(timeout=PATIENCE)
        print(shown.splitlines()[-3:], repr(warned))

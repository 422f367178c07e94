"""Jobs done by the workers of a Dask cluster, through its own `concurrent.futures` executor.

Nothing is shared with them: a job carries the script and the clips that a worker lacks, and bytes come back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from voicecoach import __version__
from voicecoach.batch.job import Job, Reply
from voicecoach.errors import SurroundingsError

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Cluster", "connect", "version_here"]

_PATIENCE = 4.0
"""Seconds for each of: reaching the scheduler, seeing a worker, hearing which version it has."""
_AT_MOST = 8.0
"""Seconds for all of that: a port where somebody listens and never answers holds the library's own limits up."""
_SELDOM = 20
"""Looks, ten of them a second or more, for one question to the scheduler."""


class Cluster:
    """A cluster as `Hands` for a batch. A worker that dies is the scheduler's business: it gives the job to another."""

    near = False

    def __init__(self, client: Client, *, grace: float = 60) -> None:
        """`grace`: seconds for which no worker need be there; one that died is soon started again by its nanny."""
        self._client, self._grace = client, grace
        self._executor = client.get_executor(pure=False)
        self._looks = self._threads = 0

    @property
    def width(self) -> int:
        """Its workers' threads. Raises SurroundingsError where it is gone, or all its workers.

        Asked at every look, and seldom answered anew: workers come and go slowly, and the answer comes from afar.
        """
        if self._looks % _SELDOM == 0:
            self._threads = self._count()
        self._looks += 1
        return max(1, self._threads)

    def _count(self) -> int:
        try:
            threads: dict[str, int] = self._client.nthreads()
            if not threads:
                self._client.wait_for_workers(1, timeout=self._grace)
        except TimeoutError as fault:
            raise SurroundingsError("the cluster has lost all its workers", _AGAIN) from fault
        except Exception as fault:
            raise _gone(fault) from fault
        return sum(threads.values())

    def submit(self, work: Callable[[Job], Reply], job: Job, /) -> Future[Reply]:
        """Raises SurroundingsError where the scheduler is gone."""
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph")  # the clips that a worker lacks
                packed: Future[bytes] = self._executor.submit(_carried(), pickle.dumps((work, job)))
        except Exception as fault:
            raise _gone(fault) from fault
        return _unpacked(packed)

    def doing(self) -> tuple[tuple[Job, float] | None, ...]:
        """Nothing: what happens elsewhere cannot be watched."""
        return ()

    def end(self) -> None:
        """Break off what is not done, and leave the cluster as it was."""
        with contextlib.suppress(Exception):  # it may be gone, which is no news at the end
            self._executor.shutdown(wait=False)
            self._client.close(timeout=_PATIENCE)


def connect(address: str) -> Cluster:
    """The cluster whose scheduler listens at `address`, such as `tcp://10.0.0.5:8786`.

    Raises SurroundingsError, within ten seconds, where `distributed` is not installed, nothing answers, no worker
    is there, or a worker has no voicecoach or another version of it.
    """
    _imported()  # before the clock runs: on a busy machine that takes seconds
    answer: SimpleQueue[Client | BaseException] = SimpleQueue()
    Thread(target=_reach, args=(address, answer), daemon=True).start()
    try:
        client = answer.get(timeout=_AT_MOST)
    except Empty:
        client = TimeoutError("it accepts connections and says nothing")
    if isinstance(client, SurroundingsError):
        raise client
    if isinstance(client, BaseException):
        message = f"no Dask scheduler answers at {address} ({_words(client)})"
        raise SurroundingsError(message, _START)
    return Cluster(client)


def _carried() -> Callable[[bytes], bytes]:
    """What a worker calls: a function that travels whole, since the scheduler, too, unpacks what it is sent.

    So it needs no voicecoach. A function that has a name in a module would travel as that name.
    """

    def carried(packed: bytes) -> bytes:
        import pickle

        work, job = pickle.loads(packed)
        return pickle.dumps(work(job))

    return carried


def _unpacked(packed: Future[bytes]) -> Future[Reply]:
    """The future of what is in another's bytes."""
    reply: Future[Reply] = Future()

    def arrived(done: Future[bytes]) -> None:
        try:
            reply.set_result(pickle.loads(done.result()))
        except BaseException as fault:  # noqa: BLE001 handed on to who waits
            reply.set_exception(fault)

    packed.add_done_callback(arrived)
    return reply


def version_here() -> str:
    """Asked of each worker."""
    return __version__


def _reach(address: str, answer: SimpleQueue[Any]) -> None:
    """The client, ready to be given jobs, or whatever was raised on the way."""
    try:
        answer.put(_client(address))
    except BaseException as fault:  # noqa: BLE001 told to who waits
        answer.put(fault)


def _imported() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as fault:
        message = f"--cluster needs a package that is not there ({fault})"
        raise SurroundingsError(message, "pip install 'voicecoach[cluster]'") from fault
    _quiet()


def _client(address: str) -> Client:
    import dask
    from distributed import Client

    dask.config.set({"distributed.comm.timeouts.connect": _PATIENCE})  # also for a scheduler that goes later
    # First, since a client that finds no scheduler cannot be closed, and says so as the program ends.
    asyncio.run(_knock(address))
    client = Client(address, timeout=_PATIENCE, set_as_default=False)
    try:
        _look_at_workers(client, address)
    except BaseException:
        client.close(timeout=1)
        raise
    return client


async def _knock(address: str) -> None:
    """Connect once. Raises ValueError for what is no address, OSError where nobody is, and SurroundingsError for bytes
    that are not Dask's, whatever it makes of them: a length that no memory has, say."""
    from distributed import Security
    from distributed.comm import connect, get_address_host_port
    from distributed.core import coerce_to_address

    full = coerce_to_address(address)
    get_address_host_port(full, strict=True)
    try:
        comm = await connect(full, timeout=_PATIENCE, **Security().get_connection_args("client"))
    except OSError:
        raise
    except Exception as fault:
        raise SurroundingsError(f"something else than Dask answers at {address}", _START) from fault
    await comm.close()


def _look_at_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise SurroundingsError(f"the cluster at {address} has no workers", "start some with `dask worker`") from None
    try:
        versions = client.run(version_here, on_error="return")
    except Exception as fault:
        raise SurroundingsError(f"the cluster at {address} cannot be used: {_words(fault)}", _SAME) from fault
    for worker, version in versions.items():
        if version != __version__:
            found = _words(version) if isinstance(version, BaseException) else f"it has voicecoach {version}"
            raise SurroundingsError(f"the worker at {worker} cannot be used: {found}", _SAME)


_START = "start one with `dask scheduler`, and give the address that it prints"
_AGAIN = "what was made is there, and a second run goes on with the rest"
_SAME = f"install voicecoach {__version__} on every worker"


def _gone(fault: Exception) -> SurroundingsError:
    return SurroundingsError(f"the cluster is gone ({_words(fault)})", _AGAIN)


def _quiet() -> None:
    """Its log has nothing for who exports: what matters is raised."""
    for name in ("distributed", "tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _words(fault: BaseException) -> str:
    return " ".join(f"{type(fault).__name__}: {fault}".split()).rstrip(": ")

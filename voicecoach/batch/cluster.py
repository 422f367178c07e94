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
from voicecoach.batch.job import Job, JobReply
from voicecoach.errors import ExternalError

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Cluster", "connect", "installed_version"]

_STEP_TIMEOUT = 4.0
"""Seconds for each of: reaching the scheduler, seeing a worker, hearing which version it has."""
_CONNECT_TIMEOUT = 8.0
"""Seconds for all of that: a port where somebody listens and never answers holds the library's own limits up."""
_LOOKS_PER_QUERY = 20
"""Looks, ten of them a second or more, for one question to the scheduler."""


class Cluster:
    """A cluster as `JobExecutor` for a batch. If a worker dies, the scheduler gives its job to another."""

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
        if self._looks % _LOOKS_PER_QUERY == 0:
            self._threads = self._count()
        self._looks += 1
        return max(1, self._threads)

    def _count(self) -> int:
        try:
            threads: dict[str, int] = self._client.nthreads()
            if not threads:
                self._client.wait_for_workers(1, timeout=self._grace)
        except TimeoutError as fault:
            raise ExternalError("the cluster has lost all its workers", _RERUN_HINT) from fault
        except Exception as fault:
            raise _cluster_lost(fault) from fault
        return sum(threads.values())

    def submit(self, work: Callable[[Job], JobReply], job: Job, /) -> Future[JobReply]:
        """Raises SurroundingsError where the scheduler is gone."""
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph")  # the clips that a worker lacks
                packed: Future[bytes] = self._executor.submit(_portable_call(), pickle.dumps((work, job)))
        except Exception as fault:
            raise _cluster_lost(fault) from fault
        return _unpickle_result(packed)

    def doing(self) -> tuple[tuple[Job, float] | None, ...]:
        """Nothing: what happens elsewhere cannot be watched."""
        return ()

    def end(self) -> None:
        """Break off what is not done, and leave the cluster as it was."""
        with contextlib.suppress(Exception):  # it may be gone, which is no news at the end
            self._executor.shutdown(wait=False)
            self._client.close(timeout=_STEP_TIMEOUT)


def connect(address: str) -> Cluster:
    """The cluster whose scheduler listens at `address`, such as `tcp://10.0.0.5:8786`.

    Raises SurroundingsError, within ten seconds, where `distributed` is not installed, nothing answers, no worker
    is there, or a worker has no voicecoach or another version of it.
    """
    _import_distributed()  # before the clock runs: on a busy machine that takes seconds
    answer: SimpleQueue[Client | BaseException] = SimpleQueue()
    Thread(target=_try_to_connect, args=(address, answer), daemon=True).start()
    try:
        client = answer.get(timeout=_CONNECT_TIMEOUT)
    except Empty:
        client = TimeoutError("it accepts connections and says nothing")
    if isinstance(client, ExternalError):
        raise client
    if isinstance(client, BaseException):
        message = f"no Dask scheduler answers at {address} ({_describe(client)})"
        raise ExternalError(message, _START_HINT)
    return Cluster(client)


def _portable_call() -> Callable[[bytes], bytes]:
    """What a worker calls: a function that travels whole, since the scheduler, too, unpacks what it is sent.

    So it needs no voicecoach. A function that has a name in a module would travel as that name.
    """

    def carried(packed: bytes) -> bytes:
        import pickle

        work, job = pickle.loads(packed)
        return pickle.dumps(work(job))

    return carried


def _unpickle_result(packed: Future[bytes]) -> Future[JobReply]:
    """The future of what is in another's bytes."""
    reply: Future[JobReply] = Future()

    def arrived(done: Future[bytes]) -> None:
        try:
            reply.set_result(pickle.loads(done.result()))
        except BaseException as fault:  # noqa: BLE001 handed on to who waits
            reply.set_exception(fault)

    packed.add_done_callback(arrived)
    return reply


def installed_version() -> str:
    """Asked of each worker."""
    return __version__


def _try_to_connect(address: str, answer: SimpleQueue[Any]) -> None:
    """The client, ready to be given jobs, or whatever was raised on the way."""
    try:
        answer.put(_open_client(address))
    except BaseException as fault:  # noqa: BLE001 told to who waits
        answer.put(fault)


def _import_distributed() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as fault:
        message = f"--cluster needs a package that is not there ({fault})"
        raise ExternalError(message, "pip install 'voicecoach[cluster]'") from fault
    _silence_logs()


def _open_client(address: str) -> Client:
    import dask
    from distributed import Client

    dask.config.set({"distributed.comm.timeouts.connect": _STEP_TIMEOUT})  # also for a scheduler that goes later
    # First, since a client that finds no scheduler cannot be closed, and says so as the program ends.
    asyncio.run(_probe(address))
    client = Client(address, timeout=_STEP_TIMEOUT, set_as_default=False)
    try:
        _check_workers(client, address)
    except BaseException:
        client.close(timeout=1)
        raise
    return client


async def _probe(address: str) -> None:
    """Connect once. Raises ValueError for what is no address, OSError where nobody is, and SurroundingsError for bytes
    that are not Dask's, whatever it makes of them: a length that no memory has, say."""
    from distributed import Security
    from distributed.comm import connect, get_address_host_port
    from distributed.core import coerce_to_address

    full = coerce_to_address(address)
    get_address_host_port(full, strict=True)
    try:
        comm = await connect(full, timeout=_STEP_TIMEOUT, **Security().get_connection_args("client"))
    except OSError:
        raise
    except Exception as fault:
        raise ExternalError(f"something else than Dask answers at {address}", _START_HINT) from fault
    await comm.close()


def _check_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_STEP_TIMEOUT)
    except TimeoutError:
        raise ExternalError(f"the cluster at {address} has no workers", "start some with `dask worker`") from None
    try:
        versions = client.run(installed_version, on_error="return")
    except Exception as fault:
        raise ExternalError(f"the cluster at {address} cannot be used: {_describe(fault)}", _INSTALL_HINT) from fault
    for worker, version in versions.items():
        if version != __version__:
            found = _describe(version) if isinstance(version, BaseException) else f"it has voicecoach {version}"
            raise ExternalError(f"the worker at {worker} cannot be used: {found}", _INSTALL_HINT)


_START_HINT = "start one with `dask scheduler`, and give the address that it prints"
_RERUN_HINT = "what was made is there, and a second run goes on with the rest"
_INSTALL_HINT = f"install voicecoach {__version__} on every worker"


def _cluster_lost(fault: Exception) -> ExternalError:
    return ExternalError(f"the cluster is gone ({_describe(fault)})", _RERUN_HINT)


def _silence_logs() -> None:
    """Its log has nothing for who exports: what matters is raised."""
    for name in ("distributed", "tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _describe(fault: BaseException) -> str:
    return " ".join(f"{type(fault).__name__}: {fault}".split()).rstrip(": ")

"""Runs jobs on a Dask cluster, through its own `concurrent.futures` executor.

The workers share no disk with this machine: a job carries the script and the clips that a worker lacks, and the
finished files come back as bytes. Both are JSON and blobs (see `payload`). Dask itself pickles functions and errors.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from voicecoach import __version__
from voicecoach.batch.job import Job, JobReply
from voicecoach.batch.payload import pack, unpack
from voicecoach.errors import ExternalError
from voicecoach.worker import start_thread

if TYPE_CHECKING:
    from distributed import Client


_STEP_TIMEOUT = 4.0
"""Seconds for each of: reaching the scheduler, seeing a worker, getting the workers' versions."""
_CONNECT_TIMEOUT = 8.0
"""Seconds for all of these. The library's own limits do not hold for a port that listens and never answers."""
_READS_PER_QUERY = 20
"""Of `capacity`, which is read ten times a second or more."""
_START_HINT = "start one with `dask scheduler`, and give the address that it prints"
_RERUN_HINT = "what was made is there, and a second run goes on with the rest"
_INSTALL_HINT = f"install voicecoach {__version__} on every worker"


class Cluster:
    """A `JobExecutor` on a cluster. If a worker dies, the scheduler gives its job to another.

    There may be no worker for `grace` seconds: a nanny soon restarts one that died.
    """

    shares_disk = False

    def __init__(self, client: Client, *, grace: float = 60) -> None:
        self._client, self._grace = client, grace
        self._executor = client.get_executor(pure=False)
        self._reads = self._threads = 0

    @property
    def capacity(self) -> int:
        """The workers' threads. Raises ExternalError if the scheduler or all workers are gone.

        Most reads give the number of the last query: workers come and go slowly, and a query takes a round trip.
        """
        if self._reads % _READS_PER_QUERY == 0:
            self._threads = self._count_threads()
        self._reads += 1
        return max(1, self._threads)

    def submit(self, job: Job, /) -> Future[JobReply]:
        """Queue a job. Raises ExternalError if the scheduler is gone."""
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph")  # a job with clips is large
                reply: Future[bytes] = self._executor.submit(_portable_call(), pack(job))
        except Exception as error:
            raise _lost_cluster(error) from error
        return _unpack(reply)

    def running(self) -> tuple[()]:
        """Nothing: the workers' progress cannot be watched."""
        return ()

    def end(self) -> None:
        """Cancel unfinished jobs, and leave the cluster running."""
        with contextlib.suppress(Exception):  # the cluster may be gone, which no longer matters
            self._executor.shutdown(wait=False)
            self._client.close(timeout=_STEP_TIMEOUT)

    def _count_threads(self) -> int:
        try:
            threads: dict[str, int] = self._client.nthreads()
            if not threads:
                self._client.wait_for_workers(1, timeout=self._grace)
        except TimeoutError as error:
            raise ExternalError("the cluster has lost all its workers", _RERUN_HINT) from error
        except Exception as error:
            raise _lost_cluster(error) from error
        return sum(threads.values())


def connect(address: str) -> Cluster:
    """Connect to the cluster whose scheduler listens at `address`, such as `tcp://10.0.0.5:8786`.

    Raises ExternalError, within ten seconds, if `distributed` is not installed, nothing answers, there is no worker,
    or a worker lacks voicecoach or has another version of it.
    """
    _import_distributed()  # not within the time limit: it takes seconds on a busy machine
    client: Future[Client] = Future()
    start_thread(partial(_complete, client, partial(_open_client, address)), "cluster")
    try:
        return Cluster(client.result(_CONNECT_TIMEOUT))
    except ExternalError:
        raise
    except Exception as error:
        reason = _describe(error) if client.done() else "it accepts connections and says nothing"
        raise ExternalError(f"no Dask scheduler answers at {address} ({reason})", _START_HINT) from error


def installed_version() -> str:
    """The version of voicecoach where it is called: on each worker."""
    return __version__


def _portable_call() -> Callable[[bytes], bytes]:
    """A function that is pickled as code, since it is local. One in a module would be pickled as its name, and the
    scheduler, which unpickles it too, would need voicecoach.
    """

    def call(packed: bytes) -> bytes:
        from voicecoach.batch.job_runner import run_packed_job

        return run_packed_job(packed)

    return call


def _unpack(packed: Future[bytes]) -> Future[JobReply]:
    reply: Future[JobReply] = Future()
    packed.add_done_callback(lambda done: _complete(reply, lambda: unpack(JobReply, done.result())))
    return reply


def _complete(future: Future[Any], function: Callable[[], Any]) -> None:
    try:
        future.set_result(function())
    except BaseException as error:  # noqa: BLE001 the future raises it
        future.set_exception(error)


def _import_distributed() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        message = f"--cluster needs a package that is not there ({error})"
        raise ExternalError(message, "pip install 'voicecoach[cluster]'") from error
    # Its log is not for users: everything that matters to them is raised.
    for name in ("distributed", "tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _open_client(address: str) -> Client:
    import dask
    from distributed import Client

    dask.config.set({"distributed.comm.timeouts.connect": _STEP_TIMEOUT})  # also for a scheduler that is lost later
    # First, because a client that finds no scheduler cannot be closed, and complains when the program ends.
    asyncio.run(_probe(address))
    client = Client(address, timeout=_STEP_TIMEOUT, set_as_default=False)
    try:
        _check_workers(client, address)
    except BaseException:
        client.close(timeout=1)
        raise
    return client


async def _probe(address: str) -> None:
    """Connect once. Raises ValueError for an invalid address, OSError if nothing listens there, and ExternalError if
    the answer is not Dask's, whatever Dask makes of it: a message too long for any memory, say.
    """
    from distributed import Security
    from distributed.comm import connect, get_address_host_port
    from distributed.core import coerce_to_address

    full_address = coerce_to_address(address)
    get_address_host_port(full_address, strict=True)
    try:
        comm = await connect(full_address, timeout=_STEP_TIMEOUT, **Security().get_connection_args("client"))
    except OSError:
        raise
    except Exception as error:
        raise ExternalError(f"something else than Dask answers at {address}", _START_HINT) from error
    await comm.close()


def _check_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_STEP_TIMEOUT)
    except TimeoutError:
        raise ExternalError(f"the cluster at {address} has no workers", "start some with `dask worker`") from None
    try:
        versions = client.run(installed_version, on_error="return")
    except Exception as error:
        raise ExternalError(f"the cluster at {address} cannot be used: {_describe(error)}", _INSTALL_HINT) from error
    for worker, version in versions.items():
        if version != __version__:
            found = _describe(version) if isinstance(version, BaseException) else f"it has voicecoach {version}"
            raise ExternalError(f"the worker at {worker} cannot be used: {found}", _INSTALL_HINT)


def _lost_cluster(error: Exception) -> ExternalError:
    return ExternalError(f"the cluster is gone ({_describe(error)})", _RERUN_HINT)


def _describe(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")

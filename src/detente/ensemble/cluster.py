"""A Dask cluster as an executor: the blocks of a run go to the workers of a scheduler. Dask's only home.

It loads when a scheduler is named. Pickles travel between client, scheduler and workers, so all of them, and the
network between them, have to be trusted as one's own machine is.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import closing, contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import detente
from detente.ensemble.manifest import installed_versions
from detente.errors import Issue, QueryError, RunError

if TYPE_CHECKING:
    from distributed import Client
    from distributed.cfexecutor import ClientExecutor

P = ParamSpec("P")
T = TypeVar("T")

#: seconds within which a scheduler answers, and within which it has a worker
PATIENCE = 10.0
#: what an address looks like, with the protocols that Dask speaks by itself
ADDRESS = re.compile(r"(?:tcp|tls|ws|wss)://(?:\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):(\d{1,5})")
#: workers that a refusal names
SHOWN = 3
KEPT = "What is done is kept in the run's folder, if it has one: the same command goes on from there."


@contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """The workers of the scheduler at ``address``, such as ``tcp://10.0.0.1:8786``, for as long as the context lasts.

    Leaving it cancels what has not been computed. Raises QueryError for what is no address; RunError when Dask is
    not installed, when no scheduler answers, when it has no workers or workers of another installation, and when the
    scheduler goes away later on or a block ends all workers that try it.
    """
    _check_address(address)
    _load()
    with _quietly(), closing(_reach(address)) as client, _explaining(address):
        _await_worker(client, address)
        _refuse_others(client, address)
        yield Cluster(client)


class Cluster(Executor):
    """The workers of a Dask scheduler; ``connect`` makes one."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._executor = self._hire()
        self._sent: tuple[object, object] = (None, None)

    def _hire(self) -> ClientExecutor:
        # Every block is a fresh task, never to be taken for an earlier one. None is retried when it fails, since it
        # would fail again; when its worker dies Dask sends it to another one all the same.
        return self._client.get_executor(pure=False, retries=0)

    @property
    def threads(self) -> int:
        """Threads of all workers there are now. Raises RunError when the scheduler does not say."""
        try:
            return sum(self._client.nthreads().values())
        except OSError as problem:
            raise _lose(self._client.scheduler.address) from problem

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` on a worker. Its first argument travels once for as long as it stays the same object.

        The worker refuses, with RunError, when its installation is not that of this process.
        """
        sent = self._send(args[0])
        future: Future[T] = self._executor.submit(_call, fn, sent, args[1:], kwargs, describe_installation())
        return future

    def withdraw(self) -> None:
        """Cancel whatever has not been computed, in one message however much it is."""
        if self._client.status == "running":  # if not, the scheduler has gone and everything with it
            self._executor.shutdown(wait=False)
        self._executor = self._hire()

    def _send(self, thing: object) -> object:
        """``thing``, packed, as a task of the cluster: what its workers lose they get again from the scheduler."""
        if self._sent[0] is not thing:
            import dask

            packed = zlib.compress(pickle.dumps(thing, protocol=5), level=1)
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"}):  # it goes but once
                self._sent = (thing, self._client.submit(_keep, packed, pure=False))
        return self._sent[1]


@cache
def describe_installation() -> dict[str, str]:
    """Versions of what makes the numbers in this process, and a digest of Détente's own source."""
    folder = Path(detente.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return installed_versions() | {"the source of detente": digest.hexdigest()[:12]}


def is_withdrawn() -> bool:
    """On a worker: whether nobody waits any more for the task that asks."""
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    return task is None or task.state == "cancelled"


def _keep(packed: bytes) -> bytes:
    """On a worker: what was sent, for the tasks that need it."""
    return packed


@lru_cache(maxsize=2)
def _unpack(packed: bytes) -> object:
    """On a worker: what was sent, unpacked once for all its threads."""
    return pickle.loads(zlib.decompress(packed))  # from a client whose code the worker runs anyway


def _call(
    function: Callable[..., T],
    packed: bytes,
    rest: tuple[object, ...],
    named: Mapping[str, object],
    installation: Mapping[str, str],
) -> T:
    """On a worker: the call, unless this is another installation: workers may come after the first look at them."""
    differences = _compare(installation, describe_installation())
    if differences:
        from distributed import get_worker

        raise RunError(_refuse(f"worker {get_worker().address} is another installation: {differences}"))
    return function(_unpack(packed), *rest, **named)


def _check_address(address: str) -> None:
    match = ADDRESS.fullmatch(address)
    if not match or not 0 < int(match[1]) < 2**16:
        wrong = f"'{address}' is no address of a Dask scheduler."
        raise QueryError([Issue("--cluster", 0, 0, "", wrong, "Write tcp://HOST:PORT, or tls://HOST:PORT.")])


def _load() -> None:
    """Load Dask, which sets up its loggers. Raises RunError when it is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise RunError(
            "--cluster needs the package distributed, which is not installed. "
            "Install it with: pip install 'detente[cluster]'"
        ) from None


@contextmanager
def _quietly() -> Iterator[None]:
    """Dask logs nothing meanwhile: what goes wrong is told by our own errors."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _reach(address: str) -> Client:
    """A client of the scheduler at ``address``. Raises RunError when there is none."""
    from distributed import Client

    try:
        _demand_certificates(address)
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ImportError) as problem:
        reason = (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(".")
        raise RunError(f"{address}: no scheduler can be reached: {reason}. Start one with: dask scheduler") from None


def _demand_certificates(address: str) -> None:
    """Raises RunError when ``address`` is encrypted and Dask is told of no certificates; OSError for missing files."""
    import dask
    from distributed import Security

    if not address.startswith("tls:") or dask.config.get("distributed.client.security-loader"):
        return
    if Security().get_connection_args("client")["ssl_context"] is None:
        raise RunError(
            f"{address}: tls needs certificates, and Dask's configuration names none. "
            "Set DASK_DISTRIBUTED__COMM__TLS__CA_FILE and the others that docs/cluster.md lists."
        )


def _await_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise RunError(
            f"{address}: the scheduler has no workers after {PATIENCE:.0f} s. Start some with: dask worker {address}"
        ) from None


def _refuse_others(client: Client, address: str) -> None:
    """Raises RunError when a worker's installation is not that of this process."""
    here = describe_installation()
    others = []
    for worker, there in sorted(client.run(describe_installation, on_error="return").items()):
        if isinstance(there, OSError):  # it has gone away since
            continue
        failed = isinstance(there, Exception)
        differences = f"detente cannot be loaded there: {there}" if failed else _compare(here, there)
        if differences:
            others.append(f"worker {worker} is another installation: {differences}")
    if others:
        more = f"; and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        raise RunError(_refuse(f"{address}: " + "; ".join(others[:SHOWN]) + more))


def _compare(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    return ", ".join(
        f"{name} is {here.get(name, 'missing')} here and {there.get(name, 'missing')} there"
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    )


def _refuse(what: str) -> str:
    return f"{what}. Numbers would not be the same; install the same versions on every worker as here."


def _lose(address: str) -> RunError:
    return RunError(f"{address}: the scheduler does not answer any more. {KEPT}")


@contextmanager
def _explaining(address: str) -> Iterator[None]:
    """What Dask's own errors mean for a run."""
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker, NoValidWorkerError

    try:
        yield
    except (CancelledError, CommClosedError) as problem:
        raise _lose(address) from problem
    except KilledWorker as problem:
        raise RunError(
            f"{address}: one block ended every worker that tried it ({problem.allowed_failures + 1}), most likely for "
            f"want of memory. Give the workers more memory or fewer threads. {KEPT}"
        ) from problem
    except ModuleNotFoundError as problem:
        raise RunError(
            _refuse(f"{address}: a worker is another installation: it has no module {problem.name}")
        ) from None
    except NoValidWorkerError as problem:
        raise RunError(f"{address}: the scheduler has had no workers for too long. {KEPT}") from problem

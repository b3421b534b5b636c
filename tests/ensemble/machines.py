"""A Dask scheduler and workers in processes of their own on loopback, for tests that end some of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from distributed import Worker
from numpy.typing import NDArray

from detente.ensemble.job import Answer
from ensemble.jobs import Waves

ROOT = Path(__file__).parents[2]
#: draws of a watched job that each process answers without waiting
FREE = 3
PATHS = [str(ROOT / "src"), str(ROOT / "tests")]


def await_that(condition: Callable[[], object]) -> None:
    """Wait for as long as it takes."""
    while not condition():
        time.sleep(0.01)


class Machines:
    """A scheduler, and as many workers as are hired, each of one thread."""

    def __init__(self, folder: Path, *options: str, scheme: str = "tcp") -> None:
        self._folder = folder
        self._options = options
        self._started: list[subprocess.Popen[bytes]] = []
        note = folder / "scheduler.json"
        asked = ("--protocol", scheme, "--port", "0", "--scheduler-file", str(note))
        self.scheduler = self._start("scheduler", *asked)
        await_that(lambda: (note.exists() and note.read_text().endswith("}")) or self._ended())
        self.address: str = json.loads(note.read_text())["address"]

    def hire(self, *before: Path) -> int:
        """One worker more, once the scheduler knows it; its process id. It looks for packages in ``before`` first."""
        scratch = str(self._folder / "scratch")
        own = ("--nthreads", "1", "--no-nanny", "--local-directory", scratch)
        process = self._start("worker", self.address, *own, before=before)
        log = self._log(len(self._started) - 1)
        await_that(lambda: "Registered to:" in log.read_text() or self._ended())
        return process

    def kill(self, process: int) -> None:
        """End a process without warning, and wait until it has ended."""
        os.kill(process, signal.SIGKILL)
        next(one for one in self._started if one.pid == process).wait()

    def close(self) -> None:
        """End what is left."""
        for process in reversed(self._started):
            process.kill()
            process.wait()

    def _log(self, number: int) -> Path:
        """What the process of that number says."""
        return self._folder / f"log{number}"

    def _ended(self) -> bool:
        """Whether the last process started has ended."""
        return self._started[-1].poll() is not None

    def _start(self, *words: str, before: tuple[Path, ...] = ()) -> int:
        command = [sys.executable, "-m", "dask", *words, *self._options, "--host", "127.0.0.1", "--no-dashboard"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([*map(str, before), *PATHS])}
        with self._log(len(self._started)).open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=self._folder)
        self._started.append(process)
        return process.pid


def count_wanted(dask_worker: Worker) -> int:
    """On a worker: tasks under way that somebody waits for."""
    return sum(task.state == "executing" for task in dask_worker.state.tasks.values())


def end_process(u: NDArray[np.float64]) -> None:
    """As if for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def overflow_over_half(u: NDArray[np.float64]) -> None:
    """Fail in about half of the draws."""
    if u[0] > 0.5:
        raise OverflowError("the exponent is too large")


@dataclass(frozen=True)
class Watched(Waves):
    """Notes who evaluates which draw in ``folder``; from its fourth on a process waits to be let go."""

    folder: Path = Path()

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        (self.folder / f"{u[0].hex()} by {os.getpid()}").touch()
        if len(self.visits(os.getpid())) > FREE:
            await_that((self.folder / "go").exists)
        return super().evaluate(u)

    def visits(self, process: int | None = None) -> list[float]:
        """First entries of the rows that a process, or any, has begun, ascending, each as often as it was."""
        notes = [path.name.split(" by ") for path in self.folder.glob("* by *")]
        return sorted(float.fromhex(row) for row, by in notes if process in (None, int(by)))

    def waiting(self) -> list[int]:
        """Processes that have begun a draw which waits."""
        crew = {int(path.name.split(" by ")[1]) for path in self.folder.glob("* by *")}
        return [process for process in crew if len(self.visits(process)) > FREE]

    def let_go(self) -> None:
        """No draw waits any more."""
        (self.folder / "go").touch()

"""A run in a process of its own, for tests that kill it: ``python child.py FOLDER MOMENT``.

Moments: ``draw`` and ``publish`` kill the process without warning, in the middle of a draw and between writing a part
and giving it its name; ``hold`` says so and waits, holding the folder; ``keyboard`` is a Ctrl-C while a draw of
another thread never ends; ``nobody`` gives up every right to the folder first.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from unittest.mock import patch

import duckdb
import scipy.stats

from detente.ensemble.runner import Plan, run
from detente.errors import RunError
from ensemble.jobs import Countdown, Waves, with_before

PLAN = Plan(seed=3, draws=24, workers=2, block=3)
assert duckdb
assert scipy.stats  # loaded before rights are given up


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def await_two_parts(folder: Path) -> None:
    """For the writer, once enough blocks are done."""
    while len(list(folder.glob("part-*"))) < 2:
        time.sleep(0.01)


def kill_in_a_draw(folder: Path) -> None:
    await_two_parts(folder)
    kill()


def hold() -> None:
    print("holding", flush=True)
    sys.stdin.read()


def publish(folder: Path) -> None:
    """Be killed when the third part is on disk under its temporary name."""
    countdown = Countdown(4, kill)  # the manifest comes first
    rename = Path.replace

    def replace(source: Path, target: Path) -> Path:
        countdown()
        return rename(source, target)

    with patch.object(Path, "replace", replace):
        run(Waves(), PLAN, folder=folder)


def keyboard(folder: Path) -> None:
    """Ctrl-C in draw 8 while no thread gets further: the run must not wait for them."""
    never = threading.Event()

    def interrupt() -> None:
        await_two_parts(folder)
        os.kill(os.getpid(), signal.SIGINT)
        never.wait()

    try:
        run(with_before(Waves(), Countdown(8, interrupt)), Plan(3, 24, workers=1, block=3), folder=folder)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    never.set()


def nobody(folder: Path) -> None:
    os.setuid(65534)
    try:
        run(Waves(), PLAN, folder=folder)
    except RunError as problem:
        print(problem, flush=True)


def main(folder: Path, moment: str) -> None:
    actions = {"keyboard": keyboard, "nobody": nobody, "publish": publish}
    if moment in actions:
        actions[moment](folder)
    else:
        before = {"draw": Countdown(14, lambda: kill_in_a_draw(folder)), "hold": Countdown(1, hold)}[moment]
        run(Waves(before=before), PLAN, folder=folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

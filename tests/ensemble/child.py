"""A run in a process of its own, for tests that kill it: ``python child.py FOLDER MOMENT``.

Moments: ``draw`` kills the process without warning in the middle of a draw; ``manifest``, ``write``, ``publish`` and
``named`` before the manifest has its name, between writing a part and bringing it to disk, between that and giving it
its name, and right after; ``work`` works on large parts with a goal until somebody kills it; ``hold`` says so and
waits, holding the folder; ``keyboard`` is a Ctrl-C while a draw of another thread never ends; ``nobody`` gives up
every right to the folder first.
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

from detente.ensemble.goal import Goal
from detente.ensemble.runner import Plan, run
from detente.errors import RunError
from ensemble.jobs import Countdown, Waves, Wide, with_before

PLAN = Plan(seed=3, draws=24, workers=2, block=3)
#: of large parts, and with a goal that it never reaches
LONG = Plan(seed=3, draws=96, workers=2, block=3, goal=Goal(1e-6, {"claim/c09": False}))
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


def stop_at_rename(folder: Path, number: int, *, after: bool = False) -> None:
    """Be killed when the file of that number is on disk under its temporary name, or has just got its own."""
    countdown = Countdown(number, kill)
    rename = Path.replace

    def replace(source: Path, target: Path) -> Path:
        if not after:
            countdown()
        rename(source, target)
        if after:
            countdown()
        return target

    with patch.object(Path, "replace", replace):
        run(Waves(), PLAN, folder=folder)


def write(folder: Path) -> None:
    """Be killed when the third part is written, and nothing has asked the disk to keep it."""
    countdown = Countdown(4, kill)  # the manifest comes first
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        if not os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112 - a folder is synced too
            countdown()
        sync(descriptor)

    with patch.object(os, "fsync", fsync):
        run(Waves(), PLAN, folder=folder)


def work(folder: Path) -> None:
    run(Wide(), LONG, folder=folder)


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
    actions = {
        "keyboard": keyboard,
        "nobody": nobody,
        "manifest": lambda folder: stop_at_rename(folder, 1),
        "write": write,
        "publish": lambda folder: stop_at_rename(folder, 4),
        "named": lambda folder: stop_at_rename(folder, 4, after=True),
        "work": work,
    }
    if moment in actions:
        actions[moment](folder)
    else:
        before = {"draw": Countdown(14, lambda: kill_in_a_draw(folder)), "hold": Countdown(1, hold)}[moment]
        run(Waves(before=before), PLAN, folder=folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

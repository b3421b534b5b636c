"""Run a job over the rows of a design, block by block, on any executor; stop and resume at any moment."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.block import BadAnswer, Block, join, slice_block, stack_answers
from detente.ensemble.cluster import Cluster, is_withdrawn
from detente.ensemble.design import MAX_COLUMNS, MAX_ROWS, draw_rows
from detente.ensemble.ensemble import Ensemble, assemble
from detente.ensemble.goal import Goal, list_checkpoints
from detente.ensemble.job import Answer, Job
from detente.ensemble.manifest import describe
from detente.ensemble.parts import find_gaps
from detente.ensemble.store import Store, open_store
from detente.errors import RunError

#: draws of the first blocks; seconds that the others are to take, so that little is lost when a run is killed and
#: little is spent on files; draws of a block and, unless they get longer than that, blocks at most
FIRST_DRAWS, SECONDS, MOST_DRAWS, MOST_BLOCKS = 4, 6.0, 4096, 4096
#: blocks for each of several workers, so that at the end none waits long for the others; seconds below which it may
SHARE, BRIEF = 4, 0.1
#: blocks under way for each worker: the next is at hand when one is done, and a million draws are no million futures
WINDOW = 2
#: seconds between looks at the keyboard, for systems on which waiting cannot be interrupted
PATIENCE = 0.5

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: the seed, the draws and the goal decide the numbers, workers and block only the speed."""

    #: any whole number from 0
    seed: int
    draws: int
    #: threads; with an executor how many blocks it computes at a time; None for one per processor
    workers: int | None = None
    #: draws of a block, which becomes a part; None for what suits the draws and the workers
    block: int | None = None
    #: when fewer draws are enough; None to make them all
    goal: Goal | None = None

    def __post_init__(self) -> None:
        """Raises RunError for a number that makes no sense."""
        for name, least in {"seed": 0, "draws": 1, "workers": 1, "block": 1}.items():
            value = getattr(self, name)
            if value is not None and value < least:
                raise RunError(f"{name} must be at least {least}, not {value}.")
        if self.draws > MAX_ROWS:
            raise RunError(f"draws must be at most {MAX_ROWS}, not {self.draws}.")

    @property
    def threads(self) -> int:
        """Draws computed at a time on this machine."""
        return self.workers or os.cpu_count() or 1

    def size_blocks(self, threads: int, seconds: float | None) -> int:
        """Draws of a block when ``threads`` are computed at a time and each takes ``seconds``; None if not known."""
        if self.block:
            return self.block
        wanted = FIRST_DRAWS if seconds is None else int(min(SECONDS / seconds, MOST_DRAWS))
        size = max(1, wanted, -(-self.draws // MOST_BLOCKS))
        if threads == 1:
            return size
        brief = 1 if seconds is None else int(min(BRIEF / seconds, MOST_DRAWS))
        return min(size, max(1, brief, self.draws // (SHARE * threads)))


def run(
    job: Job,
    plan: Plan,
    *,
    folder: Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Put ``job`` to every draw of ``plan``.

    With a ``folder`` each block is on disk as soon as it is done; the same call goes on where an earlier one ended,
    and more draws extend a run. With a goal the run ends at the first checkpoint whose draws are enough.
    ``progress(done, draws)`` is called at the start, after each block and at each checkpoint. The numbers depend on
    the job, the seed, the draws and the goal alone.

    Raises RunError when a draw fails (naming it), when the folder belongs to another run, is in use, or cannot be
    written. KeyboardInterrupt passes at once; blocks that are done stay in the folder.
    """
    columns = job.columns + job.abroad
    if columns > MAX_COLUMNS:
        raise RunError(f"{columns} uncertain inputs are more than a design can have ({MAX_COLUMNS}).")
    manifest = replace(describe(job, plan.seed, plan.draws), until=plan.goal.until if plan.goal else None)
    report = progress or _say_nothing
    with open_store(folder, manifest) if folder is not None else nullcontext() as store:
        blocks = store.read(plan.draws) if store else []
        for draws in list_checkpoints(plan.draws) if plan.goal else [plan.draws]:
            _extend(job, replace(plan, draws=draws), blocks, _Surroundings(store, executor, report))
            blocks.sort(key=lambda block: block.start)
            if plan.goal and plan.goal.is_met(_first_numbers(plan.goal, blocks, draws)):
                break
        if store:
            store.ask(draws)
    whole = join(manifest.fields, [block for block in blocks if block.start < draws])
    return assemble(manifest, slice_block(whole, 0, draws))


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Where blocks are made, kept and told."""

    store: Store | None
    executor: Executor | None
    report: Progress


def _extend(job: Job, plan: Plan, blocks: list[Block], around: _Surroundings) -> None:
    """Bring ``blocks``, which ascend, to the first ``plan.draws`` draws."""
    held = [(block.start, min(block.stop, plan.draws)) for block in blocks if block.start < plan.draws]
    done = sum(stop - start for start, stop in held)
    around.report(done, plan.draws)
    gaps = find_gaps(held, plan.draws)
    if gaps and around.store:
        around.store.ask(plan.draws)
    with closing(compute(job, plan, gaps, around.executor)) as fresh:
        for block in fresh:
            if around.store:
                around.store.write(block)
            blocks.append(block)
            done += block.stop - block.start
            around.report(done, plan.draws)


def _first_numbers(goal: Goal, blocks: Sequence[Block], draws: int) -> dict[str, NDArray[np.float64]]:
    """What the goal looks at, of the first ``draws`` draws; the blocks ascend."""
    return {name: np.concatenate([block.numbers[name] for block in blocks])[:draws] for name in goal.fields}


def compute(
    job: Job, plan: Plan, gaps: list[tuple[int, int]], executor: Executor | None
) -> Generator[Block, None, None]:
    """The blocks of the gaps (start, stop), as they get done.

    Closed early, it leaves at most one draw per thread running. What runs on an executor that is no Cluster cannot be
    told to stop inside a block.
    """
    stop = Event()
    pool = executor or ThreadPoolExecutor(plan.threads)
    stopped = stop.is_set if executor is None else is_withdrawn if isinstance(executor, Cluster) else None
    order: dict[Future[tuple[Block, float]], int] = {}
    seconds: float | None = None
    pieces = deque(gaps)
    try:
        while pieces or order:
            threads = max(1, executor.threads if isinstance(executor, Cluster) else plan.threads)
            size = plan.size_blocks(threads, seconds)
            while pieces and len(order) < WINDOW * threads:
                draws = _cut(pieces, size)
                order[pool.submit(answer_block, job, plan.seed, draws, stopped)] = draws[0]
            done = wait(order, timeout=PATIENCE, return_when=FIRST_COMPLETED).done
            for future in sorted(done, key=order.__getitem__):
                del order[future]
                block, seconds = future.result()
                yield block
    finally:
        if isinstance(executor, Cluster):
            executor.withdraw()
        else:
            for future in order:
                future.cancel()
        if executor is None:
            stop.set()
            pool.shutdown(wait=False)


def answer_block(
    job: Job, seed: int, draws: tuple[int, int], stopped: Callable[[], bool] | None = None
) -> tuple[Block, float]:
    """The answers of draws ``draws[0]`` to ``draws[1] - 1``, wherever this runs, and the seconds that each draw took.

    Raises RunError naming the draw that fails; ``stopped`` is asked between two draws whether to go on.
    """
    start, end = draws
    begun = perf_counter()
    answers: list[Mapping[str, Answer]] = []
    try:
        for u in draw_rows(seed, start, end, job.columns, job.abroad):
            if stopped and stopped():
                raise CancelledError
            answers.append(job.evaluate(u))
        block = stack_answers(job.fields, start, answers)
        return block, (perf_counter() - begun) / (end - start)
    except BadAnswer as problem:
        raise _name_draw(job, seed, start + problem.row, problem) from None
    except ArithmeticError as problem:
        raise _name_draw(job, seed, start + len(answers), problem) from problem
    except Exception as problem:
        problem.add_note(f"in draw {start + len(answers)} of seed {seed}")
        raise


def _name_draw(job: Job, seed: int, draw: int, problem: Exception) -> RunError:
    return RunError(
        f"draw {draw} of seed {seed} failed: {str(problem) or type(problem).__name__}. "
        "No draw is left out, so the run ends here. "
        f"To see it alone: job.evaluate(draw_rows({seed}, {draw}, {draw + 1}, {job.columns}, {job.abroad})[0])."
    )


def _cut(gaps: deque[tuple[int, int]], size: int) -> tuple[int, int]:
    """Take the next piece off the gaps: at most ``size`` draws, which end at a multiple of it."""
    start, stop = gaps.popleft()
    end = min(stop, (start // size + 1) * size)
    if end < stop:
        gaps.appendleft((end, stop))
    return start, end


def _say_nothing(done: int, draws: int) -> None:
    """Progress for nobody."""

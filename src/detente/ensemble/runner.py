"""Run a job over the rows of a design, block by block, on any executor; stop and resume at any moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.block import BadAnswer, Block, join, slice_block, stack_answers
from detente.ensemble.design import MAX_COLUMNS, MAX_ROWS, draw_rows
from detente.ensemble.ensemble import Ensemble, assemble
from detente.ensemble.goal import Goal, list_checkpoints
from detente.ensemble.job import Answer, Job
from detente.ensemble.manifest import describe
from detente.ensemble.parts import find_gaps
from detente.ensemble.store import Store, open_store
from detente.errors import RunError

#: draws of the smallest block taken by default, and how many blocks a run has at most
LEAST_BLOCK = 4
MOST_BLOCKS = 128
#: seconds between looks at the keyboard, for systems on which waiting cannot be interrupted
PATIENCE = 0.5

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: the seed, the draws and the goal decide the numbers, workers and block only the speed."""

    #: any whole number from 0
    seed: int
    draws: int
    #: threads; None for one per processor
    workers: int | None = None
    #: draws between two parts; None for at least 4 and at most 128 parts
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
    def block_size(self) -> int:
        """Draws of a block."""
        return self.block or max(LEAST_BLOCK, -(-self.draws // MOST_BLOCKS))


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
    if job.columns > MAX_COLUMNS:
        raise RunError(f"{job.columns} uncertain inputs are more than a design can have ({MAX_COLUMNS}).")
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

    Closed early, it leaves at most one draw per thread running.
    """
    stop = Event() if executor is None else None  # what runs elsewhere cannot be told
    pool = ThreadPoolExecutor(plan.workers or os.cpu_count()) if executor is None else executor
    order: dict[Future[Block], int] = {}
    try:
        for start, end in _split(gaps, plan.block_size):
            order[pool.submit(answer_block, job, plan.seed, (start, end), stop)] = start
        while order:
            done = wait(order, timeout=PATIENCE, return_when=FIRST_COMPLETED).done
            for future in sorted(done, key=order.__getitem__):
                del order[future]
                yield future.result()
    finally:
        for future in order:
            future.cancel()
        if stop:
            stop.set()
            pool.shutdown(wait=False)


def answer_block(job: Job, seed: int, draws: tuple[int, int], stop: Event | None = None) -> Block:
    """The answers of draws ``draws[0]`` to ``draws[1] - 1``, wherever this runs.

    Raises RunError naming the draw that fails; ``stop`` ends it between two draws.
    """
    start, end = draws
    answers: list[Mapping[str, Answer]] = []
    try:
        for u in draw_rows(seed, start, end, job.columns):
            if stop and stop.is_set():
                raise CancelledError
            answers.append(job.evaluate(u))
        return stack_answers(job.fields, start, answers)
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
        f"To see it alone: job.evaluate(draw_rows({seed}, {draw}, {draw + 1}, {job.columns})[0])."
    )


def _split(gaps: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """The gaps in pieces of at most ``size`` draws that end at multiples of it."""
    for start, stop in gaps:
        reached = start
        while reached < stop:
            end = min(stop, (reached // size + 1) * size)
            yield reached, end
            reached = end


def _say_nothing(done: int, draws: int) -> None:
    """Progress for nobody."""

"""What a forecast costs: one sweep of everybody's choices, one solved behaviour, one course.

The yardstick, measured in the same run on the same array, is one bare pass: ``np.multiply(masses, 1.0001, out=moved)``.
``times bare`` is a time over the yardstick's; ``times bare passes`` of a sweep divides that by the number of deciding
actors, each of whom reads and writes the array once. A *sweep* is what one jump of the chain or one slope of the
recursion does to the columns side by side. A solution says its ``steps``, of three sweeps each.

Payoffs add up a dozen statements of about 1.5 per actor, over one to three levers each; noise is 0.5, foresights are 6
to 12 months, tempos 0.3 to 0.5 a month, the course lasts 24 months.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import prod

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from builders import make_game, priced
from detente import kernels
from detente.game.game import Game, Prices
from detente.solvers.conduct import Conduct, solve_conduct
from detente.solvers.course import propagate
from detente.solvers.layout import Layout, lay_out
from detente.solvers.watch import lay_watch

#: decisions per month and months, per actor
TEMPO = (0.5, 0.4, 0.4, 0.3, 0.3, 0.3)
FORESIGHT = (9.0, 8.0, 10.0, 6.0, 12.0, 7.0)

#: levels of each actor's levers
SIZES = {
    "thousand": ((4, 2, 2), (2, 2), (2, 2), (2, 2)),
    "eight-thousand": ((4, 2, 2), (2, 2, 2), (2, 2, 2), (2,), (2,), (2,)),
    "sixty-thousand": ((4, 2, 2), (2, 2, 2, 2), (2, 2, 2), (2,), (2,), (2,)),
    "million": ((4, 2, 2, 2), (2, 2, 2, 2, 2), (2, 2, 2, 2, 2), (2, 2, 2, 2)),
}


@dataclass(frozen=True)
class Stage:
    """A game with everything laid out."""

    game: Game
    prices: Prices
    layout: Layout
    conduct: Conduct


@pytest.fixture(scope="module", params=SIZES)
def stage(request: pytest.FixtureRequest) -> Stage:
    return lay_stage(request.param)


def lay_stage(size: str) -> Stage:
    rng = np.random.default_rng(0)
    owned = SIZES[size]
    shape = (*(m for own in owned for m in own), 2, 2) if size == "sixty-thousand" else tuple(sum(owned, ()))
    payoffs = np.zeros((len(owned), *shape))
    for actor in range(len(owned)):
        for _ in range(12):
            truth = np.ones((1,) * len(shape))
            for dim in rng.choice(len(shape), rng.integers(1, 4), replace=False):
                level = np.arange(shape[dim]) == rng.integers(shape[dim])
                truth = truth * level.reshape([-1 if k == dim else 1 for k in range(len(shape))])
            payoffs[actor] += rng.normal() * 1.5 * truth
    names = "abcdef"[: len(owned)]
    chance = len(shape) > sum(map(len, owned))
    game = make_game(
        {name: {f"l{k}": m for k, m in enumerate(own)} for name, own in zip(names, owned, strict=True)},
        payoffs,
        behaviour={
            name: (tempo, foresight, 0.5, 0.3)
            for name, tempo, foresight in zip(
                "abcdef", (0.5, 0.4, 0.4, 0.3, 0.3, 0.3), (9, 8, 10, 6, 12, 7), strict=True
            )
            if name in names
        },
        chance={"c0": 2, "c1": 2} if chance else {},
        moves={("c0", 0, 1): 0.02, ("c1", 0, 1): 0.03, ("c1", 1, 0): 0.02} if chance else {},
    )
    assert game.cells == prod(shape)
    prices, layout = priced(game), lay_out(game)
    return Stage(game, prices, layout, solve_conduct(game, prices, layout))


def measure_bare_pass(columns: int, cells: int) -> float:
    """Seconds of the yardstick."""
    masses, moved = np.random.default_rng(0).random((columns, cells)), np.empty((columns, cells))
    best = np.inf
    for _ in range(20):
        start = time.perf_counter()
        np.multiply(masses, 1.0001, out=moved)
        best = min(best, time.perf_counter() - start)
    return best


def note(benchmark: BenchmarkFixture, stage: Stage, bare: float, **counts: float) -> None:
    if benchmark.stats is not None:
        least = benchmark.stats.stats.min
        benchmark.extra_info |= {"cells": stage.game.cells, "times bare": round(least / bare, 1), **counts}


@pytest.mark.parametrize("columns", [1, 2, 8])
def test_sweep(benchmark: BenchmarkFixture, stage: Stage, columns: int) -> None:
    conduct, layout = stage.conduct, stage.layout
    masses = np.random.default_rng(1).random((columns, stage.game.cells))
    moved = np.zeros_like(masses)

    def sweep() -> None:
        for k, tiling in enumerate(layout.tilings):
            kernels.add_choices(
                masses,
                columns,
                conduct.inverse[k],
                conduct.weights[k],
                conduct.tempo[list(tiling.actors)],
                tiling.frame,
                tiling.spots,
                conduct.priors[k].transposed,
                moved,
            )

    benchmark.pedantic(sweep, rounds=15, warmup_rounds=1)
    bare = measure_bare_pass(columns, stage.game.cells)
    note(benchmark, stage, bare)
    if benchmark.stats is not None:
        deciding = int(layout.deciding.sum())
        each = benchmark.stats.stats.min / deciding / columns / stage.game.cells
        benchmark.extra_info["times bare passes"] = round(benchmark.stats.stats.min / bare / deciding, 1)
        benchmark.extra_info["ns per cell, column and actor"] = round(1e9 * each, 2)


def test_solve(benchmark: BenchmarkFixture, stage: Stage) -> None:
    arguments = (stage.game, stage.prices, stage.layout)
    conduct = benchmark.pedantic(solve_conduct, arguments, rounds=3, warmup_rounds=0)
    note(benchmark, stage, measure_bare_pass(len(stage.game.actors), stage.game.cells), steps=len(conduct.ladder) - 1)


@pytest.mark.parametrize("events", [0, 1, 7])
def test_course(benchmark: BenchmarkFixture, stage: Stage, events: int) -> None:
    rng = np.random.default_rng(2)
    by = [(rng.random(stage.game.cells) < 0.05, True) for _ in range(events)]
    watch = lay_watch(stage.game, stage.game.status_quo, [rng.random(stage.game.cells) < 0.3], by)
    arguments = (stage.game, stage.conduct, stage.layout, watch, np.arange(25.0))
    benchmark.pedantic(propagate, arguments, rounds=3, warmup_rounds=0)
    note(benchmark, stage, measure_bare_pass(len(watch.absorbing), stage.game.cells), columns=len(watch.absorbing))

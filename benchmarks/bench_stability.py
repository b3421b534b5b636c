"""What stability costs: all five concepts, every state, every actor, from payoffs to verdicts.

Payoffs are independent draws without ties, the hardest kind. The yardstick, measured in the same run just before and
after, is the time to ``np.argsort`` the ranks of the payoffs (int32, one dimension per actor) along the last axis once
per actor. Beside each time stand ``cells``, ``times yardstick``, ``ns`` per cell, actor and concept, and ``bytes`` per
cell and actor: the most that was allocated at a time, the payoffs included.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from builders import make_game, priced
from detente.game.game import Game, Prices
from detente.solvers.stability import CONCEPTS, equilibria_of, find_equilibria


@dataclass(frozen=True)
class Size:
    """A game of ``actors`` with binary levers."""

    actors: int
    #: how many each actor has, or all have together, shared out as evenly as can be
    levers: int
    together: bool = False
    #: share of cells that are infeasible, and how many levers of each actor only go forward
    infeasible: float = 0.0
    one_way: int = 0

    def build(self) -> tuple[Game, Prices]:
        """The game and its numbers."""
        rng = np.random.default_rng(0)
        n = self.actors
        own = [(self.levers + i) // n if self.together else self.levers for i in range(n)]
        cells = 2 ** sum(own)
        game = make_game(
            {f"a{i}": {f"l{k}": 2 for k in range(own[i])} for i in range(n)},
            rng.permuted(np.tile(np.arange(cells), (n, 1)), axis=1) / 1e4,
            infeasible=rng.random(cells) < self.infeasible,
            one_way={f"a{i}.l{k}": True for i in range(n) for k in range(self.one_way)},
        )
        return game, priced(game)


SIZES = {
    "small": Size(4, 3),
    "medium": Size(4, 4),
    "medium-masked": Size(4, 4, infeasible=0.3, one_way=1),
    "six": Size(6, 3, infeasible=0.5, one_way=1),
    "2^18": Size(4, 18, together=True),
    "large": Size(4, 5),
    "large-masked": Size(4, 5, infeasible=0.3, one_way=1),
    "2^22": Size(4, 22, together=True),
    "huge": Size(4, 6),
    "huge-masked": Size(4, 6, infeasible=0.3, one_way=1),
    "crowd": Size(10, 2),
    "crowd-masked": Size(10, 2, infeasible=0.3, one_way=1),
}


def measure_yardstick(game: Game, prices: Prices) -> float:
    """Seconds to sort the same numbers along the last axis."""
    shape = tuple(game.line(i)[1] for i in range(len(game.actors)))
    ranks = [
        np.where(game.feasible, np.argsort(np.argsort(payoff)), -1).astype(np.int32).reshape(shape)
        for payoff in prices.payoffs.T
    ]
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        for table in ranks:
            np.argsort(table, axis=-1)
        best = min(best, time.perf_counter() - start)
    return best


def measure_memory(solve: Callable[[Game, Prices], object], game: Game, prices: Prices) -> int:
    """Bytes at the peak of a solution, the payoffs included."""
    tracemalloc.start()
    solve(game, prices)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak + prices.payoffs.nbytes


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("solve", [equilibria_of, find_equilibria])
def test_all_concepts(benchmark: BenchmarkFixture, size: str, solve: Callable[[Game, Prices], object]) -> None:
    game, prices = SIZES[size].build()
    before = measure_yardstick(game, prices)
    benchmark.pedantic(solve, (game, prices), rounds=3, warmup_rounds=1)
    if benchmark.stats is not None:
        seconds = benchmark.stats.stats.min
        yardstick = min(before, measure_yardstick(game, prices))
        pairs = game.cells * len(game.actors)
        benchmark.extra_info |= {
            "cells": game.cells,
            "times yardstick": round(seconds / yardstick, 1),
            "ns": round(seconds / (pairs * len(CONCEPTS)) * 1e9, 1),
            "bytes": round(measure_memory(solve, game, prices) / pairs, 1),
        }


@pytest.mark.parametrize("threads", [1, 2])
def test_draws_in_threads(benchmark: BenchmarkFixture, threads: int) -> None:
    """Eight draws of ``six``; with two threads on two free cores it takes half as long."""
    game, prices = SIZES["six"].build()
    with ThreadPoolExecutor(threads) as pool:
        benchmark.pedantic(
            lambda: list(pool.map(lambda _: equilibria_of(game, prices), range(8))), rounds=3, warmup_rounds=1
        )

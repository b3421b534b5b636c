"""How the cost of one draw grows with the game: a solved behaviour and a course of two rows, 10^3 to 10^7 states.

Four actors with as many two-level levers as the size asks for, and one chance lever; foresight six months, horizon
twelve. ``ns per state`` should stay level: growth is linear where it does. Peak memory is that of the arrays alive,
from numpy's own account (tracemalloc), in bytes per state.
"""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from builders import make_game, priced
from detente.solvers.conduct import solve_conduct
from detente.solvers.course import propagate
from detente.solvers.layout import lay_out
from detente.solvers.watch import lay_watch

#: levers of each of the four actors
SIZES = {
    "thousand": (3, 2, 2, 2),
    "ten-thousand": (3, 3, 3, 3),
    "hundred-thousand": (4, 4, 4, 4),
    "million": (5, 5, 5, 4),
    "ten-million": (6, 6, 5, 5),
}


@pytest.mark.parametrize("size", SIZES)
def test_growth(benchmark: BenchmarkFixture, size: str) -> None:
    rng = np.random.default_rng(0)
    levers = SIZES[size]
    dims = sum(levers) + 1
    payoffs = np.zeros((4, *(2,) * dims), dtype=np.float64)
    for actor in range(4):
        for _ in range(8):
            where: list[int | slice] = [slice(None)] * dims
            for dim in rng.choice(dims, 2, replace=False):
                where[dim] = int(rng.integers(2))
            payoffs[(actor, *where)] += rng.normal()
    game = make_game(
        {name: {f"l{k}": 2 for k in range(count)} for name, count in zip("abcd", levers, strict=True)},
        payoffs.reshape(4, -1),
        behaviour=dict.fromkeys("abcd", (0.4, 6.0, 0.5, 0.3)),
        chance={"c": 2},
        moves={("c", 0, 1): 0.05},
    )
    prices, layout = priced(game), lay_out(game)
    watch = lay_watch(game, game.status_quo, [payoffs[0].reshape(-1) > 0], [(payoffs[1].reshape(-1) > 2, False)])

    def draw() -> int:
        conduct = solve_conduct(game, prices, layout)
        propagate(game, conduct, layout, watch, np.array([6.0, 12.0]))
        return len(conduct.ladder) - 1

    steps = benchmark.pedantic(draw, rounds=3 if game.cells < 2**20 else 1, warmup_rounds=game.cells < 2**20)
    if benchmark.stats is not None:
        tracemalloc.start()
        draw()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        least = benchmark.stats.stats.min
        benchmark.extra_info |= {
            "states": game.cells,
            "steps": steps,
            "ns per state": round(1e9 * least / game.cells),
            "bytes per state": round(peak / game.cells),
        }

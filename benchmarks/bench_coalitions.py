"""What coalitional stability costs: all 63 coalitions of korea-2024, every feasible state, at central values.

The yardstick, measured in the same run, is the time of the five concepts of one actor over the same game. Beside each
time stand ``feasible`` states, ``coalitions`` and ``times yardstick``.
"""

from __future__ import annotations

import time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from builders import priced
from detente import api
from detente.game.game import Game, Prices
from detente.solvers.coalitions import CONCEPTS, find_coalition_equilibria
from detente.solvers.stability import find_equilibria


def measure_yardstick(game: Game, prices: Prices) -> float:
    """Seconds for Nash, GMR, SMR, SEQ and SSEQ."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        find_equilibria(game, prices)
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize("concept", CONCEPTS)
def test_all_coalitions(benchmark: BenchmarkFixture, concept: str) -> None:
    game = api.compile(api.load("korea-2024"))
    prices = priced(game)
    found = benchmark.pedantic(find_coalition_equilibria, (game, prices, [concept]), rounds=2, warmup_rounds=1)
    if benchmark.stats is not None:
        benchmark.extra_info |= {
            "feasible": int(game.feasible.sum()),
            "coalitions": len(found.coalitions),
            "times yardstick": round(benchmark.stats.stats.min / measure_yardstick(game, prices), 1),
        }

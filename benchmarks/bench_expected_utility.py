"""The expected-utility model over many draws of one table, its default rounds, every position and weight noisy.

The aim is 10,000 draws of 10 actors within 3 s. ``core-seconds`` are those of one such call, whatever else the machine
does. ``times bare powers``: the time over that of NumPy for raising as many
numbers to a power as the model must (3 for each ordered pair of actors and round), in the same run. ``times faster``:
per draw and round, against the definition that the tests hold it to, plain Python.

Sizes: ``ten`` is the car case, 10,000 draws of 10 actors; ``forty`` 200 draws of 40; ``alternatives`` is ``ten`` with a
tenth of the draws and risk by the actor's own alternatives, the dearest switch.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from detente.solvers.bargaining.models import settle
from detente.solvers.bargaining.stakes import Stakes, lay_stakes
from oracles_bargaining_expected_utility import Actor, play

#: draws, actors, switches
SIZES: dict[str, tuple[int, int, dict[str, str]]] = {
    "ten": (10_000, 10, {}),
    "forty": (200, 40, {}),
    "alternatives": (1_000, 10, {"risk": "alternatives"}),
}
#: draws of the definition
FEW = 3


def lay(draws: int, n: int) -> Stakes:
    """Actors at three or so places, as in the car case, with noise."""
    rng = np.random.default_rng(0)
    x = np.clip(rng.choice([4.0, 7.0, 10.0], n) + rng.normal(0, 0.5, (draws, n)), 0, 20)
    s, c = np.clip(rng.random(n) + rng.normal(0, 0.05, (draws, n)), 0.05, 1), rng.random(n) + 0.1
    names, here = tuple(f"a{i}" for i in range(n)), np.ones((n, 1), dtype=np.bool_)
    ends, unknown = (np.array([0.0]), np.array([20.0])), np.full((draws, 1), np.nan)
    capabilities = np.broadcast_to(c, x.shape)[:, :, None].copy()
    return lay_stakes(Stakes(names, ("x",), x[:, :, None], s[:, :, None], capabilities, here, *ends, unknown))


def time_powers(count: int) -> float:
    """Seconds for raising that many shares to a power, a million at a time."""
    rng = np.random.default_rng(1)
    shares, exponents = rng.random(1_000_000), rng.uniform(0.5, 2, 1_000_000)
    best = np.inf
    for _ in range(5):
        begun = time.perf_counter()
        np.power(shares, exponents)
        best = min(best, time.perf_counter() - begun)
    return float(best * count / 1_000_000)


def time_definition(stakes: Stakes, switches: dict[str, str]) -> float:
    """Seconds per draw and round."""
    table: NDArray[np.float64] = np.concatenate([stakes.positions, stakes.saliences, stakes.capabilities], axis=2)
    whole = settle("expected-utility", stakes.at([0]), switches).switches
    begun = time.perf_counter()
    for rows in table[:FEW]:
        play([Actor(*map(float, row)) for row in rows], float(np.ptp(rows[:, 0])), whole)
    return (time.perf_counter() - begun) / FEW


@pytest.mark.parametrize("size", SIZES)
def test_expected_utility(benchmark: BenchmarkFixture, size: str) -> None:
    draws, n, switches = SIZES[size]
    stakes = lay(draws, n)
    settle("expected-utility", stakes.at([0]), switches)  # loads what is compiled
    found = benchmark.pedantic(settle, ("expected-utility", stakes, switches), rounds=3)
    played = int(found.lengths.sum())
    begun = time.process_time()
    settle("expected-utility", stakes, switches)
    cores = time.process_time() - begun
    if benchmark.stats is not None:
        best = benchmark.stats.stats.min
        benchmark.extra_info |= {
            "draws": draws,
            "core-seconds": round(cores, 2),
            "rounds a draw": round(played / draws, 1),
            "microseconds a round": round(1e6 * best / played, 1),
            "times bare powers": round(best / time_powers(3 * n * n * played), 2),
        }
        if n <= 10:
            few = stakes.at(range(FEW))
            benchmark.extra_info["times faster"] = round(time_definition(few, switches) / (best / played))

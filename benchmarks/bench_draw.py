"""What one draw of the flagship costs: all its queries, the coin tosses and five stability concepts.

A *pass* is one actor's choice applied to one column (a value, a copy of the distribution) over all places of a game;
the *bare pass* is the time of the kernel that does it, called for one actor at a time and nothing else, per place,
measured in the same run. ``times bare passes`` is the time of a draw over that of its passes alone: what finding the
weights, steps and errors, chance, pricing, measuring, stability and Python add on top.

``two workers`` is how many times faster two threads are than one at the same draws. ``minutes for 1,000 draws`` is what
the measured draws come to with two workers.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from detente import api, kernels
from detente.ensemble.design import draw_rows
from detente.ensemble.study import Study, lay_study
from detente.game.pricing import draw_inputs, price
from detente.solvers.conduct import solve_conduct

DRAWS = 8


@pytest.fixture(scope="module")
def study() -> Study:
    scenario = api.load("korea-2024")
    return lay_study(scenario, api.compile(scenario))


@pytest.fixture(scope="module")
def rows(study: Study) -> NDArray[np.float64]:
    return draw_rows(0, 0, DRAWS, study.columns, study.abroad)


def count_passes(study: Study, u: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch) -> int:
    """Places visited by the passes of one draw."""
    visited = 0
    whole = kernels.add_choices

    def count(*arguments: object) -> None:
        nonlocal visited
        columns, count, rates = arguments[0], arguments[1], arguments[4]
        visited += columns.shape[1] * count * int(np.count_nonzero(rates))
        whole(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(kernels, "add_choices", count)
        study.evaluate(u)
    return visited


def measure_bare_pass(study: Study, u: NDArray[np.float64]) -> float:
    """Seconds per place, over the actors of the flagship's game as it stands."""
    scene = study.plan.scenes[0]
    layout = scene.layout
    conduct = solve_conduct(scene.game, price(scene.game, draw_inputs(scene.game, u)), layout)
    columns = np.random.default_rng(0).random((4, len(layout.cells)))
    out = np.zeros_like(columns)
    seconds = []
    for k, tiling in enumerate(layout.tilings):
        for row in range(len(tiling.actors)):
            rates = np.zeros(len(tiling.actors))
            rates[row] = 1.0
            best = np.inf
            for _ in range(30):
                begun = time.perf_counter()
                kernels.add_choices(
                    columns,
                    len(columns),
                    conduct.weights[k],
                    conduct.inverse[k],
                    rates,
                    tiling.frame,
                    tiling.spots,
                    conduct.priors[k].mats,
                    out,
                )
                best = min(best, time.perf_counter() - begun)
            seconds.append(best / columns.size)
    return float(np.mean(seconds))


def test_draw(
    benchmark: BenchmarkFixture, study: Study, rows: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    benchmark.pedantic(study.evaluate, (rows[1],), rounds=10, warmup_rounds=1)
    passes, bare = count_passes(study, rows[1], monkeypatch), measure_bare_pass(study, rows[1])
    if benchmark.stats is not None:
        benchmark.extra_info |= {
            "feasible": int(study.game.feasible.sum()),
            "passes over all places": round(passes / study.game.feasible.sum()),
            "bare pass, ns per place": round(1e9 * bare, 2),
            "times bare passes": round(benchmark.stats.stats.min / (passes * bare), 2),
        }


def test_two_workers(benchmark: BenchmarkFixture, study: Study, rows: NDArray[np.float64]) -> None:
    def draw(workers: int) -> float:
        with ThreadPoolExecutor(workers) as pool:
            begun = time.perf_counter()
            list(pool.map(study.evaluate, rows))
            return time.perf_counter() - begun

    # Both in turn, so that a busy machine slows both.
    pairs = [(draw(1), draw(2)) for _ in range(3)]
    benchmark.pedantic(draw, (2,), rounds=1)
    one, two = (min(times) for times in zip(*pairs, strict=True))
    if benchmark.stats is not None:
        benchmark.extra_info |= {
            "two workers": round(one / two, 2),
            "minutes for 1,000 draws": round(two / DRAWS * 1000 / 60, 1),
        }

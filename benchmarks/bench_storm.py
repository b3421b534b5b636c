"""The course against the Storm model checker (Hensel et al. 2022) on the same chain written out, one draw.

Both answer the same two questions from the same state: how likely the condition is to be true at the end, and by then.
Storm's time is that of checking two formulas; building its model is not counted. Ours is one walk. ``times faster`` is
the ratio in the same run, ``largest difference`` that of the probabilities. The game is ``sixty-thousand`` of
``bench_forecast``: 65,536 states, six actors, two chance levers, 2.8 million transitions; the end is 24 months off.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import stormpy  # noqa: TID251 - this is the comparison it is for
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from bench_forecast import Stage, lay_stage
from detente.solvers.chain import Chain, write_drn
from detente.solvers.course import propagate
from detente.solvers.watch import lay_watch

MONTHS = 24.0


def write_chain(stage: Stage) -> Chain:
    """The chain, actor by actor for all states at once."""
    game, conduct, layout = stage.game, stage.conduct, stage.layout
    cells = np.arange(game.cells)
    keys = [layout.cells[layout.sources] * game.cells + layout.cells[layout.targets]]
    rates = [layout.find_rates(conduct.rates)]
    for k, tiling in enumerate(layout.tilings):
        spots = tiling.locate(layout.places[cells])
        for row, actor in enumerate(tiling.actors):
            _, size, inner = game.line(actor)
            prior = lay_prior(stage, actor)
            here = cells // inner % size
            weights, inverse = conduct.weights[k][row, spots], conduct.inverse[k][row, spots]
            for away in range(1, size):
                there = (here + away) % size
                targets = cells + (there - here) * inner
                keys.append(cells * game.cells + targets)
                rates.append(conduct.tempo[actor] * prior[here, there] * weights[targets] * inverse)
    key, rate = np.concatenate(keys), np.concatenate(rates)
    pairs, place = np.unique(key[rate > 0], return_inverse=True)
    rates = np.bincount(place, weights=rate[rate > 0])
    return Chain(game, cells, pairs // game.cells, pairs % game.cells, rates, 0.0)


def lay_prior(stage: Stage, actor: int) -> NDArray[np.float64]:
    """The prior between the positions of an actor's axis, every lever legally free."""
    reluctance = float(np.exp(-stage.prices.habit[actor] / stage.prices.noise[actor]))
    prior = np.ones((1, 1))
    for axis in stage.game.own(actor):
        m = len(axis.levels)
        q = np.full((m, m), reluctance / (m - 1))
        np.fill_diagonal(q, 1.0)
        prior = np.kron(prior, q)
    return prior


def test_course_against_storm(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    stage = lay_stage("sixty-thousand")
    goal = np.random.default_rng(3).random(stage.game.cells) < 0.02
    start = stage.game.status_quo
    path = tmp_path / "chain.drn"
    path.write_text(write_drn(write_chain(stage), start, {"goal": goal}), encoding="utf-8")
    model = stormpy.build_model_from_drn(str(path))
    seconds, answers = np.inf, []
    forms = [f'P=? [F[{MONTHS},{MONTHS}] "goal"]', f'P=? [F<={MONTHS} "goal"]']
    for _ in range(3):
        begun = time.perf_counter()
        answers = [
            stormpy.model_checking(model, stormpy.parse_properties(form)[0], only_initial_states=True).get_value(start)
            for form in forms
        ]
        seconds = min(seconds, time.perf_counter() - begun)
    watch = lay_watch(stage.game, start, [goal], [(goal, False)])
    course = benchmark.pedantic(
        propagate,
        (stage.game, stage.conduct, stage.layout, watch, np.array([MONTHS])),
        rounds=7,
        warmup_rounds=1,
    )
    apart = float(np.abs(np.array([course.on[0, 0], course.by[0, 0]]) - answers).max())
    if benchmark.stats is not None:
        benchmark.extra_info |= {
            "states": stage.game.cells,
            "transitions": model.nr_transitions,
            "storm seconds": round(seconds, 3),
            "times faster": round(seconds / benchmark.stats.stats.min, 1),
            "largest difference": apart,
        }
    assert apart < 1e-8

"""The posterior over inputs by tempered sequential Monte Carlo, for when too few draws of the prior are left.

Particles start as draws of the prior and meet the likelihood by degrees: its exponent rises to 1 in levels, each as
high as leaves half of the particles in effect (Del Moral, Doucet and Jasra 2006; annealing as in Neal 2001). At each
level they are resampled systematically and moved by Metropolis steps that leave the level's distribution as it is:
autoregressive ones in normal coordinates (Cotter et al. 2013), where the prior is standard normal, so that a proposal
is accepted by its likelihood alone; readings by fresh ones. Every likelihood is exact; the sample is approximate.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from detente.errors import RunError
from detente.scenario.queries import Probability
from detente.solvers.forecast import answer
from detente.solvers.plans import Plan

Floats = NDArray[np.float64]

#: Metropolis steps of every particle at each level
STEPS = 3
#: a step's size and the share of coordinates it moves, one pair at random: bold and shy ones, so none need be tuned
KERNELS = ((1.0, 0.05), (0.5, 0.3), (0.3, 1.0))
#: share of the steps that propose fresh readings
FRESH = 0.25
METHOD = (
    f"tempered sequential Monte Carlo, {STEPS} Metropolis steps a level, systematic resampling; errors by clusters of "
    "common ancestry"
)
#: told after each level: its exponent and the share of proposals accepted
Told = Callable[[float, float], None]


@dataclass(frozen=True, eq=False)
class Cloud:
    """Equally weighted particles, ``n`` of them, that approximate the posterior."""

    seed: int
    #: float64 (n, columns): rows as a design has them
    rows: Floats = field(repr=False)
    #: float64 (n,): log of the probability of everything observed
    logs: Floats = field(repr=False)
    #: by probability asked, float64 (n,): its value given the evidence within each particle
    posteriors: Mapping[Probability, Floats] = field(repr=False)
    #: int64 (n,): the first particle that each descends from
    ancestors: NDArray[np.int64] = field(repr=False)
    #: exponents, ascending to 1, and the share of proposals accepted at each
    levels: tuple[float, ...]
    acceptance: tuple[float, ...]
    #: likelihoods computed
    evaluations: int


def temper(
    plan: Plan,
    rows: Floats,
    *,
    readings: Sequence[int],
    seed: int,
    workers: int | None = None,
    told: Told | None = None,
) -> Cloud:
    """Carry draws of the prior, shape (n, columns), n at least 2, over to the posterior given the plan's evidence.

    ``readings`` are the columns that choose one. The answer depends on the seed, not on the workers. Raises RunError
    when the evidence is impossible in every row.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, len(rows)]))
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as executor:

        def judge(some: Floats) -> Cloud:
            return _judge(plan, some, seed, executor)

        cloud = judge(rows)
        if not np.isfinite(cloud.logs).any():
            raise RunError("The evidence is impossible in every draw, so there is nothing to go on from.")
        while not cloud.levels or cloud.levels[-1] < 1:
            now = cloud.levels[-1] if cloud.levels else 0.0
            level, weights = _find_level(cloud.logs, now)
            cloud = _pick(cloud, _resample(weights, rng))
            accepted = 0
            for _ in range(STEPS):
                proposed = judge(_propose(cloud.rows, readings, rng))
                chance = np.exp(np.minimum(0.0, level * (proposed.logs - cloud.logs)))
                taken = rng.random(len(rows)) < chance
                accepted += int(taken.sum())
                cloud = _merge(cloud, proposed, taken)
            share = accepted / (STEPS * len(rows))
            cloud = replace(cloud, levels=(*cloud.levels, level), acceptance=(*cloud.acceptance, share))
            if told is not None:
                told(level, share)
    return cloud


def _judge(plan: Plan, rows: Floats, seed: int, executor: ThreadPoolExecutor) -> Cloud:
    found = [answers.evidence for answers in executor.map(lambda u: answer(plan, u), rows)]
    logs, asked = [], plan.evidence.asked if plan.evidence is not None else ()
    for one in found:
        assert one is not None, "a plan to temper has evidence"
        with np.errstate(divide="ignore"):
            logs.append(float(np.log(np.nan_to_num(one.increments)).sum()))
    posteriors = {item: np.array([one.posteriors[item] for one in found if one is not None]) for item in asked}
    return Cloud(seed, rows, np.array(logs), posteriors, np.arange(len(rows)), (), (), len(rows))


def _find_level(logs: Floats, now: float) -> tuple[float, Floats]:
    """The next exponent, and the weights that carry particles there: half of those possible count in effect."""
    rise = logs - logs.max()
    goal = np.isfinite(logs).sum() / 2

    def weigh(level: float) -> Floats:
        with np.errstate(invalid="ignore"):
            weights = np.where(np.isfinite(rise), np.exp((level - now) * rise), 0.0)
        return np.asarray(weights / weights.sum())

    if 1 / (weigh(1.0) ** 2).sum() >= goal:
        return 1.0, weigh(1.0)
    low, high = now, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 / (weigh(middle) ** 2).sum() >= goal else (low, middle)
    return low, weigh(low)


def _resample(weights: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Systematic: evenly spaced over the weights from one random start."""
    count = len(weights)
    total = np.cumsum(weights)
    return np.searchsorted(total / total[-1], (np.arange(count) + rng.random()) / count).astype(np.int64)


def _propose(rows: Floats, readings: Sequence[int], rng: np.random.Generator) -> Floats:
    """A step of every particle under which the prior is reversible."""
    from scipy import special

    count, columns = rows.shape
    kernel = rng.integers(len(KERNELS), size=count)
    size, share = (np.array([pair[k] for pair in KERNELS])[kernel][:, None] for k in (0, 1))
    moving = rng.random((count, columns)) < share
    fresh = (rng.random(count) < FRESH) & bool(readings)
    moving[fresh] = np.isin(np.arange(columns), list(readings))
    size[fresh] = 1.0
    normal = special.ndtri(rows)
    moved = special.ndtr(np.sqrt(1 - size**2) * normal + size * rng.standard_normal(rows.shape))
    # A row's entries lie inside (0, 1).
    return np.where(moving, np.clip(moved, 1e-12, 1 - 1e-12), rows)


def _pick(cloud: Cloud, which: NDArray[np.int64]) -> Cloud:
    return replace(
        cloud,
        rows=cloud.rows[which],
        logs=cloud.logs[which],
        posteriors={item: values[which] for item, values in cloud.posteriors.items()},
        ancestors=cloud.ancestors[which],
    )


def _merge(cloud: Cloud, proposed: Cloud, taken: NDArray[np.bool_]) -> Cloud:
    return replace(
        cloud,
        rows=np.where(taken[:, None], proposed.rows, cloud.rows),
        logs=np.where(taken, proposed.logs, cloud.logs),
        posteriors={
            item: np.where(taken, proposed.posteriors[item], values) for item, values in cloud.posteriors.items()
        },
        evaluations=cloud.evaluations + len(taken),
    )

"""The constants of the default forecast fitted to decisions whose outcome is known, and what they are worth.

The constants are those with the least

    mean CRPS / length of the scale + WEIGHT max(0, coverage - AIM)^2

coverage being that of the central 80 % interval, with a soft edge so that it has a slope. Without the second term the
interval covers far more than 80 %, as it ends on point masses at the ends of the scale. They are found by the simplex
method (Nelder & Mead 1965) from one start, so the same file gives the same constants.

What they are worth is told by cross-validation over whole proposals: these are shuffled into ten parts, and each part
is forecast with constants fitted on the other nine. That is done for several shuffles, and the scores of an issue are
their mean. Nested variants with fewer constants stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.findings.dossiers import Sample
from detente.findings.forecasters import Answers, score_prediction
from detente.game.exchange.deu import TOP
from detente.solvers.bargaining.crps import find_crps
from detente.solvers.bargaining.prediction import Camps, Constants, Prediction, gather_camps, spread_out
from detente.solvers.bargaining.stakes import Floats

Progress = Callable[[int, int], None]

#: coverage of the 80 % interval above which it costs, and how much
AIM, WEIGHT = 0.85, 5.0
#: share of probability over which coverage goes from 0 to 1
SOFT = 0.015
#: parts of a shuffle, and shuffles
PARTS, SHUFFLES = 10, 3
#: the most steps of a search
STEPS = 400
#: where the search starts
START = Constants(smooth=0.75, spread=0.6, camp=0.6)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which constants are fitted, and with which aim."""

    name: str
    #: whether the weight of a camp has a power of its own; else it counts as it is
    camp: bool = True
    #: whether coverage costs
    held: bool = True


#: the last is the one that is shipped
PLANS = (
    Plan("smooth, spread; CRPS alone", camp=False, held=False),
    Plan("smooth, spread, camp; CRPS alone", held=False),
    Plan("smooth, spread; coverage held", camp=False),
    Plan("smooth, spread, camp; coverage held"),
)


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """The constants fitted to all issues, and the scores of every issue forecast out of fold."""

    plan: Plan
    constants: Constants
    #: standard deviation of each over the fits on nine tenths
    wander: Constants
    #: standard deviation over parts of a part's mean CRPS, mean over shuffles
    parts: float
    answers: Answers = field(repr=False)


def fit_all(sample: Sample, seed: int, progress: Progress | None = None) -> tuple[Fit, ...]:
    """Every plan fitted and cross-validated, in the order of :data:`PLANS`."""
    found = []
    total = len(PLANS) * (1 + PARTS * SHUFFLES)
    for place, plan in enumerate(PLANS):

        def tell(done: int, before: int = place * (1 + PARTS * SHUFFLES)) -> None:
            if progress is not None:
                progress(before + done, total)

        found.append(_cross_validate(sample, plan, seed, tell))
    return tuple(found)


def find_constants(camps: Camps, outcomes: Floats, plan: Plan, start: Constants = START) -> Constants:
    """The constants with the least loss on the D issues of ``camps``."""
    from scipy.optimize import minimize

    def find_loss(values: Floats) -> float:
        prediction = spread_out(camps, _unfold(values))
        loss = float(find_crps(prediction, outcomes).mean()) / TOP
        if plan.held:
            loss += WEIGHT * max(0.0, _find_soft_coverage(prediction, outcomes) - AIM) ** 2
        return loss

    values = _fold(start)[: 3 if plan.camp else 2]
    for _ in range(2):  # the simplex grows flat; a fresh one goes on from where it lies
        found = minimize(
            find_loss, values, method="Nelder-Mead", options={"xatol": 2e-3, "fatol": 1e-7, "maxiter": STEPS}
        )
        values = np.asarray(found.x, dtype=np.float64)
    return _unfold(values)


def _cross_validate(sample: Sample, plan: Plan, seed: int, tell: Callable[[int], None]) -> Fit:
    camps, outcomes = gather_camps(sample.stakes), sample.outcomes
    whole = find_constants(camps, outcomes, plan)
    tell(1)
    scores = np.zeros((4, len(outcomes)))
    fitted, spreads = [], []
    for shuffle in range(SHUFFLES):
        parts = _shuffle(sample, seed, shuffle)
        means = []
        for part in np.unique(parts):
            out = parts == part
            constants = find_constants(_pick(camps, ~out), outcomes[~out], plan, whole)
            found = score_prediction(spread_out(_pick(camps, out), constants), outcomes[out])
            scores[:, out] += np.stack(found) / SHUFFLES
            means.append(float(found[1].mean()))
            fitted.append((constants.smooth, constants.spread, constants.camp))
            tell(2 + PARTS * shuffle + int(part))
        spreads.append(float(np.std(means)))
    tell(1 + PARTS * SHUFFLES)
    return Fit(
        plan,
        whole,
        Constants(*map(float, np.std(fitted, axis=0))),
        float(np.mean(spreads)),
        Answers("out-of-fold", f"Predictive, out of fold ({plan.name})", *scores),
    )


def _shuffle(sample: Sample, seed: int, shuffle: int) -> NDArray[np.intp]:
    """The part that each issue's proposal falls in, (n,)."""
    order = np.random.default_rng([seed, shuffle]).permutation(len(sample.dossiers))
    parts = np.empty(len(order), dtype=np.intp)
    parts[order] = np.arange(len(order)) % PARTS
    return np.asarray(parts[sample.codes])


def _pick(camps: Camps, kept: NDArray[np.bool_]) -> Camps:
    return Camps(camps.low, camps.high, camps.positions[kept], camps.weights[kept], camps.near[kept])


def _find_soft_coverage(prediction: Prediction, outcomes: Floats) -> float:
    """How much of the outcomes the central 80 % interval covers, one at its end counting by how far it is inside."""
    from scipy.special import expit

    at_most, below = prediction.find_chance_at_most(outcomes), prediction.find_chance_below(outcomes)
    return float((expit((0.9 - below) / SOFT) * expit((at_most - 0.1) / SOFT)).mean())


def _fold(constants: Constants) -> Floats:
    """Constants as numbers without bounds."""
    return np.array([np.log(constants.smooth / (1 - constants.smooth)), np.log(constants.spread), constants.camp])


def _unfold(values: Floats) -> Constants:
    from scipy.special import expit

    held = np.clip(values, -8, 8)
    return Constants(float(expit(held[0])), float(np.exp(held[1])), float(held[2]) if len(held) > 2 else 1.0)

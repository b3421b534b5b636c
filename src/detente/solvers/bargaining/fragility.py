"""How far a model's answer moves when its inputs are read a little differently.

1. Multiply every position, salience and capability by 1 + noise times an independent standard normal number, and hold
   it inside its domain. An actor's capability is one number: it moves alike on all issues.
2. Settle every such table.
3. Compare the spread of the outcomes with that of the inputs' weighted mean, which the compromise model gives.

A model *amplifies* noise when its outcome spreads wider than any position that was put in, beyond sampling error: no
average, and no choice of one actor's position, does that unless small differences decide who wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from detente.display import Drawn
from detente.errors import Issue, QueryError
from detente.solvers.bargaining.compromise import find_compromise
from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.packages import settle_package
from detente.solvers.bargaining.stakes import Floats, Stakes

#: standard deviations of the noise, as shares of the inputs' values; noisy tables per noise
NOISES, TABLES = (0.01, 0.1), 200
#: the least capability noise leaves, as a share of what it was
LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Wobble:
    """A model's outcome on one issue under noise; lengths are in the issue's unit."""

    #: standard deviation of the noise, as a share of each input's value
    noise: float
    #: noisy tables
    tables: int
    #: standard deviation of the outcome over them, its standard error, 5th and 95th percentile
    deviation: float
    deviation_error: float
    p5: float
    p95: float
    #: share of the tables in which the model does not come to rest
    unsettled: float
    #: standard deviation of the inputs' weighted mean, and of the position that noise moves most
    mean_deviation: float
    position_deviation: float
    #: deviation as a multiple of that of the inputs' weighted mean, and its standard error; None where that is 0
    amplification: float | None
    amplification_error: float | None

    @property
    def amplifies(self) -> bool:
        """Whether the outcome spreads wider than any position put in, by two standard errors at least."""
        return self.deviation - 2 * self.deviation_error > self.position_deviation * (1 + 1e-9)


@dataclass(frozen=True, slots=True)
class Fragility(Drawn):
    """What noise does to a model's answer on one issue, at central values."""

    issue: str
    #: id of the model, and the switches it was run with
    model: str
    switches: Mapping[str, str]
    #: without noise: the outcome, and whether the model comes to rest
    outcome: float
    settled: bool
    #: by noise, the least first
    wobbles: tuple[Wobble, ...]
    seed: int

    @property
    def amplifies(self) -> bool:
        """Whether it amplifies noise of any size asked about."""
        return any(wobble.amplifies for wobble in self.wobbles)

    def __repr__(self) -> str:
        told = ", ".join(f"{100 * wobble.noise:g} % noise: sd {wobble.deviation:.2g}" for wobble in self.wobbles)
        return f"<Fragility of {self.model} on {self.issue}: {told}>"

    def __str__(self) -> str:
        return write_fragility([self])

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        return {**asdict(self), "amplifies": self.amplifies}


def write_fragility(found: Sequence[Fragility]) -> str:
    """A table with a line per model and noise."""
    lines = [f"{'noise':>6} {'sd ±error':>16} {'5-95 %':>18} {'x inputs':>12} {'unsettled':>10}  model"]
    for item in found:
        for wobble in item.wobbles:
            spread = f"{wobble.p5:.4g} to {wobble.p95:.4g}"
            times = "-"
            if wobble.amplification is not None:
                times = f"{wobble.amplification:.1f} ±{wobble.amplification_error:.1f}"
            mark = " (amplifies)" if wobble.amplifies else ""
            lines.append(
                f"{100 * wobble.noise:>4g} % {f'{wobble.deviation:.2g} ±{wobble.deviation_error:.1g}':>16} "
                f"{spread:>18} {times:>12} {f'{100 * wobble.unsettled:.0f} %':>10}  {item.model}{mark}"
            )
    return "\n".join(lines)


def add_noise(stakes: Stakes, noise: float, tables: int, seed: int) -> Stakes:
    """Noisy copies of the first draw of a table, as draws. The same seed moves the same inputs alike at any ``noise``.

    Raises QueryError for a noise that is not above 0 and at most 0.5.
    """
    if not 0 < noise <= 0.5:
        wrong = f"A noise of {noise:g} is none."
        raise QueryError([Issue("noise", 0, 0, "", wrong, "Give a share of the inputs' values, such as 0.01.")])
    n, q = stakes.present.shape
    z = noise * np.random.default_rng(seed).standard_normal((tables, n, 2 * q + 1))
    positions = np.clip(stakes.positions[:1] * (1 + z[:, :, :q]), stakes.low, stakes.high)
    saliences = np.clip(stakes.saliences[:1] * (1 + z[:, :, q : 2 * q]), 0.0, 1.0)
    capabilities = stakes.capabilities[:1] * np.maximum(1 + z[:, :, -1:], LEAST)
    reference = np.repeat(stakes.reference[:1], tables, axis=0)
    return replace(stakes, positions=positions, saliences=saliences, capabilities=capabilities, reference=reference)


def measure_fragility(
    stakes: Stakes,
    models: Sequence[str],
    *,
    seed: int,
    tables: int = TABLES,
    switches: Mapping[str, Mapping[str, str]] | None = None,
    lenient: bool = False,
) -> tuple[Fragility, ...]:
    """What noise does to models on every issue of a package (the first draw of its stakes), issue by issue.

    ``switches`` are by model. A model that cannot answer raises QueryError, as :func:`settle` does; with ``lenient`` it
    is passed over.
    """
    noisy = {noise: add_noise(stakes, noise, tables, seed) for noise in NOISES}
    found: list[Fragility] = []
    for model in models:
        try:
            found += _shake(model, stakes, noisy, (switches or {}).get(model, {}), seed)
        except QueryError:
            if not lenient:
                raise
    return tuple(sorted(found, key=lambda item: stakes.issues.index(item.issue)))


def _shake(
    model: str, stakes: Stakes, noisy: Mapping[float, Stakes], switches: Mapping[str, str], seed: int
) -> list[Fragility]:
    """One model on every issue, without noise and with it."""
    quiet = settle_package(model, stakes.at([0]), switches)
    shaken = {noise: settle_package(model, table, switches) for noise, table in noisy.items()}
    found = []
    for issue, share in quiet.items():
        wobbles = []
        for noise, table in noisy.items():
            settlement = shaken[noise][issue].settlement
            _refuse_void(model, issue, settlement.outcomes)
            unsettled = float(1 - settlement.settled.mean())
            wobbles.append(_weigh(table.of(issue), noise, settlement.outcomes[:, 0], unsettled))
        found.append(
            Fragility(
                issue=issue,
                model=model,
                switches=dict(share.settlement.switches),
                outcome=float(share.settlement.outcomes[0, 0]),
                settled=bool(share.settlement.settled[0]),
                wobbles=tuple(wobbles),
                seed=seed,
            )
        )
    return found


def list_dynamic() -> tuple[str, ...]:
    """The models whose fragility is asked about: all with rounds, and the compromise to compare them with."""
    return ("compromise", *(name for name, model in MODELS.items() if model.dynamic))


def _refuse_void(model: str, issue: str, outcomes: Floats) -> None:
    if np.isnan(outcomes).any():
        wrong = f"{MODELS[model].name} has no answer on {issue}."
        raise QueryError([Issue("model", 0, 0, model, wrong, "Leave it out, or change its switches.")])


def _weigh(table: Stakes, noise: float, outcomes: Floats, unsettled: float) -> Wobble:
    positions, means = table.positions[:, :, 0], find_compromise(table)[:, 0]
    deviation, error = _deviate(outcomes)
    own, _ = _deviate(means)
    ratio, ratio_error = None, None
    if own > 0:
        ratio = deviation / own
        ratio_error = ratio * sqrt(float(np.mean((_lean(outcomes) - _lean(means)) ** 2)) / len(means))
    p5, p95 = (float(x) for x in np.quantile(outcomes, (0.05, 0.95)))
    return Wobble(
        noise=noise,
        tables=len(outcomes),
        deviation=deviation,
        deviation_error=error,
        p5=p5,
        p95=p95,
        unsettled=unsettled,
        mean_deviation=own,
        position_deviation=max(_deviate(column)[0] for column in positions.T),
        amplification=ratio,
        amplification_error=ratio_error,
    )


def _deviate(values: Floats) -> tuple[float, float]:
    """Standard deviation, and its standard error by the delta method, which asks for no normal law."""
    if values.min() == values.max():  # the formula would give rounding noise
        return 0.0, 0.0
    deviation = float(values.std(ddof=1))
    return deviation, deviation * sqrt(float(np.mean(_lean(values) ** 2)) / len(values))


def _lean(values: Floats) -> Floats:
    """What each value adds to the logarithm of the standard deviation: its influence, zero on average."""
    away = (values - values.mean()) ** 2
    spread = away.mean()
    return (away / spread - 1) / 2 if spread > 0 else np.zeros(len(values))

"""Variance-based indices: what share of a claim's variance goes when an input is known, and what is left to it alone.

First order (Sobol 1993, by the estimator of Saltelli et al. 2010): ``mean(B (AB - A)) / V``, the share of the variance
that goes once the group is known. Total (Homma & Saltelli 1996, by the estimator of Jansen 1999): ``mean((A - AB)^2) /
2V``, the share that stays when all else is known. Their difference is what the group does together with others. ``V``
is the variance of A and B together; answers are counted from their mean. Intervals are the 5th to 95th percentile of
bootstrap resamples of the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.saltelli import FIRST, SECOND, SWAPPED
from detente.findings.findings import plain_data
from detente.findings.margins import find_difference, find_margin
from detente.scenario.model import Claim, Scenario

Floats = NDArray[np.float64]

RESAMPLES = 500
#: a claim whose answers all lie this near to each other does not vary
GRID = 1e-9
METHOD = (
    f"first order: Saltelli et al. (2010); total: Jansen (1999); intervals: {RESAMPLES} bootstrap resamples of rows"
)
#: a joint share below this is not worth naming
LEAST = 0.01
#: columns of a group's name in a table
NAME = 33


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a claim's variance, with its 5th and 95th percentile; sampling may put it below 0 or above 1."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        value, low, high = (f"{round(x, 2) + 0.0:.2f}" for x in (self.value, self.low, self.high))  # never -0.00
        return f"{value} ({low} to {high})"


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """One group of inputs on one claim."""

    group: str
    first: Share
    total: Share
    #: what the group does only together with others: total less first
    joint: Share

    @property
    def interacts(self) -> bool:
        """Whether the group clearly does something together with others."""
        return self.joint.low > 0 and self.joint.value >= LEAST


@dataclass(frozen=True, slots=True)
class SobolFinding(Drawn):
    """The indices of one claim, largest total first."""

    claim: str
    text: str
    #: whether it is the gap of a comparison that varies
    gap: bool
    #: rows with an answer everywhere, and those left out since the claim is void somewhere in them
    rows: int
    void: int
    mean: float
    variance: float
    #: empty when the claim does not vary, or in fewer than two rows
    indices: tuple[SobolIndex, ...]

    def __repr__(self) -> str:
        return f"<SobolFinding of {self.claim}: {len(self.indices)} groups, {self.rows} rows>"

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer

    def __str__(self) -> str:
        if not self.indices:
            return "It does not vary." if self.rows > 1 else "Too few rows."
        head = f"{'inputs of':<{NAME}} {'alone':<22} {'in total':<22} together"
        left = f"{self.void} rows left out, in which it is void." if self.void else ""
        return "\n".join([head, *(_line(item) for item in self.indices), *([left] if left else [])])


@dataclass(frozen=True, slots=True)
class SobolFindings(Drawn):
    """The variance-based indices of a case."""

    digest: str
    seed: int
    rows: int
    #: how often the game was solved
    solved: int
    by: Literal["input", "actor"]
    #: by group the inputs in it
    groups: Mapping[str, tuple[str, ...]] = field(repr=False)
    method: Mapping[str, str] = field(repr=False)
    claims: tuple[SobolFinding, ...] = field(repr=False)

    def __repr__(self) -> str:
        return f"<SobolFindings of {len(self.claims)} claims by {self.by}, {self.rows} rows, seed {self.seed}>"

    def __str__(self) -> str:
        return "\n\n".join(f"{item.claim}: {item.text}\n{item}" for item in self.claims)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def decompose(scenario: Scenario, ensemble: Ensemble, claims: Collection[str] | None = None) -> SobolFindings:
    """The indices of every claim, or of those named, from a run of :mod:`detente.ensemble.saltelli`.

    A comparison of numbers is judged by its gap. Rows count alike, of conditional claims too.
    """
    groups = ensemble.method["groups"]
    assert isinstance(groups, Mapping)
    places = [FIRST, SECOND, *(f"{SWAPPED}/{name}" for name in groups)]
    parts = [_take(ensemble, f"sobol/{place}/") for place in places]
    told = [
        _decompose_claim(claim, parts, list(groups), ensemble.seed)
        for claim in scenario.claims
        if f"claim/{claim.id}" in parts[0].numbers and (claims is None or claim.id in claims)
    ]
    return SobolFindings(
        digest=ensemble.digest,
        seed=ensemble.seed,
        rows=ensemble.draws,
        solved=ensemble.draws * len(places),
        by="actor" if ensemble.method["by"] == "actor" else "input",
        groups={name: tuple(inputs) for name, inputs in groups.items()},
        method={"design": str(ensemble.method["design"]), "indices": METHOD},
        claims=tuple(told),
    )


def _take(ensemble: Ensemble, prefix: str) -> Ensemble:
    """The answers at one place of the rows, under the names that a plain run gives them."""
    numbers = {
        name.removeprefix(prefix): values for name, values in ensemble.numbers.items() if name.startswith(prefix)
    }
    return replace(ensemble, numbers=numbers)


def _decompose_claim(claim: Claim, parts: Sequence[Ensemble], names: list[str], seed: int) -> SobolFinding:
    # One direction for all parts: that of a cause that ``moves`` would be each part's own.
    gaps = [find_difference(claim, part) if claim.requires is None else find_margin(claim, part) for part in parts]
    gap = all(item is not None for item in gaps)
    answers = [part.numbers[f"claim/{claim.id}"] if at is None else at for part, at in zip(parts, gaps, strict=True)]
    table = np.array(answers)
    there = ~np.isnan(table).any(axis=0)
    table = table[:, there]
    rows = table.shape[1]
    both = table[:2]
    varies = rows > 1 and float(np.ptp(table)) > GRID and float(np.ptp(both)) > GRID
    indices: tuple[SobolIndex, ...] = ()
    if varies:
        chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(4,)))
        times = np.vstack([np.ones(rows), chance.multinomial(rows, np.full(rows, 1 / rows), size=RESAMPLES)])
        first, total = estimate(table[0], table[1], table[2:], times)
        found = [SobolIndex(name, *_read(first[:, k], total[:, k])) for k, name in enumerate(names)]
        indices = tuple(sorted(found, key=lambda item: (-item.total.value, item.group)))
    return SobolFinding(
        claim.id,
        claim.text,
        gap,
        rows,
        int((~there).sum()),
        float(both.mean()) if rows else float("nan"),
        float(both.var()) if rows else float("nan"),
        indices,
    )


def estimate(a: Floats, b: Floats, ab: Floats, times: Floats) -> tuple[Floats, Floats]:
    """First-order and total indices, shape (resamples, groups) each.

    ``a`` and ``b`` are answers, shape (rows,), ``ab`` those after each swap, shape (groups, rows), and ``times`` says
    how often each row counts, shape (resamples, rows).
    """
    centre = (a.mean() + b.mean()) / 2
    a, b, ab = a - centre, b - centre, ab - centre
    rows = times.sum(axis=1)
    mean = times @ (a + b) / (2 * rows)
    variance = times @ (a**2 + b**2) / (2 * rows) - mean**2
    variance = np.where(variance > 0, variance, np.nan)[:, None]
    first = times @ (b * (ab - a)).T / rows[:, None] / variance
    total = times @ ((a - ab) ** 2).T / (2 * rows[:, None]) / variance
    return first, total


def _read(first: Floats, total: Floats) -> tuple[Share, Share, Share]:
    """The first of each is the estimate, the others its resamples."""

    def tell(values: Floats) -> Share:
        low, high = (float(q) for q in np.nanquantile(values[1:], (0.05, 0.95)))
        return Share(float(values[0]), low, high)

    return tell(first), tell(total), tell(total - first)


def _line(item: SobolIndex) -> str:
    name = item.group if len(item.group) <= NAME else item.group[: NAME - 1] + "…"
    together = str(item.joint) if item.interacts else "-"
    return f"{name:<{NAME}} {item.first!s:<22} {item.total!s:<22} {together}"

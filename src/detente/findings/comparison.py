"""Two runs, or two suppositions, side by side: what is another, and by how much more than chance.

Draws that stand on the same rows of one design are paired: the error of a difference is then that of the mean of the
differences draw by draw, and what moves both sides alike drops out of it. Otherwise the two are independent samples and
their errors add in squares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot, isnan, sqrt
from textwrap import wrap
from typing import Any, Literal

import numpy as np

from detente.display import Drawn
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.pooling import Floats, pool
from detente.findings.changes import Change
from detente.findings.claims import kind_of, yardstick_for
from detente.findings.figures import write_error, write_figure
from detente.findings.findings import Verdict, plain_data
from detente.game.game import Game
from detente.scenario.model import Claim, Scenario

#: answers no further apart are rounding's
NOISE = 1e-9

Kind = Literal["probability", "comparison", "number"]


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two: a scenario, its game, and the answers of its draws."""

    name: str
    scenario: Scenario
    game: Game
    seed: int
    #: by claim: values, shape (draws,), NaN where void
    values: Mapping[str, Floats] = field(repr=False)
    #: by claim: how much a draw counts, of conditional probabilities
    weights: Mapping[str, Floats] = field(repr=False)
    draws: int
    #: None where nothing but claims was asked
    ensemble: Ensemble | None = field(default=None, repr=False)

    @property
    def claims(self) -> dict[str, Claim]:
        """The claims whose query has answers, by id."""
        return {
            claim.id: claim for claim in self.scenario.claims if claim.query is not None and claim.id in self.values
        }

    @property
    def drawn(self) -> tuple[tuple[str, int], ...]:
        """The case's own uncertain inputs, each with its column of the design."""
        return tuple((item.id, item.column) for item in self.game.inputs if item.column >= 0)


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim on one side; NaN where it is void throughout."""

    mean: float
    error: float
    verdict: Verdict
    query: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """One claim on both sides."""

    claim: str
    text: str
    kind: Kind
    #: None where that side does not have the claim
    before: Figure | None
    after: Figure | None
    #: after less before; NaN where there is none
    difference: float
    error: float
    #: share of the paired draws whose answers differ by more than ``NOISE``; None where draws are not paired
    differ: float | None

    @property
    def same(self) -> bool:
        """Whether nothing about the claim is another."""
        if self.before is None or self.after is None or self.before.verdict != self.after.verdict:
            return False
        return self.before.verdict == "void" or (self.difference == 0 and not self.differ)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Alternatives by one measure or actor, the best first, by mean worth."""

    judge: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """How often the status quo, and how often any state, is an equilibrium under a concept."""

    concept: str
    about: Literal["status quo", "any state"]
    before: float
    after: float
    difference: float
    error: float


@dataclass(frozen=True)
class Comparison(Drawn):
    """What is another in the second of two."""

    before: str
    after: str
    paired: bool
    #: why draws are not paired; empty where they are
    apart: str
    draws: tuple[int, int]
    seeds: tuple[int, int]
    digests: tuple[str, str]
    changes: tuple[Change, ...]
    contrasts: tuple[Contrast, ...]
    rankings: tuple[Ranking, ...]
    rests: tuple[Rest, ...]
    #: claims left out, with the reason
    left_out: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        moved = sum(not item.same for item in self.contrasts)
        return f"<Comparison of {self.before} and {self.after}: {len(self.changes)} changes, {moved} claims moved>"

    def __str__(self) -> str:
        head = f"{'claim':<12.12} {'before':>11} {'after':>11} {'difference':>14} {'differ':>6}  verdict"
        both = [item for item in self.contrasts if item.before is not None and item.after is not None]
        lines = [head, "-" * len(head), *(_line(item) for item in both)] if both else []
        for side, missing in (("before", "after"), ("after", "before")):
            alone = [item.claim for item in self.contrasts if getattr(item, missing) is None]
            lines += wrap(f"only {side}: {', '.join(alone)}", 100, subsequent_indent="  ") if alone else []
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def compare(before: Side, after: Side, changes: Sequence[Change], left_out: Mapping[str, str]) -> Comparison:
    """Hold the second side against the first."""
    apart = _find_apart(before, after)
    shared = None if apart else min(before.draws, after.draws)
    names = dict.fromkeys([*before.claims, *after.claims])
    return Comparison(
        before=before.name,
        after=after.name,
        paired=not apart,
        apart=apart,
        draws=(shared or before.draws, shared or after.draws),
        seeds=(before.seed, after.seed),
        digests=(before.scenario.digest, after.scenario.digest),
        changes=tuple(changes),
        contrasts=tuple(_contrast(name, before, after, shared) for name in names),
        rankings=_compare_rankings(before, after, shared),
        rests=_compare_rests(before, after, shared),
        left_out=dict(left_out),
    )


def _find_apart(before: Side, after: Side) -> str:
    """Why the draws of two sides are not on the same rows; empty where they are."""
    if before.seed != after.seed:
        return f"seed {before.seed} and {after.seed}"
    if before.drawn != after.drawn:
        return f"the uncertain inputs are others ({len(before.drawn)} and {len(after.drawn)})"
    return ""


@dataclass(frozen=True, slots=True)
class _Pooled:
    mean: float
    error: float
    #: what each draw adds to the mean's deviation, shape (draws,)
    pulls: Floats


def _pool(values: Floats, weights: Floats | None, yes_or_no: bool) -> _Pooled | None:
    """A number over draws as a ratio of means; None where it is void throughout."""
    there = ~np.isnan(values)
    counts = there * (1.0 if weights is None else weights)
    if not counts.any():
        return None
    pooled = pool(values[there], None if weights is None else weights[there], yes_or_no=yes_or_no)
    pulls = counts * (np.where(there, values, 0.0) - pooled.mean) / counts.mean()
    return _Pooled(pooled.mean, pooled.error, pulls)


def _subtract(one: _Pooled, other: _Pooled, paired: bool) -> tuple[float, float]:
    """The second less the first, and the standard error of that."""
    difference = other.mean - one.mean
    if not paired:
        return difference, hypot(one.error, other.error)
    n = len(one.pulls)
    return difference, float((other.pulls - one.pulls).std(ddof=1)) / sqrt(n) if n > 1 else float("nan")


def read_figure(side: Side, name: str) -> Figure:
    """A claim over all draws of one side."""
    return _read(side, name, None)[1]


def _contrast(name: str, before: Side, after: Side, shared: int | None) -> Contrast:
    sides = [side for side in (before, after) if name in side.claims]
    claim = sides[-1].claims[name]
    kind = kind_of(claim)
    found = [_read(side, name, shared) if name in side.claims else (None, None) for side in (before, after)]
    (one, first), (other, second) = found
    difference = error = float("nan")
    differ = None
    alike = len({kind_of(side.claims[name]) for side in sides}) == 1
    if one is not None and other is not None and alike:
        difference, error = _subtract(one, other, shared is not None)
        if shared is not None:
            old, new = (side.values[name][:shared] for side in (before, after))
            same = np.isclose(old, new, rtol=0, atol=NOISE, equal_nan=True)
            differ = float(1 - same.mean())
    return Contrast(name, claim.text, kind, first, second, difference, error, differ)


def _read(side: Side, name: str, shared: int | None) -> tuple[_Pooled | None, Figure]:
    claim, weights = side.claims[name], side.weights.get(name)
    assert claim.query is not None
    values = side.values[name][:shared]
    weights = None if weights is None else weights[:shared]
    kind = kind_of(claim)
    pooled = _pool(values, weights, kind == "comparison")
    if pooled is None:
        return None, Figure(float("nan"), float("nan"), "void", str(claim.query))
    there = ~np.isnan(values)
    verdict = yardstick_for(claim, kind, side.scenario).verdict(
        values[there], None if weights is None else weights[there]
    )
    return pooled, Figure(pooled.mean, pooled.error, verdict, str(claim.query))


def _compare_rankings(before: Side, after: Side, shared: int | None) -> tuple[Ranking, ...]:
    if before.ensemble is None or after.ensemble is None:
        return ()
    one, other = (_rank(side.ensemble, shared) for side in (before, after) if side.ensemble is not None)
    return tuple(Ranking(judge, one[judge], other[judge]) for judge in one if judge in other)


def _rank(ensemble: Ensemble, shared: int | None) -> dict[str, tuple[str, ...]]:
    """By judge the alternatives, the best first; a worth that is void in any draw leaves its alternative out."""
    worths: dict[str, dict[str, float]] = {}
    for name, values in ensemble.numbers.items():
        kind, _, rest = name.partition("/")
        if kind == "policy" and not np.isnan(values[:shared]).any():
            alternative, _, judge = rest.rpartition("/")
            worths.setdefault(judge, {})[alternative] = float(values[:shared].mean())
    return {judge: tuple(sorted(found, key=lambda k: (-found[k], k))) for judge, found in worths.items()}


def _compare_rests(before: Side, after: Side, shared: int | None) -> tuple[Rest, ...]:
    found: list[Rest] = []
    if before.ensemble is None or after.ensemble is None:
        return ()
    for name in before.ensemble.cells:
        if not name.startswith("stable/") or name not in after.ensemble.cells:
            continue
        for about in ("status quo", "any state"):
            rows = []
            for side, ensemble in ((before, before.ensemble), (after, after.ensemble)):
                lists = ensemble.cells[name][:shared]
                said = [len(c) > 0 if about == "any state" else side.game.status_quo in c for c in lists]
                pooled = _pool(np.array(said, dtype=np.float64), None, yes_or_no=True)
                assert pooled is not None
                rows.append(pooled)
            difference, error = _subtract(rows[0], rows[1], shared is not None)
            concept = name.removeprefix("stable/")
            found.append(Rest(concept, about, rows[0].mean, rows[1].mean, difference, error))
    return tuple(found)


def _line(item: Contrast) -> str:
    sides = [
        "-" if side is None or isnan(side.mean) else write_figure(side.mean, side.error, item.kind)
        for side in (item.before, item.after)
    ]
    gap = "-"
    if not isnan(item.difference):
        amount = f"{item.difference:+.3g}" if item.kind == "number" else f"{100 * item.difference:+.1f}"
        amount = "0" if not amount.strip("+-0.") else amount
        gap = f"{amount} {write_error(item.error, item.kind)}".rstrip()
    differ = "-" if item.differ is None else f"{100 * item.differ:.0f} %"
    told = [side.verdict for side in (item.before, item.after) if side is not None]
    verdict = told[0] if told[0] == told[-1] else f"{told[0]} -> {told[-1]}"
    return f"{item.claim:<12.12} {sides[0]:>11} {sides[1]:>11} {gap:>14} {differ:>6}  {verdict}"

"""Whom to persuade: what the forecast does when one actor moves a step, or comes to care more or less.

For an actor, every other actor is moved in turn: its position by a step towards the persuader's and not past it, its
salience up and down by a step inside 0 to 1. Every variant is one more draw of the same table, so that what a closed
form says of it is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from detente.display import Drawn
from detente.errors import Issue, QueryError
from detente.solvers.bargaining.models import DEFAULT, MODELS
from detente.solvers.bargaining.packages import settle_package
from detente.solvers.bargaining.prediction import predict
from detente.solvers.bargaining.stakes import Floats, Stakes

Way = Literal["position", "more salience", "less salience", "exaggeration"]

POSITION: Way = "position"
MORE: Way = "more salience"
LESS: Way = "less salience"
#: stating the own position a step further from where the weights lie
EXAGGERATION: Way = "exaggeration"
_WAYS = (POSITION, MORE, LESS)

#: a step of a position as a share of the scale, and of a salience
STEP, SALIENCE_STEP = 0.1, 0.1
#: models that answer in one formula, besides the mean of the default forecast
MODELS_ASKED = (DEFAULT, "compromise", "median", "nash", "kalai-smorodinsky")
#: the measure called the mean of the default forecast
MEAN = "mean"
#: a change of the forecast below this share of the scale is none
NOUGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Approach:
    """One way to move one actor."""

    actor: str
    way: Way
    #: its position or salience before and after, at central values
    before: float
    after: float
    #: by measure, how far the forecast moves, in the issue's unit
    shifts: Mapping[str, float]
    #: how much nearer to the persuader's position the forecast comes by the measure that ranks; below 0 further away
    gain: float
    #: share of the draws in which no other way does better, and this one does anything; None without draws
    best: float | None


@dataclass(frozen=True, slots=True)
class Persuasion(Drawn):
    """What an actor gains by moving each other, the most useful first."""

    issue: str
    actor: str
    #: the persuader's position, at central values
    position: float
    #: steps of a position, in the issue's unit, and of a salience
    step: float
    salience_step: float
    #: the measure that ranks: the mean of the default forecast (``mean``), or a model's id
    by: str
    #: by measure, where the forecast stands without any of it; ``predictive`` is the default forecast's median
    forecasts: Mapping[str, float]
    approaches: tuple[Approach, ...]
    #: what stating its own position a step further from the forecast would do; None at the end of the scale
    exaggeration: Approach | None
    #: draws behind the shares; 1 where nothing is uncertain
    draws: int

    def __repr__(self) -> str:
        best = f"{self.approaches[0].actor} ({self.approaches[0].way})" if self.approaches else "nobody"
        return f"<Persuasion by {self.actor} on {self.issue}: first {best}, by {self.by}>"

    def __str__(self) -> str:
        over = f", best in so many of {self.draws} draws" if self.draws > 1 else ""
        lines = [f"{'nearer by':>10} {'best':>5} {'from':>7} {'to':>7}  {self.actor} moves whom, by {self.by}{over}"]
        for item in self.approaches:
            best = "-" if item.best is None else f"{100 * item.best:.0f} %"
            change = f"{item.before:>7.4g} {item.after:>7.4g}"
            lines.append(f"{item.gain:>10.3g} {best:>5} {change}  {item.actor}: {item.way}"[:100])
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Steps:
    """How far others can be moved, and what is asked."""

    #: as a share of the scale
    position: float = STEP
    salience: float = SALIENCE_STEP
    #: the model that ranks, and is asked besides; None for the mean of the default forecast
    model: str | None = None


def find_persuasion(
    stakes: Stakes, issue: str, actor: str, steps: Steps | None = None, drawn: Stakes | None = None
) -> Persuasion:
    """What an actor gains by moving each other actor on an issue.

    ``stakes`` is the issue's package at central values, ``drawn`` the same over draws of the uncertain inputs. Raises
    QueryError for an actor without a stake, a step that is none, or a model that is none.
    """
    steps = steps or Steps()
    _refuse_steps(stakes, issue, actor, steps)
    k, own = stakes.issues.index(issue), stakes.actors.index(actor)
    by = steps.model or MEAN
    asked = [MEAN, *MODELS_ASKED, *([by] if by not in (MEAN, *MODELS_ASKED) else [])]
    ways = [(int(j), way) for j in np.flatnonzero(stakes.present[:, k]) if j != own for way in _WAYS]
    table = _Table(stakes, k, own, (*ways, (own, EXAGGERATION)))
    answers = table.answer(asked, steps)
    gains = table.weigh(answers[by])[:, 0]
    shares: list[float] | None = None
    if drawn is not None and drawn.draws > 1:
        spread = _Table(drawn, k, own, table.ways)
        shares = _share(spread.weigh(spread.answer([by], steps)[by])[:-1], drawn, k)
    before, after = table.tell(steps)
    told = [
        Approach(
            actor=stakes.actors[j],
            way=way,
            before=float(before[v]),
            after=float(after[v]),
            shifts={name: float(values[v + 1, 0] - values[0, 0]) for name, values in answers.items()},
            gain=float(gains[v]),
            best=shares[v] if shares is not None and v < len(ways) else None,
        )
        for v, (j, way) in enumerate(table.ways)
    ]
    *approaches, exaggeration = told
    # What changes nothing at central values may do so in a draw.
    moved = [item for item in approaches if item.before != item.after or item.best]
    return Persuasion(
        issue=issue,
        actor=actor,
        position=float(stakes.positions[0, own, k]),
        step=steps.position * float(stakes.high[k] - stakes.low[k]),
        salience_step=steps.salience,
        by=by,
        forecasts={name: float(values[0, 0]) for name, values in answers.items()},
        approaches=tuple(sorted(moved, key=lambda item: -round(item.gain, 9))),
        exaggeration=exaggeration if exaggeration.before != exaggeration.after else None,
        draws=1 if drawn is None else drawn.draws,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """A table with its variants: W ways to change it, D draws."""

    stakes: Stakes
    #: places of the issue and of the persuader
    k: int
    own: int
    #: (actor, way)
    ways: tuple[tuple[int, Way], ...]

    def change(self, j: int, way: Way, steps: Steps) -> Floats:
        """The changed number of an actor in every draw, (D,): its position, or its salience."""
        positions = self.stakes.positions[:, :, self.k]
        low, high = self.stakes.low[self.k], self.stakes.high[self.k]
        step = steps.position * (high - low)
        if way == EXAGGERATION:
            weights = self.stakes.weights[:, :, self.k]
            away = np.sign(positions[:, j] - (weights * positions).sum(axis=1) / weights.sum(axis=1))
            return np.asarray(np.clip(positions[:, j] + step * away, low, high))
        if way == POSITION:
            return np.asarray(positions[:, j] + np.clip(positions[:, self.own] - positions[:, j], -step, step))
        salience = self.stakes.saliences[:, j, self.k]
        return np.asarray(np.clip(salience + (steps.salience if way == MORE else -steps.salience), 0.0, 1.0))

    def tell(self, steps: Steps) -> tuple[Floats, Floats]:
        """What every way changes in the first draw, before and after, (W,) each."""
        before = [self._pick(way)[0, j, self.k] for j, way in self.ways]
        return np.array(before), np.array([self.change(j, way, steps)[0] for j, way in self.ways])

    def answer(self, measures: Sequence[str], steps: Steps) -> dict[str, Floats]:
        """By measure where the forecast stands, (1 + W, D): unchanged, then by every way."""
        count, draws = len(self.ways) + 1, self.stakes.draws
        positions, saliences, capabilities, reference = (
            np.concatenate([values] * count)
            for values in (
                self.stakes.positions,
                self.stakes.saliences,
                self.stakes.capabilities,
                self.stakes.reference,
            )
        )
        for v, (j, way) in enumerate(self.ways, start=1):
            target = positions if way in (POSITION, EXAGGERATION) else saliences
            target[v * draws : (v + 1) * draws, j, self.k] = self.change(j, way, steps)
        # Who alone cares and comes to care no more leaves nobody to bargain: it stays as it is.
        silent = ~(saliences[:, self.stakes.present[:, self.k], self.k].max(axis=1) > 0)
        saliences[silent] = np.tile(self.stakes.saliences, (count, 1, 1))[silent]
        varied = replace(
            self.stakes, positions=positions, saliences=saliences, capabilities=capabilities, reference=reference
        )
        issue = self.stakes.issues[self.k]
        found = {}
        for name in measures:
            if name == MEAN:
                values = predict(varied.of(issue)).find_mean()
            else:
                # A model of several issues wants the whole package, any other this issue alone.
                table = varied if MODELS[name].several else varied.of(issue)
                values = settle_package(name, table)[issue].settlement.outcomes[:, 0]
            if np.isnan(values).any():
                wrong = f"{MODELS[name].name} has no answer on {issue}."
                raise QueryError([Issue("model", 0, 0, name, wrong, "Ask another model.")])
            found[name] = values.reshape(count, draws)
        return found

    def weigh(self, values: Floats) -> Floats:
        """How much nearer to the persuader's position every way brings a measure, (W, D)."""
        away = np.abs(values - self.stakes.positions[:, self.own, self.k])
        return np.asarray(away[0] - away[1:])

    def _pick(self, way: Way) -> Floats:
        return self.stakes.positions if way in (POSITION, EXAGGERATION) else self.stakes.saliences


def _share(gains: Floats, drawn: Stakes, k: int) -> list[float]:
    """Share of draws in which each way is the best: a tie counts for the first, no gain for nobody."""
    if not len(gains):
        return []
    least = NOUGHT * float(drawn.high[k] - drawn.low[k])
    top = gains.max(axis=0)
    first = np.argmax(gains >= top - least, axis=0)
    counts = np.bincount(first[top > least], minlength=len(gains))
    return [float(count) / drawn.draws for count in counts]


def _refuse_steps(stakes: Stakes, issue: str, actor: str, steps: Steps) -> None:
    """Raises QueryError with all that is wrong with what is asked."""
    wrong: list[Issue] = []
    if issue not in stakes.issues:
        wrong.append(Issue("issue", 0, 0, "", f"No issue '{issue}'.", f"There are {', '.join(stakes.issues)}."))
    else:
        here = stakes.of(issue).actors
        if actor not in here:
            message = f"'{actor}' has no stake in {issue}."
            wrong.append(Issue("actor", 0, 0, "", message, f"There are {', '.join(here)}."))
    for name, step in (("position", steps.position), ("salience", steps.salience)):
        if not 0 < step <= 1:
            cure = "Give a share above 0 and up to 1."
            wrong.append(Issue("step", 0, 0, "", f"A step of {step:g} of a {name} is none.", cure))
    if steps.model is not None and steps.model not in MODELS:
        wrong.append(Issue("model", 0, 0, "", f"No model '{steps.model}'.", f"There are {', '.join(MODELS)}."))
    if wrong:
        raise QueryError(wrong)

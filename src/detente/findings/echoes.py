"""The echo test: what is left of a claim when the one statement that says it directly is dropped.

An actor that owns a lever of a claim's condition may want that condition as such. A want of its own says the claim
directly when, wherever the query's supposition holds, it hangs on no lever but the condition's and

- it is true where the condition is and nowhere else, or where the condition is not and nowhere else, or
- it is true only where the condition is.

The same statement in several readings of the actor is one. It is dropped by setting its weight to 0 (in phases too) in
the first draws of the run, so that with and without it are compared draw by draw. A claim whose verdict over these
draws is another without the statement rests on it: it is assumed rather than derived, an echo of what was put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.ensemble.design import draw_rows
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.pooling import pool
from detente.ensemble.precision import error_of_mean
from detente.findings.claims import kind_of, yardstick_for
from detente.findings.findings import Spread, Verdict, plain_data
from detente.findings.margins import find_margin, measure_gap
from detente.findings.yardsticks import Yardstick
from detente.game.cuts import hold
from detente.game.game import Game, Table, mask, spread
from detente.scenario.conditions import Condition, Node, levers_of
from detente.scenario.model import Claim, Scenario
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Comparison, Expression, Probability, Query, Stable, measurements_of, rebase
from detente.solvers.forecast import Answers, answer
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid

Floats = NDArray[np.float64]

#: how far the draws are: (done, all)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Statement:
    """A want that says a claim directly."""

    #: id of the actor whose want it is
    actor: str
    want: str
    #: its weights: one per reading that has it, and those of phases
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Echo(Drawn):
    """A claim with and without one statement that says it directly, over the same draws."""

    claim: str
    statement: Statement
    draws: int
    #: the claim's figure as it was and without the statement; shares of draws for yes or no
    was: Spread
    without: Spread
    #: mean change of a draw's figure (of the margin, for a comparison of numbers) and its standard error
    change: float
    change_error: float
    verdict_was: Verdict
    verdict: Verdict
    #: whether the verdict rests on the statement, and is assumed
    assumed: bool

    def __str__(self) -> str:
        change = f"{self.change:+.3g} ±{self.change_error:.2g}"
        return (
            f"{self.claim}: {self.was.mean:.3g} with {self.statement.actor}.{self.statement.want}, "
            f"{self.without.mean:.3g} without ({change}); {self.verdict_was}, {self.verdict} without"
        )

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer

    def __repr__(self) -> str:
        rests = "rests on" if self.assumed else "does not rest on"
        return f"<Echo {self.claim} {rests} {self.statement.want!r} of {self.statement.actor}, {self.draws} draws>"


def find_echoes(
    scenario: Scenario,
    game: Game,
    ensemble: Ensemble,
    draws: int,
    *,
    claims: Sequence[Claim] = (),
    progress: Progress | None = None,
) -> tuple[Echo, ...]:
    """The echoes of a run's claims (or of those given), over its first draws; none where no want says a claim."""
    asked = {claim.id: claim.query for claim in claims or scenario.claims if claim.query is not None}
    told = {claim.id: claim for claim in scenario.claims}
    cases = [
        (told[name], statement, drop(query, statement))
        for name, query in asked.items()
        if not _is_void(told[name], ensemble)
        for statement in find_statements(told[name], scenario, game)
    ]
    if not cases:
        return ()
    plan = lay_plan(game, [query for *_, query in cases], Grid(np.zeros(0)))
    found: list[Answers] = []
    draws = min(draws, ensemble.draws)
    for u in draw_rows(ensemble.seed, 0, draws, game.columns, plan.abroad):
        found.append(answer(plan, u))
        if progress is not None:
            progress(len(found), draws)
    return tuple(
        _compare(claim, statement, _read(claim, query, found), (scenario, ensemble))
        for claim, statement, query in cases
    )


def _is_void(claim: Claim, ensemble: Ensemble) -> bool:
    values = ensemble.numbers.get(f"claim/{claim.id}")
    return values is None or bool(np.isnan(values).all())


def drop(query: Query, statement: Statement) -> Query:
    """The query with the statement's weights at 0."""
    zeros = tuple(sorted((name, Quantity("fixed", (0.0,))) for name in statement.inputs))
    return Query(rebase(query.expression, (), zeros), query.text)


def find_statements(claim: Claim, scenario: Scenario, game: Game) -> tuple[Statement, ...]:
    """The wants that say a claim directly, each once, in the order of the file."""
    assert claim.query is not None
    found: dict[tuple[str, Node], Statement] = {}
    for item in measurements_of(claim.query.expression):
        if not isinstance(item, Probability | Stable) or item.setting.believed:
            continue
        changed = {name for name, _ in item.setting.inputs}
        for actor, condition, name in _find_direct(item.condition, hold(game, dict(item.setting.suppose)), scenario):
            if name in changed:
                continue
            old = found.get((actor, condition.node))
            names = dict.fromkeys((*(old.inputs if old else ()), name, *_find_in_phases(name, scenario)))
            found[actor, condition.node] = Statement(actor, str(condition), tuple(names))
    return tuple(found.values())


def _find_in_phases(name: str, scenario: Scenario) -> list[str]:
    return [f"phases.{phase.id}.{name}" for phase in scenario.phases if name in dict(phase.changes)]


def _find_direct(condition: Condition, game: Game, scenario: Scenario) -> Iterator[tuple[str, Condition, str]]:
    """Actor, want and input of every want that says the condition directly; ``game`` has the supposed levers held."""
    free = {k: axis.actor for k, axis in enumerate(game.axes) if len(axis.levels) > 1}
    places = {axis.id: k for k, axis in enumerate(game.axes)}
    named = {places[lever] for lever in levers_of(condition.node) if places[lever] in free}
    event = mask(game, condition)[game.feasible]
    for place in sorted({free[k] for k in named} - {-1}):
        player, actor = game.actors[place], scenario.actors[place]
        for told, reading in zip(actor.readings, player.readings, strict=True):
            if told.preferences.kind != "wants":
                continue
            for want, term in zip(told.preferences.wants, reading.terms, strict=True):
                if {k for k in term.table.axes if k in free} <= named and _says(game, term.table, event):
                    yield actor.id, want.condition, game.inputs[term.weight].id


def _says(game: Game, table: Table, event: NDArray[np.bool_]) -> bool:
    """Whether a statement, not always nor never true, is the event, its opposite, or true within the event only."""
    true = np.asarray(spread(game, table)).reshape(-1)[game.feasible] > 0
    if true.all() or not true.any():
        return False
    return bool((true == ~event).all()) or not bool((true & ~event).any())


def _read(claim: Claim, query: Query, found: Sequence[Answers]) -> tuple[Floats, Floats | None]:
    """The claim's figure without the statement, or its cause's raw difference, and how each draw counts."""
    asked = query.expression
    if claim.cause is not None:
        assert isinstance(asked, Comparison)
        items: tuple[Expression, ...] = measurements_of(asked)
        terms = [{item: np.array(answers.of(Query(item))) for item in items} for answers in found]
        return np.array([float(measure_gap(asked, values)) for values in terms]), None
    weights = None
    if isinstance(asked, Probability) and asked.conditional:
        weights = np.array([answers.conditions[asked] for answers in found])
    return np.array([answers.of(query) for answers in found]), weights


def _compare(
    claim: Claim,
    statement: Statement,
    sample: tuple[Floats, Floats | None],
    run: tuple[Scenario, Ensemble],
) -> Echo:
    scenario, ensemble = run
    values, weights = sample
    n = len(values)
    kind = kind_of(claim)
    yardstick = yardstick_for(claim, kind, scenario)
    before = ensemble.numbers[f"claim/{claim.id}"][:n]
    counts = ensemble.numbers.get(f"given/{claim.id}")
    if claim.cause is not None:
        margin = find_margin(claim, ensemble)
        assert margin is not None
        before, values = margin[:n], values * orientation(claim, ensemble)
    was = _pool(before, None if counts is None else counts[:n], yardstick)
    without = _pool(values, weights, yardstick)
    both = ~np.isnan(before) & ~np.isnan(values)
    change = (values - before)[both]
    return Echo(
        claim=claim.id,
        statement=statement,
        draws=n,
        was=was[0],
        without=without[0],
        change=float(change.mean()) if len(change) else nan,
        change_error=error_of_mean(change),
        verdict_was=was[1],
        verdict=without[1],
        assumed=was[1] != without[1],
    )


def orientation(claim: Claim, ensemble: Ensemble) -> int:
    """-1 where a cause that ``moves`` its effect moves it down in the run, else 1."""
    margin = find_margin(claim, ensemble)
    if claim.cause is None or claim.cause.direction != "moves" or margin is None:
        return 1
    first, second = (ensemble.numbers[f"term/{claim.id}/{k}"] for k in (0, 1))
    return -1 if np.nansum(margin * (first - second)) < 0 else 1


def _pool(values: Floats, weights: Floats | None, yardstick: Yardstick) -> tuple[Spread, Verdict]:
    there = ~np.isnan(values)
    if weights is not None:
        there &= weights > 0
    if not there.any():
        return Spread(nan, nan, nan, nan), "void"
    kept, counts = values[there], None if weights is None else weights[there]
    pooled = pool(yardstick.answers(kept), counts, yes_or_no=yardstick.kind in ("comparison", "effect"))
    return Spread(pooled.mean, pooled.p5, pooled.p95, pooled.error), yardstick.verdict(kept, counts)

"""The study: everything a scenario's claims ask, as a job the ensemble can run draw by draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.job import Answer, Field
from detente.game.game import Game
from detente.game.pricing import draw_inputs, price
from detente.scenario.model import Claim, Scenario
from detente.scenario.queries import Measurement, Probability, measurements_of
from detente.solvers import conduct, course
from detente.solvers.forecast import Plan, answer, answer_by_coin_toss, find_gap, lay_plan
from detente.solvers.inspection import slice_of_nature

#: the concepts whose equilibria every draw records
CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")


@dataclass(frozen=True, eq=False)
class Study:
    """A scenario's claims over its game. ``columns``, ``fields`` and ``evaluate`` are what the runner needs."""

    game: Game = field(repr=False)
    plan: Plan = field(repr=False)
    #: the claims that have an answer in this version
    claims: tuple[Claim, ...] = field(repr=False)
    #: claims whose query has no analysis yet: (claim id, name of the analysis)
    gaps: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...] = field(repr=False)
    method: Mapping[str, object] = field(repr=False)

    @property
    def digest(self) -> str:
        """Digest of the scenario."""
        return self.game.digest

    @property
    def columns(self) -> int:
        """Uncertain inputs drawn."""
        return self.game.columns

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        """Every field for one row of the design."""
        game = self.game
        inputs = draw_inputs(game, u)
        row: dict[str, Answer] = {
            f"input/{item.id}": float(inputs[k]) for k, item in enumerate(game.inputs) if item.column >= 0
        }
        model, toss = answer(self.plan, u), answer_by_coin_toss(self.plan, u)
        for claim in self.claims:
            assert claim.query is not None, "only claims with a query are kept"
            row[f"claim/{claim.id}"] = model.of(claim.query)
            row[f"coin/{claim.id}"] = toss.of(claim.query)
            for k, item in enumerate(_terms(claim)):
                row[f"term/{claim.id}/{k}"] = model.values[item]
            curve = _curve(claim)
            if curve is not None:
                row[f"curve/{claim.id}"] = model.curves[curve]
                row[f"curve-coin/{claim.id}"] = toss.curves[curve]
        row.update(self._find_settled(inputs))
        return row

    def _find_settled(self, inputs: NDArray[np.float64]) -> dict[str, Answer]:
        from detente.solvers.stability import equilibria_of

        here = slice_of_nature(self.game, self.game.status_quo)
        found = equilibria_of(self.game, price(self.game, inputs), CONCEPTS)
        return {f"stable/{concept}": cells[here[cells]].astype(np.int64) for concept, cells in found.items()}


def lay_study(scenario: Scenario, game: Game) -> Study:
    """Lay out a scenario's claims; those this version cannot answer are set aside by name, not dropped."""
    asked = [claim for claim in scenario.claims if claim.query is not None]
    gaps = tuple((claim.id, find_gap(claim.query)) for claim in asked if claim.query and find_gap(claim.query))
    missing = {name for name, _ in gaps}
    claims = tuple(claim for claim in asked if claim.id not in missing)
    months = np.unique([*np.arange(0.0, game.horizon, 1.0), game.horizon])
    plan = lay_plan(game, [claim.query for claim in claims if claim.query], months)
    method: dict[str, object] = {
        "months": [float(t) for t in months],
        "concepts": list(CONCEPTS),
        "claims": {claim.id: str(claim.query) for claim in claims},
        "not yet analysed": dict(gaps),
        "behaviour": "boundedly farsighted, asynchronous; midpoint recursion, step at most "
        f"{conduct.STEP:g} over the sum of rates",
        "forecast": f"uniformisation, truncation below {course.TAIL:g} per time",
        "baseline": "the same queries with all preferences off",
    }
    return Study(game, plan, claims, gaps, tuple(_lay_fields(game, claims, len(months))), method)


def _lay_fields(game: Game, claims: tuple[Claim, ...], points: int) -> list[Field]:
    fields = [Field(f"input/{item.id}", "number") for item in game.inputs if item.column >= 0]
    for claim in claims:
        fields.append(Field(f"claim/{claim.id}", "number", void=True))
        fields.append(Field(f"coin/{claim.id}", "number", void=True))
        fields += [Field(f"term/{claim.id}/{k}", "number", void=True) for k in range(len(_terms(claim)))]
        if _curve(claim) is not None:
            fields.append(Field(f"curve/{claim.id}", "curve", points, void=True))
            fields.append(Field(f"curve-coin/{claim.id}", "curve", points, void=True))
    return fields + [Field(f"stable/{concept}", "cells") for concept in CONCEPTS]


def _curve(claim: Claim) -> Probability | None:
    """The probability whose curve stands for the claim, when it is a single one."""
    expression = claim.query.expression if claim.query else None
    return expression if isinstance(expression, Probability) else None


def _terms(claim: Claim) -> tuple[Measurement, ...]:
    """What a compound claim is made of."""
    if claim.query is None or _curve(claim) is not None:
        return ()
    return measurements_of(claim.query.expression)

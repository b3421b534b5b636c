"""The study: everything a scenario's claims (or a user's queries) ask, as a job the ensemble runs draw by draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.ensemble import pooling
from detente.ensemble.alternatives import ask_alternatives
from detente.ensemble.effects import ask_effects
from detente.ensemble.goal import Goal
from detente.ensemble.job import Answer, Field
from detente.ensemble.observations import find_informed, list_observations
from detente.game.game import Game
from detente.game.pricing import draw_inputs, price
from detente.scenario.model import Scenario
from detente.scenario.queries import InCase, Likelihood, Measurement, Probability, Query, leaves_of
from detente.solvers import conduct, course, filtering, schedule
from detente.solvers.forecast import Answers, answer, answer_by_coin_toss
from detente.solvers.inspection import slice_of_nature
from detente.solvers.plans import Plan, lay_plan
from detente.solvers.scenes import Grid

#: the concepts whose equilibria every draw records
CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")


@dataclass(frozen=True, eq=False)
class Study:
    """Questions over a game. ``columns``, ``fields`` and ``evaluate`` are what the runner needs."""

    game: Game = field(repr=False)
    plan: Plan = field(repr=False)
    #: (id, query) of every question; a claim's id is the claim's own
    questions: tuple[tuple[str, Query], ...] = field(repr=False)
    #: (field, query) of every number asked of the model besides
    further: tuple[tuple[str, Query], ...] = field(repr=False)
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

    @property
    def abroad(self) -> int:
        """Uncertain inputs drawn for the other cases that are asked about."""
        return self.plan.abroad

    def aim(self, until: float) -> Goal:
        """The goal that every question's standard error is below ``until``, in its own unit (1 for a probability)."""
        names = [item.name.partition("/")[2] for item in self.fields if item.name.startswith("given/")]
        weights = {f"claim/{name}": f"given/{name}" for name in names}
        return Goal(until, {f"claim/{name}": query.boolean for name, query in self.questions}, weights)

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        """Every field for one row of the design."""
        game = self.game
        inputs = draw_inputs(game, u)
        row: dict[str, Answer] = {}
        row |= _tell_inputs("", game, inputs)
        row |= self._draw_abroad(u)
        model, toss = answer(self.plan, u), answer_by_coin_toss(self.plan, u)
        for name, query in self.questions:
            row[f"claim/{name}"] = model.of(query)
            row[f"coin/{name}"] = toss.of(query)
            for k, item in enumerate(terms_of(query)):
                row[f"term/{name}/{k}"] = model.values[item]
                row[f"term-coin/{name}/{k}"] = toss.values[item]
            asked = query.expression
            if not isinstance(asked, Probability):
                continue
            if asked.after is None:
                row[f"curve/{name}"] = model.curves[asked]
                row[f"curve-coin/{name}"] = toss.curves[asked]
            if asked.conditional:
                row[f"given/{name}"] = model.conditions[asked]
                row[f"given-coin/{name}"] = toss.conditions[asked]
        row.update({name: model.of(query) for name, query in self.further})
        row.update(self._read_evidence(model))
        row.update(self._find_settled(inputs))
        return row

    def _read_evidence(self, model: Answers) -> dict[str, Answer]:
        if model.evidence is None:
            return {}
        row: dict[str, Answer] = {f"evidence/{k}": float(share) for k, share in enumerate(model.evidence.increments)}
        for name, asked in find_informed(dict(self.questions)).items():
            row[f"posterior/{name}"] = model.evidence.posteriors[asked]
        return row

    def _draw_abroad(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        """The inputs of the other cases."""
        row: dict[str, Answer] = {}
        start = self.game.columns
        for visit in self.plan.visits:
            game = visit.plan.game
            row |= _tell_inputs(f"{visit.case}:", game, draw_inputs(game, u[start : start + game.columns]))
            start += game.columns
        return row

    def _find_settled(self, inputs: NDArray[np.float64]) -> dict[str, Answer]:
        from detente.solvers.stability import equilibria_of

        here = slice_of_nature(self.game, self.game.status_quo)
        found = equilibria_of(self.game, price(self.game, inputs), CONCEPTS)
        return {f"stable/{concept}": cells[here[cells]].astype(np.int64) for concept, cells in found.items()}


def lay_study(scenario: Scenario, game: Game) -> Study:
    """Lay out a scenario's claims."""
    questions = {claim.id: claim.query for claim in scenario.claims if claim.query is not None}
    months = np.unique([*np.arange(0.0, game.horizon, 1.0), game.horizon])
    further = ask_alternatives(scenario) | ask_effects(scenario)
    observations, informed = list_observations(scenario), find_informed(questions)
    plan = lay_plan(
        game, list(questions.values()), Grid(months), list(further.values()), observations, list(informed.values())
    )
    method: dict[str, object] = {
        "months": [float(t) for t in months],
        "concepts": list(CONCEPTS),
        "questions": {name: str(query) for name, query in questions.items()},
        "behaviour": conduct.METHOD,
        "forecast": course.METHOD,
        "baseline": "the same queries with all preferences off",
    }
    asked = [query.expression for query in questions.values()]
    if any(isinstance(item, Probability) and item.conditional for item in asked):
        method["conditional"] = pooling.METHOD
    if game.calendar is not None:
        method["phases"] = schedule.METHOD
    if observations:
        method["evidence"] = filtering.METHOD
    if plan.visits:
        method["asked about besides"] = {
            visit.case: {"digest": visit.plan.game.digest, "columns": visit.plan.game.columns} for visit in plan.visits
        }
    numbers = [*further, *(f"evidence/{k}" for k in range(len(observations)))]
    numbers += [f"posterior/{name}" for name in informed if observations]
    abroad = [field for visit in plan.visits for field in _lay_inputs(f"{visit.case}:", visit.plan.game)]
    fields = [
        *abroad,
        *_lay_fields(game, questions, len(months)),
        *(Field(name, "number", void=True) for name in numbers),
    ]
    return Study(game, plan, tuple(questions.items()), tuple(further.items()), tuple(fields), method)


def _name_inputs(case: str, game: Game) -> dict[str, int]:
    """The field of every uncertain input, and its place among the inputs; ``case`` is a prefix, empty for the own."""
    return {f"input/{case}{item.id}": k for k, item in enumerate(game.inputs) if item.column >= 0}


def _lay_inputs(case: str, game: Game) -> list[Field]:
    return [Field(name, "number") for name in _name_inputs(case, game)]


def _tell_inputs(case: str, game: Game, inputs: NDArray[np.float64]) -> dict[str, float]:
    """One draw of the uncertain inputs, by field."""
    return {name: float(inputs[k]) for name, k in _name_inputs(case, game).items()}


def _lay_fields(game: Game, questions: Mapping[str, Query], points: int) -> list[Field]:
    fields = _lay_inputs("", game)
    for name, query in questions.items():
        fields.append(Field(f"claim/{name}", "number", void=True))
        fields.append(Field(f"coin/{name}", "number", void=True))
        terms = range(len(terms_of(query)))
        fields += [Field(f"{kind}/{name}/{k}", "number", void=True) for k in terms for kind in ("term", "term-coin")]
        asked = query.expression
        if not isinstance(asked, Probability):
            continue
        if asked.after is None:
            fields += [Field(f"{kind}/{name}", "curve", points, void=True) for kind in ("curve", "curve-coin")]
        if asked.conditional:
            fields += [Field(f"{kind}/{name}", "number") for kind in ("given", "given-coin")]
    return fields + [Field(f"stable/{concept}", "cells") for concept in CONCEPTS]


def terms_of(query: Query) -> tuple[Measurement | InCase, ...]:
    """What a compound query is made of."""
    return () if isinstance(query.expression, Likelihood) else leaves_of(query.expression)

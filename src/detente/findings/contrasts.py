"""The two sides of a comparison: from runs, or from one case's claims under two suppositions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from detente.ensemble.design import draw_rows
from detente.ensemble.ensemble import Ensemble
from detente.findings.comparison import Side
from detente.game.game import Game
from detente.scenario.model import Claim, Scenario
from detente.scenario.queries import Probability, Query, Setting, measurements_of, rebase
from detente.scenario.questions import write_query
from detente.scenario.rules.states import find_forbidding
from detente.solvers.forecast import Answers, answer
from detente.solvers.plans import Plan, lay_plan
from detente.solvers.scenes import Grid

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Supposition:
    """What is held from the start, and later by the rules of a policy, with the words for it."""

    text: str
    setting: Setting = field(default_factory=Setting)


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which rows of the design are asked."""

    draws: int
    seed: int
    progress: Progress | None = None


def read_side(name: str, scenario: Scenario, game: Game, ensemble: Ensemble) -> Side:
    """A run as a side."""
    numbers = ensemble.numbers
    asked = {f"claim/{claim.id}": claim.id for claim in scenario.claims}
    return Side(
        name=name,
        scenario=scenario,
        game=game,
        seed=ensemble.seed,
        values={asked[key]: values for key, values in numbers.items() if key in asked},
        weights={key.removeprefix("given/"): values for key, values in numbers.items() if key.startswith("given/")},
        draws=ensemble.draws,
        ensemble=ensemble,
    )


def suppose(
    scenario: Scenario, game: Game, suppositions: tuple[Supposition, Supposition], sampling: Sampling
) -> tuple[tuple[Side, Side], Mapping[str, str]]:
    """The claims of a scenario under two suppositions, on the same rows, and the claims left out, with the reason.

    What a claim's query supposes by itself wins over the supposition. A claim is left out when a rule forbids the state
    that either side then starts in, or when a policy with rules meets its own supposition.
    """
    claims = [claim for claim in scenario.claims if claim.query is not None]
    left_out = {}
    for claim in claims:
        if reason := next((r for s in suppositions if (r := _find_bar(claim, scenario, s.setting))), ""):
            left_out[claim.id] = reason
    kept = [claim for claim in claims if claim.id not in left_out]
    cases = [
        replace(scenario, claims=tuple(_move(claim, scenario, supposed.setting) for claim in kept))
        for supposed in suppositions
    ]
    plan = lay_plan(game, [query for case in cases for query in _queries(case).values()], Grid(np.zeros(0)))
    answers = _ask(plan, sampling)
    one, other = (
        _gather(supposed.text, case, plan, answers, sampling.seed)
        for supposed, case in zip(suppositions, cases, strict=True)
    )
    return (one, other), left_out


def _find_bar(claim: Claim, scenario: Scenario, supposed: Setting) -> str:
    """Why a claim cannot be asked under a supposition; empty where it can."""
    assert claim.query is not None
    asked = measurements_of(claim.query.expression)
    if supposed.turns and any(item.setting.suppose or item.setting.turns for item in asked):
        return "it supposes something by itself, and the policy has rules"
    for item in measurements_of(rebase(claim.query.expression, supposed=supposed)):
        rule = find_forbidding(scenario, (*item.setting.start, *item.setting.suppose))
        if rule is not None:
            return f"forbidden by the rule '{rule.forbid}'"
    return ""


def _move(claim: Claim, scenario: Scenario, supposed: Setting) -> Claim:
    assert claim.query is not None
    expression = rebase(claim.query.expression, supposed=supposed)
    return replace(
        claim, query=Query(expression, write_query(expression, scenario) if supposed != Setting() else str(claim.query))
    )


def _queries(scenario: Scenario) -> dict[str, Query]:
    return {claim.id: claim.query for claim in scenario.claims if claim.query is not None}


def _ask(plan: Plan, sampling: Sampling) -> list[Answers]:
    rows = draw_rows(sampling.seed, 0, sampling.draws, plan.game.columns, plan.abroad)
    found = []
    for number, u in enumerate(rows, start=1):
        found.append(answer(plan, u))
        if sampling.progress is not None:
            sampling.progress(number, sampling.draws)
    return found


def _gather(name: str, scenario: Scenario, plan: Plan, answers: Sequence[Answers], seed: int) -> Side:
    values, weights = {}, {}
    for claim, query in _queries(scenario).items():
        values[claim] = np.array([found.of(query) for found in answers])
        asked = query.expression
        if isinstance(asked, Probability) and asked.conditional:
            weights[claim] = np.array([found.conditions[asked] for found in answers])
    return Side(name, scenario, plan.game, seed, values, weights, len(answers))

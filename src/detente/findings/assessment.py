"""From an ensemble to findings: one pass over the claims, the states and the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan, nan

from detente.ensemble.ensemble import Ensemble
from detente.findings.claims import choose_headlines, judge_claim
from detente.findings.factors import Factors, collect
from detente.findings.findings import ClaimFinding, Findings, Precision
from detente.findings.record import tally
from detente.findings.states import find_settlements
from detente.game.compiler import compile_others
from detente.game.game import Game
from detente.scenario.model import Claim, Scenario
from detente.scenario.queries import visits_of


def assess(scenario: Scenario, game: Game, ensemble: Ensemble) -> Findings:
    """What an ensemble says about a scenario's claims.

    The answer depends on the set of draws, not on their order; its tests are seeded from the ensemble's seed.
    """
    choose = _lay_factors(scenario, game, ensemble)
    claims = tuple(judge_claim(claim, scenario, ensemble, choose(claim)) for claim in scenario.claims)
    settlements, states = find_settlements(game, ensemble)
    return Findings(
        title=scenario.title,
        as_of=scenario.as_of,
        horizon=scenario.horizon,
        digest=ensemble.digest,
        seed=ensemble.seed,
        draws=ensemble.draws,
        precision=_weigh_draws(claims, ensemble.until),
        made_by=dict(ensemble.made_by),
        claims=claims,
        headlines=choose_headlines(claims),
        settlements=settlements,
        states=states,
        record=tally(claims, scenario),
    )


def _lay_factors(scenario: Scenario, game: Game, ensemble: Ensemble) -> Callable[[Claim], Factors]:
    """The inputs that may move a claim: the case's own, and of the other cases only where the claim asks there."""
    columns = {
        name.removeprefix("input/"): values for name, values in ensemble.numbers.items() if name.startswith("input/")
    }
    others = compile_others(claim.query.expression for claim in scenario.claims if claim.query is not None)
    foreign = tuple(f"{case}:" for case in others)
    own = {name: values for name, values in columns.items() if not name.startswith(foreign)}
    narrow = collect(game, own, ensemble.draws, ensemble.seed)
    wide = collect(game, columns, ensemble.draws, ensemble.seed, others) if others else narrow
    return lambda claim: wide if claim.query is not None and visits_of(claim.query.expression) else narrow


def _weigh_draws(claims: Sequence[ClaimFinding], until: float | None) -> Precision:
    """Which claim's figure is known least, and whether the draws were enough for what was asked."""
    errors = {claim.id: claim.spread.error for claim in claims if claim.spread is not None}
    known = {name: error for name, error in errors.items() if not isnan(error)}
    if not known:
        return Precision(nan, "", until, None if until is None else not errors)
    last = max(known, key=lambda name: (known[name], name))
    reached = None if until is None else len(known) == len(errors) and known[last] < until
    return Precision(known[last], last, until, reached)

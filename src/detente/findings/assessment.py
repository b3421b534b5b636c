"""From an ensemble to findings: one pass over the claims, the states and the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan, nan

from detente.ensemble.alternatives import read_ledgers
from detente.ensemble.ensemble import Ensemble
from detente.findings.claims import Run, choose_headlines, judge_claim
from detente.findings.counterexamples import find_plausibility
from detente.findings.evidence import update, weigh_claim, weigh_draws
from detente.findings.factors import gather_factors
from detente.findings.findings import ClaimFinding, Findings, Precision
from detente.findings.policies import advise
from detente.findings.record import tally
from detente.findings.states import find_settlements
from detente.findings.terms import assess_terms
from detente.findings.wording import tally_words
from detente.game.game import Game
from detente.scenario.model import Scenario


def assess(scenario: Scenario, game: Game, ensemble: Ensemble) -> Findings:
    """What an ensemble says about a scenario's claims.

    The answer depends on the set of draws, not on their order; its tests are seeded from the ensemble's seed.
    """
    factors = gather_factors(scenario, game, ensemble)
    run = Run(scenario, game, ensemble, factors, find_plausibility(game, ensemble))
    claims = tuple(judge_claim(claim, run) for claim in scenario.claims)
    learned = update(scenario, game, ensemble) if "evidence/0" in ensemble.numbers else None
    if learned is not None:
        weights = weigh_draws(ensemble, len(scenario.evidence))
        claims = tuple(
            replace(finding, posterior=weigh_claim(finding, claim, scenario, ensemble, weights))
            for claim, finding in zip(scenario.claims, claims, strict=True)
        )
    # Where nobody has levers there is one state, which says nothing.
    settlements, states = find_settlements(game, ensemble) if game.axes else ((), ())
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
        advice=tuple(advise(ledger, scenario, factors.own) for ledger in read_ledgers(scenario, ensemble)),
        evidence=learned,
        wording=tally_words(claims),
        terms=assess_terms(scenario, game, ensemble),
    )


def _weigh_draws(claims: Sequence[ClaimFinding], until: float | None) -> Precision:
    """Which claim's figure is known least, and whether the draws were enough for what was asked."""
    errors = {claim.id: claim.spread.error for claim in claims if claim.spread is not None}
    known = {name: error for name, error in errors.items() if not isnan(error)}
    if not known:
        return Precision(nan, "", until, None if until is None else not errors)
    last = max(known, key=lambda name: (known[name], name))
    reached = None if until is None else len(known) == len(errors) and known[last] < until
    return Precision(known[last], last, until, reached)

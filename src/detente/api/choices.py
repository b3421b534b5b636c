"""What actors should do: policies judged, combinations of levers, deals of coalitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detente.api.cases import compile
from detente.api.forecasts import SEED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from detente.ensemble.ensemble import Ensemble
    from detente.ensemble.inquiry import Inquiry
    from detente.findings.advice import Advice
    from detente.findings.deals import Deals
    from detente.scenario.model import Scenario

#: worths no further apart count as equal, unless told otherwise
MARGIN = 0.01
#: draws of what a run does not hold, unless told otherwise
FEW = 16
#: holdings looked at, those of the fewest levers first, unless told otherwise
MOST_HOLDINGS = 64


def advise(
    scenario: Scenario, ensemble: Ensemble, *, margin: float = MARGIN, informed: bool = False
) -> tuple[Advice, ...]:
    """What the draws of a run say about every advised actor's alternatives.

    ``informed``: draws count by what the case's evidence says of them. Raises QueryError when there is none, or when it
    is impossible in every draw.
    """
    from detente.ensemble.alternatives import read_ledgers
    from detente.findings.factors import gather_factors
    from detente.findings.policies import Weighing
    from detente.findings.policies import advise as judge

    factors = gather_factors(scenario, compile(scenario), ensemble).own
    weighing = Weighing(_weigh_evidence(scenario, ensemble) if informed else None, margin)
    return tuple(judge(ledger, scenario, factors, weighing) for ledger in read_ledgers(scenario, ensemble))


def _weigh_evidence(scenario: Scenario, ensemble: Ensemble) -> NDArray[np.float64]:
    from detente.errors import Issue, QueryError
    from detente.findings.evidence import weigh_draws

    if "evidence/0" not in ensemble.numbers:
        raise QueryError([Issue(scenario.path, 0, 0, "evidence", "The case has no evidence to weigh draws by.", "")])
    weights = weigh_draws(ensemble, len(scenario.evidence))
    if not weights.any():
        raise QueryError([Issue(scenario.path, 0, 0, "evidence", "What was observed is impossible in every draw.", "")])
    return weights


def combine(
    scenario: Scenario, actor: str, inquiry: Inquiry | None = None, *, margin: float = MARGIN, most: int = MOST_HOLDINGS
) -> tuple[Advice, int]:
    """All ways in which an actor can hold its own levers, and how many were left out.

    ``inquiry`` says over which draws; by default the first ``FEW`` of seed 0. Raises QueryError for no actor.
    """
    from detente.ensemble.alternatives import list_holdings
    from detente.ensemble.sampling import sample_ledger
    from detente.findings.policies import Weighing
    from detente.findings.policies import advise as judge

    game = compile(scenario)
    members = _find_members(scenario, [actor])
    holdings, left_out = list_holdings(scenario, members, most)
    ledger = sample_ledger(scenario, game, members, holdings, inquiry or _ask_few(scenario))
    return judge(ledger, scenario, None, Weighing(margin=margin)), left_out


def ally(
    scenario: Scenario,
    members: Sequence[str],
    inquiry: Inquiry | None = None,
    *,
    margin: float = MARGIN,
    most: int = MOST_HOLDINGS,
) -> Deals:
    """What a coalition could agree on; arguments and errors as of :func:`combine`."""
    from detente.ensemble.alternatives import list_holdings
    from detente.ensemble.sampling import sample_ledger
    from detente.findings.deals import weigh_deals
    from detente.findings.policies import Weighing

    game = compile(scenario)
    team = _find_members(scenario, members)
    holdings, left_out = list_holdings(scenario, team, most)
    ledger = sample_ledger(scenario, game, team, holdings, inquiry or _ask_few(scenario))
    return weigh_deals(ledger, scenario, left_out, Weighing(margin=margin))


def _ask_few(scenario: Scenario) -> Inquiry:
    from detente.ensemble.inquiry import Inquiry

    return Inquiry((), scenario.as_of, FEW, SEED)


def _find_members(scenario: Scenario, names: Sequence[str]) -> tuple[str, ...]:
    """Actors by their ids, each once, in the order of the file. Raises QueryError naming every mistake."""
    from detente.errors import Issue, QueryError
    from detente.scenario.slips import suggest

    known = [actor.id for actor in scenario.actors]
    wrong = [
        Issue(name, 0, 0, "", f"There is no actor '{name}'.", suggest(name, known))
        for name in names
        if name not in known
    ]
    if wrong:
        raise QueryError(wrong)
    return tuple(name for name in known if name in names)

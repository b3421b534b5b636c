"""Two runs, or one case under two suppositions, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from detente.api.cases import compile
from detente.api.forecasts import SEED
from detente.api.runs import DRAWS
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.comparison import Comparison
    from detente.findings.contrasts import Supposition
    from detente.scenario.model import Scenario


def compare(before: tuple[str, Scenario, Ensemble], after: tuple[str, Scenario, Ensemble]) -> Comparison:
    """Hold the second run against the first; each is a name to print, the scenario, and its draws.

    Claims meet by their ids. Draws are paired when both runs have the same seed and inputs.
    """
    from detente.findings.changes import find_changes
    from detente.findings.comparison import compare as hold_against
    from detente.findings.contrasts import read_side

    one, other = (read_side(name, scenario, compile(scenario), draws) for name, scenario, draws in (before, after))
    return hold_against(one, other, find_changes((one.scenario, one.game), (other.scenario, other.game)), {})


def compare_suppositions(
    scenario: Scenario,
    suppositions: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """A case's claims under a supposition against nothing supposed, or under the second of two against the first.

    A supposition is levels of levers joined by ``and``, or a policy; what a query supposes by itself wins. A claim that
    would start in a state which a rule forbids is left out by name. Draws are paired. Raises QueryError.
    """
    from detente.findings.comparison import compare as hold_against
    from detente.findings.contrasts import Sampling, Supposition, suppose

    if not 1 <= len(suppositions) <= 2:
        raise QueryError([Issue("suppose", 0, 0, "", "Two suppositions are compared at most.", "Give one or two.")])
    if all(claim.query is None for claim in scenario.claims):
        raise QueryError([Issue("claims", 0, 0, "", "No claim has a query.", "Write one, or name others.")])
    read = _read_suppositions(scenario, suppositions)
    before, after = read if len(read) == 2 else (Supposition("nothing supposed"), read[0])
    sides, left_out = suppose(scenario, compile(scenario), (before, after), Sampling(draws, seed, progress))
    return hold_against(*sides, (), left_out)


def _read_suppositions(scenario: Scenario, texts: Sequence[str]) -> list[Supposition]:
    """All of them, or QueryError with everything wrong in any."""
    from detente.findings.contrasts import Supposition
    from detente.scenario.reader import parse_supposition

    read, issues = [], list[Issue]()
    for text in texts:
        try:
            read.append(Supposition(" ".join(text.split()), parse_supposition(scenario, text)))
        except QueryError as error:
            issues += error.issues
    if issues:
        raise QueryError(issues)
    return read

"""Other cases that queries of a case ask about (``in OTHER:``), each read once, one case deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from detente.errors import ScenarioError
from detente.scenario.catalogue import names_of
from detente.scenario.interpreter import resolve_query
from detente.scenario.model import Scenario
from detente.scenario.queries import Expression, measurements_of, visits_of
from detente.scenario.rules.states import find_forbidding
from detente.scenario.slips import Slip, Slipped

#: other cases that one case may ask about
MOST = 8


@dataclass(frozen=True)
class Neighbours:
    """Reads queries in other cases; an instance is what ``Names.abroad`` wants."""

    #: a case by its name; raises ScenarioError
    find: Callable[[str], Scenario]
    known: dict[str, Scenario] = field(default_factory=dict)
    #: cases that cannot be asked about, and why
    refused: dict[str, Slip] = field(default_factory=dict)

    def __call__(self, case: str, text: str) -> tuple[Scenario, Expression]:
        """The other case, and the query in its names. Raises Slipped."""
        other = self._look_up(case)
        expression = resolve_query(text, names_of(other)).expression
        for item in measurements_of(expression):
            rule = find_forbidding(other, (*item.setting.start, *item.setting.suppose))
            if rule is not None:
                message = f"The state asked about is forbidden in '{case}' by the rule '{rule.forbid}'."
                raise Slipped(Slip(0, message, "Set the other levers of the rule too."))
        return other, expression

    def _look_up(self, case: str) -> Scenario:
        """The other case, read at most once whatever comes of it. Raises Slipped."""
        if case not in self.known and case not in self.refused:
            if len(self.known) + len(self.refused) == MOST:
                raise Slipped(Slip(0, f"More than {MOST} other cases are asked about.", "Ask about fewer."))
            try:
                self.known[case] = self.find(case)
            except ScenarioError as error:
                message = f"The case '{case}' cannot be asked about: {error.issues[0].message}"
                self.refused[case] = Slip(0, message, error.issues[0].cure)
        if case in self.refused:
            raise Slipped(self.refused[case])
        return self.known[case]


def list_neighbours(scenario: Scenario) -> Mapping[str, Scenario]:
    """The other cases that a scenario's claims ask about, by name, in order of names."""
    asked = [claim.query.expression for claim in scenario.claims if claim.query is not None]
    found = {visit.case: visit.scenario for expression in asked for visit in visits_of(expression)}
    return dict(sorted(found.items()))

"""What an advised actor could do instead: every alternative is judged by the same expectations, draw by draw."""

from __future__ import annotations

from collections.abc import Iterator

from detente.scenario.model import Scenario
from detente.scenario.queries import Expectation, Levels, Query, Setting
from detente.scenario.questions import write_query

#: in a field's name: nothing is held
NONE = "-"


def ask_alternatives(scenario: Scenario) -> dict[str, Query]:
    """By field, ``policy/ALTERNATIVE/MEASURE``: what every alternative is worth, averaged from as_of to the horizon.

    The measures are the scenario's, and the payoff of every actor that a policy advises.
    """
    if not scenario.policies:
        return {}
    actors = dict.fromkeys(policy.actor for policy in scenario.policies)
    judges = [Expectation(measure.id, "measure", None) for measure in scenario.measures]
    judges += [Expectation(actor, "actor", None) for actor in actors]
    return {
        f"policy/{name}/{judge.of}": _ask(judge, held, scenario)
        for name, held in _list_alternatives(scenario)
        for judge in judges
    }


def _list_alternatives(scenario: Scenario) -> Iterator[tuple[str, Levels]]:
    """Nothing held, then every policy of the file."""
    yield NONE, ()
    for policy in scenario.policies:
        yield policy.id, policy.hold


def _ask(judge: Expectation, held: Levels, scenario: Scenario) -> Query:
    asked = Expectation(judge.of, judge.kind, None, Setting(suppose=held))
    return Query(asked, write_query(asked, scenario))

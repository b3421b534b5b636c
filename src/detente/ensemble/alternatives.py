"""What an advised actor could do instead: every alternative is judged by the same expectations, draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, product
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.scenario.formulas import write_levels
from detente.scenario.model import Actor, Lever, Scenario
from detente.scenario.queries import Expectation, Levels, Query, Setting, Turn
from detente.scenario.questions import write_query
from detente.scenario.rules.states import find_forbidding

#: name of the alternative in which nothing is held
NONE = "-"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something an actor, or several together, could do: levers held from the start."""

    #: a policy's id, levels such as ``rok.fiscal = stimulus``, or ``NONE``
    name: str
    hold: Levels
    #: what is held later, by the rules of a policy
    turns: tuple[Turn, ...] = ()
    #: words for people; empty where the file has none
    text: str = ""
    #: why it cannot be done; empty when it can
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """What alternatives are judged by: a measure, or what an actor gets; averaged from as_of to the horizon."""

    of: str
    kind: Literal["measure", "actor"]


@dataclass(frozen=True, eq=False)
class Ledger:
    """What every alternative of one choice is worth, draw by draw."""

    #: who chooses: one actor, or the members of a coalition
    actors: tuple[str, ...]
    #: those that can be done, nothing held first
    alternatives: tuple[Alternative, ...]
    #: those that cannot, each with the reason
    barred: tuple[Alternative, ...]
    #: the measures, then the actors
    judges: tuple[Judge, ...]
    #: shape (judges, alternatives, draws)
    worth: NDArray[np.float64] = field(repr=False)

    def __repr__(self) -> str:
        judges, alternatives, draws = self.worth.shape
        return f"<Ledger of {','.join(self.actors)}: {alternatives} alternatives, {judges} judges, {draws} draws>"


def ask_alternatives(scenario: Scenario) -> dict[str, Query]:
    """By field, ``policy/ALTERNATIVE/JUDGE``: what every alternative is worth.

    The alternatives are those of every actor that a policy advises. Nothing is asked of a case without policies.
    """
    fields: dict[str, Query] = {}
    for actor in list_advised(scenario):
        for alternative in list_alternatives(scenario, actor):
            if not alternative.barred:
                asked = ask(scenario, alternative)
                fields |= {name_field(alternative, judge): query for judge, query in asked.items()}
    return fields


def name_field(alternative: Alternative, judge: Judge) -> str:
    """The column of a run that holds it."""
    return f"policy/{alternative.name}/{judge.of}"


def list_advised(scenario: Scenario) -> tuple[str, ...]:
    """The actors that the file's policies are for, in the order of the file."""
    advised = {policy.actor for policy in scenario.policies}
    return tuple(actor.id for actor in scenario.actors if actor.id in advised)


def list_judges(scenario: Scenario) -> tuple[Judge, ...]:
    """The measures, then the actors."""
    measures = [Judge(measure.id, "measure") for measure in scenario.measures]
    return (*measures, *(Judge(actor.id, "actor") for actor in scenario.actors))


def list_alternatives(scenario: Scenario, actor: str) -> tuple[Alternative, ...]:
    """Nothing held, the actor's policies, and each of its levers alone at each level that is not today's.

    What a policy of the file holds is not listed again under the levers' names.
    """
    policies = [policy for policy in scenario.policies if policy.actor == actor]
    named = [bar(scenario, Alternative(policy.id, policy.hold, policy.then, policy.text)) for policy in policies]
    taken = {policy.hold for policy in policies if not policy.then}
    singles = [
        make_alternative(scenario, hold)
        for lever in find_actor(scenario, actor).levers
        for hold in _list_single(lever)
        if hold not in taken
    ]
    return (Alternative(NONE, ()), *named, *singles)


def _list_single(lever: Lever) -> Iterator[Levels]:
    yield from (((lever.id, level),) for level in range(len(lever.levels)) if level != lever.now)


def list_holdings(scenario: Scenario, actors: Sequence[str], most: int) -> tuple[tuple[Alternative, ...], int]:
    """Nothing held, then all ways in which actors can hold levers of theirs at levels that are not today's.

    Those of the fewest levers come first, ``most`` in all; the second answer is how many more there are. What policies
    of the file hold has their names.
    """
    levers = [lever for actor in actors for lever in find_actor(scenario, actor).levers]
    ways = (
        tuple(sorted(pair for part in parts for pair in part))
        for size in range(1, len(levers) + 1)
        for group in combinations(levers, size)
        for parts in product(*(list(_list_single(lever)) for lever in group))
    )
    found = [bar(scenario, _name_holding(scenario, hold)) for hold in islice(ways, most)]
    every = prod(len(lever.levels) for lever in levers) - 1
    return (Alternative(NONE, ()), *found), every - len(found)


def _name_holding(scenario: Scenario, hold: Levels) -> Alternative:
    """Levels held, by the names of the policies that hold them where that is possible."""
    rest, names, texts = dict(hold), [], []
    for policy in scenario.policies:
        if not policy.then and policy.hold and rest.items() >= dict(policy.hold).items():
            names.append(policy.id)
            texts.append(policy.text)
            rest = {lever: level for lever, level in rest.items() if lever not in dict(policy.hold)}
    if rest:
        names.append(write_levels(tuple(rest.items()), {lever.id: lever for lever in scenario.levers}))
    return Alternative(" and ".join(names), hold, text=texts[0] if len(names) == len(texts) == 1 else "")


def find_actor(scenario: Scenario, name: str) -> Actor:
    """The actor of that id; KeyError when there is none."""
    return {actor.id: actor for actor in scenario.actors}[name]


def make_alternative(scenario: Scenario, hold: Levels) -> Alternative:
    """Levels held, under their own name."""
    levers = {lever.id: lever for lever in scenario.levers}
    return bar(scenario, Alternative(write_levels(hold, levers), hold))


def bar(scenario: Scenario, alternative: Alternative) -> Alternative:
    """The alternative with what forbids it: a rule, or a lever that cannot go there from today's level."""
    levers = {lever.id: lever for lever in scenario.levers}
    reason = ""
    for lever, level in alternative.hold:
        if not levers[lever].legal[levers[lever].now][level]:
            reason = (
                f"{lever} cannot go from {levers[lever].levels[levers[lever].now]} to {levers[lever].levels[level]}"
            )
    if (rule := find_forbidding(scenario, alternative.hold)) is not None:
        reason = f"a rule forbids {rule.forbid}"
    return replace(alternative, barred=reason)


def ask(scenario: Scenario, alternative: Alternative) -> dict[Judge, Query]:
    """What an alternative is worth to every judge."""
    queries: dict[Judge, Query] = {}
    for judge in list_judges(scenario):
        asked = Expectation(judge.of, judge.kind, None, Setting(suppose=alternative.hold, turns=alternative.turns))
        queries[judge] = Query(asked, write_query(asked, scenario))
    return queries


def read_ledgers(scenario: Scenario, ensemble: Ensemble) -> tuple[Ledger, ...]:
    """What the draws of a run say about every advised actor's alternatives; none where the run did not ask."""
    judges = list_judges(scenario)
    if name_field(Alternative(NONE, ()), judges[0]) not in ensemble.numbers:
        return ()
    ledgers: list[Ledger] = []
    for actor in list_advised(scenario):
        listed = list_alternatives(scenario, actor)
        able = tuple(item for item in listed if not item.barred)
        worth = np.array([[ensemble.numbers[name_field(item, judge)] for item in able] for judge in judges])
        ledgers.append(Ledger((actor,), able, tuple(item for item in listed if item.barred), judges, worth))
    return tuple(ledgers)

"""The names of a finished scenario: what queries, states and settings from outside may refer to."""

from __future__ import annotations

from detente.scenario.amounts import BEHAVIOUR, ODDS, RATE, STAKES, WEIGHT, Domain, with_payoff_words
from detente.scenario.model import Reading, Scenario
from detente.scenario.names import Names


def names_of(scenario: Scenario) -> Names:
    """Everything that can be named in the scenario."""
    return Names(
        levers={lever.id: lever for lever in scenario.levers},
        conditions=dict(scenario.conditions),
        actors=tuple(actor.id for actor in scenario.actors),
        as_of=scenario.as_of,
        horizon=scenario.horizon,
        measures=tuple(measure.id for measure in scenario.measures),
        policies={policy.id: policy for policy in scenario.policies},
        inputs=inputs_of(scenario),
        others={
            **{actor.id: "an actor" for actor in scenario.actors},
            **{measure.id: "a measure" for measure in scenario.measures},
            **{policy.id: "a policy" for policy in scenario.policies},
        },
    )


def inputs_of(scenario: Scenario) -> dict[str, Domain | tuple[str, ...]]:
    """Ids of all inputs, with the domain of each number or the labels of each choice of reading."""
    words = {word.word: (word.low, word.high) for word in scenario.payoff_words}
    inputs: dict[str, Domain | tuple[str, ...]] = {}
    for actor in scenario.actors:
        for reading in actor.readings:
            prefix = f"{actor.id}.{reading.id}" if reading.id else actor.id
            if len(actor.readings) > 1:
                inputs[f"{prefix}.odds"] = ODDS
            inputs.update(_preference_inputs(prefix, reading))
        if len(actor.readings) > 1:
            inputs[f"{actor.id}.reading"] = tuple(reading.id for reading in actor.readings)
        inputs.update({f"{actor.id}.{name}": domain for name, domain in BEHAVIOUR.items()})
    for chance in scenario.chance:
        inputs.update({move.id: RATE for move in chance.moves})
    for measure in scenario.measures:
        inputs.update({f"{measure.id}.{want.id}": WEIGHT for want in measure.wants})
    return {
        name: domain if isinstance(domain, tuple) or not words else with_payoff_words(domain, words)
        for name, domain in inputs.items()
    }


def _preference_inputs(prefix: str, reading: Reading) -> dict[str, Domain]:
    preferences = reading.preferences
    if preferences.stakes is not None:
        return {f"{prefix}.stakes": STAKES}
    return {f"{prefix}.{want.id}": WEIGHT for want in preferences.wants}

"""The names of a finished scenario: what queries, states and settings from outside may refer to."""

from __future__ import annotations

from detente.scenario.amounts import (
    BEHAVIOUR,
    CAPABILITY,
    ODDS,
    POSITION,
    RATE,
    REFERENCE,
    SALIENCE,
    STAKES,
    THRESHOLD,
    WEIGHT,
    Domain,
    between_ends,
    with_payoff_words,
)
from detente.scenario.model import Actor, Preferences, Question, Scenario
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
        issues={question.id: question for question in scenario.issues},
        inputs=inputs_of(scenario),
        others={
            **{actor.id: "an actor" for actor in scenario.actors},
            **{measure.id: "a measure" for measure in scenario.measures},
            **{policy.id: "a policy" for policy in scenario.policies},
            **{question.id: "an issue" for question in scenario.issues},
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
            inputs.update(_preference_inputs(prefix, reading.preferences))
        if len(actor.readings) > 1:
            inputs[f"{actor.id}.reading"] = tuple(reading.id for reading in actor.readings)
        inputs.update({f"{actor.id}.{name}": domain for name, domain in BEHAVIOUR.items()})
        inputs.update(_belief_inputs(actor))
    for chance in scenario.chance:
        inputs.update({move.id: RATE for move in chance.moves})
    for measure in scenario.measures:
        inputs.update({f"{measure.id}.{want.id}": WEIGHT for want in measure.wants})
    for question in scenario.issues:
        inputs.update(_bargain_inputs(question))
    for phase in scenario.phases:
        inputs.update({f"phases.{phase.id}.{name}": inputs[name] for name, _ in phase.changes})
    return {
        name: domain if isinstance(domain, tuple) or not words else with_payoff_words(domain, words)
        for name, domain in inputs.items()
    }


def _belief_inputs(actor: Actor) -> dict[str, Domain]:
    inputs: dict[str, Domain] = {}
    if actor.thresholds is not None:
        given = (("indifference", actor.thresholds.indifference), ("strong", actor.thresholds.strong))
        inputs.update({f"{actor.id}.{name}": THRESHOLD for name, quantity in given if quantity is not None})
    for belief in actor.beliefs:
        if belief.preferences is not None:
            inputs.update(_preference_inputs(f"{actor.id}.believes.{belief.about}", belief.preferences))
    return inputs


def _bargain_inputs(question: Question) -> dict[str, Domain]:
    ends = question.low, question.high
    inputs = {
        f"{question.id}.{stake.actor}.{name}": domain
        for stake in question.stakes
        for name, domain in (
            ("position", between_ends(POSITION, *ends)),
            ("salience", SALIENCE),
            ("capability", CAPABILITY),
        )
    }
    if question.reference is not None:
        inputs[f"{question.id}.reference"] = between_ends(REFERENCE, *ends)
    return inputs


def _preference_inputs(prefix: str, preferences: Preferences) -> dict[str, Domain]:
    if preferences.stakes is not None:
        return {f"{prefix}.stakes": STAKES}
    return {f"{prefix}.{want.id}": WEIGHT for want in preferences.wants}

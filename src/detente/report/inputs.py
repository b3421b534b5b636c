"""Words for the inputs of a scenario, so that no table shows an id alone."""

from __future__ import annotations

from detente.report.text import LONGEST_NAME, plain
from detente.scenario.model import Actor, Preferences, Scenario
from detente.scenario.neighbours import list_neighbours


def name_inputs(scenario: Scenario) -> dict[str, str]:
    """Words for every input id."""
    names: dict[str, str] = {}
    for actor in scenario.actors:
        names |= _name_behaviour(actor) | _name_beliefs(actor, scenario)
        who = plain(actor.name, LONGEST_NAME)
        for reading in actor.readings:
            prefix = f"{actor.id}.{reading.id}" if reading.id else actor.id
            role = f"{who} as {plain(reading.id, LONGEST_NAME)}" if reading.id else who
            names[f"{prefix}.odds"] = f"the odds of {role}"
            names |= _name_preferences(prefix, role, reading.preferences)
    for measure in scenario.measures:
        for want in measure.wants:
            names[f"{measure.id}.{want.id}"] = (
                f"the weight on “{plain(want.condition.text, LONGEST_NAME)}” in {measure.id}"
            )
    names |= _name_rates(scenario) | _name_stakes(scenario)
    for phase in scenario.phases:
        during = plain(phase.id, LONGEST_NAME)
        names |= {f"phases.{phase.id}.{name}": f"{names[name]}, in the phase {during}" for name, _ in phase.changes}
    for case, other in list_neighbours(scenario).items():
        names |= {f"{case}:{name}": f"{words}, in {case}" for name, words in name_inputs(other).items()}
    return names


def _name_behaviour(actor: Actor) -> dict[str, str]:
    who = plain(actor.name, LONGEST_NAME)
    return {
        f"{actor.id}.tempo": f"how often {who} decides",
        f"{actor.id}.foresight": f"how far ahead {who} looks",
        f"{actor.id}.noise": f"how erratic {who} is",
        f"{actor.id}.habit": f"how reluctant {who} is to change course",
        f"{actor.id}.reading": f"the reading of {who}",
        f"{actor.id}.indifference": f"the difference up to which {who} does not care",
        f"{actor.id}.strong": f"the difference from which {who} cares greatly",
    }


def _name_beliefs(actor: Actor, scenario: Scenario) -> dict[str, str]:
    called = {other.id: plain(other.name, LONGEST_NAME) for other in scenario.actors}
    names: dict[str, str] = {}
    for belief in actor.beliefs:
        if belief.preferences is not None:
            role = f"{called[belief.about]} as {called[actor.id]} sees it"
            names |= _name_preferences(f"{actor.id}.believes.{belief.about}", role, belief.preferences)
    return names


def _name_preferences(prefix: str, role: str, preferences: Preferences) -> dict[str, str]:
    names = {f"{prefix}.stakes": f"what is at stake for {role}"}
    for want in preferences.wants:
        names[f"{prefix}.{want.id}"] = f"the weight on “{plain(want.condition.text, LONGEST_NAME)}” for {role}"
    return names


def _name_stakes(scenario: Scenario) -> dict[str, str]:
    called = {actor.id: plain(actor.name, LONGEST_NAME) for actor in scenario.actors}
    names: dict[str, str] = {}
    for question in scenario.issues:
        what = plain(question.label or question.id, LONGEST_NAME)
        for stake in question.stakes:
            prefix, who = f"{question.id}.{stake.actor}", called[stake.actor]
            names[f"{prefix}.position"] = f"where {who} stands on “{what}”"
            names[f"{prefix}.salience"] = f"how much {who} cares about “{what}”"
            names[f"{prefix}.capability"] = f"what {who} can bring to bear on “{what}”"
        names[f"{question.id}.reference"] = f"what holds on “{what}” without agreement"
    return names


def _name_rates(scenario: Scenario) -> dict[str, str]:
    names: dict[str, str] = {}
    for chance in scenario.chance:
        for move in chance.moves:
            source, target = (plain(chance.lever.levels[k], LONGEST_NAME) for k in (move.source, move.target))
            label = plain(chance.lever.label or chance.lever.id, LONGEST_NAME)
            when = f" while {plain(move.when.text, LONGEST_NAME)}" if move.when is not None else ""
            names[move.id] = f"how fast “{label}” goes from {source} to {target}{when}"
    return names

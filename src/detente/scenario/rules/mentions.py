"""Checks on what is mentioned where: levers nobody cares about, actors that never act, shares of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from detente.errors import Issue
from detente.scenario.conditions import Condition, levers_of
from detente.scenario.model import Actor, Preferences, Scenario
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Opposed, Probability, Reachable, Stable, measurements_of
from detente.scenario.rules.sheet import Sheet


def warn_idle_levers(sheet: Sheet) -> Iterator[Issue]:
    """Levers that no want, rule, chance move, measure, query or evidence mentions."""
    mentioned = set(_mentions(sheet.scenario))
    for lever in sheet.scenario.levers:
        if lever.id not in mentioned:
            message = f"No want, rule, chance move or query mentions {lever.id}."
            yield sheet.warning(lever, message, "Say who cares about it, or leave it out.")


def warn_stuck_levers(sheet: Sheet) -> Iterator[Issue]:
    """Levers whose status quo cannot be left."""
    for lever in sheet.scenario.levers:
        if lever.actor is not None and sum(lever.legal[lever.now]) == 1:
            message = f"{lever.id} stands at {lever.levels[lever.now]}, which cannot be left."
            yield sheet.warning(lever, message, "Check 'one_way:' and 'now:'.")


def warn_late_starts(sheet: Sheet) -> Iterator[Issue]:
    """Actors that take no decision before the horizon, or have nothing to decide."""
    bargaining = {stake.actor for question in sheet.scenario.issues for stake in question.stakes}
    for actor in sheet.scenario.actors:
        if not actor.levers and actor.id not in bargaining:
            yield sheet.warning(actor, f"{actor.id} has no levers and decides nothing.", "Give it levers.")
        if actor.starts is not None and actor.starts > sheet.scenario.horizon:
            message = f"{actor.id} starts on {actor.starts}, after the horizon {sheet.scenario.horizon}."
            yield sheet.warning(actor, message, "It never decides; check the dates.")


def warn_idle_phases(sheet: Sheet) -> Iterator[Issue]:
    """Phases that change nothing, or that nobody sees within the horizon."""
    for phase in sheet.scenario.phases:
        if not phase.closed and not phase.changes:
            cure = "Give it 'closed' or 'set', or end the phase before it by 'until'."
            yield sheet.warning(phase, f"The phase {phase.id} changes nothing.", cure)
        if phase.since > sheet.scenario.horizon and not phase.anticipated:
            message = f"{phase.id} begins on {phase.since}, after the horizon {sheet.scenario.horizon}."
            yield sheet.warning(phase, message, "Nobody reckons with it and nobody sees it; check the dates.")


def warn_lone_shares(sheet: Sheet) -> Iterator[Issue]:
    """``shared`` names used once, which tie a number to nothing."""
    quantities = [quantity for quantity in _quantities(sheet.scenario) if quantity.shared is not None]
    uses = Counter(quantity.shared for quantity in {id(q): q for q in quantities}.values())
    for quantity in quantities:
        if uses[quantity.shared] == 1:
            message = f"Nothing else is shared as '{quantity.shared}'."
            yield sheet.warning(quantity, message, "Use the same name for the numbers that move together.")


def _mentions(scenario: Scenario) -> Iterator[str]:
    for actor in scenario.actors:
        for preferences in _preferences(actor):
            yield from _levers(want.condition for want in preferences.wants)
            yield from _levers(condition for line in preferences.ranking for condition in line)
            yield from _levers(iter(preferences.priorities))
    for measure in scenario.measures:
        yield from _levers(want.condition for want in measure.wants)
    yield from _levers(rule.forbid for rule in scenario.rules)
    yield from _levers(item.seen for item in scenario.evidence)
    for chance in scenario.chance:
        for move in chance.moves:
            yield chance.lever.id
            yield from _levers(iter([move.when] if move.when is not None else []))
            yield from (lever for lever, _ in move.then)
    for claim in scenario.claims:
        if claim.query is not None:
            for item in measurements_of(claim.query.expression):
                yield from (lever for lever, _ in (*item.setting.suppose, *item.setting.start))
                for turn in item.setting.turns:
                    yield from (*levers_of(turn.condition.node), *(lever for lever, _ in turn.hold))
                if isinstance(item, Probability | Stable | Reachable):
                    yield from levers_of(item.condition.node)
                if isinstance(item, Probability):
                    events = [event.condition for event in (item.given, item.after) if event is not None]
                    yield from _levers(iter(events))
                if isinstance(item, Opposed):
                    yield item.lever


def _preferences(actor: Actor) -> Iterator[Preferences]:
    """An actor's own, and those it takes others to have."""
    yield from (reading.preferences for reading in actor.readings)
    yield from (belief.preferences for belief in actor.beliefs if belief.preferences is not None)


def _levers(conditions: Iterator[Condition]) -> Iterator[str]:
    for condition in conditions:
        yield from levers_of(condition.node)


def _quantities(scenario: Scenario) -> Iterator[Quantity]:
    for actor in scenario.actors:
        behaviour = actor.behaviour
        yield from (behaviour.tempo, behaviour.foresight, behaviour.noise, behaviour.habit)
        yield from (reading.odds for reading in actor.readings)
        for preferences in _preferences(actor):
            yield from (want.weight for want in preferences.wants)
            if preferences.stakes is not None:
                yield preferences.stakes
        if actor.thresholds is not None:
            given = (actor.thresholds.indifference, actor.thresholds.strong)
            yield from (quantity for quantity in given if quantity is not None)
    for measure in scenario.measures:
        yield from (want.weight for want in measure.wants)
    for chance in scenario.chance:
        yield from (move.rate for move in chance.moves)
    for phase in scenario.phases:
        yield from (quantity for _, quantity in phase.changes)
    for question in scenario.issues:
        for stake in question.stakes:
            yield from (stake.position, stake.salience, stake.capability)
        if question.reference is not None:
            yield question.reference

"""The supposition nearest to an observed event: the same levels, imposed."""

from __future__ import annotations

from dataclasses import replace

from detente.scenario.conditions import All, In, Node
from detente.scenario.model import Scenario
from detente.scenario.queries import Levels, Probability, Query
from detente.scenario.questions import write_query
from detente.scenario.rules.states import find_forbidding


def suppose_instead(query: Query, scenario: Scenario) -> Query | None:
    """The probability under ``| suppose`` of what is ``given``.

    None where the query is not one probability with ``given``, the event is more than levels of levers, or the
    supposition contradicts another or a rule.
    """
    item = query.expression
    if not isinstance(item, Probability) or item.given is None:
        return None
    levels = _read_levels(item.given.condition.node)
    if levels is None:
        return None
    supposed = {**dict(levels), **dict(item.setting.suppose)}
    held: Levels = tuple(sorted(supposed.items()))
    if any(supposed[lever] != level for lever, level in levels):
        return None
    if find_forbidding(scenario, (*item.setting.start, *held)) is not None:
        return None
    changed = replace(item, given=None, setting=replace(item.setting, suppose=held))
    return Query(changed, write_query(changed, scenario))


def _read_levels(node: Node) -> Levels | None:
    """Levels of levers that a condition comes to; None where it is anything else."""
    if isinstance(node, In):
        return ((node.lever, node.levels[0]),) if len(node.levels) == 1 else None
    if not isinstance(node, All):
        return None
    parts = [_read_levels(item) for item in node.items]
    found: dict[str, int] = {}
    for part in parts:
        if part is None:
            return None
        for lever, level in part:
            if found.setdefault(lever, level) != level:
                return None
    return tuple(sorted(found.items()))

"""Checks over states: what a rule forbids, what a condition can never be, where a query starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from detente.errors import Issue
from detente.scenario.conditions import All, Any, AtLeast, Condition, In, Node, Not, levers_of
from detente.scenario.model import Lever, Rule, Scenario
from detente.scenario.queries import Levels, Probability, measurements_of
from detente.scenario.rules.sheet import Sheet
from detente.scenario.rules.space import Undecided, judge
from detente.scenario.slips import enumerate_words

#: most cells a game may have
LARGEST = 1 << 28
#: most positions of one rule's levers that are looked at for blocked exits
_WIDEST_RULE = 1 << 10

Position = tuple[int, ...]


def holds(node: Node, state: Mapping[str, int]) -> bool:
    """Whether a formula is true of a state."""
    return bool(judge(node, {lever: 1 << level for lever, level in state.items()}))


def refuse_large_games(sheet: Sheet) -> Iterator[Issue]:
    """More cells than any analysis takes."""
    levers = sheet.scenario.levers
    cells = prod(len(lever.levels) for lever in levers)
    if cells > LARGEST:
        widest = max(levers, key=lambda lever: len(lever.levels))
        message = f"The levers span {cells:,} states, more than {LARGEST:,}."
        yield sheet.issue(widest, message, f"Cut levels or levers: {widest.id} has the most, {len(widest.levels)}.")


def refuse_forbidden_status_quo(sheet: Sheet) -> Iterator[Issue]:
    """A rule the status quo breaks."""
    state = sheet.state(())
    for rule in sheet.scenario.rules:
        if holds(rule.forbid.node, state):
            told = sheet.write(state, dict.fromkeys(levers_of(rule.forbid.node)))
            message = f"The rule forbids the status quo: {told}."
            yield sheet.issue(rule.forbid, message, "Change the rule, or say 'now:' for a lever.")


def refuse_forbidden_chance_moves(sheet: Sheet) -> Iterator[Issue]:
    """A chance move that would lead from a feasible state into a forbidden one."""
    for chance in sheet.scenario.chance:
        for move in chance.moves:
            landing = {chance.lever.id: move.target, **dict(move.then)}
            source: list[Node] = [In(chance.lever.id, (move.source,))]
            source += [move.when.node] if move.when is not None else []
            for number, rule, state in _find_landings(sheet, source, landing):
                mentioned = dict.fromkeys([*levers_of(rule.forbid.node), chance.lever.id])
                told = sheet.write({**state, **landing}, mentioned)
                message = f"The move can lead into a state that rule {number} forbids: {told}."
                cure = "Add 'then:' with the levers that give way, or 'when:' to keep the move out."
                yield sheet.issue(move, message, cure)


def refuse_forbidden_turns(sheet: Sheet) -> Iterator[Issue]:
    """A policy's rule that would lead from a feasible state into a forbidden one."""
    for policy in sheet.scenario.policies:
        changing = {lever for turn in policy.then for lever, _ in turn.hold}
        held: list[Node] = [In(lever, (level,)) for lever, level in policy.hold if lever not in changing]
        for turn in policy.then:
            landing = dict(turn.hold)
            source = held if turn.by else [*held, turn.condition.node]
            for number, rule, state in _find_landings(sheet, source, landing):
                told = sheet.write({**state, **landing}, dict.fromkeys(levers_of(rule.forbid.node)))
                message = f"The policy {policy.id} can lead into a state that rule {number} forbids: {told}."
                cure = "Write 'on:' with an 'if:' that keeps it out, or hold more levers."
                yield sheet.issue(turn, message, cure)


def _find_landings(
    sheet: Sheet, source: Sequence[Node], landing: Mapping[str, int]
) -> Iterator[tuple[int, Rule, Mapping[str, int]]]:
    """The rules that forbid where a move lands, by number, with a feasible state it may start from."""
    for number, rule in enumerate(sheet.scenario.rules, start=1):
        try:
            state = sheet.space.find(*source, _after(rule.forbid.node, landing))
        except Undecided:
            continue
        if state is not None:
            yield number, rule, state


def refuse_forbidden_starts(sheet: Sheet) -> Iterator[Issue]:
    """A policy, supposition or starting point that a rule forbids."""
    for policy in sheet.scenario.policies:
        yield from _refuse_start(sheet, policy, f"The policy {policy.id}", sheet.state(policy.hold))
    for claim in sheet.scenario.claims:
        if claim.query is None:
            continue
        starts = {}
        for measurement in measurements_of(claim.query.expression):
            setting = measurement.setting
            if setting.start or setting.suppose:
                starts[tuple(sheet.start_of(setting).items())] = "The query's start"
        for state, what in starts.items():
            yield from _refuse_start(sheet, claim.query, what, dict(state))


def find_forbidding(scenario: Scenario, levels: Levels) -> Rule | None:
    """The first rule that forbids the status quo with some levers set elsewhere, or None."""
    state = {**{lever.id: lever.now for lever in scenario.levers}, **dict(levels)}
    return next((rule for rule in scenario.rules if holds(rule.forbid.node, state)), None)


def _refuse_start(sheet: Sheet, part: object, what: str, state: dict[str, int]) -> Iterator[Issue]:
    for rule in sheet.scenario.rules:
        if holds(rule.forbid.node, state) and not holds(rule.forbid.node, sheet.state(())):
            told = sheet.write(state, dict.fromkeys(levers_of(rule.forbid.node)))
            message = f"{what} is forbidden by the rule '{rule.forbid}': {told}."
            yield sheet.issue(part, message, "Set the other levers of the rule too.")


def warn_empty_conditions(sheet: Sheet) -> Iterator[Issue]:
    """Conditions true in every feasible state, or in none."""
    for number, rule in enumerate(sheet.scenario.rules):
        try:
            if sheet.space.find(rule.forbid.node, without=number) is None:
                yield sheet.warning(rule.forbid, "The rule forbids nothing that could be.", "Delete it or correct it.")
        except Undecided:
            continue
    seen: set[int] = set()
    for condition in _conditions(sheet.scenario):
        if id(condition) in seen:
            continue
        seen.add(id(condition))
        try:
            if sheet.space.find(condition.node) is None:
                yield sheet.warning(condition, f"'{condition}' is true in no feasible state.", _LOOK)
            elif sheet.space.find(Not(condition.node)) is None:
                yield sheet.warning(condition, f"'{condition}' is true in every feasible state.", _LOOK)
        except Undecided:
            continue


_LOOK = "Check the levels and the rules."


def warn_events_at_start(sheet: Sheet) -> Iterator[Issue]:
    """``P(c by D)`` where c is true when it starts."""
    for claim in sheet.scenario.claims:
        for item in measurements_of(claim.query.expression) if claim.query is not None else ():
            if not isinstance(item, Probability):
                continue
            start = sheet.start_of(item.setting)
            for word, event in (("given", item.given), ("after", item.after)):
                if event is not None and not event.enters and holds(event.condition.node, start):
                    what = "conditions on nothing" if word == "given" else "counts from the start"
                    message = f"'{event.condition}' is true at the start, so '{word}' {what}."
                    yield sheet.warning(claim.query, message, f"Ask '{word} enters {event.condition}'.")
            if item.kind == "by" and item.after is None and holds(item.condition.node, start):
                message = f"'{item.condition}' is true at the start, so its probability by any date is 1."
                yield sheet.warning(claim.query, message, "Ask 'P(c on DATE)' or 'P(enters c by DATE)'.")


def warn_blocked_exits(sheet: Sheet) -> Iterator[Issue]:
    """Rules by which one actor keeps another from leaving a level."""
    levers = {lever.id: lever for lever in sheet.scenario.levers}
    for rule in sheet.scenario.rules:
        mentioned = [levers[name] for name in levers_of(rule.forbid.node)]
        owners = [actor.id for actor in sheet.scenario.actors if actor.id in {lever.actor for lever in mentioned}]
        if len(owners) < 2 or prod(len(lever.levels) for lever in mentioned) > _WIDEST_RULE:
            continue
        blocks = [block for owner in owners if (block := _find_block(rule.forbid.node, mentioned, owner))]
        if blocks:
            message = f"The rule lets one actor block another's exit: {'; '.join(blocks)}."
            cure = "A joint outcome is better named under 'conditions:' and left to what actors want."
            yield sheet.warning(rule.forbid, message, cure)


def _find_block(forbid: Node, levers: list[Lever], owner: str) -> str | None:
    """How others can keep ``owner`` at a level of one of its levers, by this rule alone."""
    own = [lever for lever in levers if lever.actor == owner]
    others = [lever for lever in levers if lever.actor != owner]
    allowed = {theirs: _allowed(forbid, own, others, theirs) for theirs in _positions(others)}
    anywhere = set().union(*allowed.values())
    for k, lever in enumerate(own):

        def leaves(level: int, positions: set[Position], k: int = k, lever: Lever = lever) -> bool:
            return any(position[k] != level and lever.legal[level][position[k]] for position in positions)

        for theirs, positions in allowed.items():
            for level in sorted({position[k] for position in positions}):
                if leaves(level, anywhere) and not leaves(level, positions):
                    told = " and ".join(f"{o.id} = {o.levels[at]}" for o, at in zip(others, theirs, strict=True))
                    blockers = enumerate_words(dict.fromkeys(o.actor for o in others if o.actor is not None))
                    return f"while {told}, {blockers} can keep {owner} at {lever.id} = {lever.levels[level]}"
    return None


def _positions(levers: list[Lever]) -> Iterator[Position]:
    return product(*(range(len(lever.levels)) for lever in levers))


def _allowed(forbid: Node, own: list[Lever], others: list[Lever], theirs: Position) -> set[Position]:
    fixed = {lever.id: level for lever, level in zip(others, theirs, strict=True)}
    return {
        position
        for position in _positions(own)
        if not holds(forbid, {**fixed, **{lever.id: level for lever, level in zip(own, position, strict=True)}})
    }


def _after(node: Node, landing: Mapping[str, int]) -> Node:
    """The formula as it stands once some levers have moved, as a formula over the state before."""
    if isinstance(node, In):
        if node.lever not in landing:
            return node
        # A lever that has moved leaves a constant: All of nothing is true, Any of nothing false.
        return All(()) if landing[node.lever] in node.levels else Any(())
    if isinstance(node, Not):
        return Not(_after(node.item, landing))
    items = tuple(_after(item, landing) for item in node.items)
    if isinstance(node, AtLeast):
        return AtLeast(node.count, items)
    return All(items) if isinstance(node, All) else Any(items)


def _conditions(scenario: Scenario) -> Iterator[Condition]:
    """Every condition that is meant to tell states apart."""
    for policy in scenario.policies:
        yield from (turn.condition for turn in policy.then)
    for _, condition in scenario.conditions:
        yield condition
    for actor in scenario.actors:
        for reading in actor.readings:
            preferences = reading.preferences
            yield from (want.condition for want in preferences.wants)
            yield from (condition for line in preferences.ranking for condition in line)
            yield from preferences.priorities
    for measure in scenario.measures:
        yield from (want.condition for want in measure.wants)
    for chance in scenario.chance:
        yield from (move.when for move in chance.moves if move.when is not None)
    yield from (item.seen for item in scenario.evidence)

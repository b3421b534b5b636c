"""What is written otherwise in one scenario than in another: inputs, levers, wants, chance, rules, claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from detente.game.game import Game, Input
from detente.scenario.formulas import write_number
from detente.scenario.model import Claim, Lever, Scenario

What = Literal["date", "actor", "lever", "input", "want", "chance", "condition", "rule", "policy", "claim", "evidence"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two scenarios have otherwise; None on a side that does not have it."""

    what: What
    id: str
    before: str | None
    after: str | None


def find_changes(before: tuple[Scenario, Game], after: tuple[Scenario, Game]) -> tuple[Change, ...]:
    """What changed between two scenarios with their games, in the order of the file, then what is new."""
    old, new = dict(_describe(*before)), dict(_describe(*after))
    return tuple(
        Change(what, name, old.get((what, name)), new.get((what, name)))
        for what, name in dict.fromkeys([*old, *new])
        if old.get((what, name)) != new.get((what, name))
    )


def _describe(scenario: Scenario, game: Game) -> Iterator[tuple[tuple[What, str], str]]:
    """Everything that decides the numbers and what is held against them, by kind and id, as text."""
    yield ("date", "as_of"), scenario.as_of.isoformat()
    yield ("date", "horizon"), scenario.horizon.isoformat()
    for actor in scenario.actors:
        yield ("actor", actor.id), f"decides from {actor.starts}" if actor.starts else "decides from the start"
        for reading in actor.readings:
            prefix = f"{actor.id}.{reading.id}" if reading.id else actor.id
            for want in reading.preferences.wants:
                yield ("want", f"{prefix}.{want.id}"), want.condition.text
            for kind, lines in (
                ("ranking", [" or ".join(c.text for c in line) for line in reading.preferences.ranking]),
                ("priorities", [condition.text for condition in reading.preferences.priorities]),
            ):
                if lines:
                    yield ("want", f"{prefix}.{kind}"), "; ".join(lines)
    levers = {lever.id: lever for lever in scenario.levers}
    yield from ((("lever", name), _write_lever(lever)) for name, lever in levers.items())
    yield from ((("input", item.id), _write_input(item)) for item in game.inputs)
    for chance in scenario.chance:
        for move in chance.moves:
            when = f", when {move.when.text}" if move.when is not None else ""
            yield ("chance", move.id), f"{chance.lever.levels[move.source]} to {chance.lever.levels[move.target]}{when}"
    yield from ((("condition", name), condition.text) for name, condition in scenario.conditions)
    yield from ((("rule", rule.forbid.text), "forbidden") for rule in scenario.rules)
    for policy in scenario.policies:
        yield ("policy", policy.id), _write_levels(dict(policy.hold), levers)
    yield from ((("claim", claim.id), _write_claim(claim)) for claim in scenario.claims)
    for item in scenario.evidence:
        seen = f"{'not ' if item.negated else ''}{'by then' if item.by else 'on the day'}"
        yield ("evidence", f"{item.on} {item.seen.text}"), seen


def _write_claim(claim: Claim) -> str:
    asked = str(claim.query) if claim.query is not None else "no query"
    outcome = f", came out {claim.outcome.value}" if claim.outcome is not None else ""
    return f"{claim.says or 'no word'}, {asked}{outcome}"


def _write_lever(lever: Lever) -> str:
    one_way = "" if all(all(row) for row in lever.legal) else ", not all moves allowed"
    return f"{' / '.join(lever.levels)}, now {lever.levels[lever.now]}{one_way}"


def _write_input(item: Input) -> str:
    if item.labels:
        return " / ".join(item.labels)
    return write_number(item.quantity) + (f", shared {item.quantity.shared}" if item.quantity.shared else "")


def _write_levels(held: Mapping[str, int], levers: Mapping[str, Lever]) -> str:
    return " and ".join(f"{name} = {levers[name].levels[level]}" for name, level in held.items())

"""The states of the compiled game: levers, levels, what rules leave of them."""

from __future__ import annotations

from collections.abc import Iterator

from detente.game.game import Game, mask
from detente.report.methods.chapters import Block, Chapter, Code, Display, Grid, Part, cite, say
from detente.report.methods.mathematics import Large, Words, formula, sub
from detente.report.text import write_count, write_date
from detente.scenario.model import Scenario


def write_structure(scenario: Scenario, game: Game) -> Chapter:
    """Sets and their sizes."""
    return Chapter("states", "States and moves", (*_blocks(scenario, game), *_limits(scenario, game)))


def _blocks(scenario: Scenario, game: Game) -> Iterator[Block]:
    feasible = int(game.feasible.sum())
    yield say(
        "A state {} gives each of the {} one of its levels. The numbers {} of levels multiply to {} states; those that "
        "no rule forbids are the feasible states {}. Time {} is in months of 30.4375 days from the day the case is "
        "written for.",
        formula("s"),
        write_count(len(game.axes), "lever"),
        formula(sub("L", "l")),
        f"{game.cells:,}",
        formula("F"),
        formula("t"),
    )
    sizes = "·".join(str(size) for size in game.shape)
    product = ("N = ", Large("∏", "l"), sub("L", "l"))
    yield Display(formula(product, f"= {sizes}", f"= {game.cells:,},", (sub("N", "F"), f" = {feasible:,}")))
    yield say(
        "Each actor {} owns the levers of one axis of this tensor, whose {} positions are the combinations of its "
        "own levers' levels. A move of {} is a step along its axis, from {} to any feasible state of the set {}: "
        "those that differ from {} in its levers only and that its one-way levers allow {}. Nature owns an axis too, "
        "and moves by chance.",
        formula("i"),
        formula(sub("B", "i")),
        formula("i"),
        formula("s"),
        formula((sub("R", "i"), "(s)")),
        formula("s"),
        cite("fang1993"),
    )
    rows = [_actor_row(scenario, game, k) for k in range(len(game.actors))]
    yield Grid(
        "The actors and their axes.", ("Actor", "Index", "Levers (levels)", "Positions", "Decides from"), tuple(rows)
    )


def _limits(scenario: Scenario, game: Game) -> Iterator[Block]:
    """What rules and dates leave."""
    if scenario.rules:
        excluded = tuple((Code(rule.forbid.text), f"{int(mask(game, rule.forbid).sum()):,}") for rule in scenario.rules)
        yield say("The feasible states, and how many states each rule forbids (a state may break several rules):")
        yield Display(formula("F = {", "s ∈ S:", (Words("no rule holds in "), "s}")))
        yield Grid("The rules.", ("Never", "States forbidden"), excluded, folded=len(excluded) > 4)
    if scenario.phases:
        yield say(
            "Conditions change by date ({}). In each phase the game is the same tensor with other legal moves or other "
            "numbers; everything below holds under the conditions of the day, stability under those of the first.",
            ", ".join(f"{phase.id} from {write_date(phase.since)}" for phase in scenario.phases),
        )


def _actor_row(scenario: Scenario, game: Game, actor: int) -> tuple[Part, ...]:
    one_way = {axis.id for axis in game.axes if not axis.legal.all()}
    levers = ", ".join(
        f"{axis.id} ({len(axis.levels)}{', one-way' if axis.id in one_way else ''})" for axis in game.own(actor)
    )
    starts = scenario.actors[actor].starts
    return (
        game.actors[actor].name,
        formula(Words(game.actors[actor].id)),
        Code(levers or "none"),
        f"{game.line(actor)[1]:,}",
        write_date(starts) if starts else "the start",
    )

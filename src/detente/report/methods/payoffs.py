"""The payoffs of the compiled game: sums of weights over the statements that hold, and rankings spread evenly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.game.game import Game, Input, Player, Reading, Term
from detente.report.methods.chapters import Block, Chapter, Code, Display, Grid, Part, say
from detente.report.methods.mathematics import Fraction, Large, Piece, Script, Words, formula, sub
from detente.report.text import write_count
from detente.scenario.model import Preferences, Scenario


def write_payoffs(scenario: Scenario, game: Game) -> Chapter:
    """Every payoff and measure with its weights."""
    return Chapter("payoffs", "Payoffs", tuple(_blocks(scenario, game)))


def _blocks(scenario: Scenario, game: Game) -> Iterator[Block]:
    kinds: set[str] = {reading.preferences.kind for actor in scenario.actors for reading in actor.readings}
    if "wants" in kinds or scenario.measures:
        yield say(
            "What a state is worth to an actor per month is the sum of its weights {} over the statements {} that are "
            "true there; the bracket is 1 where its statement holds and 0 elsewhere. A {} want weighs about 1.",
            formula(sub("w", "k")),
            formula(sub("c", "k")),
            Code("moderate"),
        )
        yield Display(
            formula((sub("u", "i"), "(s) ="), (Large("∑", "k"), Script("w", "k"), " [", sub("c", "k"), "](s)"))
        )
    yield from _explain_ranks(kinds)
    if any(len(player.readings) > 1 for player in game.actors):
        yield say(
            "An actor with rival readings has one of them in each draw, with a chance given by the odds {}:",
            formula(sub("o", "r")),
        )
        yield Display(formula((Words("P"), "(r) = ", Fraction(sub("o", "r"), (Large("∑", "r′"), sub("o", "r′"))))))
    for actor, player in zip(scenario.actors, game.actors, strict=True):
        for reading, compiled in zip(actor.readings, player.readings, strict=True):
            yield from _list_reading(game, player, compiled, reading.preferences)
    for measure, judged in zip(scenario.measures, game.measures, strict=True):
        name = sub("m", Words(measure.id))
        yield from _list_terms(game, judged.terms, (f"The measure {measure.id}", name))


def _explain_ranks(kinds: set[str]) -> Iterator[Block]:
    if kinds & {"ranking", "priorities"}:
        yield say(
            "A ranking or a list of priorities gives every feasible state a rank {} from 1, the worst, to {}, without "
            "gaps; ranks are spread evenly over what is at stake, {}:",
            formula((sub("ρ", "i"), "(s)")),
            formula(sub("K", "i")),
            formula(sub("a", "i")),
        )
        yield Display(
            formula(
                (sub("u", "i"), "(s) ="),
                (sub("a", "i"), " · ", Fraction((sub("ρ", "i"), "(s) − 1"), (sub("K", "i"), " − 1"))),
            )
        )
    if "ranking" in kinds:
        yield say(
            "In a ranking a state takes the place of the first line that it satisfies; what satisfies none is last."
        )
    if "priorities" in kinds:
        yield say(
            "Priorities are lexicographic: a state is better when the first statement on which two states differ is "
            "true of it."
        )


def _list_reading(game: Game, player: Player, reading: Reading, preferences: Preferences) -> Iterator[Block]:
    who = player.name + (f" as {reading.id}" if reading.id else "")
    if reading.odds >= 0:
        who += f", odds {write_amount(game.inputs[reading.odds])}"
    index: Piece = Words(f"{player.id}, {reading.id}" if reading.id else player.id)
    name = sub("u", index)
    if preferences.kind == "wants":
        yield from _list_terms(game, reading.terms, (who, name))
        return
    stakes = game.inputs[reading.terms[0].weight]
    lines = preferences.ranking if preferences.kind == "ranking" else tuple((c,) for c in preferences.priorities)
    rows = tuple((str(place), Code("; ".join(c.text for c in line))) for place, line in enumerate(lines, start=1))
    order = "best first" if preferences.kind == "ranking" else "most important first"
    caption = f"{who}: {preferences.kind}, {order}; at stake {write_amount(stakes)}."
    yield Grid(caption, ("Place", "Statement"), rows, folded=True)


def _list_terms(game: Game, terms: Sequence[Term], named: tuple[str, Script]) -> Iterator[Block]:
    who, symbol = named
    rows: list[tuple[Part, ...]] = []
    for k, term in enumerate(terms, start=1):
        item = game.inputs[term.weight]
        rows.append((Code(f"[{term.text}]"), formula(sub("w", str(k))), _middle(item), _ends(item), Code(item.id)))
    heads = ("Statement", "Weight", "Median", "5-95 %", "Input")
    spelt = formula(
        (symbol, "(s) ="), (Large("∑", "k = 1", str(len(rows))), sub("w", "k"), " [", sub("c", "k"), "](s)")
    )
    yield Grid(f"{who}: {write_count(len(rows), 'term')}.", heads, tuple(rows), folded=True, formula=spelt)


def _middle(item: Input) -> str:
    return f"{item.quantity.median:.3g}"


def _ends(item: Input) -> str:
    """The 5th and 95th percentile, or that there are none."""
    if item.quantity.certain:
        return "certain"
    # A bound of exactly zero comes back from the quantile with rounding noise.
    low, high = (round(float(item.quantity.quantile(share)), 9) + 0.0 for share in (0.05, 0.95))
    tied = f", with {item.quantity.shared}" if item.quantity.shared else ""
    return f"{low:.3g} to {high:.3g}{tied}"


def write_amount(item: Input) -> str:
    """An input's median with its range: ``0.3 (0.25 to 0.42)``; one number when it is certain."""
    return _middle(item) if item.quantity.certain else f"{_middle(item)} ({_ends(item)})"

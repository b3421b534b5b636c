"""The ensemble: how uncertain inputs are drawn, and how precise means over draws are."""

from __future__ import annotations

from collections.abc import Iterator

from detente.ensemble.design import BITS
from detente.game.game import Game
from detente.report.methods.chapters import Block, Chapter, Display, cite, say
from detente.report.methods.mathematics import Fraction, Root, Script, Words, formula, sub
from detente.report.text import write_count
from detente.scenario.quantities import Z95


def write_draws(game: Game, draws: int, seed: int) -> Chapter:
    """Laws of the inputs, the design, standard errors."""
    return Chapter("draws", "Draws", (*_laws(game), *_design(game, draws, seed), *_errors(draws)))


def _laws(game: Game) -> Iterator[Block]:
    numbers = [item.quantity for item in game.inputs if not item.odds]
    laws = {quantity.law for quantity in numbers}
    fixed = sum(quantity.certain for quantity in numbers)
    ranges = {
        "lognormal": "lognormal where both are of one sign",
        "normal": "normal where zero lies between",
        "logitnormal": "logit-normal for percentages",
    }
    used = [words for law, words in ranges.items() if law in laws]
    yield say(
        "The case has {}, {} of them certain. Each other number is drawn by its quantile function {}, restricted to "
        "what its field allows, {}:",
        write_count(len(numbers), "number"),
        f"{fixed}",
        formula(Script("F", None, "−1")),
        formula("(l, h)"),
    )
    yield Display(formula(("x = ", Script("F", None, "−1"), "( F(l) + "), "v · (F(h) − F(l)) ),", "v ∈ (0, 1)"))
    if used:
        yield say(
            "A range a to b is the 5th and the 95th percentile of a law: {}. The normal law beneath has its mean "
            "midway and the standard deviation {} (of logarithms or logits where those are used).",
            "; ".join(used),
            formula((Fraction("b − a", f"2·{Z95:.4g}"),)),
        )
    if laws & {"uniform", "triangular", "pert", "beta"}:
        named = ", ".join(sorted(laws & {"uniform", "triangular", "pert", "beta"}))
        yield say("Named laws ({}) are what they are called.{}", named, cite("malcolm1959") if "pert" in laws else "")


def _design(game: Game, draws: int, seed: int) -> Iterator[Block]:
    yield say(
        "The {} of {} (independent uncertain inputs and choices of a reading) are one scrambled Sobol design {}, in "
        "the middle of cells of {}; row {} is the same whatever the number of draws, workers or blocks. The seed is "
        "{}. One draw solves the whole model.",
        write_count(draws, "row"),
        write_count(game.columns, "column"),
        cite("joe2008", "matousek1998"),
        formula(Script("2", None, f"−{BITS}")),
        formula("k"),
        f"{seed}",
    )


def _errors(draws: int) -> Iterator[Block]:
    if draws < 2:
        yield say("One draw has no standard error.")
        return
    yield say(
        "What is printed is the mean over draws with its 5th and 95th percentile; its standard error is that of {} "
        "independent draws with standard deviation {} (the design usually does better), of a share {} of draws half "
        "of Wilson's interval {}:",
        formula("n"),
        formula("d"),
        formula("q"),
        cite("wilson1927"),
    )
    inside = (Fraction("q(1 − q)", "n"), " + ", Fraction("1", ("4", Script("n", None, "2"))))
    yield Display(
        formula(
            (sub(Words("se"), Words("mean")), " = ", Fraction("d", Root("n")), ","),
            (sub(Words("se"), Words("share")), " = ", Root(inside), " / (1 + 1/n)"),
        )
    )

"""Bargaining over terms: what is weighed, the forecast, and every model with its formula and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from detente.report.methods.chapters import Block, Chapter, Cite, Code, Display, Grid, Part, cite, say
from detente.report.methods.mathematics import Fraction, Large, Piece, Root, Script, Words, formula, sub
from detente.report.text import write_count
from detente.scenario.model import Scenario
from detente.solvers.bargaining.fragility import NOISES
from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.prediction import FITTED, LEAST, NEAR

#: by model, the works it comes from
_WORKS: Mapping[str, tuple[str, ...]] = {
    "predictive": ("arregui2022",),
    "compromise": ("achen2006",),
    "median": ("black1958",),
    "nash": ("nash1950", "kalai1977"),
    "kalai-smorodinsky": ("kalai1975",),
    "condorcet": ("wise2015",),
    "expected-utility": ("buenodemesquita1985", "buenodemesquita1994", "scholz2011"),
    "smp": ("wise2015",),
    "smp-corrected": ("wise2015",),
    "exchange": ("stokman1994",),
}
#: by model, what its one point is
_POINTS: Mapping[str, str] = {
    "predictive": "the median of the forecast",
    "compromise": "the mean of positions by weight",
    "median": "the lowest position up to which half of all weight lies",
    "nash": "the point with the highest product of gains, each to the power of its weight",
    "kalai-smorodinsky": "the point at which the least share of the best that anybody could hope for is highest",
    "condorcet": "the mean of positions by their chance of winning a vote against each other",
    "expected-utility": "the median by weight after rounds of challenges that pay for the challenger",
    "smp": "the mean of positions by weight after rounds of challenges and bargains",
    "smp-corrected": "the same, with third parties on the side they prefer",
    "exchange": "the mean by weight of votes after exchanges between issues",
}

_W, _X, _U, _S, _V = (sub(letter, "i") for letter in "wxusv")


def write_bargaining(scenario: Scenario) -> Chapter | None:
    """The models of bargaining; None in a case without issues."""
    if not scenario.issues:
        return None
    blocks = (*_weigh(scenario), *_forecast(), *_solve(), *_list_models(), *_shake())
    return Chapter("bargaining", "Bargaining over terms", tuple(blocks))


def _weigh(scenario: Scenario) -> Iterator[Block]:
    yield say(
        "On each of {} an actor {} has a position {} on the scale, a salience {} from 0 to 1 and a capability {}; its "
        "weight is {}. Who has no stake in an issue has no weight there. Issues of one package are bargained over "
        "together by the models that can.",
        write_count(len(scenario.issues), "issue"),
        formula("i"),
        formula(_X),
        formula(_S),
        formula(sub("c", "i")),
        formula((_W, " = ", sub("c", "i"), _S)),
    )


def _forecast() -> Iterator[Block]:
    yield say(
        "The forecast is a distribution over the scale from {} to {}. The weight at and near a position, with weights "
        "as shares of all and lengths in lengths of the scale, and an actor's voice, in which camps count less than "
        "their number says, are",
        formula("a"),
        formula("b"),
    )
    near: Piece = (Large("∑", "j"), sub("w", "j"), " exp( −|", _X, " − ", sub("x", "j"), f"| / {NEAR:g} ),")
    yield Display(formula((sub("n", "i"), " = ", near), (_V, " ∝ ", _W, Script("n", "i", f"{FITTED.camp - 1:.3g}"))))
    yield say(
        "With {} and {} mean and standard deviation of positions by voice, {} the normal distribution function and {} "
        "the share of a smooth part whose tails are gathered at the ends, for {} inside the scale:",
        formula("m"),
        formula("d"),
        formula("Φ"),
        formula("λ"),
        formula("z"),
    )
    masses: Piece = ("(1 − λ) ", Large("∑", (_X, " ≤ z")), _V)
    yield Display(
        formula(
            (Words("P"), "(x ≤ z) = "),
            (masses, " + λ Φ(", Fraction("z − m", "σ"), "),"),
            ("σ = ", Root((Script(f"{LEAST:g}", None, "2"), " + ", Script(f"({FITTED.spread:g} d)", None, "2"))), ","),
            f"λ = {FITTED.smooth:g}",
        )
    )
    yield say(
        "Its constants are fitted on decisions of the European Union whose outcome is known {}; elsewhere it has not "
        "been tested.",
        cite("arregui2022"),
    )


def _solve() -> Iterator[Block]:
    yield say("The compromise is the mean by weight {}:", cite("achen2006"))
    yield Display(formula("c =", Fraction((Large("∑", "i"), _W, " ", _X), (Large("∑", "i"), _W))))
    yield say(
        "With the utility {} and {} what no agreement is worth (0, or the utility of the reference point), the "
        "asymmetric Nash solution {} and that of Kalai and Smorodinsky {} are the points {} that maximise",
        formula((_U, "(z) = 1 − "), Fraction(("|z − ", _X, "|"), "b − a")),
        formula(sub("d", "i")),
        cite("nash1950", "kalai1977"),
        cite("kalai1975"),
        formula("z"),
    )
    gain: Piece = (_U, "(z) − ", sub("d", "i"))
    most: Piece = (Script("u", "i", Words("max")), " − ", sub("d", "i"))
    yield Display(
        formula(
            (Large("∑", "i"), _W, " ln( ", gain, " )"),
            (Words(" and ")),
            (Large("min", "i"), Fraction(gain, most)),
        )
    )
    if "exchange" in MODELS:
        yield say(
            "In an exchange {} actor {} moves its vote on issue {} towards {}, who moves its own on {} in return, so "
            "far that both gain the same:",
            cite("stokman1994"),
            formula("i"),
            formula("p"),
            formula("j"),
            formula("q"),
        )

        def pair(issue: str) -> Piece:
            return (sub("s", ("i", issue)), " + ", sub("s", ("j", issue)))

        yield Display(formula(Fraction(sub("δ", "q"), sub("δ", "p")), "=", Fraction(pair("p"), pair("q"))))


def _list_models() -> Iterator[Block]:
    rows: list[tuple[Part, ...]] = []
    for name, model in MODELS.items():
        works = _WORKS.get(name)
        source: Cite | str = cite(*works) if works else model.source
        rows.append((model.name, Code(name), _POINTS.get(name, "its one point"), source))
    yield Grid("The models, and what the one point of each is.", ("Model", "Id", "Its point", "Source"), tuple(rows))


def _shake() -> Iterator[Block]:
    sizes = " and ".join(f"{100 * noise:g} %" for noise in NOISES)
    yield say(
        "Fragility: every position, salience and capability is multiplied by 1 plus a normal number with a standard "
        "deviation of {}, and held inside its domain. A model is said to amplify noise when its outcome spreads wider "
        "than any position put in, by two standard errors at least.",
        sizes,
    )

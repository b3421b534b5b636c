"""How everybody decides: tempo, foresight, noise and habit, and the backward recursion that is solved."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as Exact

from detente.game.calendar import WIDEST
from detente.game.game import Game, Move
from detente.report.methods.chapters import Block, Chapter, Code, Display, Grid, Part, cite, say
from detente.report.methods.mathematics import Cases, Formula, Fraction, Large, Piece, Script, Words, formula, sub
from detente.report.methods.payoffs import write_amount
from detente.report.text import NOISE
from detente.scenario.model import Scenario
from detente.solvers.conduct import ERROR, FLOOR, REACH, STAGES, TOLERANCE

_W, _SIGMA = sub("W", "i"), sub("σ", "j")


def write_recursion(scenario: Scenario, game: Game) -> Chapter:
    """Behaviour, its equations and their solution."""
    blocks = (*_behaviour(game), *_equations(bool(game.moves)), *_choice(), *_chance(scenario, game), *_solution(game))
    return Chapter("behaviour", "How actors decide", blocks)


def _behaviour(game: Game) -> Iterator[Block]:
    yield say(
        "Actor {} gets occasions to decide at random, {} a month on average. It looks {} months ahead, errs the more "
        "the larger its noise {}, and is reluctant to change a lever by its habit {}; the last two are in units of "
        "payoff.",
        formula("i"),
        formula(sub("λ", "i")),
        formula(sub("h", "i")),
        formula(sub("ν", "i")),
        formula(sub("κ", "i")),
    )
    rows = tuple(
        (
            player.name,
            *(write_amount(game.inputs[k]) for k in (player.tempo, player.foresight, player.noise, player.habit)),
        )
        for player in game.actors
    )
    heads = ("Actor", "Tempo λ, per month", "Foresight h, months", "Noise ν", "Habit κ")
    yield Grid("Behaviour: medians, and the 5th to 95th percentile.", heads, rows)


def _equations(chance: bool) -> Iterator[Block]:
    yield say(
        "An actor weighs the payoff that it expects to accumulate over a horizon {}, knowing that everybody, itself "
        "included, goes on deciding in this way as the horizon shrinks {}; occasions come to one actor at a time {}.",
        formula("h"),
        cite("jehiel1995"),
        cite("arcidiacono2016"),
    )
    terms: list[Piece] = [
        (Fraction(("d ", _W), "d h"), "(s, h) ="),
        (sub("u", "i"), "(s)"),
        (" + ", Large("∑", "j"), sub("λ", "j"), " ( ", Large("∑", "t"), _SIGMA, "(t|s, h) "),
        (_W, "(t, h) − ", _W, "(s, h) )"),
    ]
    if chance:
        terms.append((" + ", Large("∑", "m"), sub("r", "m"), " [", sub("c", "m"), "](s) "))
        terms.append((" ( ", _W, "(m(s), h) − ", _W, "(s, h) )"))
    yield Display(formula((_W, "(s, 0) = 0,")))
    yield Display(formula(*terms))


def _choice() -> Iterator[Block]:
    yield say("It chooses by a logit {} with a prior {}:", cite("mckelvey1998"), cite("matejka2015"))
    gain = (sub("W", "j"), "(t, h) − ", sub("W", "j"), "(s, h)")
    yield Display(
        formula(
            (_SIGMA, "(t|s, h) ∝ ", sub("q", "j"), "(t|s) · "),
            ("exp( ", Fraction(gain, (sub("g", "j"), "(h) ", sub("ν", "j"))), " ),"),
            (sub("g", "j"), "(h) = ", Fraction(("1 − ", Script("e", None, ("−", sub("λ", "j"), " h"))), sub("λ", "j"))),
        )
    )
    yield say(
        "{} is how long a choice may be expected to last: until the actor's next own occasion, or until it looks no "
        "further; {} and {} stop at its own foresight. The prior is a product over the actor's levers, with {} the "
        "number of other levels that lever {} may legally take; forbidden states get nothing.",
        formula((sub("g", "j"), "(h)")),
        formula(sub("W", "j")),
        formula("h"),
        formula(sub("k", "l")),
        formula("l"),
    )
    change = (Fraction(Script("e", None, ("−", sub("κ", "j"), "/", sub("ν", "j"))), sub("k", "l")), ",")
    lines = Cases((("1, ", Words("if lever l stays")), (change, Words("if it changes"))))
    yield Display(formula((sub("q", "j"), "(t|s) = ", Large("∏", "l"), lines)))
    yield say("{}", NOISE)
    yield say(
        "The coin toss beside every figure is the same with {} for everybody.", formula((sub("u", "i"), "(s) = 0"))
    )


def _chance(scenario: Scenario, game: Game) -> Iterator[Block]:
    if not game.moves:
        return
    yield say(
        "Chance move {} leads from {} to {} at the hazard {} per month wherever its condition {} holds (a chance of p "
        "per month is the hazard −ln(1 − p)).",
        formula("m"),
        formula("s"),
        formula("m(s)"),
        formula(sub("r", "m")),
        formula(sub("c", "m")),
    )
    when = {move.id: move.when for chance in scenario.chance for move in chance.moves}
    rows: list[tuple[Part, ...]] = []
    for move in game.moves:
        condition = when[move.id]
        rows.append(
            (
                Code(_tell_move(game, move)),
                write_amount(game.inputs[move.rate]),
                Code(condition.text if condition else "always"),
            )
        )
    yield Grid(
        "Chance moves: medians of the hazards, and the 5th to 95th percentile.",
        ("Move", "Hazard per month", "While"),
        tuple(rows),
    )


def _tell_move(game: Game, move: Move) -> str:
    axis = game.axes[move.axis]
    then = "".join(f", {game.axes[dim].id} = {game.axes[dim].levels[level]}" for dim, level in move.then)
    return f"{axis.id}: {axis.levels[move.source]} to {axis.levels[move.target]}{then}"


def _solution(game: Game) -> Iterator[Block]:
    yield say(
        "Because one actor moves at a time the recursion has one answer; nothing is iterated to a fixed point. It is "
        "stepped by the pair of Bogacki and Shampine {}. With {} the slope at the n-th point of a step of {} months, "
        "the points after the start {}, the last of them the end of the step, and the estimate {} of its error are",
        cite("bogacki1989"),
        formula(sub("x", "n")),
        formula("d"),
        formula("W"),
        formula("E"),
    )
    yield Display(_list_step())
    yield Display(_list_error())
    chance = (
        (" + 2 ", Large("max", "s"), Large("∑", "m"), sub("r", "m"), " [", sub("c", "m"), "](s)") if game.moves else ""
    )
    yield say(
        "No step may err by more than {} in anybody's advantage (the exponent above) anywhere, by the estimate {}; "
        "none is longer than {} months, with {}, and none is cut below a {} of that. The exponential in {} is "
        "replaced by what the same steps make of its own equation, {}.",
        f"{TOLERANCE:g}",
        formula("E"),
        formula(f"{REACH:g} / G"),
        formula(("G = ", Large("∑", "j"), sub("λ", "j")), chance),
        f"{round(1 / FLOOR)}th",
        formula(sub("g", "j")),
        formula((Script(sub("g", "j"), None, "′"), " = 1 − ", sub("λ", "j"), sub("g", "j"))),
    )
    if game.calendar is not None:
        yield say(
            "What is anticipated is solved backwards in calendar time: within an actor's foresight before a change it "
            "decides, slice by slice of at most {} months, as in the middle of the slice, with the payoffs, moves and "
            "rates of each day to come. A phase that is a surprise changes nothing before it begins.",
            f"{WIDEST:g}",
        )


def _list_step() -> Formula:
    """The end of a step, and the points inside it, from the coefficients that the solver uses."""
    points = [(_add("W + d·(", STAGES[k]), ")") for k in range(len(STAGES))]
    return formula(
        *((sub("W", str(k + 2)), " = ", point, "," if k < len(points) - 1 else "") for k, point in enumerate(points))
    )


def _list_error() -> Formula:
    return formula(("E = d·(", _add("", ERROR), ")"))


def _add(start: str, shares: tuple[float, ...]) -> Piece:
    """A sum of slopes with exact fractions before them."""
    pieces: list[Piece] = [start]
    first = True
    for place, share in enumerate(shares, start=1):
        if share:
            exact = Exact(share).limit_denominator(1000)
            sign = "−" if exact < 0 else "" if first else "+"
            size = abs(exact)
            number: Piece = str(size) if size.denominator == 1 else Fraction(str(size.numerator), str(size.denominator))
            pieces += [f" {sign} " if sign else "", number, " ", sub("x", str(place))]
            first = False
    return tuple(pieces)

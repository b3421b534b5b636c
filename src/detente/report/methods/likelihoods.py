"""How probabilities come of behaviour: the uniformised chain, and each kind of question that the case asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.methods.chapters import Block, Chapter, Display, cite, say
from detente.report.methods.mathematics import Fraction, Large, Script, Words, formula, sub
from detente.scenario.model import Scenario
from detente.scenario.queries import (
    Divergence,
    Expectation,
    Expression,
    Measurement,
    Opposed,
    Probability,
    Reachable,
    Setting,
    Value,
    measurements_of,
    parts_of,
    visits_of,
)
from detente.solvers.conditionals import FLOOR
from detente.solvers.jumps import TAIL


@dataclass(frozen=True, slots=True)
class Asked:
    """What the claims of a case ask: only what is used is explained."""

    items: tuple[Measurement, ...]
    comparisons: bool
    cases: tuple[str, ...]

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What differs from the case as written, measurement by measurement."""
        return tuple(item.setting for item in self.items)

    def probabilities(self, kind: str) -> bool:
        """Whether any probability of a kind is asked."""
        return any(isinstance(item, Probability) and item.kind == kind for item in self.items)


def list_asked(scenario: Scenario) -> Asked:
    """Every measurement of the claims, those in other cases too."""
    expressions: list[Expression] = [claim.query.expression for claim in scenario.claims if claim.query is not None]
    visits = [visit for expression in expressions for visit in visits_of(expression)]
    expressions += [visit.inside for visit in visits]
    items = dict.fromkeys(item for expression in expressions for item in measurements_of(expression))
    kinds = {type(part).__name__ for expression in expressions for part in parts_of(expression)}
    cases = tuple(dict.fromkeys(visit.case for visit in visits))
    return Asked(tuple(items), bool(kinds & {"Comparison", "Connective"}), cases)


def write_likelihoods(scenario: Scenario) -> Chapter | None:
    """The forecast; None when no claim asks for one."""
    asked = list_asked(scenario)
    blocks = (*_course(asked), *_conditions(asked), *_settings(asked), *_inspections(asked))
    return Chapter("probabilities", "Probabilities", blocks) if blocks else None


def _course(asked: Asked) -> Iterator[Block]:
    if not any(isinstance(item, Probability | Expectation) for item in asked.items):
        return
    yield say(
        "Everybody's behaviour and chance make a Markov chain in continuous time. It is uniformised {}: with {} the "
        "largest rate at which any state is really left, {} the stochastic matrix of one jump, and {} certainty of "
        "the present state, the distribution after {} months is",
        cite("jensen1953"),
        formula("Λ"),
        formula("P"),
        formula(sub("p", "0")),
        formula("t"),
    )
    weight = Fraction((Script("e", None, "−Λt"), " ", Script("(Λt)", None, "k")), "k!")
    yield Display(
        formula((sub("p", "t"), " = "), (Large("∑", "k ≥ 0"), weight, " ", sub("p", "0"), Script("P", None, "k"), " ."))
    )
    yield say(
        "The sum ends where the Poisson weight left out is below {}, and what is kept is scaled to 1; no transition "
        "is written out, each power is a pass along every axis. Actors who decide only from a later date do not move "
        "before it: the course is walked in pieces between such dates.",
        f"{TAIL:g}",
    )
    if asked.probabilities("on"):
        yield Display(formula((Words("P(c on D) = "), Large("∑", "s: c(s)"), Script("p", Words("D")), "(s)")))
    if asked.probabilities("by"):
        yield say(
            "For {} a copy of the distribution runs beside it in which the states of c are absorbing; the start "
            "counts.",
            formula(Words("P(c by D)")),
        )
    if asked.probabilities("enters"):
        yield say("For {} that copy first waits for c to be false.", formula(Words("P(enters c by D)")))
    if any(isinstance(item, Expectation) for item in asked.items):
        yield say(
            "An expectation {} is the mean of payoff or measure {} under the distribution; without a date it is "
            "averaged to the horizon, by the exact time spent after each number of jumps.",
            formula(Words("E(x)")),
            formula("x"),
        )


def _conditions(asked: Asked) -> Iterator[Block]:
    probabilities = [item for item in asked.items if isinstance(item, Probability)]
    if any(item.given is not None for item in probabilities):
        yield say(
            "What is observed is conditioned on, exactly in a draw; below a probability of {} it is void. Over draws "
            "each counts by the probability of what it conditions on:",
            f"{FLOOR:g}",
        )
        yield Display(formula((Words("P(c given e) = "), Fraction(Words("P(c and e)"), Words("P(e)")))))
        yield say(
            "Copies of the distribution remember which of the two has been met. Before the date of e the mass in "
            "every state is weighed by the chance that e is still observed from there (forward-backward {}).",
            cite("rabiner1989"),
        )
    if any(item.after is not None for item in probabilities):
        yield say(
            "For {} all arrivals of e are followed on together; before every actor has started, the flow of arrivals "
            "is integrated by Gauss-Legendre quadrature.",
            formula(Words("P(c within T after e)")),
        )


def _settings(asked: Asked) -> Iterator[Block]:
    if any(setting.suppose for setting in asked.settings):
        yield say(
            "A supposition moves its levers at the start and holds them there, and everybody knows it: behaviour is "
            "solved again for each."
        )
    if any(setting.turns for setting in asked.settings):
        yield say(
            "A policy with rules by date is a surprise on each date: the course is cut there, and behaviour is solved "
            "again for what is then held."
        )
    if any(setting.inputs for setting in asked.settings):
        yield say("A question with another input is answered with that input in place of its own, draw by draw.")
    if any(setting.believed for setting in asked.settings):
        yield say("A question about the game as an actor believes it to be is answered in that game.")
    if asked.cases:
        yield say(
            "Questions about {} are answered in that case, whose inputs have rows of the design of their own.",
            ", ".join(asked.cases),
        )


def _inspections(asked: Asked) -> Iterator[Block]:
    if any(isinstance(item, Value) for item in asked.items):
        yield say(
            "What an actor expects to accumulate is {} at the status quo, over its foresight, per month.",
            formula((sub("W", "i"), "(s, ", sub("h", "i"), ") / ", sub("h", "i"))),
        )
    if any(isinstance(item, Reachable) for item in asked.items):
        yield say(
            "{} is 1 when some state of {} satisfies c, or the present one does.",
            formula(Words("reachable(c for i)")),
            formula((sub("R", "i"), "(s)")),
        )
    if any(isinstance(item, Divergence) for item in asked.items):
        yield say(
            "{} is 1 less the rank correlation {} of the two payoffs over the feasible states.",
            formula(Words("divergence(i j)")),
            cite("spearman1904"),
        )
    if any(isinstance(item, Opposed) for item in asked.items):
        yield say(
            "{} is 1 when the levels of l with the highest mean payoff over the feasible states differ between the "
            "two.",
            formula(Words("opposed(i j on l)")),
        )

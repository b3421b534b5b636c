"""The stability concepts that a run used, as reductions over the states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.report.methods.chapters import Block, Chapter, Cite, Display, Grid, cite, say
from detente.report.methods.mathematics import Formula, Large, Piece, Script, formula, sub
from detente.solvers.stability import NAMES, SANCTIONING

_U, _R = sub("u", "i"), sub("R", "i")

#: where each concept comes from
_SOURCES = {
    "nash": cite("nash1951"),
    "gmr": cite("howard1971"),
    "smr": cite("howard1971"),
    "seq": cite("fraser1979"),
    "sseq": cite("rego2017"),
}


def write_concepts(used: Sequence[str]) -> Chapter | None:
    """Definitions of the concepts used; None when there are none."""
    known = [concept for concept in used if concept in _SOURCES]
    return Chapter("stability", "Stability", tuple(_blocks(known))) if known else None


def _blocks(used: Sequence[str]) -> Iterator[Block]:
    yield say(
        "Stability compares payoffs only: they are rounded to a grid of {} and ranked. With the improvements of "
        "actor {} from a state,",
        "1e-9",
        formula("i"),
    )
    yield Display(formula(((sub("I", "i"), "(s) = {t ∈ ", _R, "(s):"), (" ", _U, "(t) > ", _U, "(s)}"))))
    sanctioned = [concept for concept in used if concept in SANCTIONING]
    if sanctioned:
        yield say(
            "{} the feasible states that the others can bring about from {} by any legal moves of their own (itself "
            "among them), {} those they can reach by moves that each improve on the state before for the mover, and "
            "{} the most that the actor can still make of a state,",
            formula((sub("C", "i"), "(t)")),
            formula("t"),
            formula((Script("C", "i", "+"), "(t)")),
            formula((sub("a", "i"), "(z) = ", Large("max", ("t ∈ ", _R, "(z) ∪ {z}")), _U, "(t)")),
        )
    yield say(
        "a state is stable for the actor under each concept when the condition in the table holds; an equilibrium is "
        "stable for every actor {}.",
        cite("fang1993", "xu2018"),
    )
    rows = tuple((NAMES[concept], _define(concept), _source(concept)) for concept in used)
    yield Grid("The concepts used.", ("Concept", "A state s is stable for i when", "Source"), rows)
    yield say(
        "Nature does not move: every setting of the chance levers is solved, and results are for today's. Nothing is "
        "approximated: the closures are passes along the other actors' axes, repeated until nothing changes."
    )


def _source(concept: str) -> Cite:
    return _SOURCES[concept]


def _define(concept: str) -> Formula:
    if concept == "nash":
        return formula((sub("I", "i"), "(s) = ∅"))
    improving, guarded = SANCTIONING[concept]
    reach: Piece = (Script("C", "i", "+") if improving else sub("C", "i"), "(t)")
    least = Large("min", ("z ∈ ", reach))
    worth = sub("a", "i") if guarded else _U
    return formula((least, worth, "(z) ≤ ", _U, "(s) "), ("∀ t ∈ ", sub("I", "i"), "(s)"))

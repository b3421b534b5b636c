"""Why actors stay in a state or leave it, one sentence for each, under one stability concept."""

from __future__ import annotations

from collections.abc import Sequence

from detente.report.moves import Vocabulary, read_vocabulary, write_gain
from detente.report.text import write_count
from detente.scenario.model import Scenario
from detente.solvers.explanation import Explanation, Reason, Reply, Standing
from detente.solvers.stability import SANCTIONING


def tell_standings(explanation: Explanation, concept: str, scenario: Scenario) -> list[str]:
    """A sentence per actor that has an improvement, those who leave first; then one on all who have none."""
    return tell_explained(explanation, concept, read_vocabulary(explanation.game, scenario))


def tell_explained(explanation: Explanation, concept: str, words: Vocabulary) -> list[str]:
    """The same in the words given."""
    ranked = sorted(explanation.standings, key=lambda standing: standing.verdicts[concept])
    told = [_tell_standing(standing, concept, words) for standing in ranked if standing.reasons]
    idle = [standing.actor for standing in explanation.standings if not standing.reasons]
    if idle:
        own = "its own" if len(idle) == 1 else "their own"
        told.append(f"{words.names(idle)} {'stays' if len(idle) == 1 else 'stay'}: no move of {own} would pay.")
    return told


def _tell_standing(standing: Standing, concept: str, words: Vocabulary) -> str:
    actor, reasons = words.actors[standing.actor], standing.reasons
    if standing.verdicts[concept]:
        first = _tell_deterrence(reasons[0], concept, words)
        return f"{actor} stays: {first}{_count_rest(reasons[1:], ' is deterred too', ' are deterred too')}"
    free = [reason for reason in reasons if concept not in reason.sanctions]
    told = f"{actor} would leave: {_tell_move(free[0], words)}, and {_tell_freedom(free[0], concept, words)}."
    return told + _count_rest(free[1:], " is free too", " are free too")


def _count_rest(rest: Sequence[Reason], one: str, many: str) -> str:
    return f" {write_count(len(rest), 'other improvement')}{one if len(rest) == 1 else many}." if rest else ""


def _tell_move(reason: Reason, words: Vocabulary) -> str:
    return f"{words.change(reason.move.source, reason.move.cell)} ({write_gain(reason.move.gain)})"


def _tell_deterrence(reason: Reason, concept: str, words: Vocabulary) -> str:
    reply = reason.sanctions[concept]
    end = f"worse off ({write_gain(reply.leaves)})" if reply.leaves else "no better off"
    move = _tell_move(reason, words)
    if not reply.moves:
        return f"{move} would pay at first, but leaves it {end}."
    return f"{move} would pay at first, but then {_tell_chain(reply, words)}, which leaves it {end}."


def _tell_freedom(reason: Reason, concept: str, words: Vocabulary) -> str:
    reply = reason.escapes[concept]
    if not reason.answers[concept]:
        return f"nobody else could answer{' with a move that pays' if SANCTIONING[concept][0] else ''}"
    if not reply.moves:
        return "no answer of the others would undo the gain"
    if reply.deters:
        return f"whatever the others answer it has a way out; hardest is that {_tell_chain(reply, words)}"
    return (
        f"the worst answer, that {_tell_chain(reply, words)}, still leaves it better off ({write_gain(reply.leaves)})"
    )


def _tell_chain(reply: Reply, words: Vocabulary) -> str:
    steps = [
        f"{words.actors[move.actor]} answers {words.change(move.source, move.cell)} ({write_gain(move.gain)})"
        for move in reply.moves
    ]
    return ", then ".join(steps)

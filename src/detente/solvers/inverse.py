"""What would have to be true for a state to be an equilibrium, actor by actor and concept by concept.

For an actor with weights the smallest change of them (:mod:`detente.solvers.adjustments`); for one with an order of
states, whose only weight is what is at stake, how many orders there are that do (:mod:`detente.solvers.rankings`). One
actor at a time: everybody else's preferences stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from detente import __version__
from detente.display import Drawn
from detente.errors import NotYetAnalysed, SizeError
from detente.game.game import Game, levels_at, name_state
from detente.game.pricing import draw_inputs, price
from detente.solvers.adjustments import MARGIN, Adjustment, Question, find_adjustment, has_weights
from detente.solvers.board import rank_states
from detente.solvers.comparisons import Escape
from detente.solvers.programs import LEAST
from detente.solvers.rankings import Count, count_rankings
from detente.solvers.stability import CONCEPTS, NAMES, check_concepts

#: most cells of a game that is turned round
MOST_CELLS = 1 << 20
#: seconds the solver may take for one actor and concept unless told otherwise
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may be, and what it may cost."""

    #: keep each weight in its stated range, 5th to 95th percentile
    within: bool = False
    #: for each actor and concept
    seconds: float = SECONDS


@dataclass(frozen=True, eq=False)
class Inverse(Drawn):
    """What would have to be true for one state to be an equilibrium."""

    game: Game = field(repr=False)
    cell: int
    #: concept by concept, and actor by actor within
    answers: tuple[Adjustment | Count, ...] = field(repr=False)
    #: method, values, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        found = sum(bool(a.equilibrium) if isinstance(a, Count) else a.verified for a in self.answers)
        state = name_state(self.game, self.cell)
        return f"<Inverse of {state!r}: possible in {found} of {len(self.answers)} ways asked>"

    def __str__(self) -> str:
        rows = [("concept", "actor", "answer", "change"), *(self._row(answer) for answer in self.answers)]
        wide = [max(len(row[k]) for row in rows) for k in range(3)]
        return "\n".join("  ".join([*(f"{row[k]:{wide[k]}}" for k in range(3)), row[3]]).rstrip() for row in rows)

    def _row(self, answer: Adjustment | Count) -> tuple[str, str, str, str]:
        head = NAMES[answer.concept], self.game.actors[answer.actor].id
        if isinstance(answer, Count):
            return (*head, "rankings", "not counted" if answer.share is None else f"{answer.share:.3g}")
        return (*head, answer.verdict, f"{answer.cost:.4g}" if answer.verdict == "found" else "")

    def to_dict(self) -> dict[str, object]:
        """``{"state": {lever: level}, "answers": [...], "made_by": ...}``; states as levels, actors by id."""
        return {
            "state": levels_at(self.game, self.cell),
            "answers": [
                self._write_count(answer) if isinstance(answer, Count) else self._write_adjustment(answer)
                for answer in self.answers
            ],
            "made_by": dict(self.made_by),
        }

    def _write_adjustment(self, answer: Adjustment) -> dict[str, object]:
        return {
            **asdict(answer),
            "answer": "weights",
            "actor": self.game.actors[answer.actor].id,
            "changes": [{**asdict(change), "kind": change.kind} for change in answer.changes],
            "escape": self._write_escape(answer.escape),
        }

    def _write_count(self, answer: Count) -> dict[str, object]:
        game = self.game
        return {
            **asdict(answer),
            "answer": "rankings",
            "actor": game.actors[answer.actor].id,
            "share": answer.share,
            "by": answer.by,
            "always": [{"better": levels_at(game, a), "worse": levels_at(game, b)} for a, b in answer.always],
            "enough": [[levels_at(game, cell) for cell in cells] for cells in answer.enough],
            "escape": self._write_escape(answer.escape),
        }

    def _write_escape(self, escape: Escape | None) -> dict[str, object] | None:
        if escape is None:
            return None
        return {"actor": self.game.actors[escape.actor].id, "to": levels_at(self.game, escape.cell)}


def invert(
    game: Game, cell: int, concepts: Sequence[str], actors: Sequence[int], limits: Limits | None = None
) -> Inverse:
    """What would have to be true, at central values, for a feasible cell to be an equilibrium.

    Raises ValueError for an unknown concept or an infeasible cell, NotYetAnalysed for a concept without an inverse
    analysis, SizeError above 2^20 cells.
    """
    limits = limits or Limits()
    wanted = check_concepts(concepts)
    beyond = [NAMES[concept] for concept in wanted if concept not in CONCEPTS]
    if beyond:
        raise NotYetAnalysed(
            f"this version has no inverse analysis for {beyond[0]}; it has one for "
            + ", ".join(NAMES[concept] for concept in CONCEPTS)
        )
    if not game.feasible[cell]:
        raise ValueError(f"the state {name_state(game, cell)!r} is infeasible")
    if game.cells > MOST_CELLS:
        widest = max(game.axes, key=lambda axis: len(axis.levels))
        raise SizeError(
            f"The inverse analysis takes at most {MOST_CELLS:,} states; the levers span {game.cells:,}. "
            f"Cut levels or levers; {widest.id} has the most levels ({len(widest.levels)})."
        )
    values = draw_inputs(game, None)
    ranks = rank_states(game, price(game, values).payoffs)
    answers: list[Adjustment | Count] = []
    for concept in wanted:
        for actor in actors:
            question = Question(game, values, ranks, actor, cell, concept)
            if has_weights(question):
                answers.append(find_adjustment(question, within=limits.within, seconds=limits.seconds))
            else:
                answers.append(count_rankings(game, ranks, actor, cell, concept))
    return Inverse(
        game=game,
        cell=cell,
        answers=tuple(answers),
        made_by={
            "method": "least change by mixed-integer programs (HiGHS), rankings by formula",
            "values": "central values",
            "weights": "in their stated ranges" if limits.within else "free",
            "tolerance": f"improvements that sanctions need count from {LEAST:g}, a margin is {MARGIN:g}",
            "digest": game.digest,
            "version": __version__,
        },
    )

"""The smallest change of an actor's weights that makes a state an equilibrium.

Inverse analysis of the graph model asks for preferences under which a given state is stable for everybody (Kinsara,
Kilgour & Hipel 2015). Here the preferences are weights, the change is the sum of its absolute values in payoff units,
and the answer is exact:

1. The other actors first. If one of them has an improvement that nothing deters whatever the actor wants, the state is
   impossible, and that move is the proof. Under Nash, GMR and SMR nothing else about them matters.
2. The actor's own stability is a monotone formula over comparisons with the state, which are linear in the weights: a
   mixed-integer program (:mod:`detente.solvers.programs`). All weights zero makes everything a tie, so the change is at
   most what the weights add up to, and without binaries the program for Nash bounds the one for any other concept.
3. Under SEQ and SSEQ another actor's move may be deterred only if the actor's own improvements are part of the
   sanction. Weights that leave the sanction out of reach give a cut, one of the moves over its edge must improve; the
   program is solved again until every such move is deterred. When it has no answer left, that is the proof.
4. The weights found are priced and the whole game solved again. If rounding to the grid of payoffs spoils a tie, every
   comparison is met with a small margin instead, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, Term, spread
from detente.game.pricing import price
from detente.solvers.board import rank_states
from detente.solvers.comparisons import (
    Clause,
    Escape,
    Ints,
    Others,
    Threat,
    close_freely,
    find_clauses,
    find_others,
    find_pairs,
    reverse,
)
from detente.solvers.programs import TOLERANCE, Ball, Choice, Program, Size, refine, solve
from detente.solvers.reach import Ranks, count_steps
from detente.solvers.stability import find_equilibria

#: by how much every comparison is met when ties do not survive rounding
MARGIN = 1e-7

#: by how much the second opinion looks for a smaller change
SHORT = 1e-4

#: most moves looked at for one cut
MOST_MOVES = 1 << 24

Verdict = Literal["stable", "found", "impossible", "undecided", "too large"]
Kind = Literal["reversed", "dropped", "added", "weakened", "strengthened"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Question:
    """Which state, under which concept, by whose preferences; ``values`` (inputs,) are what everything else is."""

    game: Game
    values: Floats
    #: int32 (actors, cells), of the payoffs at those values
    ranks: Ranks
    actor: int
    cell: int
    concept: str


@dataclass(frozen=True, slots=True)
class Change:
    """One weight that has to be another."""

    #: id of the input
    input: str
    #: the statement, in the words of the file
    text: str
    before: float
    after: float
    #: name under which it moves together with other inputs of the file; None when it moves alone
    shared: str | None = None

    @property
    def kind(self) -> Kind:
        """What happens to the weight."""
        if self.after == 0:
            return "dropped"
        if self.before == 0:
            return "added"
        if self.before * self.after < 0:
            return "reversed"
        return "weakened" if abs(self.after) < abs(self.before) else "strengthened"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The smallest change of one actor's weights that makes a state an equilibrium, or why there is none."""

    concept: str
    actor: int
    verdict: Verdict
    changes: tuple[Change, ...] = ()
    #: how many weights the actor has
    weights: int = 0
    #: sum of the absolute changes, in payoff units
    cost: float = 0.0
    #: no smaller change in all will do, to the solver's tolerance; for "impossible" by the solver, how far it looked
    bound: float = 0.0
    #: for "impossible": another's move that nothing deters, whatever the actor wants; None when the solver proved it
    escape: Escape | None = None
    #: whether each weight had to stay in its stated range
    within: bool = False
    #: moves of others that only the actor's own improvements can deter
    threats: int = 0
    #: of the largest program solved
    size: Size = field(default=Size(0, 0))
    #: programs solved
    rounds: int = 0
    #: by how much comparisons are met beyond a tie
    margin: float = 0.0
    #: whether the game, priced with the new weights, has the state as an equilibrium
    verified: bool = False
    #: for "undecided": seconds allowed
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Statements:
    """An actor's statements in its likeliest reading; K of them."""

    #: (K,) inputs that hold the weights
    inputs: Ints
    texts: tuple[str, ...]
    #: (cells, K): what holds where
    features: NDArray[np.int8] | Floats
    low: Floats
    high: Floats


def has_weights(question: Question) -> bool:
    """Whether the actor's preferences are weighted statements, not one order times its stakes."""
    terms = _terms(question)
    return not (len(terms) == 1 and question.game.inputs[terms[0].weight].id.endswith(".stakes"))


def find_adjustment(question: Question, *, within: bool = False, seconds: float = 60.0) -> Adjustment:
    """The smallest change of the actor's weights that makes the state an equilibrium, exactly.

    ``within`` keeps each weight in its 5th to 95th percentile. The actor's preferences must be weights
    (:func:`has_weights`). Weights that are ``shared`` count as separate ones.
    """
    game, actor, cell = question.game, question.actor, question.cell
    statements = lay_statements(question)
    blank = Adjustment(question.concept, actor, "impossible", weights=len(statements.inputs), within=within)
    if _holds(question, question.values):
        return replace(blank, verdict="stable", verified=True)
    others = find_others(game, question.ranks, actor, cell, question.concept)
    if others.escapes:
        return replace(blank, escape=others.escapes[0])
    if others.threats and int(game.feasible.sum()) * game.line(actor)[1] > MOST_MOVES:
        return replace(blank, verdict="too large", threats=len(others.threats))
    blank = replace(blank, threats=len(others.threats), seconds=seconds)
    return _Search(question, others, statements, blank).run(monotonic() + seconds)


def lay_statements(question: Question) -> Statements:
    """The statements behind an actor's payoff, what holds where, and the ranges of their weights."""
    game, terms = question.game, _terms(question)
    tables = [np.ascontiguousarray(spread(game, term.table)).reshape(-1) for term in terms]
    plain = all(table.dtype.kind in "bi" for table in tables)
    features = np.empty((game.cells, len(terms)), np.int8 if plain else np.float64)
    for column, table in enumerate(tables):
        features[:, column] = table
    quantities = [game.inputs[term.weight].quantity for term in terms]
    return Statements(
        inputs=np.array([term.weight for term in terms], dtype=np.int64),
        texts=tuple(term.text for term in terms),
        features=features,
        low=np.array([float(quantity.quantile(0.05)) for quantity in quantities]),
        high=np.array([float(quantity.quantile(0.95)) for quantity in quantities]),
    )


def _terms(question: Question) -> tuple[Term, ...]:
    player = question.game.actors[question.actor]
    return player.readings[int(question.values[player.reading]) if player.reading >= 0 else 0].terms


def _holds(question: Question, values: Floats) -> bool:
    """Whether the state is an equilibrium of the game at these values."""
    found = find_equilibria(question.game, price(question.game, values), (question.concept,))
    return bool(found.stable[question.concept][:, question.cell].all())


@dataclass(frozen=True, eq=False, slots=True)
class _Candidate:
    """A choice of ways, and the nearest weights that meet it."""

    choice: Choice
    weights: Floats


class _Search:
    """Solves programs with more and more cuts, in balls of growing size, until one answer stands."""

    def __init__(self, question: Question, others: Others, statements: Statements, blank: Adjustment) -> None:
        self.question, self.others, self.statements, self.answer = question, others, statements, blank
        game = question.game
        gaps = statements.features[game.feasible] - statements.features[question.cell]
        vectors, which = np.unique(gaps, axis=0, return_inverse=True)
        self.kinds = np.full(game.cells, -1, np.int64)
        self.kinds[game.feasible] = np.where((vectors != 0).sum(axis=1)[which] > 0, which, -1)
        self.program = Program(vectors.astype(np.float64), self._find_clauses(question.concept))
        self.centre = question.values[statements.inputs]

    def run(self, deadline: float) -> Adjustment:
        """The answer, or the last proof that there is none."""
        self._cut(self.question.ranks)
        for ball in self._lay_balls(deadline):
            if self._search(ball, deadline):
                break
        return self.answer

    def _find_clauses(self, concept: str) -> tuple[Clause, ...]:
        question = self.question
        return find_clauses(question.game, question.ranks, (question.actor, question.cell, concept), self.kinds)

    def _lay_balls(self, deadline: float) -> Iterator[Ball]:
        """First the ball that the answer for Nash bounds, then all there is to search."""
        centre, statements = self.centre, self.statements
        if self.answer.within:
            low, high = np.minimum(statements.low, centre), np.maximum(statements.high, centre)
            radius = float(np.maximum(high - centre, centre - low).sum())
        else:
            low, high = np.full(len(centre), -np.inf), np.full(len(centre), np.inf)
            # Improvements of others' sanctions need one unit more: any weights can be scaled to add up to it.
            radius = float(np.abs(centre).sum()) + (1.0 if self.others.threats else 0.0)
        whole = Ball(centre, low, high, radius + TOLERANCE)
        if self.question.concept != "nash" and self.program.clauses:
            nash = solve(Program(self.program.vectors, self._find_clauses("nash")), whole, deadline - monotonic())
            if nash.verdict == "found":
                yield replace(whole, radius=min(nash.bound + TOLERANCE, whole.radius))
        yield whole

    def _search(self, ball: Ball, deadline: float) -> bool:
        """Look for the answer in a ball; whether it is there, or time is up."""
        verdict, best = self._settle(ball, deadline)
        self.answer = replace(self.answer, verdict=verdict)
        if best is None:
            return verdict == "undecided"
        # A second opinion, on other numbers: there must be nothing in a ball that stops short of the answer.
        while (cost := self._cost(best.weights)) > SHORT:
            rival = self._settle(replace(ball, radius=cost - SHORT), deadline)[1]
            if rival is None or self._cost(rival.weights) >= cost - SHORT / 2:
                break
            best = rival
        self._conclude(best, ball)
        return True

    def _settle(self, ball: Ball, deadline: float) -> tuple[Verdict, _Candidate | None]:
        """Solve and cut until the weights deter every threat, or there are none, or time is up."""
        while True:
            found = solve(self.program, ball, deadline - monotonic())
            larger = max(self.answer.size, found.size, key=lambda size: (size.binaries, size.rows))
            # More cuts never make the change smaller, so what one program has proved holds for the later ones.
            bound = max(self.answer.bound, ball.radius if found.verdict == "impossible" else found.bound)
            self.answer = replace(self.answer, rounds=self.answer.rounds + 1, size=larger, bound=bound)
            if found.choice is None:
                return found.verdict, None
            weights = refine(self.program, found.choice, ball)
            if weights is None:
                self.program.barred.append(found.choice)
            elif not self._cut(self._rank(weights)):
                return "found", _Candidate(found.choice, weights)

    def _cost(self, weights: Floats) -> float:
        return float(np.abs(weights - self.centre).sum())

    def _conclude(self, best: _Candidate, ball: Ball) -> None:
        """Price the game with the weights and solve it again; once more with a margin if rounding spoils a tie."""
        weights, margin = best.weights, 0.0
        verified = self._verify(weights)
        if not verified:
            safer = refine(self.program, best.choice, ball, MARGIN)
            if safer is not None and self._verify(safer):
                weights, margin, verified = safer, MARGIN, True
        changed = np.flatnonzero(weights != self.centre)
        inputs = [self.question.game.inputs[k] for k in self.statements.inputs]
        self.answer = replace(
            self.answer,
            changes=tuple(
                Change(
                    input=inputs[k].id,
                    text=self.statements.texts[k],
                    before=float(self.centre[k]),
                    after=float(weights[k]),
                    shared=inputs[k].quantity.shared,
                )
                for k in changed
            ),
            cost=self._cost(weights),
            bound=min(self.answer.bound, self._cost(best.weights)),
            margin=margin,
            verified=verified,
        )

    def _put(self, weights: Floats) -> Floats:
        values = self.question.values.copy()
        values[self.statements.inputs] = weights
        return values

    def _verify(self, weights: Floats) -> bool:
        return _holds(self.question, self._put(weights))

    def _rank(self, weights: Floats) -> Ranks:
        game = self.question.game
        return rank_states(game, price(game, self._put(weights)).payoffs)

    def _cut(self, ranks: Ranks) -> bool:
        """Add what the ranks lack for every threat to be deterred; whether anything was added."""
        cuts = [cut for threat in self.others.threats for cut in self._find_cuts(threat, ranks)]
        self.program.cuts.extend(cuts)
        return bool(cuts)

    def _find_cuts(self, threat: Threat, ranks: Ranks) -> list[Floats]:
        """Differences of which one must be an improvement: at the edge of what is reached, and of what leads on."""
        game, actor = self.question.game, self.question.actor
        movers = [j for j in range(len(game.actors)) if j != threat.actor]
        ahead = count_steps(game, threat.cell, movers, ranks) >= 0
        if (ahead & threat.sanctions).any():
            return []
        careful = [j for j in movers if j != actor]
        turned, backward = reverse(game), ranks.max() - ranks
        back = count_steps(turned, threat.sanctions, movers, backward) >= 0
        source = close_freely(game, threat.cell, careful, actor, ranks)
        target = close_freely(turned, threat.sanctions, careful, actor, backward)
        cuts = []
        for sources, targets in ((ahead, target & ~ahead), (source & ~back, back)):
            starts, ends = find_pairs(game, actor, sources, targets)
            gaps = np.unique(self.statements.features[ends] - self.statements.features[starts], axis=0)
            cuts.append(gaps[gaps.any(axis=1)].astype(np.float64))
        return cuts

"""Where a conflict settles: the stability concepts of the graph model, for all states at once.

With ``u_i`` the rank of actor i's payoff, ``R_i(s)`` the feasible states i can move to from s, and ``N - i`` everybody
else (nature never moves), a state s is stable for i under

* **Nash** when no t in R_i(s) has u_i(t) > u_i(s), that is, i has no unilateral improvement (Nash 1951);
* **GMR** (general metarationality) when from every improvement t the others can move on, by any legal moves, to some z
  with u_i(z) <= u_i(s), a sanction (Howard 1971);
* **SMR** (symmetric metarationality) when the sanction also leaves i no way out: no state i can move to from z is
  better for i than s (Howard 1971);
* **SEQ** (sequential stability) as GMR, but each step of the sanction improves on the state before for its own mover
  (Fraser & Hipel 1979);
* **SSEQ** (symmetric sequential stability) as SMR, with such credible steps only (Rego & Vieira 2017);
* **SIM** (simultaneous sanctioning) when for every improvement t there are improvements of others, each taken from s
  itself, which together with t make a feasible z with u_i(z) <= u_i(s) (Fraser & Hipel 1984).

An equilibrium is stable for every actor. Definitions as in Fang, Hipel & Kilgour (1993) and Xu, Hipel, Kilgour & Fang
(2018). Payoffs are rounded to a 1e-9 grid and ranked; ranks alone decide, and reaching a state as good as s is a
sanction. Any combination of an actor's levers is one move, so R_i is transitive and the textbook rule that nobody moves
twice in a row excludes nothing.

Steps, per actor and with nothing of size N^2 (N states):

1. Rank the payoffs; sort each line of each axis once.
2. a(z) = u_i(z) for GMR and SEQ, the most i can turn z into for SMR and SSEQ.
3. m(t) = least a(z) over the z that others can bring about from t: passes along the other axes, all moves (GMR, SMR) or
   improvements only (SEQ, SSEQ), until nothing changes. After ``PATIENCE`` rounds a flood from the worst state upwards
   finishes in bounded time.
4. s is unstable when some t in R_i(s) has u_i(t) > u_i(s) and m(t) > u_i(s).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.display import Drawn
from detente.errors import SizeError
from detente.game.game import Game, Prices
from detente.solvers.board import Board
from detente.solvers.closure import close_harm
from detente.solvers.positions import Ints, join_reaches
from detente.solvers.tables import list_rows, list_states, merge_cells, order_in_slices, write_marks

#: the concepts of moves in turn, which are found unless told otherwise
CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")

#: those with sanctions, from the one hardest to meet, each with: steps must improve, no countermove may escape
SANCTIONING: Mapping[str, tuple[bool, bool]] = {
    "sseq": (True, True),
    "seq": (True, False),
    "smr": (False, True),
    "gmr": (False, False),
}

#: and those that are found when asked for
EVERY = (*CONCEPTS, "sim")

#: as the literature writes them
NAMES: Mapping[str, str] = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ", "sseq": "SSEQ", "sim": "SIM"}

#: combinations of moves that simultaneous sanctioning may try per actor, about half a minute
MOST_TRIALS = 1e10

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Stability(Drawn):
    """Which states are stable, for whom, under which concepts; n actors, N cells."""

    game: Game = field(repr=False)
    #: bool (n, N) by concept; False where a state is infeasible
    stable: Mapping[str, Bools] = field(repr=False)
    #: by concept the cells stable for every actor: nature's present slice first, then slice by slice
    equilibria: Mapping[str, Ints] = field(repr=False)
    #: method, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        counts = ", ".join(f"{NAMES[concept]}: {len(cells)}" for concept, cells in self.equilibria.items())
        return f"<Stability {counts} of {int(self.game.feasible.sum())} states, {len(self.game.actors)} actors>"

    names = NAMES
    #: what the marks of the table mean
    key = "x: stable for everybody"

    @property
    def labels(self) -> list[str]:
        """What the rows of ``stable`` are: the actors' ids."""
        return [player.id for player in self.game.actors]

    def listed(self) -> Ints:
        """The states of the table: equilibria under any concept, nature's present slice first."""
        return merge_cells(self.game, self.equilibria.values())

    def mark(self, concept: str, cell: int) -> str:
        """What the table says of a state under a concept."""
        return "x" if cell in self.equilibria[concept] else "-"

    def __str__(self) -> str:
        return write_marks(self)

    def to_dict(self, per_actor: bool = False) -> dict[str, object]:
        """``{"concepts": {concept: {"equilibria": [{lever: level}], "stable": {actor: [...]}}}, "made_by": ...}``.

        ``stable`` is there when ``per_actor`` is; it lists the states in the order of the equilibria.
        """
        concepts: dict[str, dict[str, object]] = {}
        for concept, cells in self.equilibria.items():
            concepts[concept] = {"equilibria": list_states(self.game, cells)}
            if per_actor:
                concepts[concept]["stable"] = list_rows(self.game, self.labels, self.stable[concept])
        return {"concepts": concepts, "made_by": dict(self.made_by)}


def find_equilibria(game: Game, prices: Prices, concepts: Sequence[str] = CONCEPTS) -> Stability:
    """Stability of every feasible state, for every actor, under each of ``concepts``, exactly.

    Raises ValueError for a concept that is not in :data:`EVERY`, SizeError when an actor has so many one-way levers
    that its positions cannot be compared, or when there are too many combinations of moves for SIM.
    """
    wanted = check_concepts(concepts)
    sheets = np.empty((len(game.actors), len(wanted), game.cells), np.bool_)
    sheets[:] = game.feasible
    _judge(Board(game, prices), wanted, list(sheets))
    stable = {concept: sheets[:, row] for row, concept in enumerate(wanted)}
    return Stability(
        game=game,
        stable=stable,
        equilibria={
            concept: order_in_slices(game, np.flatnonzero(rows.all(axis=0))) for concept, rows in stable.items()
        },
        made_by={
            "method": "graph model, reductions along the actors' axes: " + ", ".join(NAMES[c] for c in wanted),
            "digest": game.digest,
            "version": __version__,
        },
    )


def equilibria_of(game: Game, prices: Prices, concepts: Sequence[str] = CONCEPTS) -> dict[str, Ints]:
    """By concept the cells of :func:`find_equilibria`'s ``equilibria``, without keeping who is content with what.

    Raises as it does.
    """
    wanted = check_concepts(concepts)
    sheet = np.empty((len(wanted), game.cells), np.bool_)
    sheet[:] = game.feasible
    _judge(Board(game, prices), wanted, [sheet] * len(game.actors))
    return {concept: order_in_slices(game, np.flatnonzero(row)) for concept, row in zip(wanted, sheet, strict=True)}


def memory_needed(cells: int, actors: int) -> int:
    """Bytes at the peak of :func:`find_equilibria` with every concept, the payoffs included.

    Up to twice as many when one actor's positions alone make up most of the cells.
    """
    width = -(-2 * actors // 8) * 8
    return cells * (21 * actors + 4 * width + 24) + (1 << 16)


def check_concepts(concepts: Sequence[str]) -> tuple[str, ...]:
    """The concepts in the order of :data:`EVERY`; ValueError for one that is not there."""
    unknown = [concept for concept in concepts if concept not in EVERY]
    if unknown:
        raise ValueError(f"no stability concept {unknown[0]!r}; the concepts are {', '.join(EVERY)}")
    return tuple(concept for concept in EVERY if concept in concepts)


def _judge(board: Board, wanted: Sequence[str], sheets: Sequence[Bools]) -> None:
    """Strike out of each actor's sheet (concepts, cells) what is unstable for it; sheets may be one and the same."""
    from detente import kernels

    if "nash" in wanted:
        for i, sheet in enumerate(sheets):
            kernels.judge_nash(board.ranks[i], board.find_replies(i), sheet, wanted.index("nash"))
    if "sim" in wanted:
        _judge_simultaneous(board, sheets, wanted.index("sim"))
    for upward, pair in ((False, ("gmr", "smr")), (True, ("seq", "sseq"))):
        asked = [concept for concept in pair if concept in wanted]
        if asked:
            guarded = np.array([concept == pair[1] for concept in asked], dtype=np.int64)
            rows = np.array([wanted.index(concept) for concept in asked], dtype=np.int64)
            _judge_sanctions(board, upward, guarded, rows, sheets)


def _judge_simultaneous(board: Board, sheets: Sequence[Bools], row: int) -> None:
    from detente import kernels

    joint = join_reaches(board.reaches)
    for i, sheet in enumerate(sheets):
        axes = (joint.lines, i, joint.offsets, joint.kinds, joint.onward_starts, joint.onward)
        if not kernels.judge_simultaneous(board.ranks, *axes, MOST_TRIALS, sheet, row):
            raise SizeError(
                f"SIM would try more than {MOST_TRIALS:.0e} combinations of improvements for "
                f"{board.game.actors[i].id}. Leave it out, or cut levels or levers."
            )


def _judge_sanctions(board: Board, upward: bool, guarded: Ints, rows: Ints, sheets: Sequence[Bools]) -> None:
    from detente import kernels

    per = len(rows)
    harm, width = close_harm(board, guarded, upward)
    for i, (reach, sheet) in enumerate(zip(board.reaches, sheets, strict=True)):
        kernels.judge_sanctions(board.ranks[i], harm, width, i * per, reach.line, reach.sizes, reach.legal, sheet, rows)

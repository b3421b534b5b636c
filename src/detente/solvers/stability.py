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
* **SSEQ** (symmetric sequential stability) as SMR, with such credible steps only (Rego & Vieira 2017).

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
from detente.errors import SizeError
from detente.game.game import Axis, Game, Prices, name_state

#: the concepts, each followed only by concepts it does not imply
CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")

#: as the literature writes them
NAMES: Mapping[str, str] = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ", "sseq": "SSEQ"}

#: rounds of passes before the closure turns to the flood; games that are no mazes need two to eight
PATIENCE = 24

#: most pairs of positions, counted by kind, that one actor's one-way levers may order
MOST_PAIRS = 1 << 22

#: states a table shows
SHOWN = 40

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Stability:
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

    def __str__(self) -> str:
        shown = _in_slices(self.game, np.unique(np.concatenate([*self.equilibria.values(), np.zeros(0, np.int64)])))
        names = [name_state(self.game, int(cell)) for cell in shown[:SHOWN]]
        wide = max([len(name) for name in names], default=0)
        lines = [f"{'':{wide}}  " + "  ".join(NAMES[concept] for concept in self.equilibria)]
        for cell, name in zip(shown, names, strict=False):
            marks = [("x" if cell in cells else "-").center(len(NAMES[c])) for c, cells in self.equilibria.items()]
            lines.append(f"{name:{wide}}  " + "  ".join(marks).rstrip())
        if len(shown) > SHOWN:
            lines.append(f"and {len(shown) - SHOWN:,} more states")
        return "\n".join(lines)

    def to_dict(self, per_actor: bool = False) -> dict[str, object]:
        """``{"concepts": {concept: {"equilibria": [{lever: level}], "stable": {actor: [...]}}}, "made_by": ...}``.

        ``stable`` is there when ``per_actor`` is; it lists the states in the order of the equilibria.
        """
        concepts: dict[str, dict[str, object]] = {}
        for concept, cells in self.equilibria.items():
            concepts[concept] = {"equilibria": _name(self.game, cells)}
            if per_actor:
                concepts[concept]["stable"] = {
                    player.id: _name(self.game, _in_slices(self.game, np.flatnonzero(row)))
                    for player, row in zip(self.game.actors, self.stable[concept], strict=True)
                }
        return {"concepts": concepts, "made_by": dict(self.made_by)}


def find_equilibria(game: Game, prices: Prices, concepts: Sequence[str] = CONCEPTS) -> Stability:
    """Stability of every feasible state, for every actor, under each of ``concepts``, exactly.

    Raises ValueError for a concept that is not in :data:`CONCEPTS`, SizeError when an actor has so many one-way levers
    that its positions cannot be compared.
    """
    wanted = check_concepts(concepts)
    sheets = np.empty((len(game.actors), len(wanted), game.cells), np.bool_)
    sheets[:] = game.feasible
    _judge(_Board(game, prices), wanted, list(sheets))
    stable = {concept: sheets[:, row] for row, concept in enumerate(wanted)}
    return Stability(
        game=game,
        stable=stable,
        equilibria={concept: _in_slices(game, np.flatnonzero(rows.all(axis=0))) for concept, rows in stable.items()},
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
    _judge(_Board(game, prices), wanted, [sheet] * len(game.actors))
    return {concept: _in_slices(game, np.flatnonzero(row)) for concept, row in zip(wanted, sheet, strict=True)}


def memory_needed(cells: int, actors: int) -> int:
    """Bytes at the peak of :func:`find_equilibria` with every concept, the payoffs included.

    Up to twice as many when one actor's positions alone make up most of the cells.
    """
    return cells * (29 * actors + 24) + (1 << 16)


def check_concepts(concepts: Sequence[str]) -> tuple[str, ...]:
    """The concepts in the order of :data:`CONCEPTS`. Raises ValueError for one that is not there."""
    unknown = [concept for concept in concepts if concept not in CONCEPTS]
    if unknown:
        raise ValueError(f"no stability concept {unknown[0]!r}; the concepts are {', '.join(CONCEPTS)}")
    return tuple(concept for concept in CONCEPTS if concept in concepts)


def _in_slices(game: Game, cells: Ints) -> Ints:
    """Cells ordered by slice of nature, the status quo's first, and by number within a slice."""
    slices = game.line(-1)[1] if game.own(-1) else 1
    here = game.status_quo % slices
    return cells[np.lexsort((cells, cells % slices, cells % slices != here))]


def _name(game: Game, cells: Ints) -> list[dict[str, str]]:
    """Names of the levels of every lever in many cells."""
    places = np.unravel_index(cells, game.shape)
    columns = [[axis.levels[k] for k in place] for axis, place in zip(game.axes, places, strict=True)]
    ids = [axis.id for axis in game.axes]
    return [dict(zip(ids, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, eq=False, slots=True)
class _Reach:
    """Where an actor can move along its axis: the geometry and legality its kernels ask for."""

    #: int64 (outer, size, inner)
    line: Ints
    #: int64 levels per lever, negative for reversible ones, of which neighbours are taken as one
    sizes: Ints
    #: the 0/1 matrices of the others, row-major, row = from
    legal: NDArray[np.uint8]
    #: int32 (size,): positions are of one kind when the actor can go from each to the other
    kinds: NDArray[np.int32]
    #: below[starts[k]:starts[k + 1]] are the kinds from which it can go to kind k
    starts: Ints
    below: NDArray[np.int32]


def _lay_reach(game: Game, actor: int) -> _Reach:
    own = game.own(actor)
    sizes, mats = [-1], [np.zeros(0, np.bool_)]
    for axis in own:
        if not axis.legal.all():
            sizes.append(len(axis.levels))
            mats.append(axis.legal.ravel())
        elif sizes[-1] < 0:
            sizes[-1] *= len(axis.levels)
        else:
            sizes.append(-len(axis.levels))
    kinds, starts, below = _lay_kinds(own, game.actors[actor].id)
    return _Reach(
        line=np.array(game.line(actor), dtype=np.int64),
        sizes=np.array(sizes, dtype=np.int64),
        legal=np.concatenate(mats).astype(np.uint8),
        kinds=kinds,
        starts=starts,
        below=below,
    )


def _lay_kinds(own: Sequence[Axis], actor: str) -> tuple[NDArray[np.int32], Ints, NDArray[np.int32]]:
    """The order that one-way levers put on an actor's positions, kind by kind."""
    kinds = sources = targets = np.zeros(1, np.int64)
    count = 1
    for axis in own:
        legal = axis.legal
        if (np.linalg.matrix_power(legal.astype(np.int64), 2)[~legal] > 0).any():
            raise ValueError(f"{axis.id}: legal moves must compose: from a to b and from b to c, then from a to c")
        first, kind = np.unique(np.argmax(legal & legal.T, axis=1), return_inverse=True)
        source, target = np.nonzero(legal[np.ix_(first, first)])
        if len(sources) * len(source) > MOST_PAIRS:
            raise SizeError(
                f"The one-way levers of {actor} order its positions in more than {MOST_PAIRS:,} pairs. "
                f"Make {axis.id} or another of them reversible, or cut levels."
            )
        kinds = np.add.outer(kinds * len(first), kind).ravel()
        sources = np.add.outer(sources * len(first), source).ravel()
        targets = np.add.outer(targets * len(first), target).ravel()
        count *= len(first)
    starts = np.concatenate([[0], np.cumsum(np.bincount(targets, minlength=count))])
    return kinds.astype(np.int32), starts, sources[np.argsort(targets, kind="stable")].astype(np.int32)


class _Board:
    """Ranks and axes of one priced game; exists for the length of one search."""

    def __init__(self, game: Game, prices: Prices) -> None:
        self.game = game
        self.reaches = [_lay_reach(game, actor) for actor in range(len(game.actors))]
        self.movers = [j for j, reach in enumerate(self.reaches) if reach.line[1] > 1]
        self.ranks = rank_states(game, prices.payoffs)
        self.best = np.empty(game.cells, np.int32)

    def find_replies(self, actor: int) -> NDArray[np.int32]:
        """Best rank the actor can hold or move to, per cell; the array is used again by the next call."""
        from detente import kernels

        reach = self.reaches[actor]
        kernels.find_replies(self.ranks[actor], reach.line, reach.sizes, reach.legal, self.best)
        return self.best

    def sort_lines(self) -> dict[int, NDArray[np.int32]]:
        """The lines of every mover's axis, best first."""
        from detente import kernels

        orders = {}
        for j in self.movers:
            orders[j] = np.empty(self.game.cells, np.int32)
            kernels.sort_lines(self.ranks[j], self.reaches[j].line, orders[j])
        return orders


def rank_states(game: Game, payoffs: NDArray[np.float64]) -> NDArray[np.int32]:
    """Dense ranks over feasible cells (0 worst), int32 (n, N), of payoffs (N, n) on the 1e-9 grid; -1 if infeasible."""
    from detente import kernels

    ranks = np.empty((len(game.actors), game.cells), np.int32)
    scratch = np.empty((2, game.cells), np.int64)
    for i, row in enumerate(ranks):
        if not kernels.rank_payoffs(payoffs, i, game.feasible, scratch, row):
            grid = np.rint(payoffs[game.feasible, i] * 1e9)
            row[game.feasible] = np.unique(grid, return_inverse=True)[1]
    return ranks


def _judge(board: _Board, wanted: Sequence[str], sheets: Sequence[Bools]) -> None:
    """Strike out of each actor's sheet (concepts, cells) what is unstable for it; sheets may be one and the same."""
    from detente import kernels

    if "nash" in wanted:
        for i, sheet in enumerate(sheets):
            kernels.judge_nash(board.ranks[i], board.find_replies(i), sheet, wanted.index("nash"))
    for upward, pair in ((False, ("gmr", "smr")), (True, ("seq", "sseq"))):
        asked = [concept for concept in pair if concept in wanted]
        if asked:
            guarded = np.array([concept == pair[1] for concept in asked], dtype=np.int64)
            rows = np.array([wanted.index(concept) for concept in asked], dtype=np.int64)
            _judge_sanctions(board, upward, guarded, rows, sheets)


def _judge_sanctions(board: _Board, upward: bool, guarded: Ints, rows: Ints, sheets: Sequence[Bools]) -> None:
    from detente import kernels

    per = len(rows)
    width = per * len(sheets)
    harm = np.empty(board.game.cells * width, np.int32)
    for i in range(len(sheets)):
        kernels.lay_harm(board.ranks[i], board.find_replies(i), harm, width, i * per, guarded)
    if not _spread(board, harm, width, upward):
        _flood(board, harm, width, upward)
    for i, (reach, sheet) in enumerate(zip(board.reaches, sheets, strict=True)):
        kernels.judge_sanctions(board.ranks[i], harm, width, i * per, reach.line, reach.sizes, reach.legal, sheet, rows)


def _spread(board: _Board, harm: NDArray[np.int32], width: int, upward: bool) -> bool:
    """Close the harm over the opponents' moves, axis by axis; whether ``PATIENCE`` was enough."""
    from detente import kernels

    orders = board.sort_lines() if upward else {}
    # Where all states are feasible and all moves count, the axes commute: one round is the closure.
    single = not upward and bool(board.game.feasible.all())
    clean = passes = 0
    while clean < len(board.movers):
        j = board.movers[passes % len(board.movers)]
        reach = board.reaches[j]
        caps = np.full(width, np.iinfo(np.int32).max, np.int32)
        per = width // len(board.reaches)
        caps[j * per : (j + 1) * per] = kernels.NONE
        if upward:
            changed = kernels.move_upward(
                harm, width, caps, reach.line, orders[j], reach.kinds, reach.starts, reach.below
            )
        else:
            changed = kernels.move_freely(harm, width, caps, reach.line, reach.sizes, reach.legal)
        # A pass leaves its own axis closed, so it counts as clean itself.
        clean = clean + 1 if single or not changed else 1
        passes += 1
        if passes > PATIENCE * len(board.movers):
            return False
    return True


def _flood(board: _Board, harm: NDArray[np.int32], width: int, upward: bool) -> None:
    """Close the harm column by column, from the most harmful cell down."""
    from detente import kernels

    reaches = board.reaches
    offsets = np.cumsum([0, *(len(r.kinds) for r in reaches[:-1])])
    first = np.cumsum([0, *(len(r.starts) - 1 for r in reaches[:-1])])
    ends = np.cumsum([0, *(len(r.below) for r in reaches[:-1])])
    kinds = np.concatenate([r.kinds + k for r, k in zip(reaches, first, strict=True)]).astype(np.int32)
    starts = np.concatenate([[0], *(r.starts[1:] + end for r, end in zip(reaches, ends, strict=True))])
    below = np.concatenate([r.below + k for r, k in zip(reaches, first, strict=True)]).astype(np.int32)
    lines = np.array([r.line for r in reaches])
    feasible = np.flatnonzero(board.game.feasible).astype(np.int32)
    for column in range(width):
        worst = harm[feasible.astype(np.int64) * width + column]
        seeds = feasible[np.argsort(-worst.astype(np.int64), kind="stable")]
        owner = column // (width // len(reaches))
        kernels.flood(harm, width, column, seeds, board.ranks, lines, owner, upward, offsets, kinds, starts, below)

"""The mixed-integer programs behind :mod:`detente.solvers.adjustments`: least changes of weights.

A payoff is a sum of weights over the statements that hold, so "q is no better than s" is linear in the weights:
v . w <= 0, v the difference of what holds in q and in s. A clause with one way is such rows; of one with several, a
binary per way says which is met and switches its rows on (big M). A cut asks that one of several differences be an
improvement, v . w >= ``LEAST``. The change is measured by the sum of its absolute values and searched for in a ball,
from which every M follows: no row is switched off by more than the ball allows. The program is solved by HiGHS through
:func:`scipy.optimize.milp`; the ways it chose are then solved again as a linear program, to tighter tolerances.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from detente.solvers.comparisons import Clause, Way

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult
    from scipy.sparse import csr_array

#: least advantage, in payoff units, that a change of weights may count on as an improvement
LEAST = 1e-4
#: differences between the program's value and its linear solution that are the solver's tolerance
TOLERANCE = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Ball:
    """Where the weights are searched for: at most ``radius`` from the centre in all, each between its ends; (K,)."""

    centre: Floats
    low: Floats
    high: Floats
    radius: float

    def most(self, vector: Floats) -> float:
        """No weights in the ball give the difference a greater value."""
        start = float(vector @ self.centre)
        room = np.where(vector > 0, self.high - self.centre, self.centre - self.low)
        used = vector != 0
        free = float((np.abs(vector[used]) * room[used]).sum())
        return start + min(free, self.radius * float(np.abs(vector).max(initial=0.0)))


@dataclass(frozen=True, eq=False)
class Program:
    """What the weights must meet."""

    #: float64 (kinds, K): the difference of each kind of state from the target
    vectors: Floats
    clauses: tuple[Clause, ...]
    #: each float64 (edges, K): one of these differences must be an improvement
    cuts: list[Floats] = field(default_factory=list)
    #: combinations of ways and improvements, as :class:`Choice`, that no weights meet together
    barred: list[Choice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which ways are met, and which differences (as bytes of their float64) are improvements."""

    ways: frozenset[Way]
    edges: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Size:
    """Of the program as the solver gets it."""

    binaries: int
    rows: int


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """What the solver says: the choice it made, or that there is none, or that time ran out."""

    verdict: Literal["found", "impossible", "undecided"]
    size: Size
    choice: Choice | None = None
    #: no smaller change in all meets the program
    bound: float = 0.0


class _Rows:
    """Rows ``a . x <= b`` of a sparse matrix, collected one by one."""

    def __init__(self) -> None:
        self.columns: list[NDArray[np.int64]] = []
        self.values: list[Floats] = []
        self.most: list[float] = []

    def add(self, columns: Sequence[int] | NDArray[np.int64], values: Sequence[float] | Floats, most: float) -> None:
        self.columns.append(np.asarray(columns, dtype=np.int64))
        self.values.append(np.asarray(values, dtype=np.float64))
        self.most.append(most)

    def matrix(self, width: int) -> csr_array:
        from scipy.sparse import csr_array

        ends = np.cumsum([0, *(len(c) for c in self.columns)])
        flat = (np.concatenate([*part, np.zeros(0, part[0].dtype)]) for part in (self.values, self.columns))
        values, columns = flat
        return csr_array((values, columns, ends), shape=(len(self.most), width))


def solve(program: Program, ball: Ball, seconds: float) -> Answer:
    """The choice of ways with the least change inside the ball, if there is one."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    layout = _Layout(program, ball)
    size = Size(layout.binaries, len(layout.rows.most))
    if layout.hopeless:
        return Answer("impossible", size)
    k = len(ball.centre)
    cost = np.concatenate([np.ones(2 * k), np.zeros(layout.binaries)])
    top = np.concatenate([ball.high - ball.centre, ball.centre - ball.low, np.ones(layout.binaries)])
    top = np.minimum(top, np.concatenate([np.full(2 * k, ball.radius), np.ones(layout.binaries)]))

    def ask(presolve: bool) -> OptimizeResult:
        return milp(
            cost,
            integrality=np.concatenate([np.zeros(2 * k), np.ones(layout.binaries)]),
            bounds=Bounds(np.zeros(len(cost)), top),
            constraints=LinearConstraint(layout.rows.matrix(len(cost)), ub=np.array(layout.rows.most)),
            options={"time_limit": max(seconds, 0.0), "mip_rel_gap": 0.0, "presolve": presolve},
        )

    found = ask(presolve=True)
    if found.status in (2, 4):  # a proof is asked for twice, and what the solver stumbles over is asked plainly
        found = ask(presolve=False)
    if found.status == 2:
        return Answer("impossible", size)
    if found.status != 0:
        return Answer("undecided", size, bound=float(found.get("mip_dual_bound") or 0.0))
    return Answer("found", size, layout.read(np.asarray(found.x)[2 * k :] > 0.5), float(found.fun))


def refine(program: Program, choice: Choice, ball: Ball, margin: float = 0.0) -> Floats | None:
    """The nearest weights (K,) that meet a choice, comparisons by at least ``margin``; None where there are none."""
    from scipy.optimize import linprog

    k = len(ball.centre)
    forced = [way for clause in program.clauses if len(clause) == 1 for way in clause]
    kinds = sorted({kind for way in [*choice.ways, *forced] for kind in way})
    edges = [np.frombuffer(edge) for edge in sorted(choice.edges)]
    rows = np.array([*program.vectors[kinds], *(-edge for edge in edges)]).reshape(-1, k)
    most = np.array([-margin] * len(kinds) + [-LEAST] * len(edges)) - rows @ ball.centre
    top = np.concatenate([ball.high - ball.centre, ball.centre - ball.low])
    found = linprog(
        np.ones(2 * k),
        A_ub=np.hstack([rows, -rows]) if len(rows) else None,
        b_ub=most if len(rows) else None,
        bounds=[(0.0, float(end)) for end in top],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if found.status != 0 or found.x is None:
        return None
    change = np.asarray(found.x[:k] - found.x[k:])
    weights = np.where(np.abs(change) < 1e-9, ball.centre, ball.centre + change)
    # A weight that cancels is nothing, whatever the last bits of the difference say.
    return np.where(np.abs(weights) < 1e-9, 0.0, weights)


class _Layout:
    """The rows of a program and what its binaries stand for; exists for the length of one solve."""

    def __init__(self, program: Program, ball: Ball) -> None:
        self.ball, self.vectors = ball, program.vectors
        self.rows = _Rows()
        self.hopeless = False
        self.ways: dict[Way, int] = {}
        self.edges: dict[bytes, int] = {}
        self.k = len(ball.centre)
        self._most: dict[int, tuple[float, float]] = {}
        self.rows.add(np.arange(2 * self.k), np.ones(2 * self.k), ball.radius)
        for clause in program.clauses:
            self._ask(clause)
        for cut in program.cuts:
            self._ask_one_of(cut)
        for choice in program.barred:
            self._bar(choice)

    @property
    def binaries(self) -> int:
        return len(self.ways) + len(self.edges)

    def read(self, values: NDArray[np.bool_]) -> Choice:
        """What the binaries say."""
        return Choice(
            frozenset(way for way, k in self.ways.items() if values[k]),
            frozenset(edge for edge, k in self.edges.items() if values[k]),
        )

    def _ends(self, kind: int) -> tuple[float, float]:
        if kind not in self._most:
            vector = self.vectors[kind]
            self._most[kind] = (-self.ball.most(-vector), self.ball.most(vector))
        return self._most[kind]

    def _ask(self, clause: Clause) -> None:
        """One of the ways of a clause: those that the ball rules out are left out."""
        ways = [way for way in clause if all(self._ends(kind)[0] <= 0 for kind in way)]
        if any(all(self._ends(kind)[1] <= 0 for kind in way) for way in ways):
            return
        if not ways:
            self.hopeless = True
        elif len(clause) == 1:
            for kind in ways[0]:
                self._meet(self.vectors[kind], 0.0, None)
        else:
            for way in sorted(ways, key=sorted):
                if way not in self.ways:
                    self.ways[way] = self.binaries
                    for kind in sorted(way):
                        if self._ends(kind)[1] > 0:
                            self._meet(self.vectors[kind], 0.0, (self.ways[way], self._ends(kind)[1]))
            self._need([self.ways[way] for way in ways])

    def _ask_one_of(self, cut: Floats) -> None:
        open_edges = [edge for edge in cut if self.ball.most(edge) >= LEAST]
        if not open_edges:
            self.hopeless = True
            return
        for edge in open_edges:
            if edge.tobytes() not in self.edges:
                self.edges[edge.tobytes()] = self.binaries
                self._meet(-edge, -LEAST, (self.edges[edge.tobytes()], self.ball.most(-edge)))
        self._need([self.edges[edge.tobytes()] for edge in open_edges])

    def _bar(self, choice: Choice) -> None:
        """Not all of these together; a choice with something that the ball rules out cannot come up again."""
        names = [*(self.ways.get(way) for way in choice.ways), *(self.edges.get(edge) for edge in choice.edges)]
        columns = [2 * self.k + name for name in names if name is not None]
        if len(columns) == len(names):
            self.rows.add(columns, np.ones(len(columns)), len(columns) - 1)

    def _meet(self, vector: Floats, most: float, switch: tuple[int, float] | None) -> None:
        """``vector . w <= most``, where the switch (a binary, and the most without it) is on."""
        used = np.flatnonzero(vector)
        columns, values = np.concatenate([used, self.k + used]), np.concatenate([vector[used], -vector[used]])
        limit = most - float(vector @ self.ball.centre)
        if switch is None:
            self.rows.add(columns, values, limit)
        else:
            # Divided by M, so that a binary which the solver takes for whole cheats by no more than it allows a row.
            slack = max(switch[1] - most, LEAST)
            self.rows.add([*columns, 2 * self.k + switch[0]], [*values / slack, 1.0], limit / slack + 1.0)

    def _need(self, binaries: Iterable[int]) -> None:
        columns = np.array(sorted(set(binaries))) + 2 * self.k
        self.rows.add(columns, -np.ones(len(columns)), -1.0)

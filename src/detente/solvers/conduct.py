"""Boundedly farsighted behaviour: what everybody would do in every state.

Actor i gets occasions to decide at rate ``tempo`` and weighs the payoff it expects to accumulate over its foresight,

    W_i(s, 0) = 0
    dW_i/dh (s, h) = u_i(s) + sum_j lambda_j (E[W_i(t, h) | j decides in s] - W_i(s, h)) + chance
    sigma_j(t|s, h)  ~  q_j(t|s) exp(f_j(h) (W_j(t, h) - W_j(s, h)) / noise_j)
    f_j(h) = lambda_j / (1 - exp(-lambda_j h))

with W_j and h capped at j's own foresight. Because one actor moves at a time the backward recursion has one answer: an
agent quantal response (McKelvey & Palfrey 1998) of the rolling-horizon game, with limited forecast as in Jehiel (1995)
and the asynchronous timing of Arcidiacono, Bayer, Blevins & Ellickson (2016); the prior q is that of Matejka & McKay
(2015), habit being its strength per lever changed.

The recursion is stepped by the explicit midpoint rule (second order). In f the exponential is replaced by the product
of the same rule's own decay factors, which makes "one actor, one reversible two-level lever, no habit: the myopic
logit at every foresight" exact at every step size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente import kernels
from detente.errors import DetenteError
from detente.game.cuts import chance_edges
from detente.game.game import Game, Prices

#: steps of the recursion last at most this over the sum of all rates
STEP = 1.0

#: values side by side in one pass
PER_GROUP = kernels.WIDTH - 1

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """Chance transitions between feasible cells, int32 each: sources, targets, index of the move."""

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    which: NDArray[np.int32]


@dataclass(frozen=True, eq=False, slots=True)
class Mixer:
    """The prior q of one actor's choice, lever by lever, and the geometry of its axis."""

    #: int64 (outer, size, inner)
    line: NDArray[np.int64]
    #: int64 (own levers,): levels of each
    sizes: NDArray[np.int64]
    #: row-major matrices one after the other; rows = from
    mats: Floats
    #: the same, rows = to
    transposed: Floats


@dataclass(frozen=True, eq=False)
class Conduct:
    """How everybody behaves in a game: all the forecast needs. n actors, N cells.

    The choice of actor j in cell s is sigma_j(t|s) = inverse[j, s] q_j(t|s) weights[j, t].
    """

    weights: Floats = field(repr=False)
    inverse: Floats = field(repr=False)
    mixers: tuple[Mixer, ...] = field(repr=False)
    #: decisions per month; 0 for an actor with nothing to decide
    tempo: Floats
    #: hazards per month of the chance moves
    rates: Floats
    #: float64 (n, N): W_i(s, foresight_i); zero where preferences are off
    values: Floats = field(repr=False)


def find_edges(game: Game) -> Edges:
    """The game's chance transitions."""
    return Edges(*chance_edges(game))


def make_mixers(game: Game, prices: Prices) -> tuple[Mixer, ...]:
    """The prior q: 1 for a lever that stays, exp(-habit / noise) / k for each of the k levels it may legally take."""
    mixers = []
    for actor in range(len(game.actors)):
        reluctance = float(np.exp(-prices.habit[actor] / prices.noise[actor]))
        parts = []
        for axis in game.own(actor):
            legal = axis.legal & ~np.eye(len(axis.levels), dtype=np.bool_)
            count = np.maximum(legal.sum(axis=1, keepdims=True), 1)
            parts.append(np.eye(len(axis.levels)) + legal * (reluctance / count))
        mixers.append(
            Mixer(
                line=np.array(game.line(actor), dtype=np.int64),
                sizes=np.array([len(p) for p in parts], dtype=np.int64),
                mats=np.concatenate([p.ravel() for p in parts]) if parts else np.ones(0),
                transposed=np.concatenate([p.T.ravel() for p in parts]) if parts else np.ones(0),
            )
        )
    return tuple(mixers)


def _effective_tempo(game: Game, prices: Prices) -> Floats:
    """Rates of the actors that have a choice at all."""
    return np.array([rate if game.line(j)[1] > 1 else 0.0 for j, rate in enumerate(prices.tempo)])


def largest_outflow(game: Game, edges: Edges, rates: Floats) -> float:
    """Largest total rate at which chance leaves a cell."""
    if not len(edges.which):
        return 0.0
    return float(np.bincount(edges.sources, weights=rates[edges.which], minlength=game.cells).max())


def solve_conduct(game: Game, prices: Prices, edges: Edges, step: float = STEP) -> Conduct:
    """Everybody's behaviour, by backward recursion over foresight.

    ``step`` bounds each step by ``step / L``, L the sum of all rates; 1 is stable, smaller is finer.
    Raises DetenteError when an actor's noise is too small for its payoffs to be told apart in double precision.
    """
    return _Recursion(game, prices, edges).run(step)


class _Recursion:
    """State of one backward recursion; exists for the length of :func:`solve_conduct`."""

    def __init__(self, game: Game, prices: Prices, edges: Edges) -> None:
        self.game, self.prices, self.edges = game, prices, edges
        self.mixers = make_mixers(game, prices)
        self.tempo = _effective_tempo(game, prices)
        n = len(game.actors)
        self.weights = np.empty((n, game.cells))
        self.final = np.zeros((n, game.cells))
        self.decay = np.ones(n)
        #: actors whose foresight is not used up; their payoffs and values side by side, in groups of ``WIDTH`` columns
        self.active = list(range(n))
        self.payoffs = _group(prices.payoffs)
        self.values, self.slope, self.half = (np.zeros_like(self.payoffs) for _ in range(3))

    def run(self, step: float) -> Conduct:
        foresight = self.prices.foresight
        total = float(self.tempo.sum()) + largest_outflow(self.game, self.edges, self.prices.rates)
        self._retire(0.0)
        reached = 0.0
        for end in np.unique(foresight[foresight > 0]):
            count = max(1, int(np.ceil((end - reached) * total / step)))
            for _ in range(count):
                self._advance((end - reached) / count)
            reached = float(end)
            self._retire(reached)
        return _finish(self.game, self.prices, self.mixers, self.weights, self.final)

    def _advance(self, d: float) -> None:
        """One midpoint step of length ``d`` months, in place: the arrays are large and allocating them is slow."""
        self._set_slope(self.values, self.decay)
        np.multiply(self.slope, d / 2, out=self.half)
        self.half += self.values
        self._set_slope(self.half, self.decay * (1 - self.tempo * d / 2))
        self.slope *= d
        self.values += self.slope
        self.decay = self.decay * (1 - self.tempo * d + (self.tempo * d) ** 2 / 2)

    def _set_slope(self, values: Floats, decay: Floats) -> None:
        for place, j in enumerate(self.active):
            self._weigh(j, place, values, decay)
        np.copyto(self.slope, self.payoffs)
        edges = self.edges
        for group, out in zip(values, self.slope, strict=True):
            for j, mixer in enumerate(self.mixers):
                if self.tempo[j] > 0:
                    kernels.add_expectation(
                        group, self.weights[j], self.tempo[j], mixer.line, mixer.sizes, mixer.mats, out
                    )
            kernels.add_chance_expectation(group, edges.sources, edges.targets, edges.which, self.prices.rates, out)

    def _weigh(self, j: int, place: int, values: Floats, decay: Floats) -> None:
        noise, line, feasible = self.prices.noise[j], self.mixers[j].line, self.game.feasible
        group, column = divmod(place, PER_GROUP)
        if decay[j] == 1.0:
            # At foresight 0 the advantage per occasion is the payoff itself; so it is for who never decides.
            kernels.weigh_lines(self.payoffs[group], column, 1.0 / noise, feasible, line, self.weights[j])
        else:
            factor = self.tempo[j] / (1.0 - decay[j])
            kernels.weigh_lines(values[group], column, factor / noise, feasible, line, self.weights[j])

    def _retire(self, reached: float) -> None:
        """Fix the behaviour of the actors who look no further, and stop following their values."""
        over = [j for j in self.active if self.prices.foresight[j] <= reached]
        if not over:
            return
        for j in over:
            group, column = divmod(self.active.index(j), PER_GROUP)
            self._weigh(j, self.active.index(j), self.values, self.decay)
            self.final[j] = self.values[group, :, column]
        keep = [place for place, j in enumerate(self.active) if j not in over]
        self.active = [self.active[place] for place in keep]
        self.values, self.payoffs = (_group(_ungroup(groups)[:, keep]) for groups in (self.values, self.payoffs))
        self.slope, self.half = np.empty_like(self.values), np.empty_like(self.values)


def _group(columns: Floats) -> Floats:
    """Columns (N, n) as (groups, N, WIDTH), padded with zeros; the last column of a group is the kernel's own."""
    cells, n = columns.shape
    groups = np.zeros((-(-n // PER_GROUP), cells, kernels.WIDTH))
    for k in range(n):
        groups[k // PER_GROUP, :, k % PER_GROUP] = columns[:, k]
    return groups


def _ungroup(groups: Floats) -> Floats:
    """The inverse of :func:`_group`, padding included: (N, groups * PER_GROUP)."""
    return np.concatenate([group[:, :PER_GROUP] for group in groups], axis=1) if len(groups) else np.zeros((0, 0))


def toss_coins(game: Game, prices: Prices) -> Conduct:
    """Behaviour with all preferences switched off: the same tempo, noise and habit (the coin-toss baseline)."""
    n = len(game.actors)
    weights = np.repeat(game.feasible[None, :].astype(np.float64), n, axis=0)
    return _finish(game, prices, make_mixers(game, prices), weights, np.zeros((n, game.cells)))


def _finish(game: Game, prices: Prices, mixers: tuple[Mixer, ...], weights: Floats, values: Floats) -> Conduct:
    inverse = np.empty_like(weights)
    for j, mixer in enumerate(mixers):
        lost = kernels.invert_sums(weights[j], game.feasible, mixer.line, mixer.sizes, mixer.mats, inverse[j])
        if lost:
            raise DetenteError(
                f"The noise of {game.actors[j].id} ({prices.noise[j]:.3g}) is too small for its payoffs: in "
                f"{lost} states its options differ by more than double precision can hold. "
                f"Raise its noise or lower its weights."
            )
    return Conduct(weights, inverse, mixers, _effective_tempo(game, prices), prices.rates, values)


def choose(game: Game, conduct: Conduct, actor: int, cell: int) -> tuple[NDArray[np.int64], Floats]:
    """The choice of one actor in one cell: (cells it may choose, their probabilities), its own cell included."""
    mixer = conduct.mixers[actor]
    _, size, inner = (int(x) for x in mixer.line)
    here = cell // inner % size
    targets = cell + (np.arange(size, dtype=np.int64) - here) * inner
    prior = np.ones(1)
    start = 0
    for place, m in zip(np.unravel_index(here, tuple(mixer.sizes)), mixer.sizes, strict=True):
        rows = mixer.mats[start : start + m * m].reshape(m, m)
        prior = np.multiply.outer(prior, rows[int(place)]).ravel()
        start += int(m * m)
    shares = prior * conduct.weights[actor, targets] * conduct.inverse[actor, cell]
    return targets[shares > 0], shares[shares > 0]

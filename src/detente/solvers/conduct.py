"""Boundedly farsighted behaviour: what everybody would do in every state.

Actor i gets occasions to decide at rate ``tempo`` and weighs the payoff it expects to accumulate over its foresight,

    W_i(s, 0) = 0
    dW_i/dh (s, h) = u_i(s) + sum_j lambda_j (E[W_i(t, h) | j decides in s] - W_i(s, h)) + chance
    sigma_j(t|s, h)  ~  q_j(t|s) exp(f_j(h) (W_j(t, h) - W_j(s, h)) / noise_j)
    f_j(h) = 1 / g_j(h),  g_j(h) = (1 - exp(-lambda_j h)) / lambda_j

with W_j and h capped at j's own foresight. g is how long a choice is expected to last: until the actor's next own
occasion, or until it looks no further. Because one actor moves at a time the backward recursion has one answer: an
agent quantal response (McKelvey & Palfrey 1998) of the rolling-horizon game, with limited forecast as in Jehiel (1995)
and the asynchronous timing of Arcidiacono, Bayer, Blevins & Ellickson (2016); the prior q is that of Matejka & McKay
(2015), habit being its strength per lever changed.

The recursion is stepped by the third-order pair of Bogacki & Shampine (1989), whose built-in error estimate sets the
length of the steps. In g the exponential is replaced by what the same steps make of g's own equation, g' = 1 - lambda
g: "one actor, one reversible two-level lever, no habit: the myopic logit at every foresight" is then exact at every
step size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente import kernels
from detente.errors import DetenteError
from detente.game.game import Game, Prices
from detente.solvers.layout import Bundle, Floats, Layout, pack

#: steps of the recursion last at most this over the sum of all rates (2.51 is where the pair turns unstable)
REACH = 2.4
#: largest error of one step in anybody's advantage anywhere, in units of its noise: a hundredth moves odds by 1 %
TOLERANCE = 0.01
#: steps are not cut below this share of the longest, whatever the error: it bounds the work
FLOOR = 1 / 64
#: months; a foresight below this is none
GLIMPSE = 1e-9

#: how behaviour is computed, in one line for the record
METHOD = (
    "boundedly farsighted, asynchronous; Bogacki-Shampine 3(2), "
    f"error per step below {TOLERANCE:g} of noise, steps at most {REACH:g} over the sum of rates"
)

#: the pair: points of the step, what each slope adds to the next point and to the end, and the error estimate
STAGES = ((0.5, 0.0, 0.0, 0.0), (0.0, 0.75, 0.0, 0.0), (2 / 9, 1 / 3, 4 / 9, 0.0))
ERROR = (-5 / 72, 1 / 12, 1 / 9, -1 / 8)


@dataclass(frozen=True, eq=False, slots=True)
class Prior:
    """The prior q of a tiling's actors, bundle by bundle: matrices row-major one after the other, a row per actor."""

    #: rows = from
    mats: Floats
    #: rows = to
    transposed: Floats


@dataclass(frozen=True, eq=False)
class Conduct:
    """How everybody behaves in a game: all the forecast needs. n actors, N cells.

    The choice of actor j in cell s is sigma_j(t|s) = inverse_j(s) q_j(t|s) weights_j(t); both are kept tile by tile.
    """

    #: per tiling, float64 (its actors, M)
    weights: tuple[Floats, ...] = field(repr=False)
    inverse: tuple[Floats, ...] = field(repr=False)
    priors: tuple[Prior, ...] = field(repr=False)
    #: decisions per month; 0 for an actor with nothing to decide
    tempo: Floats
    #: hazards per month of the chance moves
    rates: Floats
    #: float64 (n, N): W_i(s, foresight_i); zero where preferences are off
    values: Floats = field(repr=False)
    #: months: the foresights the recursion stopped at, from 0 to the longest
    ladder: Floats = field(repr=False)


def make_priors(game: Game, prices: Prices, layout: Layout) -> tuple[Prior, ...]:
    """The prior q: 1 for a lever that stays, exp(-habit / noise) / k for each of the k levels it may legally take."""
    priors = []
    for tiling in layout.tilings:
        mats = []
        for actor, bundles in zip(tiling.actors, tiling.bundles, strict=True):
            reluctance = float(np.exp(-prices.habit[actor] / prices.noise[actor]))
            mats.append([_make_prior(game, actor, bundle, reluctance) for bundle in bundles])
        turned = [[np.ascontiguousarray(q.T) for q in own] for own in mats]
        priors.append(Prior(pack(tiling.spots, mats), pack(tiling.spots, turned)))
    return tuple(priors)


def _make_prior(game: Game, actor: int, bundle: Bundle, reluctance: float) -> Floats:
    """q between the positions of one bundle, rows = from: levers the actor does not own stay."""
    prior = np.ones((len(bundle.levels),) * 2)
    for dim, levels in zip(bundle.dims, bundle.levels.T, strict=True):
        axis = game.axes[dim]
        q = np.eye(len(axis.levels))
        if axis.actor == actor:
            legal = axis.legal & ~np.eye(len(axis.levels), dtype=np.bool_)
            q += legal * (reluctance / np.maximum(legal.sum(axis=1, keepdims=True), 1))
        prior *= q[np.ix_(levels, levels)]
    return prior


def solve_conduct(game: Game, prices: Prices, layout: Layout, step: float = 1.0) -> Conduct:
    """Everybody's behaviour, by backward recursion over foresight.

    ``step`` scales the longest step and, by its cube, the error allowed in one: 0.5 halves the steps.
    Raises DetenteError when an actor's noise is too small for its payoffs to be told apart in double precision.
    """
    return _Recursion(game, prices, layout).run(step)


class _Recursion:
    """State of one backward recursion; exists for the length of :func:`solve_conduct`."""

    def __init__(self, game: Game, prices: Prices, layout: Layout) -> None:
        self.game, self.prices, self.layout = game, prices, layout
        self.priors = make_priors(game, prices, layout)
        self.tempo = np.where(layout.deciding, prices.tempo, 0.0)
        self.foresight = np.where(prices.foresight < GLIMPSE, 0.0, prices.foresight)
        self.chance = layout.find_rates(prices.rates)
        outflow = layout.find_outflow(prices.rates)
        self.leaving = outflow + self.tempo.sum()
        self.fastest = float(self.tempo.sum() + 2 * outflow.max())
        n = len(game.actors)
        self.weights, self.inverse = (
            tuple(np.empty((len(t.actors), t.length)) for t in layout.tilings) for _ in range(2)
        )
        self.final = np.zeros((n, game.cells))
        #: g as the steps make it, months
        self.lasting = np.zeros(n)
        #: actors whose foresight is not used up; their payoffs, values and slopes are the first rows of the arrays
        self.active = list(range(n))
        self.payoffs = np.ascontiguousarray(np.where(layout.feasible, prices.payoffs.T[:, layout.cells], 0.0))
        self.values, self.trial = np.zeros_like(self.payoffs), np.empty_like(self.payoffs)
        self.slopes = np.empty((4, *self.payoffs.shape))
        self.lost = np.zeros(n, dtype=np.int64)

    def run(self, step: float) -> Conduct:
        longest = REACH * step / self.fastest if self.fastest > 0 else np.inf
        allowed = TOLERANCE * step**3
        ladder = [0.0]
        self._retire(0.0)
        # At foresight 0 there is nothing to gain from moving: the slope is the payoff.
        self.slopes[0] = self.payoffs
        wish = longest / 6
        for end in np.unique(self.foresight[self.foresight > 0]):
            while ladder[-1] < end:
                left = float(end) - ladder[-1]
                count = max(1.0, np.ceil(left / min(wish, longest) - 1e-9))
                error = self._try(left / count) / allowed
                if error <= 1.0 or left / count <= longest * FLOOR:
                    self._accept()
                    ladder.append(ladder[-1] + left / count if count > 1 else float(end))
                wish = left / count * min(3.0, max(0.2, 0.85 * max(error, 1e-9) ** (-1 / 3)))
            self._retire(float(end))
        return Conduct(
            self.weights, self.inverse, self.priors, self.tempo, self.prices.rates, self.final, np.array(ladder)
        )

    def _try(self, d: float) -> float:
        """Lay one step of ``d`` months out in ``trial``; return its error in units of noise."""
        count = len(self.active)
        growth = np.zeros((4, len(self.tempo)))
        growth[0] = 1 - self.tempo * self.lasting
        for stage, shares in enumerate(STAGES):
            kernels.combine(self.values, self.slopes, d * np.array(shares), count, self.trial)
            self.next_lasting = self.lasting + d * np.array(shares) @ growth
            growth[stage + 1] = 1 - self.tempo * self.next_lasting
            self._set_slope(self.trial, self.next_lasting, self.slopes[stage + 1])
        scales = 1 / (self.next_lasting * self.prices.noise)[self.active]
        return float(kernels.find_largest(self.slopes, d * np.array(ERROR), scales, count))

    def _accept(self) -> None:
        self.values, self.trial = self.trial, self.values
        count = len(self.active)
        self.slopes[0, :count] = self.slopes[3, :count]
        self.lasting = self.next_lasting

    def _set_slope(self, values: Floats, lasting: Floats, slope: Floats) -> None:
        count = len(self.active)
        for place, j in enumerate(self.active):
            if self.tempo[j] > 0:
                self._weigh(j, values[place], lasting[j])
        kernels.start_slopes(self.payoffs, self.leaving, values, count, slope)
        for tiling, prior, weights, inverse in zip(
            self.layout.tilings, self.priors, self.weights, self.inverse, strict=True
        ):
            rates = self.tempo[list(tiling.actors)]
            kernels.add_choices(values, count, weights, inverse, rates, tiling.frame, tiling.spots, prior.mats, slope)
        starts, ends, lengths = self.layout.runs
        kernels.add_chance(values, count, ends, starts, lengths, self.chance, slope)

    def _weigh(self, j: int, column: Floats, lasting: float) -> None:
        """Set an actor's weights from what every cell is worth to it over the time a choice lasts."""
        k, row = next((k, t.actors.index(j)) for k, t in enumerate(self.layout.tilings) if j in t.actors)
        tiling = self.layout.tilings[k]
        self.lost[j] = kernels.weigh_choices(
            column,
            1 / (lasting * float(self.prices.noise[j])),
            tiling.walls,
            tiling.frame,
            tiling.spots,
            tiling.peers,
            self.priors[k].mats,
            row,
            self.weights[k],
            self.inverse[k],
        )

    def _retire(self, reached: float) -> None:
        """Fix the behaviour of the actors who look no further, and stop following their values."""
        for place, j in enumerate(self.active):
            if self.foresight[j] <= reached:
                if reached > 0 and self.tempo[j] > 0:
                    self._weigh(j, self.values[place], self.lasting[j])
                else:
                    # At foresight 0 the advantage per occasion is the payoff itself; so it is for who never decides.
                    self._weigh(j, self.payoffs[place], 1.0)
                self.final[j, self.layout.cells] = self.values[place]
                refuse_lost(self.game, self.prices, j, int(self.lost[j]))
        keep = [place for place, j in enumerate(self.active) if self.foresight[j] > reached]
        for to, place in enumerate(keep):
            if to != place:
                for array in (self.payoffs, self.values, self.slopes[0]):
                    array[to] = array[place]
        self.active = [self.active[place] for place in keep]


def refuse_lost(game: Game, prices: Prices, actor: int, lost: int) -> None:
    """Raise DetenteError when there are states in which the actor's choice is lost to rounding."""
    if lost:
        raise DetenteError(
            f"The noise of {game.actors[actor].id} ({prices.noise[actor]:.3g}) is too small for its payoffs: in "
            f"{lost} states its options differ by more than double precision can hold. "
            f"Raise its noise or lower its weights."
        )


def toss_coins(game: Game, prices: Prices, layout: Layout) -> Conduct:
    """Behaviour with all preferences switched off: the same tempo, noise and habit (the coin-toss baseline)."""
    nothing = Prices(
        np.zeros((game.cells, len(game.actors))),
        prices.tempo,
        np.zeros(len(game.actors)),
        prices.noise,
        prices.habit,
        prices.rates,
    )
    return solve_conduct(game, nothing, layout)


def choose(game: Game, conduct: Conduct, layout: Layout, actor: int, cell: int) -> tuple[NDArray[np.int64], Floats]:
    """The choice of one actor in one cell: (cells it may choose, their probabilities), its own cell included."""
    k, row = next((k, t.actors.index(actor)) for k, t in enumerate(layout.tilings) if actor in t.actors)
    _, size, inner = game.line(actor)
    here = cell // inner % size
    targets = cell + (np.arange(size, dtype=np.int64) - here) * inner
    targets = targets[game.feasible[targets]]
    tiling = layout.tilings[k]
    places, place = layout.places[targets], layout.places[[cell]]
    prior, start = np.ones(len(targets)), 0
    origins, ends = tiling.find_positions(actor, place), tiling.find_positions(actor, places)
    for bundle, origin, end in zip(tiling.bundles[row], origins, ends, strict=True):
        m = len(bundle.levels)
        prior *= conduct.priors[k].mats[row, start : start + m * m].reshape(m, m)[origin, end]
        start += m * m
    weights = conduct.weights[k][row, tiling.locate(places)]
    shares = prior * weights * conduct.inverse[k][row, tiling.locate(place)]
    return targets[shares > 0], shares[shares > 0]

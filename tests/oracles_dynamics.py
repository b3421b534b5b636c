"""Behaviour and forecast written down the slow way: dense matrices over the feasible states, general solvers.

The prior is multiplied out move by move, behaviour solves the differential equation of DESIGN section 5 with a general
integrator, and the chain is an explicit generator put through a matrix exponential. Nothing here uses the engine but
:func:`write_choices`, which spells out the engine's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from detente.game.game import Game, Prices
from detente.solvers.conduct import Conduct, choose
from detente.solvers.layout import lay_out

Floats = NDArray[np.float64]


class Textbook:
    """A priced game as lists and dense matrices over its feasible states, numbered in the order of their cells."""

    def __init__(self, game: Game, prices: Prices) -> None:
        self.game, self.prices = game, prices
        everything = list(product(*(range(m) for m in game.shape)))
        self.cells = [cell for cell in range(len(everything)) if game.feasible[cell]]
        self.states = [everything[cell] for cell in self.cells]
        self.number = {state: k for k, state in enumerate(self.states)}
        self.payoffs = prices.payoffs[self.cells].T
        self.priors = [self._write_prior(j) for j in range(len(game.actors))]
        self.tempo = np.array(
            [
                rate if any(axis.actor == j and len(axis.levels) > 1 for axis in game.axes) else 0.0
                for j, rate in enumerate(prices.tempo)
            ]
        )
        self.chance = self._write_chance()

    def _write_prior(self, actor: int) -> Floats:
        """q(t|s): how inclined the actor is to go from s to t before payoffs count; rows do not sum to one."""
        reluctance = np.exp(-self.prices.habit[actor] / self.prices.noise[actor])
        prior = np.zeros((len(self.states),) * 2)
        own = [k for k, axis in enumerate(self.game.axes) if axis.actor == actor]
        for s, state in enumerate(self.states):
            for levels in product(*(range(self.game.shape[k]) for k in own)):
                target, weight = list(state), 1.0
                for k, level in zip(own, levels, strict=True):
                    legal = self.game.axes[k].legal[state[k]]
                    if level != state[k]:
                        others = sum(bool(legal[x]) for x in range(len(legal)) if x != state[k])
                        weight = weight * reluctance / others if legal[level] else 0.0
                    target[k] = level
                if weight > 0 and tuple(target) in self.number:
                    prior[s, self.number[tuple(target)]] = weight
        return prior

    def _write_chance(self) -> Floats:
        """Rates at which nature moves, rows = from, zero diagonal."""
        rates = np.zeros((len(self.states),) * 2)
        for k, move in enumerate(self.game.moves):
            for s, state in enumerate(self.states):
                if state[move.axis] != move.source:
                    continue
                if move.when is not None and not move.when.values[tuple(state[d] for d in move.when.axes)]:
                    continue
                target = list(state)
                target[move.axis] = move.target
                for axis, level in move.then:
                    target[axis] = level
                if tuple(target) in self.number:
                    rates[s, self.number[tuple(target)]] += self.prices.rates[k]
        return rates

    def choose(self, actor: int, advantage: Floats) -> Floats:
        """sigma(t|s), rows = from, for advantages (in units of noise) of being in each state."""
        prior = self.priors[actor]
        lead = np.where(prior > 0, advantage[None, :], -np.inf)
        shares = prior * np.exp(lead - lead.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    def choose_at(self, actor: int, values: Floats, foresight: float) -> Floats:
        """sigma(t|s, h) from W_j(., h)."""
        noise = self.prices.noise[actor]
        if foresight == 0 or self.tempo[actor] == 0:
            return self.choose(actor, self.payoffs[actor] / noise)
        factor = self.tempo[actor] / -np.expm1(-self.tempo[actor] * foresight)
        return self.choose(actor, factor * values / noise)

    def generate(self, choices: Sequence[Floats], moving: Iterable[int]) -> Floats:
        """The rate matrix when the actors listed decide by ``choices``."""
        generator = self.chance - np.diag(self.chance.sum(axis=1))
        for j in moving:
            generator = generator + self.tempo[j] * (choices[j] - np.eye(len(self.states)))
        return generator

    def foresee(self) -> tuple[list[Floats], Floats]:
        """Everybody's choice matrices at their own foresight, and W_i(s, h_i) of shape (actors, states)."""
        n, count = self.payoffs.shape
        foresight = self.prices.foresight
        values, final = np.zeros((n, count)), np.zeros((n, count))
        frozen: dict[int, Floats] = {}
        reached = 0.0

        def slope(h: float, flat: Floats) -> Floats:
            w = flat.reshape(n, count)
            choices = [frozen[j] if j in frozen else self.choose_at(j, w[j], h) for j in range(n)]
            return (self.payoffs + w @ self.generate(choices, range(n)).T).reshape(-1)

        for end in sorted({0.0, *foresight}):
            if end > reached:
                answer = solve_ivp(slope, (reached, end), values.reshape(-1), method="DOP853", rtol=1e-11, atol=1e-12)
                values, reached = answer.y[:, -1].reshape(n, count), end
            for j in range(n):
                if foresight[j] == end:
                    frozen[j], final[j] = self.choose_at(j, values[j], end), values[j]
        return [frozen[j] for j in range(n)], final

    def climb(self, ladder: Floats) -> tuple[list[Floats], Floats]:
        """The same by Bogacki & Shampine's third-order formula, stepping from each foresight of ``ladder`` to the next.

        In the factor f = tempo / e the exponential is what the formula makes of its own equation, e' = tempo (1 - e).
        """
        n, count = self.payoffs.shape
        foresight, noise = self.prices.foresight, self.prices.noise
        values, ripe, final = np.zeros((n, count)), np.zeros(n), np.zeros((n, count))
        frozen: dict[int, Floats] = {}

        def choose(j: int, w: Floats, e: Floats) -> Floats:
            if j in frozen:
                return frozen[j]
            if e[j] == 0:
                return self.choose(j, self.payoffs[j] / noise[j])
            return self.choose(j, self.tempo[j] / e[j] * w[j] / noise[j])

        def slope(w: Floats, e: Floats) -> tuple[Floats, Floats]:
            choices = [choose(j, w, e) for j in range(n)]
            return self.payoffs + w @ self.generate(choices, range(n)).T, self.tempo * (1 - e)

        for k, reached in enumerate(ladder):
            if k:
                d = reached - ladder[k - 1]
                w1, e1 = slope(values, ripe)
                w2, e2 = slope(values + d / 2 * w1, ripe + d / 2 * e1)
                w3, e3 = slope(values + 3 * d / 4 * w2, ripe + 3 * d / 4 * e2)
                values = values + d * (2 / 9 * w1 + 1 / 3 * w2 + 4 / 9 * w3)
                ripe = ripe + d * (2 / 9 * e1 + 1 / 3 * e2 + 4 / 9 * e3)
            for j in range(n):
                if foresight[j] <= reached and j not in frozen:
                    frozen[j], final[j] = choose(j, values, ripe), values[j]
        return [frozen[j] for j in range(n)], final

    def pieces(self, until: float) -> list[tuple[float, list[int]]]:
        """Lengths of the stretches up to a time in which the same actors move, and who moves."""
        starts = [player.starts for player in self.game.actors]
        bounds = [0.0, *sorted({x for x in starts if 0 < x < until}), until]
        return [(high - low, [j for j, x in enumerate(starts) if x <= low]) for low, high in pairwise(bounds)]

    def arrive(self, choices: Sequence[Floats], start: int, time: float) -> Floats:
        """Distribution over the states at a time."""
        mass = self._at(start)
        for length, moving in self.pieces(time):
            mass = mass @ expm(self.generate(choices, moving) * length)
        return mass

    def meet(self, choices: Sequence[Floats], start: int, time: float, event: NDArray[np.bool_]) -> float:
        """Probability that the event (bool over states) is true at some moment up to the time."""
        mass = self._at(start)
        for length, moving in self.pieces(time):
            stopped = np.where(event[:, None], 0.0, self.generate(choices, moving))
            mass = mass @ expm(stopped * length)
        return float(mass[event].sum())

    def enter(self, choices: Sequence[Floats], start: int, time: float, event: NDArray[np.bool_]) -> float:
        """Probability that the event turns from false to true by the time: states doubled by "has been false"."""
        count = len(self.states)
        mass = np.zeros(2 * count)
        mass[:count] = self._at(start)
        if not event[self.cells.index(start)]:
            mass = np.roll(mass, count)
        for length, moving in self.pieces(time):
            chain = self.generate(choices, moving)
            double = np.zeros((2 * count, 2 * count))
            double[:count, :count] = np.where(event[None, :], chain, 0.0)
            double[:count, count:] = np.where(event[None, :], 0.0, chain)
            double[count:, count:] = np.where(event[:, None], 0.0, chain)
            mass = mass @ expm(double * length)
        return float(mass[count:][event].sum())

    def average(self, choices: Sequence[Floats], start: int, time: float, worth: Floats) -> float:
        """Expected worth (over states), averaged from 0 to the time; Van Loan's block exponential integrates."""
        count = len(self.states)
        mass, total = self._at(start), 0.0
        for length, moving in self.pieces(time):
            block = np.zeros((2 * count, 2 * count))
            block[:count, :count] = self.generate(choices, moving)
            block[:count, count:] = np.eye(count)
            power = expm(block * length)
            total += float(mass @ power[:count, count:] @ worth)
            mass = mass @ power[:count, :count]
        return total / time

    def track(
        self, choices: Sequence[Floats], start: int, time: float, longest: int
    ) -> tuple[dict[tuple[int, ...], float], float]:
        """The chain that remembers its path: probability of every path of cells at a time, and of what is no path.

        Paths have at most ``longest`` moves and no cell twice; whatever goes beyond them ends in one last state.
        """
        chains = [self.generate(choices, moving) for _, moving in self.pieces(time)]
        open_paths = sum(chains) > 0
        paths = [(self.cells.index(start),)]
        for path in paths:
            if len(path) <= longest:
                paths += [(*path, int(t)) for t in np.flatnonzero(open_paths[path[-1]]) if t not in path]
        place = {path: k for k, path in enumerate(paths)}
        mass = np.zeros(len(paths) + 1)
        mass[0] = 1.0
        for chain, (length, _) in zip(chains, self.pieces(time), strict=True):
            tree = np.zeros((len(paths) + 1,) * 2)
            for path, k in place.items():
                for target in np.flatnonzero(chain[path[-1]] > 0):
                    tree[k, place.get((*path, int(target)), len(paths))] += chain[path[-1], target]
                tree[k, k] -= tree[k].sum()
            mass = mass @ expm(tree * length)
        told = {tuple(self.cells[s] for s in path): float(mass[k]) for path, k in place.items()}
        return told, float(mass[-1])

    def _at(self, cell: int) -> Floats:
        mass = np.zeros(len(self.states))
        mass[self.cells.index(cell)] = 1.0
        return mass


def write_choices(game: Game, conduct: Conduct, book: Textbook) -> list[Floats]:
    """The engine's choices as dense matrices over the textbook's states."""
    place = {cell: k for k, cell in enumerate(book.cells)}
    layout = lay_out(game)
    matrices = []
    for actor in range(len(game.actors)):
        matrix = np.zeros((len(book.cells),) * 2)
        for s, cell in enumerate(book.cells):
            targets, shares = choose(game, conduct, layout, actor, cell)
            matrix[s, [place[int(t)] for t in targets]] = shares
        matrices.append(matrix)
    return matrices

"""Who holds whose fortunes: how much of each actor's payoff another can change by its own levers alone.

With ``u_j`` actor j's payoff, ``F`` the feasible states of one slice of chance and ``L_i(s)`` the states that i can
hold or move to from s by its own levers (s among them), for every pair (i, j)

* the **share** of j's payoff that i can change is the mean over s in F of ``max u_j - min u_j`` over ``L_i(s)``, as a
  share of ``max u_j - min u_j`` over F: 0 where nothing i does matters to j, 1 where i alone decides everything;
* the **effect** of i's own choice is the mean, over the states in which i has an improvement, of what its best move
  changes in ``u_j``, as a share of the same range: above 0 where i serving itself helps j, below where it hurts j.
  Where several moves are best for i, their mean counts.

Every state counts alike; nothing is said of how likely it is. The first is the sensitivity of payoffs to others' moves
that Thibaut & Kelley (1959) call fate control, measured on the graph model. Both are reductions along i's axis for all
states at once, one per lever and pair, so nothing is of the size of states squared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.display import Drawn
from detente.game.game import Game, Prices, levels_at
from detente.solvers.board import rank_states
from detente.solvers.tables import write_percent, write_row

Floats = NDArray[np.float64]
Tensor = NDArray[Any]
Fold = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]

#: shares below this are counted, not told
THIN = 0.02
#: a mean nearer to 0 than this share of the range is what rounding leaves of nothing
NOUGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Tie:
    """What one actor's levers do to another's payoff."""

    #: indices into ``Game.actors``
    mover: int
    other: int
    share: float
    #: NaN where the mover has no improvement in any state
    effect: float

    @property
    def direction(self) -> str:
        """What the mover's best moves do to the other: ``helps``, ``hurts``, ``neither``, or ``-`` without any."""
        if np.isnan(self.effect):
            return "-"
        return "helps" if self.effect > 0 else "hurts" if self.effect < 0 else "neither"


@dataclass(frozen=True, eq=False)
class InfluenceMap(Drawn):
    """How much of whose payoff each actor can change; n actors, rows are movers."""

    game: Game = field(repr=False)
    #: float64 (n, n): of the range of the column's payoff, from 0 to 1; an actor's grip on its own payoff too
    shares: Floats = field(repr=False)
    #: float64 (n, n): the same unit; NaN in the row of an actor without improvements
    effects: Floats = field(repr=False)
    #: float64 (n,): share of states in which the actor has an improvement
    improving: Floats = field(repr=False)
    #: float64 (n,): the range of each payoff over the states looked at, payoff units
    ranges: Floats = field(repr=False)
    #: how many states those are
    states: int
    #: method, slice of chance, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        first = next(iter(self.list_ties()), None)
        ids = [player.id for player in self.game.actors]
        told = f", most {ids[first.mover]} on {ids[first.other]} {first.share:.2f}" if first else ""
        return f"<InfluenceMap of {len(ids)} actors over {self.states:,} states{told}>"

    def list_ties(self, least: float = 0.0) -> list[Tie]:
        """The pairs of different actors with at least such a share above 0, the largest first."""
        pairs = [(i, j) for i in range(len(self.shares)) for j in range(len(self.shares)) if i != j]
        ties = [Tie(i, j, float(self.shares[i, j]), float(self.effects[i, j])) for i, j in pairs]
        kept = [tie for tie in ties if tie.share > 0 and tie.share >= least]
        return sorted(kept, key=lambda tie: (-tie.share, tie.mover, tie.other))

    def count_thin(self, least: float = THIN) -> int:
        """How many pairs of different actors :meth:`list_ties` leaves out."""
        return len(self.shares) * (len(self.shares) - 1) - len(self.list_ties(least))

    def __str__(self) -> str:
        ids = [player.id for player in self.game.actors]
        wide = min(24, max(map(len, (*ids, "whose payoff"))))
        lines = [f"{'who moves':<{wide}}  {'whose payoff':<{wide}}  {'can change':>10}  its best move changes it by"]
        for tie in self.list_ties(THIN):
            names = f"{ids[tie.mover][:wide]:<{wide}}  {ids[tie.other][:wide]:<{wide}}"
            change = "-" if np.isnan(tie.effect) else f"{100 * tie.effect:+.1f} % ({tie.direction})"
            lines.append(f"{names}  {write_percent(tie.share):>10}  {change if tie.effect else '0 (neither)'}")
        thin = self.count_thin()
        if thin:
            lines.append(f"{thin} of {len(ids) * (len(ids) - 1)} pairs have less than {write_percent(THIN)}.")
        own = [f"{name} {write_percent(share)}" for name, share in zip(ids, np.diag(self.shares), strict=True)]
        lines += ["", *write_row("", f"Of its own payoff each can change: {', '.join(own)}.")]
        free = [f"{name} {write_percent(share)}" for name, share in zip(ids, self.improving, strict=True)]
        lines += write_row("", f"Share of states in which it has an improvement: {', '.join(free)}.")
        lines += write_row(
            "", f"Over {self.states:,} states alike, {self.made_by['slice']}; shares of the payoff's range."
        )
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """``{"pairs": [{"mover", "other", "share", "effect"}], "actors": [...], "states", "made_by"}``; all pairs."""
        ids = [player.id for player in self.game.actors]

        def number(value: float) -> float | None:
            return None if np.isnan(value) else float(value)

        return {
            "pairs": [
                {"mover": a, "other": b, "share": float(self.shares[i, j]), "effect": number(self.effects[i, j])}
                for i, a in enumerate(ids)
                for j, b in enumerate(ids)
            ],
            "actors": [
                {"actor": name, "improving": float(free), "range": float(wide)}
                for name, free, wide in zip(ids, self.improving, self.ranges, strict=True)
            ],
            "states": self.states,
            "made_by": dict(self.made_by),
        }


def map_influence(game: Game, prices: Prices) -> InfluenceMap:
    """The influence of every actor on every payoff, over all feasible states of the status quo's slice of chance."""
    here = _Slice(game, prices)
    count = len(game.actors)
    shares, effects, improving = np.zeros((count, count)), np.full((count, count), np.nan), np.zeros(count)
    ranges = np.array([here.measure_range(j) for j in range(count)])
    units = np.where(ranges > 0, ranges, 1.0)
    for i in range(count):
        best, ties = here.seek_best(i)
        better = here.feasible & (best > here.ranks[i])
        improving[i] = better.sum() / here.feasible.sum()
        for j in range(count):
            shares[i, j] = here.measure_reach(i, j) / units[j]
            if improving[i]:
                effects[i, j] = (here.measure_best(i, j) / ties - here.payoffs[j])[better].mean() / units[j]
    for table in (shares, effects):
        table[np.abs(table) < NOUGHT] = 0.0
    levels = levels_at(game, game.status_quo)
    now = ", ".join(f"{axis.id} = {levels[axis.id]}" for axis in game.own(-1))
    return InfluenceMap(
        game=game,
        shares=np.clip(shares, 0.0, 1.0),
        effects=effects,
        improving=improving,
        ranges=ranges,
        states=int(here.feasible.sum()),
        made_by={
            "method": "graph model, reductions along the actors' axes; every state counts alike",
            "values": "central values",
            "slice": f"chance as it stands ({now})" if now else "no chance levers",
            "digest": game.digest,
            "version": __version__,
        },
    )


class _Slice:
    """The states in which chance stands as at the status quo; exists for the length of one call."""

    def __init__(self, game: Game, prices: Prices) -> None:
        self.axes = [axis for axis in game.axes if axis.actor >= 0]
        shape, step = tuple(len(axis.levels) for axis in self.axes), game.slices
        now = game.status_quo % step
        self.feasible = game.feasible[now::step].reshape(shape)
        self.payoffs = [prices.payoffs[now::step, j].reshape(shape) for j in range(len(game.actors))]
        self.ranks = [rank[now::step].reshape(shape) for rank in rank_states(game, prices.payoffs)]

    def measure_range(self, j: int) -> float:
        """The range of a payoff; 0 where it is the same, on the grid of ranks, in every state."""
        if not self.ranks[j][self.feasible].any():
            return 0.0
        inside = self.payoffs[j][self.feasible]
        return float(inside.max() - inside.min())

    def measure_reach(self, i: int, j: int) -> float:
        """Mean range of j's payoff over what i can hold or move to."""
        if not self.ranks[j][self.feasible].any():
            return 0.0
        ends = [np.where(self.feasible, self.payoffs[j], end) for end in (-np.inf, np.inf)]
        high, low = self._walk(i, ends, lambda high, low: (high.max(axis=0), low.min(axis=0)))
        return float((high[self.feasible] - low[self.feasible]).mean())

    def seek_best(self, i: int) -> tuple[Tensor, Tensor]:
        """The best rank that i can hold or move to, and how many of those states have it; both of the slice's shape."""
        best, ties = self._walk(i, [np.where(self.feasible, self.ranks[i], -1), self.feasible.astype(float)], _add_best)
        return best, np.maximum(ties, 1.0)

    def measure_best(self, i: int, j: int) -> Tensor:
        """Sum of j's payoff over the states that are best for i among those it can hold or move to."""
        worth = np.where(self.feasible, self.payoffs[j], 0.0)
        return self._walk(i, [np.where(self.feasible, self.ranks[i], -1), worth], _add_best)[1]

    def _walk(self, i: int, parts: Sequence[Tensor], fold: Fold) -> list[Tensor]:
        """Two tensors folded over what i can hold or move to from each state, lever by lever.

        ``fold`` reduces both along their first axis.
        """
        for dim, axis in enumerate(self.axes):
            if axis.actor != i:
                continue
            first, second = (np.moveaxis(part, dim, 0) for part in parts)
            onward: Sequence[Any] = [slice(None)] if axis.legal.all() else list(axis.legal)
            folded = [fold(first[step], second[step]) for step in onward]
            parts = [np.stack(levels, axis=dim) for levels in zip(*folded, strict=True)]
        return [np.broadcast_to(part, self.feasible.shape) for part in parts]


def _add_best(best: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """The highest along the first axis, and the sum of the values that stand beside it."""
    top = best.max(axis=0)
    return top, np.where(best == top, values, 0.0).sum(axis=0)

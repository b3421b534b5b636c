"""One draw of the inputs, as numbers the solvers use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, Prices, Table, Term, spread
from detente.scenario.quantities import Quantity


def draw_inputs(
    game: Game, u: NDArray[np.float64] | None, overrides: Sequence[tuple[str, Quantity]] = ()
) -> NDArray[np.float64]:
    """Value of every input, shape (inputs,).

    ``u`` is one row of the design, shape (columns,), each entry in (0, 1); None means central values: every input at
    its median and each actor's likeliest reading. A reading's value is its index.
    """
    changed = dict(overrides)
    values = np.empty(len(game.inputs))
    for k, item in enumerate(game.inputs):
        if item.odds and item.id not in changed:
            continue
        share = 0.5 if u is None or item.column < 0 else float(u[item.column])
        values[k] = float(changed.get(item.id, item.quantity).quantile(share))
    for k, item in enumerate(game.inputs):
        if item.odds and item.id not in changed:
            odds = values[list(item.odds)]
            ladder = np.cumsum(odds) / odds.sum()
            values[k] = np.argmax(odds) if u is None else np.searchsorted(ladder[:-1], u[item.column], side="right")
    return values


def price(game: Game, values: NDArray[np.float64]) -> Prices:
    """The game's payoffs, behaviour and rates for one draw of its inputs, shape (inputs,)."""
    payoffs = np.empty((game.cells, len(game.actors)))
    for k, player in enumerate(game.actors):
        reading = player.readings[int(values[player.reading]) if player.reading >= 0 else 0]
        payoffs[:, k] = total(game, reading.terms, values).reshape(-1)

    def column(name: str) -> NDArray[np.float64]:
        return np.array([values[getattr(p, name)] for p in game.actors], dtype=np.float64)

    return Prices(
        payoffs=payoffs,
        tempo=column("tempo"),
        foresight=column("foresight"),
        noise=column("noise"),
        habit=column("habit"),
        rates=np.array([values[m.rate] for m in game.moves], dtype=np.float64),
    )


def price_centrally(game: Game) -> Prices:
    """The game with every input at its median and each actor's likeliest reading."""
    return price(game, draw_inputs(game, None))


def price_thresholds(game: Game, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """From which difference in payoff on each actor prefers, and prefers greatly: (n, 2), payoff units.

    Where the file says nothing any difference is a preference (0) and none is a great one (infinity).
    """
    return np.array(
        [
            (
                values[player.indifference] if player.indifference >= 0 else 0.0,
                values[player.strong] if player.strong >= 0 else np.inf,
            )
            for player in game.actors
        ]
    ).reshape(-1, 2)


def total(game: Game, terms: Sequence[Term], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted sum of terms over the whole tensor, shape ``game.shape``; small tables are summed before they spread."""
    groups: dict[tuple[int, ...], NDArray[np.float64]] = {}
    for term in terms:
        part = term.table.values.astype(np.float64) * values[term.weight]
        groups[term.table.axes] = groups.get(term.table.axes, 0.0) + part
    answer = np.zeros(game.shape)
    for dims, table in groups.items():
        answer += spread(game, Table(dims, np.asarray(table))).astype(np.float64)
    return answer

"""Where the conflict settles: the states that are equilibria in the largest share of draws.

Every statement is about the slice in which chance stands as it does today.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.findings.findings import Settlement, StableState
from detente.game.game import Game, levels_at
from detente.game.pricing import price_centrally
from detente.solvers.inspection import slice_of_nature
from detente.solvers.stability import find_equilibria

#: from the narrowest concept to the widest
CONCEPTS = ("nash", "sseq", "seq", "smr", "gmr")
#: states listed by name
LISTED = 10
#: how many of them are chosen by the narrowest concept alone
LEADING = 3
#: states this near to the most often stable one belong with it
NEAR = 0.05


def find_settlements(game: Game, ensemble: Ensemble) -> tuple[tuple[Settlement, ...], tuple[StableState, ...]]:
    """Per concept where the conflict settles, and the states most often stable.

    Those most often stable under the narrowest concept come first, then those over all. The status quo is always among
    them, last when it is never stable.
    """
    found = {
        concept: ensemble.cells[f"stable/{concept}"] for concept in CONCEPTS if f"stable/{concept}" in ensemble.cells
    }
    shares = {concept: _share_of_draws(game, draws) for concept, draws in found.items()}
    settlements = tuple(_settle(game, concept, draws, shares[concept]) for concept, draws in found.items())
    return settlements, _list_states(game, shares) if shares else ()


def _share_of_draws(game: Game, draws: tuple[NDArray[np.integer], ...]) -> NDArray[np.float64]:
    """Share of draws in which each cell is an equilibrium, shape (cells,)."""
    counts = np.zeros(game.cells)
    for cells in draws:
        counts[cells] += 1
    return counts / max(1, len(draws))


def _settle(
    game: Game, concept: str, draws: tuple[NDArray[np.integer], ...], shares: NDArray[np.float64]
) -> Settlement:
    sizes = np.array([len(cells) for cells in draws])
    top = float(shares.max())
    group = np.flatnonzero(shares >= top - NEAR) if top > 0 else np.zeros(0, dtype=np.intp)
    met = _levels_met(game, group)
    return Settlement(
        concept=concept,
        distinct=int((shares > 0).sum()),
        mean_count=float(sizes.mean()) if len(sizes) else 0.0,
        none=float((sizes == 0).mean()) if len(sizes) else 1.0,
        status_quo=float(shares[game.status_quo]),
        top_share=top,
        top_count=len(group),
        fixed={lever: levels[0] for lever, levels in met.items() if len(levels) == 1},
        free={lever: levels for lever, levels in met.items() if len(levels) > 1},
        leaning=_lean(game, draws),
    )


def _levels_met(game: Game, cells: NDArray[np.intp]) -> dict[str, tuple[str, ...]]:
    """The levels that the actors' levers have among some cells, by lever."""
    if not len(cells):
        return {}
    places = np.unravel_index(cells, game.shape)
    return {
        axis.id: tuple(axis.levels[k] for k in np.unique(place))
        for axis, place in zip(game.axes, places, strict=True)
        if axis.actor >= 0
    }


def _lean(game: Game, draws: tuple[NDArray[np.integer], ...]) -> dict[str, Mapping[str, float]]:
    weights = np.zeros(game.cells)
    settled = [cells for cells in draws if len(cells)]
    for cells in settled:
        weights[cells] += 1 / (len(cells) * len(settled))
    if not settled:
        return {}
    tensor = weights.reshape(game.shape)
    answer: dict[str, Mapping[str, float]] = {}
    for k, axis in enumerate(game.axes):
        if axis.actor >= 0:
            along = tensor.sum(axis=tuple(d for d in range(len(game.axes)) if d != k))
            answer[axis.id] = {level: float(share) for level, share in zip(axis.levels, along, strict=True)}
    return answer


def _list_states(game: Game, shares: Mapping[str, NDArray[np.float64]]) -> tuple[StableState, ...]:
    # A state that nobody would leave at all says more than one that only fear of a reply holds.
    narrowest = next(iter(shares.values()))
    overall = np.mean(list(shares.values()), axis=0)
    leading = [cell for cell in np.argsort(-narrowest, kind="stable")[:LEADING] if narrowest[cell] > 0]
    others = [cell for cell in np.argsort(-overall, kind="stable")[:LISTED] if overall[cell] > 0]
    cells = [int(cell) for cell in dict.fromkeys(leading + others)][:LISTED]
    if game.status_quo not in cells:
        cells.append(game.status_quo)
    prices = price_centrally(game)
    payoffs = prices.payoffs
    stable = find_equilibria(game, prices, CONCEPTS).stable
    here = np.flatnonzero(slice_of_nature(game, game.status_quo))
    return tuple(
        StableState(
            cell=cell,
            levels=levels_at(game, cell),
            shares={concept: float(share[cell]) for concept, share in shares.items()},
            standing={
                player.id: float((payoffs[here, k] <= payoffs[cell, k] + 1e-9).mean())
                for k, player in enumerate(game.actors)
            },
            holds={
                player.id: tuple(concept for concept in CONCEPTS if stable[concept][k, cell])
                for k, player in enumerate(game.actors)
            },
        )
        for cell in cells
    )

"""Where the conflict settles: the states that are equilibria in the largest share of draws.

Every statement is about the slice in which chance stands as it does today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.precision import error_of_mean, error_of_share
from detente.findings.families import group_states
from detente.findings.settlements import Settlement, StableState
from detente.game.game import Game, find_places, levels_at
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
#: draws whose lists of states are looked at together
BATCH = 1024


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
    return settlements, _list_states(game, shares, ensemble.draws) if shares else ()


def _share_of_draws(game: Game, draws: tuple[NDArray[np.integer], ...]) -> NDArray[np.float64]:
    """Share of draws in which each cell is an equilibrium, shape (cells,)."""
    counts = np.zeros(game.cells)
    for cells in draws:
        counts[cells] += 1
    return counts / max(1, len(draws))


def _settle(
    game: Game, concept: str, draws: tuple[NDArray[np.integer], ...], shares: NDArray[np.float64]
) -> Settlement:
    sizes = np.array([len(cells) for cells in draws], dtype=np.float64)
    top, none, status_quo = float(shares.max()), float((sizes == 0).mean()), float(shares[game.status_quo])
    group = np.flatnonzero(shares >= top - NEAR) if top > 0 else np.zeros(0, dtype=np.intp)
    met = _levels_met(game, group)
    leaning, leaning_errors = _lean(game, draws)
    return Settlement(
        concept=concept,
        distinct=int((shares > 0).sum()),
        mean_count=float(sizes.mean()),
        mean_count_error=error_of_mean(sizes),
        none=none,
        none_error=error_of_share(none, len(draws)),
        status_quo=status_quo,
        status_quo_error=error_of_share(status_quo, len(draws)),
        top_share=top,
        top_share_error=error_of_share(top, len(draws)),
        top_count=len(group),
        fixed={lever: levels[0] for lever, levels in met.items() if len(levels) == 1},
        free={lever: levels for lever, levels in met.items() if len(levels) > 1},
        leaning=leaning,
        leaning_errors=leaning_errors,
        families=group_states(game, group),
    )


def _levels_met(game: Game, cells: NDArray[np.intp]) -> dict[str, tuple[str, ...]]:
    """The levels that the actors' levers have among some cells, by lever."""
    if not len(cells):
        return {}
    places = find_places(game, cells)
    return {
        axis.id: tuple(axis.levels[k] for k in np.unique(place))
        for axis, place in zip(game.axes, places, strict=True)
        if axis.actor >= 0
    }


_Leaning = dict[str, Mapping[str, float]]


def _lean(game: Game, draws: tuple[NDArray[np.integer], ...]) -> tuple[_Leaning, _Leaning]:
    """By lever and level: the mean over draws of the share of a draw's equilibria there, and its standard error."""
    settled = [cells for cells in draws if len(cells)]
    if not settled:
        return {}, {}
    from scipy.sparse import csr_array

    levers = [(k, axis) for k, axis in enumerate(game.axes) if axis.actor >= 0]
    shares = {axis.id: np.empty((len(settled), len(axis.levels))) for _, axis in levers}
    strides = np.cumprod((1, *game.shape[:0:-1]))[::-1]
    cells = np.arange(game.cells, dtype=np.int32)
    for first in range(0, len(settled), BATCH):
        batch = settled[first : first + BATCH]
        sizes = np.array([len(cells) for cells in batch])
        listed = np.concatenate(batch)
        met = csr_array(
            (np.ones(len(listed), dtype=np.int32), listed, np.append(0, np.cumsum(sizes))),
            shape=(len(batch), game.cells),
        )
        for k, axis in levers:
            here = shares[axis.id][first : first + BATCH]
            place = cells // strides[k] % len(axis.levels)
            for level in range(1, len(axis.levels)):
                here[:, level] = (met @ (place == level).astype(np.int32)) / sizes
            here[:, 0] = 1 - here[:, 1:].sum(axis=1)

    def tell(summarise: Callable[[NDArray[np.float64]], float]) -> _Leaning:
        return {
            axis.id: {
                level: float(summarise(column)) for level, column in zip(axis.levels, shares[axis.id].T, strict=True)
            }
            for _, axis in levers
        }

    return tell(np.mean), tell(error_of_mean)


def _list_states(game: Game, shares: Mapping[str, NDArray[np.float64]], draws: int) -> tuple[StableState, ...]:
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
            errors={concept: error_of_share(float(share[cell]), draws) for concept, share in shares.items()},
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

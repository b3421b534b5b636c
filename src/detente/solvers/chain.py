"""The chain that everybody's conduct makes, written out state by state, for small games and other tools.

The forecast never needs it: it follows the chain actor by actor. Written out it is a continuous-time Markov chain that
any model checker can read; :func:`write_drn` gives it in the explicit format of Storm (Hensel, Junges, Katoen, Quatmann
& Volk 2022), where ``P=? [F[6,6] "talks"]`` is the probability of talks six months on, and ``P=? [F<=6 "talks"]`` that
of talks by then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.errors import SizeError
from detente.game.game import Game, find_places
from detente.solvers.conduct import Conduct, choose
from detente.solvers.layout import Layout

#: most feasible states of a game that is written out
MOST_STATES = 20_000

#: labels that Storm's format gives a meaning of its own
RESERVED = ("init", "deadlock")

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Chain:
    """A continuous-time Markov chain over the feasible states of a game; time in months."""

    game: Game = field(repr=False)
    #: int64 (states,): the cell of each state, ascending
    cells: Ints = field(repr=False)
    #: int64, int64, float64 (transitions,): from state, to another state, rate per month; sorted, every pair once
    sources: Ints = field(repr=False)
    targets: Ints = field(repr=False)
    rates: NDArray[np.float64] = field(repr=False)
    #: months after as_of from which the rates hold: when the last actor starts to decide
    since: float

    def __repr__(self) -> str:
        return f"<Chain {len(self.cells)} states, {len(self.rates)} transitions>"


def write_out(game: Game, conduct: Conduct, layout: Layout) -> Chain:
    """Write the chain out as it is once every actor decides.

    Raises SizeError when the game has more than ``MOST_STATES`` feasible states.
    """
    cells = np.flatnonzero(game.feasible)
    if len(cells) > MOST_STATES:
        widest = max(game.axes, key=lambda axis: len(axis.levels))
        raise SizeError(
            f"The game has {len(cells):,} feasible states, more than the {MOST_STATES:,} that can be written out. "
            f"Hold some levers; {widest.id} has the most levels ({len(widest.levels)})."
        )
    pairs = [layout.cells[layout.sources] * game.cells + layout.cells[layout.targets]]
    rates = [layout.find_rates(conduct.rates)]
    for actor in np.flatnonzero(conduct.tempo > 0):
        for cell in cells:
            targets, shares = choose(game, conduct, layout, int(actor), int(cell))
            away = targets != cell
            pairs.append(cell * game.cells + targets[away])
            rates.append(conduct.tempo[actor] * shares[away])
    rate = np.concatenate(rates)
    pair, place = np.unique(np.concatenate(pairs)[rate > 0], return_inverse=True)
    return Chain(
        game=game,
        cells=cells,
        sources=np.searchsorted(cells, pair // game.cells),
        targets=np.searchsorted(cells, pair % game.cells),
        rates=np.bincount(place, weights=rate[rate > 0], minlength=len(pair)).astype(np.float64),
        since=max((player.starts for player in game.actors), default=0.0),
    )


def write_drn(chain: Chain, start: int, conditions: Mapping[str, NDArray[np.bool_]]) -> str:
    """The chain in Storm's DRN format, from the cell ``start``.

    Every condition (name and bool mask over cells) becomes a label, and so does every level of every lever: letters,
    digits and underscores, such as ``us_offer_freeze``. The format has no place for a label that holds nowhere: a
    comment names those. A state nobody can leave gets a loop, which changes nothing.
    """
    labels = _mark_states(chain, conditions)
    nowhere = [name for name, where in labels.items() if not where.any()]
    labels["init"] = chain.cells == start
    bounds = np.searchsorted(chain.sources, np.arange(len(chain.cells) + 1))
    lines = [*_head(chain, nowhere)]
    for state, (low, high) in enumerate(pairwise(bounds)):
        targets, rates = chain.targets[low:high].tolist(), chain.rates[low:high].tolist()
        if not targets:
            targets, rates = [state], [1.0]
        names = "".join(f" {name}" for name, where in labels.items() if where[state])
        lines.append(f"state {state} !{sum(rates)!r}{names}\n\taction 0")
        lines += [f"\t\t{target} : {rate!r}" for target, rate in zip(targets, rates, strict=True)]
    return "\n".join(lines) + "\n"


def _head(chain: Chain, nowhere: Sequence[str]) -> Iterator[str]:
    yield f"// Written by Detente {__version__} from the scenario with digest {chain.game.digest}"
    yield "// Rates are per month"
    if chain.since > 0:
        yield f"// Some actors start later: these rates hold from {chain.since!r} months after as_of"
    if chain.game.calendar is not None:
        yield "// Conditions change by date: these rates are those of as_of, as if it stayed so"
    if nowhere:
        yield f"// Labels that hold nowhere: {' '.join(nowhere)}"
    yield "@type: CTMC"
    yield "@parameters\n"
    yield "@reward_models\n"
    yield f"@nr_states\n{len(chain.cells)}"
    yield f"@nr_choices\n{len(chain.cells)}"
    yield "@model"


def _mark_states(chain: Chain, conditions: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.bool_]]:
    """Where each label holds, bool per state."""
    labels: dict[str, NDArray[np.bool_]] = {}
    for name, where in conditions.items():
        labels[_find_label(name, labels)] = where[chain.cells]
    places = find_places(chain.game, chain.cells)
    for axis, place in zip(chain.game.axes, places, strict=True):
        for k, level in enumerate(axis.levels):
            labels[_find_label(f"{axis.id}_{level}", labels)] = place == k
    return labels


def _find_label(name: str, taken: Mapping[str, object]) -> str:
    """A label Storm can read, close to the name and not taken yet."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)
    plain = plain if plain[:1].isalpha() else f"_{plain}"
    label, number = plain, 1
    while label in taken or label in RESERVED:
        number += 1
        label = f"{plain}_{number}"
    return label

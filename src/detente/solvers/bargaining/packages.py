"""A model on every issue of a package: over all of them at once where it can, one by one where it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Bargain
from detente.solvers.bargaining.models import MODELS, settle
from detente.solvers.bargaining.settlement import Settlement
from detente.solvers.bargaining.stakes import Floats, Stakes


@dataclass(frozen=True, eq=False, slots=True)
class Share:
    """What a model says of one issue; arrays of issues have the length 1."""

    settlement: Settlement
    #: those who bargained, in the order of the arrays; over a package only who has a stake in every issue of it, unless
    #: the model takes others too
    actors: tuple[str, ...]


def settle_package(
    model: str, stakes: Stakes, switches: Mapping[str, str] | None = None, *, track: bool = False
) -> dict[str, Share]:
    """A model's answer on each issue of a package. Raises QueryError as :func:`settle` and ``Stakes.together`` do."""
    known = MODELS.get(model)
    if known is None or not known.several or len(stakes.issues) == 1:
        alone = {issue: stakes.of(issue) for issue in stakes.issues}
        return {
            issue: Share(settle(model, table, switches, track=track), table.actors) for issue, table in alone.items()
        }
    together = stakes if known.absent else stakes.together()
    found = settle(model, together, switches, track=track)
    answer: dict[str, Share] = {}
    for k, issue in enumerate(stakes.issues):
        here = np.flatnonzero(together.present[:, k])
        answer[issue] = Share(_cut(found, k, here), tuple(together.actors[i] for i in here))
    return answer


def group_packages(bargains: Sequence[Bargain]) -> tuple[tuple[str, ...], ...]:
    """Ids of the issues that are bargained over together, in the file's order; one without a package stands alone."""
    groups: dict[str, list[str]] = {}
    for item in bargains:
        # An id has no blank in it, so that none is met twice.
        groups.setdefault(item.package or f"{item.id} alone", []).append(item.id)
    return tuple(tuple(ids) for ids in groups.values())


def _cut(found: Settlement, k: int, here: NDArray[np.intp]) -> Settlement:
    """One issue of a settlement, with the actors that have a stake in it."""

    def pick(values: Floats | None) -> Floats | None:
        return None if values is None else values[..., here, k : k + 1]

    return replace(
        found,
        outcomes=found.outcomes[:, k : k + 1],
        rounds=pick(found.rounds),
        points=None if found.points is None else found.points[..., k : k + 1],
        odds=pick(found.odds),
    )

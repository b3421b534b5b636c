"""A model on every issue of a package: over all of them at once where it can, one by one where it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from detente.game.game import Bargain
from detente.solvers.bargaining.models import MODELS, settle
from detente.solvers.bargaining.settlement import Settlement
from detente.solvers.bargaining.stakes import Floats, Stakes


@dataclass(frozen=True, eq=False, slots=True)
class Share:
    """What a model says of one issue; arrays of issues have the length 1."""

    settlement: Settlement
    #: those who bargained, in the order of the arrays; over a package only who has a stake in every issue of it
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
    together = stakes.together()
    found = settle(model, together, switches, track=track)
    return {issue: Share(_cut(found, k), together.actors) for k, issue in enumerate(stakes.issues)}


def group_packages(bargains: Sequence[Bargain]) -> tuple[tuple[str, ...], ...]:
    """Ids of the issues that are bargained over together, in the file's order; one without a package stands alone."""
    groups: dict[str, list[str]] = {}
    for item in bargains:
        # An id has no blank in it, so that none is met twice.
        groups.setdefault(item.package or f"{item.id} alone", []).append(item.id)
    return tuple(tuple(ids) for ids in groups.values())


def _cut(found: Settlement, k: int) -> Settlement:
    """One issue of a settlement."""

    def pick(values: Floats | None) -> Floats | None:
        return None if values is None else values[..., k : k + 1]

    return replace(
        found,
        outcomes=found.outcomes[:, k : k + 1],
        rounds=pick(found.rounds),
        points=pick(found.points),
        odds=pick(found.odds),
    )

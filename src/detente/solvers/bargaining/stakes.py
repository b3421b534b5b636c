"""Who stands where on which issue, how much it cares and what it can do: the numbers every model bargains with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.errors import Issue, QueryError
from detente.game.game import Game

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stakes:
    """D draws of n actors on q issues. Make it with :func:`lay_stakes`, which checks."""

    #: ids
    actors: tuple[str, ...]
    issues: tuple[str, ...]
    #: float64 (D, n, q): on the scale of the issue; anything finite where an actor is not present
    positions: Floats
    #: float64 (D, n, q): shares from 0 to 1; 0 where an actor is not present
    saliences: Floats
    #: float64 (D, n, q): above 0 where an actor is present, else 0
    capabilities: Floats
    #: bool (n, q): whether the actor has a stake in the issue
    present: NDArray[np.bool_]
    #: float64 (q,): the ends of each scale
    low: Floats
    high: Floats
    #: float64 (D, q): what holds if nothing is agreed; NaN where it is not known
    reference: Floats

    @property
    def draws(self) -> int:
        """D."""
        return len(self.positions)

    @cached_property
    def weights(self) -> Floats:
        """Capability times salience, (D, n, q)."""
        return self.capabilities * self.saliences

    def of(self, issue: str) -> Stakes:
        """One issue, with the actors that have a stake in it."""
        k = self.issues.index(issue)
        return self._keep(np.flatnonzero(self.present[:, k]), [k])

    def together(self) -> Stakes:
        """All issues, with the actors that have a stake in every one. Raises QueryError when nobody has."""
        kept = np.flatnonzero(self.present.all(axis=1))
        if not len(kept):
            message = f"Nobody has a stake in all of {', '.join(self.issues)}."
            raise QueryError([Issue("issues", 0, 0, "", message, "Bargain over them one by one.")])
        return self._keep(kept, list(range(len(self.issues))))

    def at(self, draws: Sequence[int] | NDArray[np.intp]) -> Stakes:
        """Some of the draws."""
        d = np.asarray(draws, dtype=np.intp)
        return replace(
            self,
            positions=self.positions[d],
            saliences=self.saliences[d],
            capabilities=self.capabilities[d],
            reference=self.reference[d],
        )

    def _keep(self, actors: NDArray[np.intp], issues: list[int]) -> Stakes:
        def cut(values: Floats) -> Floats:
            return np.ascontiguousarray(values[:, actors][:, :, issues])

        return Stakes(
            tuple(self.actors[i] for i in actors),
            tuple(self.issues[k] for k in issues),
            cut(self.positions),
            cut(self.saliences),
            cut(self.capabilities),
            np.ascontiguousarray(self.present[actors][:, issues]),
            self.low[issues],
            self.high[issues],
            self.reference[:, issues],
        )


def lay_stakes(stakes: Stakes) -> Stakes:
    """The same, checked. Raises QueryError with all that is wrong: nobody there, a position off the scale, a
    salience outside 0 to 1, a capability that is not above 0, an issue in which nobody's weight is above 0.
    """
    wrong: list[Issue] = []
    for k, issue in enumerate(stakes.issues):
        here = stakes.present[:, k]
        if not here.any():
            wrong.append(Issue("issues", 0, 0, issue, "Nobody has a stake in it.", "Give an actor a position."))
            continue
        low, high = float(stakes.low[k]), float(stakes.high[k])
        for i in np.flatnonzero(here):
            place = f"{issue}.{stakes.actors[i]}"
            checks = (
                ("position", stakes.positions, low, high, False, f"between {low:g} and {high:g}"),
                ("salience", stakes.saliences, 0.0, 1.0, False, "between 0 and 1"),
                ("capability", stakes.capabilities, 0.0, np.inf, True, "above 0"),
            )
            for name, values, least, most, above, bounds in checks:
                column = values[:, i, k]
                good = (column > least if above else column >= least) & (column <= most) & np.isfinite(column)
                if not good.all():
                    bad = column[~good][0]
                    wrong.append(Issue("issues", 0, 0, place, f"A {name} of {bad:g} cannot be.", f"It lies {bounds}."))
        if not (np.where(here, stakes.saliences[:, :, k], 0.0).max(axis=1) > 0).all():
            wrong.append(Issue("issues", 0, 0, issue, "Nobody cares about it.", "Give a salience above 0."))
    if wrong:
        raise QueryError(wrong)
    return stakes


def take_stakes(game: Game, issues: Sequence[str], inputs: Floats) -> Stakes:
    """The stakes of a game's issues for draws of its inputs, shape (D, inputs) or (inputs,) for one."""
    values = np.atleast_2d(inputs)
    bargains = [next(item for item in game.bargains if item.id == issue) for issue in issues]
    actors = sorted({actor for item in bargains for actor in item.actors})
    shape = (len(values), len(actors), len(bargains))
    positions, saliences, capabilities = (np.zeros(shape) for _ in range(3))
    present = np.zeros(shape[1:], dtype=np.bool_)
    reference = np.full((len(values), len(bargains)), np.nan)
    for k, item in enumerate(bargains):
        rows = [actors.index(actor) for actor in item.actors]
        present[rows, k] = True
        positions[:, rows, k] = values[:, item.positions]
        saliences[:, rows, k] = values[:, item.saliences]
        capabilities[:, rows, k] = values[:, item.capabilities]
        if item.reference >= 0:
            reference[:, k] = values[:, item.reference]
    return lay_stakes(
        Stakes(
            tuple(game.actors[actor].id for actor in actors),
            tuple(issues),
            positions,
            saliences,
            capabilities,
            present,
            np.array([item.low for item in bargains]),
            np.array([item.high for item in bargains]),
            reference,
        )
    )

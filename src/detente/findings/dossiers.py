"""Decisions whose outcome is known, as tables of stakes: one by one, a proposal's together, all at once.

Scored is every issue with an outcome and at least three actors who have a position and a salience, as in the literature
on these data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.game.exchange.deu import TOP, Decision, Decisions
from detente.solvers.bargaining.stakes import Floats, Stakes

#: actors that an issue needs to be scored
FEWEST = 3


@dataclass(frozen=True, eq=False)
class Sample:
    """The n issues that are scored, in the order of the file."""

    decisions: tuple[Decision, ...] = field(repr=False)
    #: issues of the file that are not scored, by reason
    left_out: Mapping[str, int]

    @cached_property
    def outcomes(self) -> Floats:
        """What came out, (n,)."""
        return np.array([item.outcome for item in self.decisions])

    @cached_property
    def dossiers(self) -> tuple[str, ...]:
        """The proposals, in the order of the file."""
        return tuple(dict.fromkeys(item.dossier for item in self.decisions))

    @cached_property
    def codes(self) -> NDArray[np.intp]:
        """Which proposal each issue belongs to, (n,)."""
        places = {dossier: place for place, dossier in enumerate(self.dossiers)}
        return np.array([places[item.dossier] for item in self.decisions], dtype=np.intp)

    @cached_property
    def stakes(self) -> Stakes:
        """Every issue as a draw of one table; who is not there weighs nothing, and stands at 0."""
        actors = sorted({actor for item in self.decisions for actor in item.actors})
        shape = (len(self.decisions), len(actors), 1)
        positions, saliences, capabilities = (np.zeros(shape) for _ in range(3))
        for k, item in enumerate(self.decisions):
            rows = [actors.index(actor) for actor in item.actors]
            positions[k, rows, 0] = item.positions
            saliences[k, rows, 0] = item.saliences
            capabilities[k, rows, 0] = item.capabilities
        reference = np.array([[item.reference] for item in self.decisions])
        present = np.ones(shape[1:], dtype=np.bool_)
        return Stakes(
            tuple(actors), ("issue",), positions, saliences, capabilities, present,
            np.zeros(1), np.full(1, TOP), reference,
        )  # fmt: skip


def take_sample(decisions: Decisions, without: frozenset[str] = frozenset()) -> Sample:
    """The issues that can be scored, proposals named in ``without`` apart."""
    kept: list[Decision] = []
    left_out: Counter[str] = Counter()
    for item in decisions.items:
        if item.dossier in without:
            left_out["its dossier is one the constants were fitted on"] += 1
        elif np.isnan(item.outcome):
            left_out["no outcome"] += 1
        elif len(item.actors) < FEWEST:
            left_out[f"fewer than {FEWEST} actors"] += 1
        elif not item.saliences.any():
            left_out["nobody cares"] += 1
        else:
            kept.append(item)
    return Sample(tuple(kept), dict(left_out))


def lay_dossier(decisions: Sequence[Decision]) -> Stakes:
    """Issues of one proposal as one draw of one table, with everybody who has a stake in any."""
    actors = tuple(dict.fromkeys(actor for item in decisions for actor in item.actors))
    shape = (1, len(actors), len(decisions))
    positions, saliences, capabilities = (np.zeros(shape) for _ in range(3))
    present = np.zeros(shape[1:], dtype=np.bool_)
    for k, item in enumerate(decisions):
        rows = [actors.index(actor) for actor in item.actors]
        present[rows, k] = True
        positions[0, rows, k] = item.positions
        saliences[0, rows, k] = item.saliences
        capabilities[0, rows, k] = item.capabilities
    return Stakes(
        actors,
        tuple(item.issue for item in decisions),
        positions,
        saliences,
        capabilities,
        present,
        np.zeros(len(decisions)),
        np.full(len(decisions), TOP),
        np.array([[item.reference for item in decisions]]),
    )

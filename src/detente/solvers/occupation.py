"""Time in each state: how the months up to a date are shared out between the states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.game.game import Game, levels_at, name_state
from detente.solvers.course import METHOD, occupy
from detente.solvers.departures import Situation, day_of, write_span
from detente.solvers.layout import Floats
from detente.solvers.tables import write_percent, write_row

#: states told by name
SHOWN = 10


@dataclass(frozen=True, eq=False)
class Occupation(Drawn):
    """Expected shares of the months up to a date."""

    game: Game = field(repr=False)
    start: int
    day: date
    #: months up to the date
    until: float
    #: float64 (N,): by cell; they sum to 1
    shares: Floats = field(repr=False)
    #: by name of a condition
    conditions: Mapping[str, float] = field(repr=False)
    #: method, digest of the scenario
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Occupation: {self.until:.3g} months over {int(self.game.feasible.sum()):,} states>"

    def list_top(self, most: int = SHOWN) -> list[tuple[int, float]]:
        """The cells with the most time and their shares."""
        order = np.lexsort((np.arange(len(self.shares)), -self.shares))[:most]
        return [(int(cell), float(self.shares[cell])) for cell in order if self.shares[cell] > 0]

    def of_levers(self) -> dict[str, dict[str, float]]:
        """Share of the time that every lever stands at each of its levels."""
        tensor = self.shares.reshape(self.game.shape)
        dims = range(len(self.game.axes))
        return {
            axis.id: dict(zip(axis.levels, tensor.sum(axis=tuple(d for d in dims if d != k)).tolist(), strict=True))
            for k, axis in enumerate(self.game.axes)
        }

    def __str__(self) -> str:
        top = self.list_top()
        lines = write_row("", write_span(self.game, self.start, self.day, self.until, "central values"))
        lines += ["", f"{'share':>8} {'months':>7}  state"]
        for cell, share in top:
            lines += self._row(share, name_state(self.game, cell))
        lines += self._row(self._rest(top), "all other states")
        lines += ["", "Each lever at each of its levels:"]
        for lever, levels in self.of_levers().items():
            told = ", ".join(f"{level} {write_percent(share)}" for level, share in levels.items())
            lines += write_row("  ", f"{lever}: {told}")
        if self.conditions:
            lines += ["", f"{'share':>8} {'months':>7}  condition"]
        for name, share in self.conditions.items():
            lines += self._row(share, name)
        return "\n".join(lines)

    def _row(self, share: float, text: str) -> list[str]:
        return write_row(f"{write_percent(share):>8} {share * self.until:7.2f}  ", text)

    @staticmethod
    def _rest(top: list[tuple[int, float]]) -> float:
        return max(0.0, 1 - sum(share for _, share in top))

    def to_dict(self) -> dict[str, object]:
        """Shares of the states told, of the rest, of every lever's levels and of the conditions."""
        top = self.list_top()
        return {
            "from": str(self.day),
            "to": str(day_of(self.day, self.until)),
            "months": self.until,
            "states": [{"state": levels_at(self.game, cell), "share": share} for cell, share in top],
            "rest": self._rest(top),
            "levers": self.of_levers(),
            "conditions": dict(self.conditions),
            "made_by": dict(self.made_by),
        }


def measure_occupation(situation: Situation, until: float, conditions: Mapping[str, NDArray[np.bool_]]) -> Occupation:
    """Expected time in every state, and where each condition (bool (N,)) holds, up to ``until`` (months, > 0)."""
    game = situation.game
    shares = occupy(game, situation.conduct, situation.layout, situation.start, until) / until
    return Occupation(
        game=game,
        start=situation.start,
        day=situation.day,
        until=until,
        shares=shares,
        conditions={name: float(shares[where].sum()) for name, where in conditions.items()},
        made_by={"values": "central values", "method": METHOD, "digest": game.digest},
    )

"""Questions asked outside a run, and the draws that answer them: kept in memory, nothing is written to disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

import numpy as np

from detente.ensemble.design import draw_rows
from detente.ensemble.precision import METHOD
from detente.game.game import Game
from detente.scenario.model import DAYS_PER_MONTH
from detente.scenario.queries import Query
from detente.solvers.forecast import Answers, answer, answer_by_coin_toss
from detente.solvers.plans import Plan

#: how far the draws are: (done, all)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Inquiry:
    """What is asked, and over which inputs."""

    queries: tuple[Query, ...]
    #: the day the model starts
    as_of: date
    #: samples of the inputs; None for central values: medians, and each actor's likeliest reading
    draws: int | None = None
    seed: int = 0
    progress: Progress | None = field(default=None, compare=False, repr=False)

    def describe(self, game: Game) -> dict[str, object]:
        """How the answers are made, for the record."""
        if self.draws is None:
            return {"values": "central values", "digest": game.digest}
        made_by = {"values": f"{self.draws} draws", "draws": self.draws, "seed": self.seed, "digest": game.digest}
        return made_by | {"standard_errors": METHOD}

    def sample(self, plan: Plan) -> Iterator[tuple[Answers, Answers]]:
        """The answers of the model and of the coin toss, draw by draw."""
        if self.draws is None:
            yield answer(plan, None), answer_by_coin_toss(plan, None)
            return
        for number, u in enumerate(draw_rows(self.seed, 0, self.draws, plan.game.columns, plan.abroad), start=1):
            yield answer(plan, u), answer_by_coin_toss(plan, u)
            if self.progress is not None:
                self.progress(number, self.draws)

    def find_day(self, months: float) -> date:
        """The first day by whose end a moment (months) has come."""
        return self.as_of + timedelta(days=ceil(months * DAYS_PER_MONTH - 1e-4))


def plain_number(x: float | None) -> float | None:
    """A number for JSON, where NaN (void) is null."""
    return None if x is None or np.isnan(x) else float(x)


def show_number(x: float | None) -> str:
    """Three digits of a number; a dash where there is none."""
    return "-" if x is None or np.isnan(x) else f"{x:.3f}"

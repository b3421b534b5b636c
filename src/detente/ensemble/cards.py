"""The card of a state over draws of the inputs."""

from __future__ import annotations

from collections.abc import Callable

from detente.ensemble.design import draw_rows
from detente.solvers.card import Card, average_cards, lay_card
from detente.solvers.departures import Standpoint, solve_situation


def deal_card(
    standpoint: Standpoint,
    until: float,
    *,
    draws: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Card:
    """The mean card over ``draws`` rows of the design of ``seed``, with standard errors."""
    cards = []
    for number, u in enumerate(draw_rows(seed, 0, draws, standpoint.game.columns), start=1):
        cards.append(lay_card(solve_situation(standpoint, u), until))
        if progress is not None:
            progress(number, draws)
    return average_cards(cards, seed)

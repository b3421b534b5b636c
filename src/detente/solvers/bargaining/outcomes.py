"""What queries ask of bargaining, in one draw of a game's inputs: each table of stakes is laid and settled once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from detente.game.game import Game
from detente.scenario.queries import Bargained, Terms, TermsProbability
from detente.solvers.bargaining.models import DEFAULT, MODELS
from detente.solvers.bargaining.packages import Share, group_packages, settle_package
from detente.solvers.bargaining.prediction import Prediction, predict
from detente.solvers.bargaining.stakes import Floats, Stakes, take_stakes


def reckon_terms(game: Game, inputs: Floats, items: Iterable[Bargained]) -> dict[Bargained, float]:
    """What every item comes to with these inputs, shape (inputs,).

    A model that bargains over several issues is given the issue's whole package. Raises QueryError where a model
    cannot take the stakes.
    """

    @cache
    def lay(issues: tuple[str, ...]) -> Stakes:
        return take_stakes(game, issues, inputs)

    @cache
    def foresee(issue: str) -> Prediction:
        return predict(lay((issue,)).of(issue))

    @cache
    def bargain(package: tuple[str, ...], model: str) -> dict[str, Share]:
        return settle_package(model, lay(package))

    found: dict[Bargained, float] = {}
    for item in items:
        if isinstance(item, TermsProbability):
            found[item] = find_chance(foresee(item.issue), item)
        elif item.model == DEFAULT:
            found[item] = float(foresee(item.issue).find_quantiles(np.array([0.5]))[0, 0])
        else:
            share = bargain(find_package(game, item), item.model)[item.issue]
            found[item] = float(share.settlement.outcomes[0, 0])
    return found


def find_chance(prediction: Prediction, item: TermsProbability) -> float:
    """The share of a predictive distribution of one draw that an item asks for."""
    if not item.operator:
        return _clip(sum(float(prediction.find_share(low, high)[0]) for low, high in item.regions))
    # What lies below the bound leaves out a point mass on it.
    reach = prediction.find_chance_below if item.operator in ("<", ">=") else prediction.find_chance_at_most
    below = float(reach(item.bound)[0])
    return _clip(below if item.operator in ("<", "<=") else 1 - below)


def find_package(game: Game, item: Terms) -> tuple[str, ...]:
    """The issues a model is given for one: those of its package where it bargains over several, else that alone."""
    model = MODELS.get(item.model)
    if model is None or not model.several:
        return (item.issue,)
    return next(package for package in group_packages(game.bargains) if item.issue in package)


def _clip(share: float) -> float:
    """Rounding may leave a share beyond [0, 1] by parts in 1e15."""
    return min(1.0, max(0.0, share))

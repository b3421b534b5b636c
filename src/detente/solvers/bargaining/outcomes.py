"""What queries ask of bargaining, in one draw of a game's inputs: each table of stakes is laid and settled once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from detente.game.game import Game
from detente.scenario.queries import Bargained, Terms, TermsProbability
from detente.solvers.bargaining.models import DEFAULT, MODELS, settle
from detente.solvers.bargaining.prediction import Prediction, predict
from detente.solvers.bargaining.stakes import Floats, Stakes, take_stakes


def find_terms(game: Game, inputs: Floats, items: Iterable[Bargained]) -> dict[Bargained, float]:
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
    def bargain(issues: tuple[str, ...], model: str) -> Floats:
        return np.asarray(settle(model, lay(issues)).outcomes[0], dtype=np.float64)

    found: dict[Bargained, float] = {}
    for item in items:
        if isinstance(item, TermsProbability):
            found[item] = find_chance(foresee(item.issue), item)
        elif item.model == DEFAULT:
            found[item] = float(foresee(item.issue).find_quantiles(np.array([0.5]))[0, 0])
        else:
            issues = list_package(game, item)
            found[item] = float(bargain(issues, item.model)[issues.index(item.issue)])
    return found


def find_chance(prediction: Prediction, item: TermsProbability) -> float:
    """The share of a predictive distribution of one draw that an item asks for."""
    if not item.operator:
        return _clip(sum(float(prediction.find_share(low, high)[0]) for low, high in item.regions))
    # What lies below the bound leaves out a point mass on it.
    reach = prediction.find_chance_below if item.operator in ("<", ">=") else prediction.find_chance_at_most
    below = float(reach(item.bound)[0])
    return _clip(below if item.operator in ("<", "<=") else 1 - below)


def list_package(game: Game, item: Terms) -> tuple[str, ...]:
    """The issues a model is given for one: those of its package where it bargains over several, else that alone."""
    asked = next(bargain for bargain in game.bargains if bargain.id == item.issue)
    model = MODELS.get(item.model)
    if model is None or not model.several or not asked.package:
        return (item.issue,)
    return tuple(bargain.id for bargain in game.bargains if bargain.package == asked.package)


def _clip(share: float) -> float:
    """Rounding may leave a share beyond [0, 1] by parts in 1e15."""
    return min(1.0, max(0.0, share))

"""The models of bargaining, by the names they are asked for with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from detente.errors import Issue, QueryError
from detente.solvers.bargaining import condorcet, exchange, expected_utility, smp
from detente.solvers.bargaining.compromise import find_compromise
from detente.solvers.bargaining.kalai_smorodinsky import find_kalai_smorodinsky
from detente.solvers.bargaining.median import find_median
from detente.solvers.bargaining.nash import find_nash
from detente.solvers.bargaining.prediction import predict
from detente.solvers.bargaining.settlement import Settlement, settle_at_once
from detente.solvers.bargaining.stakes import Stakes
from detente.solvers.bargaining.switches import Switch


@dataclass(frozen=True, slots=True)
class Model:
    """A published model, or our own forecast."""

    id: str
    #: for people
    name: str
    #: where it is published
    source: str
    #: the stakes of one issue (of a package where ``several``), every switch, whether to keep the rounds
    settle: Callable[[Stakes, Mapping[str, str], bool], Settlement]
    #: whether it has rounds
    dynamic: bool = False
    #: whether it bargains over the issues of a package at once
    several: bool = False
    #: whether an actor then need not have a stake in every one of them
    absent: bool = False
    switches: tuple[Switch, ...] = ()
    #: by the value of the switch ``preset``: what it sets the others to
    presets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


DISAGREEMENT = Switch(
    "disagreement", ("zero", "reference"), "zero", "what no agreement is worth: nothing, or the reference point"
)


def _predict(stakes: Stakes, switches: Mapping[str, str], track: bool) -> Settlement:
    medians = predict(stakes).find_quantiles(np.array([0.5]))
    return settle_at_once("predictive", medians, switches)


def _compromise(stakes: Stakes, switches: Mapping[str, str], track: bool) -> Settlement:
    return settle_at_once("compromise", find_compromise(stakes), switches)


def _median(stakes: Stakes, switches: Mapping[str, str], track: bool) -> Settlement:
    return settle_at_once("median", find_median(stakes), switches)


def _nash(stakes: Stakes, switches: Mapping[str, str], track: bool) -> Settlement:
    return settle_at_once("nash", find_nash(stakes, switches["disagreement"]), switches)


def _kalai_smorodinsky(stakes: Stakes, switches: Mapping[str, str], track: bool) -> Settlement:
    found = find_kalai_smorodinsky(stakes, switches["disagreement"])
    return settle_at_once("kalai-smorodinsky", found, switches)


_LISTED = (
    Model("predictive", "Predictive distribution", "fitted on DEU III (Arregui & Perarnaud 2022)", _predict),
    Model("compromise", "Compromise model", "Achen 2006", _compromise),
    Model("median", "Weighted median", "Black 1958", _median),
    Model("nash", "Asymmetric Nash solution", "Nash 1950; Kalai 1977", _nash, switches=(DISAGREEMENT,)),
    Model(
        "kalai-smorodinsky",
        "Kalai-Smorodinsky solution",
        "Kalai & Smorodinsky 1975",
        _kalai_smorodinsky,
        switches=(DISAGREEMENT,),
    ),
    Model(
        "condorcet",
        "Probabilistic Condorcet election",
        "KTAB (Wise, Lester & Efird 2015)",
        condorcet.settle_condorcet,
        several=True,
        switches=condorcet.SWITCHES,
    ),
    Model(
        "expected-utility",
        "Expected-utility model",
        "Bueno de Mesquita 1994, as in Scholz, Calbert & Smith 2011",
        expected_utility.find_expected_utility,
        dynamic=True,
        switches=expected_utility.SWITCHES,
        presets=expected_utility.PRESETS,
    ),
    Model(
        "smp",
        "Spatial model of politics",
        "KTAB (Wise, Lester & Efird 2015)",
        smp.settle_spatially,
        dynamic=True,
        several=True,
        switches=smp.SWITCHES,
    ),
    Model(
        "smp-corrected",
        "Spatial model of politics, corrected",
        "after KTAB (Wise, Lester & Efird 2015)",
        smp.settle_correctly,
        dynamic=True,
        several=True,
        switches=smp.CORRECTED,
    ),
    Model(
        "exchange",
        "Equal-gain exchange model",
        "Stokman & Van Oosten 1994",
        exchange.settle_exchange,
        dynamic=True,
        several=True,
        absent=True,
        switches=exchange.SWITCHES,
    ),
)

#: every model, in the order in which results list them
MODELS: Mapping[str, Model] = MappingProxyType({model.id: model for model in _LISTED})
#: the forecast unless another is asked for
DEFAULT = "predictive"


def settle(model: str, stakes: Stakes, switches: Mapping[str, str] | None = None, *, track: bool = False) -> Settlement:
    """Where a model says bargaining over an issue (or a package) ends, for every draw.

    ``switches`` changes what the model leaves open; ``track`` keeps everybody's position round by round. Raises
    QueryError for a model or switch that is none, and when an issue alone is wanted and the stakes have several.
    """
    known = MODELS.get(model)
    if known is None:
        raise QueryError([Issue("model", 0, 0, "", f"No model '{model}'.", f"There are {', '.join(MODELS)}.")])
    if not known.several and len(stakes.issues) > 1:
        message = f"{known.name} takes one issue at a time."
        raise QueryError([Issue("model", 0, 0, model, message, f"Ask about {' or '.join(stakes.issues)} alone.")])
    return known.settle(stakes, complete_switches(known, switches or {}), track)


def complete_switches(model: Model, switches: Mapping[str, str]) -> dict[str, str]:
    """Every switch of a model, the given ones checked. Raises QueryError with every one that is wrong."""
    known = {switch.name: switch for switch in model.switches}
    wrong: list[Issue] = []
    for name, value in switches.items():
        if name not in known:
            cure = f"It has {', '.join(known)}." if known else "It has none."
            wrong.append(Issue("switch", 0, 0, model.id, f"No switch '{name}'.", cure))
        elif not known[name].values:
            if not value.isdigit() or not 1 <= int(value) <= 1000:
                message = f"'{value}' is no number of {name}."
                wrong.append(Issue("switch", 0, 0, model.id, message, "Write a whole number from 1 to 1000."))
        elif value not in known[name].values:
            message = f"'{value}' is no setting of {name}."
            wrong.append(Issue("switch", 0, 0, model.id, message, f"There are {', '.join(known[name].values)}."))
    if wrong:
        raise QueryError(wrong)
    chosen = {name: switch.default for name, switch in known.items()} | dict(switches)
    return chosen | dict(model.presets.get(chosen.get("preset", ""), {})) | dict(switches)

"""What an actor should do: its alternatives by every judge, their robustness, and what would change the winner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.alternatives import Alternative, Ledger
from detente.ensemble.pooling import Floats, pool
from detente.findings.advice import MARGIN, RULE, SAFE, Advice, Choice, Effect, Front, Judgement, Standing
from detente.findings.claims import spread_of
from detente.findings.discovery import find_upset
from detente.findings.evidence import count_effective
from detente.findings.factors import Factors
from detente.findings.findings import Spread
from detente.findings.regrets import TIE, find_front, find_regrets, pool_share, share_best, share_places
from detente.findings.yardsticks import ROBUST
from detente.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Weighing:
    """How draws and differences count."""

    #: shape (draws,); None when draws count alike
    weights: Floats | None = None
    #: worths no further apart count as equal; not below ``TIE``
    margin: float = MARGIN


def advise(ledger: Ledger, scenario: Scenario, factors: Factors | None, weighing: Weighing | None = None) -> Advice:
    """Judge a ledger's alternatives by the measures and by the payoffs of those who choose.

    ``factors`` are the inputs of the same draws, for what would change the winner; None leaves that out.
    """
    weighing = weighing or Weighing()
    weighing = Weighing(weighing.weights, max(weighing.margin, TIE))
    kept = [k for k, judge in enumerate(ledger.judges) if judge.kind == "measure" or judge.of in ledger.actors]
    measures = [k for k, judge in enumerate(ledger.judges) if judge.kind == "measure"]
    return Advice(
        actors=ledger.actors,
        draws=ledger.worth.shape[2],
        effective=None if weighing.weights is None else count_effective(weighing.weights),
        choices=tuple(spell(item, scenario) for item in ledger.alternatives),
        barred=tuple(spell(item, scenario) for item in ledger.barred),
        judgements=tuple(_judge(ledger, k, factors, weighing) for k in kept),
        front=_find_front(ledger, measures, weighing) if len(measures) > 1 else (),
        robust=_find_robust(ledger, measures, weighing) if measures else (),
        rule=RULE,
        margin=weighing.margin,
        effects=tuple(list_effects(ledger, weighing)),
    )


def spell(item: Alternative, scenario: Scenario) -> Choice:
    """An alternative in the names of the file."""
    levers = {lever.id: lever for lever in scenario.levers}
    return Choice(item.name, {k: levers[k].levels[level] for k, level in item.hold}, item.text, item.barred)


def _judge(ledger: Ledger, place: int, factors: Factors | None, weighing: Weighing) -> Judgement:
    worth, judge, margin = ledger.worth[place], ledger.judges[place], weighing.margin
    regret, best, places = find_regrets(worth), share_best(worth, margin), share_places(worth, margin)
    means = average(worth, weighing.weights)
    order = sorted(range(len(means)), key=lambda k: (-round(float(means[k]) / TIE), k))
    names = [item.name for item in ledger.alternatives]
    favourite = order[0] if (regret > margin).any() else None
    standings = [_stand(names[k], worth, (k, order[0]), (regret, best, places), weighing) for k in order]
    upset = None
    if factors is not None and favourite is not None:
        upset = find_upset(factors, regret[favourite][factors.order], margin, best[:, factors.order], names)
    return Judgement(
        judge=judge.of,
        kind=judge.kind,
        standings=tuple(standings),
        favourite=None if favourite is None else names[favourite],
        settled=None if favourite is None or worth.shape[1] == 1 else standings[0].unbeaten >= ROBUST,
        maximin=names[_find_first(worth.min(axis=1), margin)],
        minimax_regret=names[_find_first(-regret.max(axis=1), margin)],
        upset=None if upset is None or isinstance(upset, str) else upset,
        no_upset=upset if isinstance(upset, str) else None,
    )


def average(worth: Floats, weights: Floats | None) -> Floats:
    """Mean over draws, the last axis."""
    return np.asarray(np.average(worth, axis=-1, weights=weights))


def _find_first(values: Floats, margin: float) -> int:
    """The place of the highest value; the first listed of equals."""
    return int(np.flatnonzero(values >= values.max() - margin)[0])


def _stand(
    name: str, worth: Floats, pair: tuple[int, int], found: tuple[Floats, Floats, Floats], weighing: Weighing
) -> Standing:
    """An alternative (and the favourite, by their places) by one judge; doing nothing is the first of the worths."""
    (k, first), (regret, best, places), weights = pair, found, weighing.weights
    satisfies, satisfies_error = pool_share((worth[k] >= worth[0] - weighing.margin).astype(np.float64), weights)
    chance, chance_error = pool_share(best[k], weights)
    unbeaten, unbeaten_error = pool_share((regret[k] <= weighing.margin).astype(np.float64), weights)
    behind = pool(worth[first] - worth[k], weights)
    return Standing(
        name=name,
        worth=spread_of(worth[k], weights),
        gain=spread_gain(worth[k] - worth[0], weights),
        regret=spread_gain(regret[k], weights),
        worst_regret=float(regret[k].max()),
        worst=float(worth[k].min()),
        satisfies=satisfies,
        satisfies_error=satisfies_error,
        best=chance,
        best_error=chance_error,
        unbeaten=unbeaten,
        unbeaten_error=unbeaten_error,
        places=tuple(float(share) for share in average(places[k], weights)),
        behind=0.0 if k == first else behind.mean,
        behind_error=nan if k == first else behind.error,
    )


def spread_gain(values: Floats, weights: Floats | None) -> Spread:
    """A difference over draws; what is nearer to 0 than ``TIE`` is 0."""
    return spread_of(np.where(np.abs(values) < TIE, 0.0, values), weights)


def _find_front(ledger: Ledger, measures: Sequence[int], weighing: Weighing) -> tuple[Front, ...]:
    worth = ledger.worth[list(measures)]
    on_average = find_front(average(worth, weighing.weights)[:, :, None], weighing.margin)[:, 0]
    inside = find_front(worth, weighing.margin)
    return tuple(
        Front(item.name, bool(on_average[k]), *pool_share(inside[k].astype(np.float64), weighing.weights))
        for k, item in enumerate(ledger.alternatives)
    )


def _find_robust(ledger: Ledger, measures: Sequence[int], weighing: Weighing) -> tuple[str, ...]:
    """The alternatives that do no harm and some good, and that none of the others of that kind dominates."""
    worth, margin = ledger.worth[list(measures)], weighing.margin
    means = average(worth, weighing.weights)
    safe = average((worth >= worth[:, :1] - margin).astype(np.float64), weighing.weights) >= SAFE
    better = means > means[:, :1] + margin
    good: NDArray[np.intp] = np.flatnonzero(safe.all(axis=0) & better.any(axis=0))
    if not len(good):
        return ()
    kept = good[find_front(means[:, good, None], margin)[:, 0]]
    leads = (means >= means.max(axis=1, keepdims=True) - margin).sum(axis=0)
    names = [item.name for item in ledger.alternatives]
    return tuple(names[k] for k in sorted(kept, key=lambda k: (-leads[k], k)))


def list_effects(ledger: Ledger, weighing: Weighing) -> list[Effect]:
    """Who gains and who loses by each alternative, of all actors."""
    effects: list[Effect] = []
    for place, judge in enumerate(ledger.judges):
        if judge.kind == "measure":
            continue
        for k, item in enumerate(ledger.alternatives[1:], start=1):
            gain = ledger.worth[place, k] - ledger.worth[place, 0]
            up = pool_share((gain > weighing.margin).astype(np.float64), weighing.weights)
            down = pool_share((gain < -weighing.margin).astype(np.float64), weighing.weights)
            effects.append(Effect(item.name, judge.of, spread_gain(gain, weighing.weights), *up, *down))
    return effects

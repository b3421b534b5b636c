"""What a coalition could agree on: levers that its members hold together, and who gains by it.

A deal is *preferred* when every member is better off than if nothing were held, on average; that is about payoffs, and
says nothing of whether anybody keeps to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.display import Drawn
from detente.ensemble.alternatives import Alternative, Ledger
from detente.findings.advice import Choice, Effect
from detente.findings.figures import cut
from detente.findings.findings import Spread, plain_data
from detente.findings.policies import Weighing, average, list_effects, spell, spread_gain
from detente.findings.regrets import TIE, find_front, pool_share
from detente.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Deal:
    """Levers held together."""

    name: str
    #: levels by lever
    hold: Mapping[str, str]
    #: the one member whose levers these all are, and who can hold them alone; empty when it takes several
    alone: str
    #: what each member gains beyond nothing being held
    gains: tuple[Effect, ...]
    #: whether every member gains on average
    preferred: bool
    #: share of draws in which every member gains
    everyone: float
    everyone_error: float
    #: whether no other of these (nothing held among them) is as good for every member and better for one, on average
    undominated: bool
    #: what each measure gains
    measures: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Deals(Drawn):
    """What a coalition could agree on, the deals that every member prefers first."""

    actors: tuple[str, ...]
    draws: int
    deals: tuple[Deal, ...]
    barred: tuple[Choice, ...]
    #: holdings of more levers that were not looked at
    left_out: int
    #: gains no larger count for none
    margin: float

    def __repr__(self) -> str:
        preferred = sum(deal.preferred for deal in self.deals)
        return f"<Deals of {','.join(self.actors)}: {preferred} of {len(self.deals)} preferred, {self.draws} draws>"

    def __str__(self) -> str:
        head = f"{'all gain':>9} {'preferred':>10} {'undominated':>12}  {'gains':<40}  deal"
        lines = [head, "-" * len(head)]
        for deal in self.deals:
            gains = ", ".join(f"{gain.actor} {gain.gain.mean:+.3g}" for gain in deal.gains)
            marks = [
                f"{'yes' if mark else 'no':>{width}}"
                for mark, width in zip((deal.preferred, deal.undominated), (10, 12), strict=True)
            ]
            lines.append(f"{100 * deal.everyone:>7.0f} % {' '.join(marks)}  {cut(gains, 40):<40}  {cut(deal.name, 22)}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def weigh_deals(ledger: Ledger, scenario: Scenario, left_out: int, weighing: Weighing | None = None) -> Deals:
    """What every joint holding of a ledger gives each member and each measure."""
    weighing = weighing or Weighing()
    weighing = Weighing(weighing.weights, max(weighing.margin, TIE))
    members = [k for k, judge in enumerate(ledger.judges) if judge.kind == "actor" and judge.of in ledger.actors]
    effects = list_effects(ledger, weighing)
    means = average(ledger.worth[members], weighing.weights)
    front = find_front(means[:, :, None], weighing.margin)[:, 0]
    deals: list[Deal] = []
    for k, item in enumerate(ledger.alternatives[1:], start=1):
        gain = ledger.worth[members, k] - ledger.worth[members, 0]
        everyone = pool_share(np.asarray((gain > weighing.margin).all(axis=0), dtype=np.float64), weighing.weights)
        deals.append(
            Deal(
                name=item.name,
                hold=spell(item, scenario).hold,
                alone=_find_owner(item, scenario),
                gains=tuple(effect for effect in effects if effect.name == item.name and effect.actor in ledger.actors),
                preferred=bool((average(gain, weighing.weights) > weighing.margin).all()),
                everyone=everyone[0],
                everyone_error=everyone[1],
                undominated=bool(front[k]),
                measures=_list_measures(ledger, k, weighing),
            )
        )
    order = sorted(range(len(deals)), key=lambda k: (not deals[k].preferred, -round(deals[k].everyone, 9), k))
    barred = tuple(spell(item, scenario) for item in ledger.barred)
    draws = ledger.worth.shape[2]
    return Deals(ledger.actors, draws, tuple(deals[k] for k in order), barred, left_out, weighing.margin)


def _find_owner(item: Alternative, scenario: Scenario) -> str:
    owners = {lever.actor for lever in scenario.levers if lever.id in dict(item.hold)}
    return str(owners.pop()) if len(owners) == 1 else ""


def _list_measures(ledger: Ledger, k: int, weighing: Weighing) -> dict[str, Spread]:
    return {
        judge.of: spread_gain(ledger.worth[place, k] - ledger.worth[place, 0], weighing.weights)
        for place, judge in enumerate(ledger.judges)
        if judge.kind == "measure"
    }

"""What would change the winner: the region of the inputs in which the favourite loses, by scenario discovery.

1. The inputs are those that drive the favourite's regret (:mod:`detente.findings.drivers`), over all draws or 2,048 of
   them: with few draws a box on some other input that resembles one holds as many losses.
2. On one half of the draws PRIM (:mod:`detente.findings.peeling`) finds boxes of those inputs. Each on its trajectory
   is pasted, and readings are given back where that helps, for greedy peeling cannot take a step back. The box is taken
   whose share of the losses exceeds its share of the draws most (coverage less mass: weighted relative accuracy,
   Lavrac, Flach & Zupan 1999), and restrictions that may be chance are freed.
3. On the other half, which played no part in finding the box, losing must be likelier inside than in all of it
   (binomial test). The figures told are of that half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.findings.advice import Box, Peel, Restriction, Upset
from detente.findings.drivers import FEWEST, LEVEL, find_drivers
from detente.findings.factors import Factors, restrict
from detente.findings.findings import NoFlip
from detente.findings.peeling import Bounds, Table, find_quasi_p, find_tail, measure, paste, peel, prune

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: draws over which drivers are looked for, the first in canonical order: more would cost and tell little more
TESTED = 2048
#: least share of the draws in a box
LEAST = 0.1


def find_upset(factors: Factors, regret: Floats, margin: float, best: Floats, names: Sequence[str]) -> Upset | NoFlip:
    """Where the favourite's regret is above the margin, or why no such region is told.

    ``regret`` (draws,) and ``best`` (alternatives, draws), who is best there, are in the order of ``factors``.
    """
    loses = regret > margin
    n, lost = len(loses), int(loses.sum())
    if n < FEWEST:
        return "too few draws"
    if lost == 0:
        return "every draw agrees"
    if min(lost, n - lost) < max(3, 0.05 * n):
        return "few draws disagree"
    drivers = _find_inputs(factors, np.where(loses, regret, 0.0))
    if not drivers:
        return "nothing stands out"
    table = lay_table(factors, loses, drivers)
    first, second = table.select(factors.half), table.select(~factors.half)
    if not first.hits.any() or not second.hits.any():
        return "nothing stands out"
    boxes = peel(first, LEAST)
    pasted = [_widen(first, paste(first, passed)) for passed in boxes]
    box = prune(first, max(pasted, key=lambda candidate: _balance(first, candidate)), LEVEL)
    inside = box.inside(second.values)
    if not box.places or inside.sum() < 4:
        return "nothing stands out"
    base = float(second.hits.mean())
    p = find_tail(int(second.hits[inside].sum()), int(inside.sum()), base)
    if p > LEVEL:
        return "nothing stands out"
    winners = best[:, ~factors.half][:, inside & second.hits].sum(axis=1)
    return Upset(
        box=_spell(factors, table, second, box),
        found=_spell(factors, table, first, box),
        base=base,
        p=p,
        instead=names[int(np.argmax(np.round(winners, 6)))],
        trajectory=tuple(Peel(*measure(first, passed), len(passed.places)) for passed in boxes),
    )


def _find_inputs(factors: Factors, regret: Floats) -> list[str]:
    """The drivers of a regret; of many draws as many as ``TESTED`` tell them."""
    if len(regret) > TESTED:
        by_row = np.empty(len(regret))
        by_row[factors.order] = regret
        factors = restrict(factors, np.arange(len(regret)) < TESTED)
        regret = by_row[factors.order]
    return [driver.input for driver in find_drivers(factors, regret)]


def lay_table(factors: Factors, hits: Bools, wanted: Sequence[str]) -> Table:
    """Some of the inputs, in the order of their names, beside the draws of interest."""
    chosen = sorted((factor.id, place) for place, factor in enumerate(factors.factors) if factor.id in wanted)
    picked = [factors.factors[place] for _, place in chosen]
    return Table(
        factors.values[:, [place for _, place in chosen]],
        hits,
        tuple(factor.id for factor in picked),
        tuple(bool(factor.readings) for factor in picked),
    )


def _balance(table: Table, box: Bounds) -> float:
    """Coverage less mass; 0 for the open box and for one that tells nothing."""
    coverage, _, mass = measure(table, box)
    return round(coverage - mass, 9)


def _widen(table: Table, box: Bounds) -> Bounds:
    """Give back the reading that raises coverage less mass most, while one does."""
    while True:
        wider = [box.include(place, reading) for place, reading in box.without]
        best = max(wider, key=lambda candidate: _balance(table, candidate), default=box)
        if _balance(table, best) <= _balance(table, box):
            return box
        box = best


def _spell(factors: Factors, table: Table, part: Table, box: Bounds) -> Box:
    """A box in the names of the file, measured on a part of the table."""
    known = {factor.id: factor for factor in factors.factors}
    restrictions = []
    for place in box.places:
        factor = known[table.names[place]]
        low, high = box.span(place)
        out = {reading for where, reading in box.without if where == place}
        seen = [int(level) for level in np.unique(table.values[:, place])] if factor.readings else []
        readings = tuple(factor.readings[level] for level in seen if level not in out)
        quasi_p = find_quasi_p(part, box, place)
        restrictions.append(Restriction(factor.id, factor.also, low, high, readings, quasi_p))
    return Box(tuple(restrictions), *measure(part, box), int(box.inside(part.values).sum()))

"""Small tables for the spatial models: full of ties, shared positions and actors that do not care."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.settlement import Settlement
from detente.solvers.bargaining.stakes import Stakes, lay_stakes
from oracles_bargaining_smp import Table

#: the car-emission case: years, salience, capability (Bueno de Mesquita 1994 through Scholz et al. 2011, Table 1)
CARS = (
    (4, 0.8, 0.08), (7, 0.4, 0.08), (4, 0.2, 0.03), (4, 0.8, 0.16), (10, 0.6, 0.16),
    (10, 0.6, 0.16), (10, 0.9, 0.16), (7, 0.1, 0.05), (4, 1.0, 0.05), (7, 0.7, 0.08),
)  # fmt: skip

Rows = list[tuple[tuple[float, ...], tuple[float, ...], float]]


def lay(rows: Rows, low: float = 0.0, high: float = 1.0) -> Stakes:
    """One draw; a row is positions, saliences, capability."""
    n, q = len(rows), len(rows[0][0])
    positions, saliences = (np.array([row[k] for row in rows], dtype=np.float64)[None] for k in (0, 1))
    capabilities = np.repeat(np.array([row[2] for row in rows], dtype=np.float64)[None, :, None], q, axis=2)
    names, issues = tuple(f"a{k}" for k in range(n)), tuple(f"i{k}" for k in range(q))
    ends = np.full(q, low), np.full(q, high)
    present, reference = np.ones((n, q), dtype=np.bool_), np.full((1, q), np.nan)
    return lay_stakes(Stakes(names, issues, positions, saliences, capabilities, present, *ends, reference))


def as_table(rows: Rows) -> Table:
    """The rows as the oracle takes them: attention of at most 1."""
    saliences = tuple(tuple(s / max(1.0, sum(row[1])) for s in row[1]) for row in rows)
    return Table(tuple(row[0] for row in rows), saliences, tuple(row[2] for row in rows))


def odds_of(found: Settlement) -> Any:
    assert found.odds is not None
    return found.odds


steps = st.integers(0, 20).map(lambda k: k / 20)


@st.composite
def tables(draw: st.DrawFn, most: int = 6) -> Rows:
    """Ties, shared positions, consensus, actors that care about one issue only or about none."""
    q = draw(st.integers(1, 3))
    place = st.tuples(*[steps] * q)
    care = st.tuples(*[st.sampled_from((0.0, 0.1, 0.25, 0.3, 1.0))] * q)
    spots = draw(st.lists(place, min_size=1, max_size=most))
    row = st.tuples(st.one_of(place, st.sampled_from(spots)), care, st.sampled_from((1.0, 1.0, 2.0, 5.5, 30.0)))
    rows = draw(st.lists(row, min_size=1, max_size=most))
    for k in range(q):
        if not any(row[1][k] for row in rows):
            rows[0] = (rows[0][0], tuple(max(s, 0.2) for s in rows[0][1]), rows[0][2])
    return rows


def settings(*names: str) -> st.SearchStrategy[dict[str, str]]:
    values = {switch.name: switch.values for switch in MODELS["smp"].switches}
    return st.fixed_dictionaries({name: st.sampled_from(values[name]) for name in names})

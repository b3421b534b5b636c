"""The closed forms of bargaining against their definitions: exact fractions, and a fine grid for the maxima."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import QueryError
from detente.solvers.bargaining.compromise import find_compromise
from detente.solvers.bargaining.kalai_smorodinsky import find_kalai_smorodinsky
from detente.solvers.bargaining.median import find_median
from detente.solvers.bargaining.models import MODELS, settle
from detente.solvers.bargaining.nash import find_nash
from detente.solvers.bargaining.stakes import Stakes, lay_stakes

#: the car-emission case: years, salience, capability (Bueno de Mesquita 1994 through Scholz et al. 2011, Table 1)
CARS = (
    (4, 0.8, 0.08), (7, 0.4, 0.08), (4, 0.2, 0.03), (4, 0.8, 0.16), (10, 0.6, 0.16),
    (10, 0.6, 0.16), (10, 0.9, 0.16), (7, 0.1, 0.05), (4, 1.0, 0.05), (7, 0.7, 0.08),
)  # fmt: skip


def make_stakes(
    rows: list[tuple[float, float, float]], ends: tuple[float, float] = (0.0, 100.0), reference: float = np.nan
) -> Stakes:
    """One draw of one issue; a row is position, salience, capability."""
    table = np.array(rows, dtype=np.float64)
    position, salience, capability = (table[None, :, k, None] for k in range(3))
    names = tuple(f"a{k}" for k in range(len(rows)))
    present = np.ones((len(rows), 1), dtype=np.bool_)
    low, high = (np.array([end]) for end in ends)
    return lay_stakes(
        Stakes(names, ("x",), position, salience, capability, present, low, high, np.array([[reference]]))
    )


whole = st.integers(0, 20).map(lambda k: 5.0 * k)
rows = st.lists(
    st.tuples(whole, st.integers(0, 8).map(lambda k: k / 8), st.integers(1, 9).map(float)), min_size=1, max_size=7
).filter(lambda table: any(row[1] for row in table))


@given(rows)
def test_compromise_and_median_are_exact(table: list[tuple[float, float, float]]) -> None:
    weights = [Fraction(salience) * Fraction(capability) for _, salience, capability in table]
    places = [Fraction(row[0]) for row in table]
    mean = sum(w * x for w, x in zip(weights, places, strict=True)) / sum(weights)
    median = min(
        x for x in places if 2 * sum(w for w, y in zip(weights, places, strict=True) if y <= x) >= sum(weights)
    )
    stakes = make_stakes(table)
    assert find_compromise(stakes)[0, 0] == pytest.approx(float(mean), abs=1e-11)
    assert find_median(stakes)[0, 0] == float(median)


@given(rows, whole, st.sampled_from(("zero", "reference")))
def test_the_maxima_beat_every_point_of_a_grid(
    table: list[tuple[float, float, float]], reference: float, disagreement: str
) -> None:
    stakes = make_stakes(table, reference=reference)
    heard = [row for row in table if row[1] > 0]
    # What disagreement leaves each actor, in utility that falls with distance over the length of the scale.
    nothing = {row: 0.0 if disagreement == "zero" else 1 - abs(reference - row[0]) / 100 for row in heard}

    def gains(x: float) -> list[float]:
        return [1 - abs(x - row[0]) / 100 - nothing[row] for row in heard]

    grid = [x for x in np.linspace(0, 100, 401) if min(gains(x)) >= -1e-12]
    nash, fair = find_nash(stakes, disagreement)[0, 0], find_kalai_smorodinsky(stakes, disagreement)[0, 0]
    if max(min(gains(x)) for x in grid) <= 1e-12:
        # No point is better for everybody than the reference point.
        assert nash == fair == reference
        return

    def product(x: float) -> float:
        worth = np.maximum(gains(x), 0)
        with np.errstate(divide="ignore"):
            return float((np.array([row[1] * row[2] for row in heard]) * np.log(worth)).sum())

    assert product(nash) >= max(product(x) for x in grid) - 1e-9
    most = [max(gains(x)[k] for x in grid) for k in range(len(heard))]

    def share(x: float) -> float:
        return min(gain / top for gain, top in zip(gains(x), most, strict=True) if top > 0)

    assert share(fair) >= max(share(x) for x in grid) - 1e-9


def test_the_cars() -> None:
    stakes = make_stakes([*CARS], ends=(4, 10))
    assert find_compromise(stakes)[0, 0] == pytest.approx(7.389955686853766, abs=1e-12)
    assert find_median(stakes)[0, 0] == 7
    assert find_kalai_smorodinsky(stakes)[0, 0] == pytest.approx(7)


@pytest.mark.parametrize("model", MODELS)
def test_one_actor_gets_its_way_and_agreement_stands(model: str) -> None:
    for table in ([(30, 0.5, 2.0)], [(30, 0.5, 2.0), (30, 0.0, 1.0), (30, 1.0, 7.0)]):
        assert settle(model, make_stakes([*table])).outcomes[0, 0] == pytest.approx(30, abs=1e-9)


def test_draws_do_not_touch_each_other() -> None:
    tables = [make_stakes([*CARS], (0, 100)), make_stakes([(x * 3, s, c) for x, s, c in CARS], (0, 100))]
    both = Stakes(
        tables[0].actors,
        ("x",),
        np.concatenate([t.positions for t in tables]),
        np.concatenate([t.saliences for t in tables]),
        np.concatenate([t.capabilities for t in tables]),
        tables[0].present,
        tables[0].low,
        tables[0].high,
        np.full((2, 1), np.nan),
    )
    for model in MODELS:
        alone = [settle(model, table).outcomes[0, 0] for table in tables]
        assert settle(model, both).outcomes[:, 0] == pytest.approx(alone, abs=1e-12), model


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((101, 0.5, 1), "x.a1: A position of 101 cannot be. It lies between 0 and 100."),
        ((50, 1.5, 1), "x.a1: A salience of 1.5 cannot be. It lies between 0 and 1."),
        ((50, 0.5, 0), "x.a1: A capability of 0 cannot be. It lies above 0."),
        ((50, 0.5, -3), "x.a1: A capability of -3 cannot be. It lies above 0."),
        ((50, 0.5, np.nan), "x.a1: A capability of nan cannot be. It lies above 0."),
    ],
)
def test_what_cannot_be_is_told(row: tuple[float, float, float], told: str) -> None:
    with pytest.raises(QueryError) as caught:
        make_stakes([(10, 0.5, 1), row])
    assert told in str(caught.value)


def test_an_issue_nobody_cares_about_is_told() -> None:
    with pytest.raises(QueryError, match=r"x: Nobody cares about it\. Give a salience above 0\."):
        make_stakes([(10, 0, 1), (20, 0, 1)])


@pytest.mark.parametrize(
    ("model", "switches", "told"),
    [
        ("middle", {}, "No model 'middle'. There are predictive, compromise"),
        ("nash", {"q": "1"}, "nash: No switch 'q'. It has disagreement."),
        ("nash", {"disagreement": "half"}, "'half' is no setting of disagreement. There are zero, reference."),
        ("median", {"q": "1"}, "median: No switch 'q'. It has none."),
    ],
)
def test_models_and_switches_that_are_none_are_told(model: str, switches: dict[str, str], told: str) -> None:
    with pytest.raises(QueryError) as caught:
        settle(model, make_stakes([*CARS]), switches)
    assert told in str(caught.value)

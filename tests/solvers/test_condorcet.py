"""The probabilistic Condorcet election: the printed chances of a known case, its definition, its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from detente.errors import QueryError
from detente.solvers.bargaining.models import settle
from oracles_bargaining_smp import Rules, odds_of_places, weights_of
from spatial import CARS, Rows, as_table, lay, odds_of, settings, tables


def test_car_emissions() -> None:
    found = settle("condorcet", lay([((x,), (s,), c) for x, s, c in CARS], 4.0, 10.0))
    odds, places = odds_of(found)[0, :, 0], np.array([row[0] for row in CARS])
    assert {x: round(odds[places == x].sum(), 3) for x in (4, 7, 10)} == {4: 0.165, 7: 0.465, 10: 0.370}
    assert found.outcomes[0, 0] == pytest.approx(7.62, abs=0.005)
    assert len(set(odds[places == 7])) == 1


@given(tables(), settings("voting", "contest", "election", "weights"))
def test_election_is_its_definition(rows: Rows, chosen: dict[str, str]) -> None:
    table = as_table(rows)
    rules = Rules(chosen["voting"], chosen["contest"], chosen["election"], chosen["weights"])
    found = settle("condorcet", lay(rows), chosen)
    whole = odds_of_places(table, rules, weights_of(table, rules), [0.0] * len(rows), merged=True)
    shared = [p / sum(row[0] == other[0] for other in rows) for p, row in zip(whole, rows, strict=True)]
    assert odds_of(found)[0, :, 0] == pytest.approx(shared, abs=1e-9)
    assert sum(shared) == pytest.approx(1)
    for k in range(len(rows[0][0])):
        assert found.outcomes[0, k] == pytest.approx(sum(p * r[0][k] for p, r in zip(shared, rows, strict=True)))


@given(tables(), settings("voting", "contest", "election", "weights"))
def test_order_and_units_change_nothing(rows: Rows, chosen: dict[str, str]) -> None:
    chosen = chosen | {"capabilities": "relative"}
    first = settle("condorcet", lay(rows), chosen)
    stretched = [(tuple(4 + 6 * x for x in places), cares, 1e-6 * power) for places, cares, power in rows]
    assert odds_of(settle("condorcet", lay(stretched, 4, 10), chosen)) == pytest.approx(odds_of(first), abs=1e-9)
    if chosen["voting"] != "asymmetric":  # KTAB counts a pair from the side of the later position
        turned = settle("condorcet", lay(rows[::-1]), chosen)
        assert odds_of(turned)[:, ::-1] == pytest.approx(odds_of(first), abs=1e-9)


def test_one_actor_and_consensus() -> None:
    alone = settle("condorcet", lay([((0.3,), (0.5,), 2.0)]))
    assert alone.outcomes[0, 0] == pytest.approx(0.3)
    assert odds_of(alone).tolist() == [[[1.0]]]
    agreed = settle("condorcet", lay([((0.7,), (0.5,), 2.0), ((0.7,), (0.0,), 9.0)]))
    assert agreed.outcomes[0, 0] == pytest.approx(0.7)
    assert odds_of(agreed).ravel().tolist() == [0.5, 0.5]


def test_many_actors_do_not_lose_their_chances_in_rounding() -> None:
    rng = np.random.default_rng(3)
    rows = [((float(x),), (1.0,), float(c)) for x, c in zip(rng.random(250), rng.uniform(1, 9, 250), strict=True)]
    odds = odds_of(settle("condorcet", lay(rows), {"contest": "octic"}))
    assert odds.sum() == pytest.approx(1)
    assert odds.max() > 0.1


def test_a_package_has_one_capability_for_each_actor() -> None:
    stakes = lay([((0.1, 0.2), (0.5, 0.5), 2.0), ((0.9, 0.2), (0.5, 0.5), 1.0)])
    stakes.capabilities[0, 1, 1] = 1.5
    with pytest.raises(QueryError) as caught:
        settle("condorcet", stakes)
    assert str(caught.value) == (
        "issues  i1.a1: A capability of 1.5 here is 1 for i0; a package has one for each actor. Give it the same in "
        "both, by `shared:` where it is uncertain, or bargain over the issues one by one."
    )


def test_everybody_has_a_stake_in_everything_that_somebody_cares_about() -> None:
    stakes = lay([((0.1, 0.2), (0.5, 0.5), 2.0), ((0.9, 0.2), (0.5, 0.5), 1.0)])
    stakes.present[0, 1] = False
    stakes.saliences[:, :, 0] = 0.0
    with pytest.raises(QueryError) as caught:
        settle("condorcet", stakes)
    assert str(caught.value).splitlines() == [
        "issues  i0: Nobody who bargains over the package cares about it. Give one of them a salience above 0.",
        "issues  i1.a0: It has no stake in this issue. Give it one, or bargain over the issues one by one.",
    ]

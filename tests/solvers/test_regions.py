"""Groups of what improvements reach, against the textbook's states and moves one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import make_game, priced, random_conflict
from detente.solvers import regions
from detente.solvers.board import rank_states
from detente.solvers.paths import WHOLE, find_paths
from detente.solvers.reach import count_steps
from detente.solvers.regions import find_regions
from oracles import Graph


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 4, 1000]))
def test_every_state_is_in_its_group_and_every_improvement_between_them(seed: int, most: int) -> None:
    game = random_conflict(np.random.default_rng(seed))
    prices, start = priced(game), game.status_quo
    ranks = rank_states(game, prices.payoffs)
    steps = count_steps(game, start, range(len(game.actors)), ranks)
    sought = np.random.default_rng(seed).random(game.cells) < 0.3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regions, "MOST", most)
        found = find_regions(game, ranks, steps, start, sought)
    graph = Graph(game, prices)
    owners = [axis.actor for axis in game.axes]

    def describe(cell: int) -> tuple[int, frozenset[str]]:
        changed = [k for k, (a, b) in enumerate(zip(graph.places[cell], graph.places[start], strict=True)) if a != b]
        ids = {
            "levers": [game.axes[k].id for k in changed],
            "actors": [game.actors[owners[k]].id for k in changed],
            "moves": [],
        }
        return int(steps[cell]), frozenset(ids[found.by])

    members: dict[tuple[int, frozenset[str]], list[int]] = {}
    for cell in np.flatnonzero(steps >= 0).tolist():
        members.setdefault(describe(cell), []).append(cell)
    keys = [(region.column, frozenset(region.moved)) for region in found.regions]
    assert sorted(map(str, keys)) == sorted(map(str, members))
    assert found.by == "moves" or len(keys) <= most
    assert [region.column for region in found.regions] == sorted(region.column for region in found.regions)
    for key, region in zip(keys, found.regions, strict=True):
        cells = members[key]
        assert (region.states, region.sought) == (len(cells), int(sought[cells].sum()))
        shared = {
            axis.id: axis.levels[graph.places[cells[0]][k]]
            for k, axis in enumerate(game.axes)
            if len({graph.places[cell][k] for cell in cells}) == 1
            and graph.places[cells[0]][k] != graph.places[start][k]
        }
        assert region.shared == shared
    entered: dict[tuple[int, int, int], set[int]] = {}
    for source, cells in enumerate(members[key] for key in keys):
        for cell in cells:
            for actor in graph.actors:
                for end in graph.improvements(actor, cell):
                    if steps[end] == steps[cell] + 1:
                        entered.setdefault((source, keys.index(describe(end)), actor), set()).add(end)
    assert {(p.source, p.target, p.actor): p.states for p in found.passages} == {k: len(v) for k, v in entered.items()}
    assert (found.states, found.sought) == ((steps >= 0).sum(), sought[steps >= 0].sum())


def test_thousands_of_states_are_grouped_and_few_are_not() -> None:
    """Six actors, each better off the further along it is: 4,096 states, a step for every actor that has moved."""
    levers = {f"a{k}": {"x": 4} for k in range(6)}
    game = make_game(levers, lambda *x: x)
    found = find_paths(game, priced(game), 0, concept="nash").evolution
    assert not found.whole
    assert found.regions is not None
    assert found.regions.by == "moves"
    assert [region.states for region in found.regions.regions] == [1, 18, 135, 540, 1215, 1458, 729]
    assert [region.sought for region in found.regions.regions] == [0, 0, 0, 0, 0, 0, 1]
    small = make_game({"a": {"x": 4}, "b": {"x": 4}}, lambda *x: x)
    assert small.cells <= WHOLE
    assert find_paths(small, priced(small), 0).evolution.regions is None

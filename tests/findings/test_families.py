"""States grouped by what they share: every state in one family, and no family says more than its states have."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from builders import random_game
from detente.findings.families import MOST, Family, group_states
from detente.game.game import Game, levels_at


def sample(seed: int, share: float) -> tuple[Game, list[int]]:
    rng = np.random.default_rng([77, seed])
    game = random_game(rng, actors=2 + seed % 3)
    cells = np.flatnonzero(game.feasible)
    return game, [int(cell) for cell in cells[rng.random(len(cells)) < share]]


def holds(family: Family, levels: dict[str, str]) -> bool:
    """Whether a state answers to a family's description."""
    fixed = all(levels[lever] == level for lever, level in family.fixed.items())
    return fixed and all(levels[lever] in met for lever, met in family.free.items())


@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.3, 0.7, 1.0]), st.integers(1, 9))
def test_families_part_the_states_and_describe_them(seed: int, share: float, most: int) -> None:
    game, cells = sample(seed, share)
    families = group_states(game, cells, most)
    states = [dict(levels_at(game, cell)) for cell in cells]
    assert len(families) <= max(1, most)
    assert sum(family.count for family in families) == len(cells)
    assert [family.count for family in families] == sorted((family.count for family in families), reverse=True)
    for family in families:
        members = [levels for levels in states if holds(family, levels)]
        assert len(members) == family.count > 0
        for lever in (*family.fixed, *family.free):
            met = {levels[lever] for levels in members}
            assert met == ({family.fixed[lever]} if lever in family.fixed else set(family.free[lever]))
        assert family.combinations == prod(len(met) for met in family.free.values())
    for levels in states:
        assert sum(holds(family, levels) for family in families) == 1


@given(st.integers(0, 10_000))
def test_with_room_enough_every_family_is_whole(seed: int) -> None:
    game, cells = sample(seed, 0.4)
    families = group_states(game, cells, most=len(cells) + 1)
    assert all(family.whole for family in families)
    told = {
        tuple(sorted({**family.fixed, **dict(zip(family.free, levels, strict=True))}.items()))
        for family in families
        for levels in product(*family.free.values())
    }
    assert told == {tuple(sorted(levels_at(game, cell).items())) for cell in cells}


def test_a_box_is_one_family_and_no_states_are_none() -> None:
    rng = np.random.default_rng(5)
    game = random_game(rng, actors=3)
    assert group_states(game, []) == ()
    (whole,) = group_states(game, range(game.cells))
    assert whole.whole
    assert whole.count == game.cells
    assert not whole.fixed
    assert MOST >= 2

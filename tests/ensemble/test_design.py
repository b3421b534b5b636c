"""The design: a row is known from the seed, its number and the width alone."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

from detente.ensemble.design import MAX_COLUMNS, draw_rows


@given(
    seed=st.integers(0, 2**70),
    cuts=st.lists(st.integers(0, 70), min_size=2, max_size=6).map(sorted),
    columns=st.integers(0, 7),
)
@settings(max_examples=60, deadline=None)
def test_rows_do_not_depend_on_the_block(seed: int, cuts: list[int], columns: int) -> None:
    whole = draw_rows(seed, 0, 70, columns)
    for start, stop in pairwise(cuts):
        assert draw_rows(seed, start, stop, columns).tobytes() == whole[start:stop].tobytes()


@pytest.mark.parametrize("columns", [1, 2, 40])
def test_rows_are_the_scrambled_sequence_in_the_middle_of_its_cells(columns: int) -> None:
    reference = qmc.Sobol(columns, rng=np.random.default_rng(np.random.SeedSequence(5))).random(64)
    assert (draw_rows(5, 0, 64, columns) == reference + 2.0**-31).all()


@given(seed=st.integers(0, 1000), start=st.integers(0, 2**29), columns=st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_entries_are_strictly_inside(seed: int, start: int, columns: int) -> None:
    rows = draw_rows(seed, start % 5000, start % 5000 + 40, columns)
    assert rows.shape == (40, columns)
    assert ((rows > 0) & (rows < 1)).all()


def test_every_column_is_spread_evenly() -> None:
    rows = draw_rows(3, 0, 128, 30)
    assert (np.sort(np.floor(rows * 128), axis=0) == np.arange(128)[:, None]).all()


def test_seeds_differ_and_zero_is_a_seed() -> None:
    assert (draw_rows(0, 0, 8, 3) == draw_rows(0, 0, 8, 3)).all()
    assert not (draw_rows(0, 0, 8, 3) == draw_rows(1, 0, 8, 3)).any()


def test_the_width_takes_part_in_the_scrambling() -> None:
    assert not (draw_rows(0, 0, 8, 3) == draw_rows(0, 0, 8, 4)[:, :3]).all()


def test_no_columns_and_no_rows() -> None:
    assert draw_rows(0, 2, 7, 0).shape == (5, 0)
    assert draw_rows(0, 7, 7, 3).shape == (0, 3)


def test_the_widest_design() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw_rows(0, 0, 1, MAX_COLUMNS).shape == (1, MAX_COLUMNS)
    with pytest.raises(ValueError, match="dimensionality"):
        draw_rows(0, 0, 1, MAX_COLUMNS + 1)

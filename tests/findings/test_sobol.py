"""Variance-based indices against SALib on the same matrices, the closed form of Ishigami's function, and laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from SALib.analyze import sobol as salib  # noqa: TID251 - an oracle of the tests
from scipy.stats import qmc

from detente.ensemble.ensemble import Ensemble
from detente.findings.sobol import decompose, estimate
from findings.mock_korea import ensemble, scenario

#: of Ishigami's function with a = 7, b = 0.1 (Saltelli et al. 2008, chapter 4)
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def swap(columns: int, rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A, B and every swap of one column, entries in (0, 1)."""
    u = qmc.Sobol(2 * columns, rng=np.random.default_rng(0)).random(rows)
    a, b = u[:, :columns], u[:, columns:]
    mixed = np.stack([np.where(np.arange(columns) == k, b, a) for k in range(columns)])
    return a, b, mixed


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def once(rows: int) -> np.ndarray:
    return np.ones((1, rows))


def test_estimates_are_salibs_on_the_same_matrices() -> None:
    a, b, mixed = (ishigami(u) for u in swap(3, 256))
    first, total = estimate(a, b, mixed, once(256))
    centre = np.concatenate([a, b]).mean()
    for k in range(3):
        assert first[0, k] == pytest.approx(salib.first_order(a - centre, mixed[k] - centre, b - centre), abs=1e-12)
        assert total[0, k] == pytest.approx(salib.total_order(a, mixed[k], b), abs=1e-12)


def test_estimates_reach_the_closed_form() -> None:
    first, total = estimate(*(ishigami(u) for u in swap(3, 8192)), once(8192))
    assert first[0] == pytest.approx(FIRST, abs=0.01)
    assert total[0] == pytest.approx(TOTAL, abs=0.01)


def test_what_adds_up_has_no_joint_part() -> None:
    a, b, mixed = swap(4, 4096)
    weights = np.array([3.0, 2.0, 1.0, 0.0])
    first, total = estimate(a @ weights, b @ weights, mixed @ weights, once(4096))
    assert first[0] == pytest.approx(weights**2 / np.sum(weights**2), abs=0.005)
    assert total[0] == pytest.approx(first[0], abs=0.005)
    assert first[0].sum() == pytest.approx(1, abs=0.005)
    assert first[0, 3] == total[0, 3] == 0


def test_a_claim_that_is_an_input_is_its_alone() -> None:
    a, b, mixed = swap(3, 4096)
    first, total = estimate(a[:, 1], b[:, 1], mixed[:, :, 1], once(4096))
    assert first[0] == pytest.approx([0, 1, 0], abs=0.005)
    assert total[0] == pytest.approx([0, 1, 0], abs=0.005)


def test_repeated_rows_count_by_how_often() -> None:
    a, b, mixed = (ishigami(u) for u in swap(3, 64))
    times = np.random.default_rng(1).multinomial(64, np.full(64, 1 / 64))
    taken = np.repeat(np.arange(64), times)
    weighted = estimate(a, b, mixed, times[None].astype(float))
    centre = np.concatenate([a, b]).mean()
    for k in range(3):
        parts = (a[taken] - centre, mixed[k, taken] - centre, b[taken] - centre)
        assert weighted[0][0, k] == pytest.approx(salib.first_order(*parts), abs=1e-12)
        assert weighted[1][0, k] == pytest.approx(salib.total_order(*parts), abs=1e-12)


def stored(rows: int, *, void: int = 0) -> Ensemble:
    """A run of swaps in which one claim is Ishigami's function, and a comparison's gap is its first column."""
    us = swap(3, rows)
    numbers = {}
    names = ["A", "B", "AB/x0", "AB/x1", "AB/x2"]
    for name, u in zip(names, [us[0], us[1], *us[2]], strict=True):
        values = ishigami(u)
        if name == "AB/x1":
            values[:void] = np.nan
        numbers |= {f"sobol/{name}/claim/early-offer": values, f"sobol/{name}/claim/talks": np.full(rows, 0.25)}
        numbers |= {
            f"sobol/{name}/claim/offered-talks": (u[:, 0] > 0.5).astype(float),
            f"sobol/{name}/term/offered-talks/0": u[:, 0],
            f"sobol/{name}/term/offered-talks/1": np.full(rows, 0.5),
        }
    method = {"groups": {"x0": ["x0"], "x1": ["x1"], "x2": ["x2"]}, "by": "input", "design": "swaps"}
    return replace(ensemble(), draws=rows, numbers=numbers, method=method)


def test_findings_are_the_estimates_with_intervals_that_hold_them() -> None:
    found = decompose(scenario(), stored(512))
    claim = found.claims[0]
    assert (claim.claim, claim.rows, claim.void, found.solved) == ("early-offer", 512, 0, 5 * 512)
    assert [item.group for item in claim.indices] == ["x0", "x1", "x2"]
    for item, first, total in zip(claim.indices, FIRST, TOTAL, strict=True):
        assert item.first.low < item.first.value < item.first.high
        assert item.first.value == pytest.approx(first, abs=0.1)
        assert item.total.value == pytest.approx(total, abs=0.1)
        assert item.joint.value == pytest.approx(item.total.value - item.first.value)
    assert [item.interacts for item in claim.indices] == [True, False, True]


def test_a_comparison_is_judged_by_its_gap_and_what_is_constant_does_not_vary() -> None:
    by_id = {item.claim: item for item in decompose(scenario(), stored(256)).claims}
    gap = by_id["offered-talks"]
    assert gap.gap
    assert gap.mean == pytest.approx(0, abs=0.02)
    assert gap.indices[0].group == "x0"
    assert gap.indices[0].first.value == pytest.approx(1, abs=0.05)
    assert by_id["talks"].indices == ()
    assert str(by_id["talks"]) == "It does not vary."


def test_rows_void_anywhere_are_left_out_and_counted() -> None:
    claim = decompose(scenario(), stored(256, void=5)).claims[0]
    assert (claim.rows, claim.void) == (251, 5)
    assert "5 rows left out" in str(claim)


def test_claims_may_be_chosen_and_tables_are_narrow() -> None:
    found = decompose(scenario(), stored(64), ["offered-talks"])
    assert [item.claim for item in found.claims] == ["offered-talks"]
    assert all(len(line) <= 100 for line in str(found).splitlines())
    assert found.to_dict()["groups"]["x1"] == ["x1"]

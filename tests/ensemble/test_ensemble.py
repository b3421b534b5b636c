"""The Ensemble noun."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
from ensemble.jobs import Waves


def test_repr_is_one_line(tmp_path: Path) -> None:
    line = "<Ensemble of 9 draws: 3 numbers, 2 curves, 1 lists of cells; seed 4, scenario dddddddddddd>"
    assert repr(run(Waves(), Plan(4, 9), folder=tmp_path)) == repr(load_run(tmp_path)) == line


def test_it_is_frozen() -> None:
    ensemble = run(Waves(), Plan(4, 9))
    with pytest.raises(FrozenInstanceError):
        ensemble.seed = 5  # type: ignore[misc]
    with pytest.raises(TypeError):
        ensemble.numbers["claim/c09"] = np.zeros(9)  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        ensemble.curves["curve/c09"][0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        ensemble.cells["stable/seq"][1][:] = 1


def test_to_dict_is_json_and_counts_voids() -> None:
    ensemble = run(Waves(), Plan(4, 40))
    document = json.loads(json.dumps(ensemble.to_dict(), allow_nan=False))
    assert (document["seed"], document["draws"], document["scenario"]) == (4, 40, "d" * 64)
    assert document["method"] == {"engine": {"step": 0.25}, "months": [0, 6, 12]}
    assert document["made_by"]["numpy"] == np.__version__
    values = ensemble.numbers["coin/c09"]
    told = document["numbers"]["coin/c09"]
    assert told["void"] == np.isnan(values).sum() > 0
    assert told["mean"] == pytest.approx(np.nanmean(values))
    assert told["p95"] == pytest.approx(np.nanquantile(values, 0.95))
    points = document["curves"]['curve/c10 "it\'s"']
    assert points["void"] == [0, told["void"]]
    assert points["p5"][0] == pytest.approx(np.quantile(ensemble.curves['curve/c10 "it\'s"'][:, 0], 0.05))
    listed = [cells for cells in ensemble.cells["stable/seq"] if len(cells)]
    assert document["cells"]["stable/seq"] == {"draws": len(listed), "different": len(np.unique(np.hstack(listed)))}


def test_to_dict_of_what_is_always_void() -> None:
    class Void(Waves):
        def evaluate(self, u: np.ndarray) -> dict[str, object]:
            return super().evaluate(u) | {"coin/c09": np.nan, "stable/seq": np.array([])}

    document = run(Void(), Plan(4, 3)).to_dict()
    assert document["numbers"]["coin/c09"] == {"mean": None, "standard_error": None, "p5": None, "p95": None, "void": 3}  # type: ignore[index]
    assert document["cells"]["stable/seq"] == {"draws": 0, "different": 0}  # type: ignore[index]

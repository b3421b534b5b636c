"""What docs/ensemble.md shows is run as it stands, and its answers are those of numpy."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.runner import Plan, run
from ensemble.jobs import Waves

PAGE = (Path(__file__).parents[2] / "docs/ensemble.md").read_text(encoding="utf-8")
SQL = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def ensemble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ensemble:
    monkeypatch.chdir(tmp_path)
    return run(Waves(), Plan(seed=0, draws=40, block=7), folder=Path("runs/korea"))


def ask(query: str) -> list[tuple[float, ...]]:
    with duckdb.connect(":memory:") as connection:
        return connection.execute(query).fetchall()


def test_there_are_three_queries() -> None:
    assert len(SQL) == 3


def test_a_claim_and_its_coin_toss(ensemble: Ensemble) -> None:
    ((draws, claim, coin, likely),) = ask(SQL[0])
    numbers = ensemble.numbers
    assert draws == 40
    assert claim == pytest.approx(np.mean(numbers["claim/c09"]))
    assert coin == pytest.approx(np.nanmean(numbers["coin/c09"]))
    assert likely == np.mean(numbers["claim/c09"] >= 0.55)


def test_thirds_of_an_input(ensemble: Ensemble) -> None:
    values = np.sort(ensemble.numbers["input/us.tempo"])
    rows = ask(SQL[1])
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1:3] for row in rows] == [(third[0], third[-1]) for third in np.array_split(values, 3)]


def test_states_stable_most_often(ensemble: Ensemble) -> None:
    cells, counts = np.unique(np.hstack(ensemble.cells["stable/seq"]), return_counts=True)
    order = np.lexsort((cells, -counts))[:10]
    assert ask(SQL[2]) == [(cells[i], counts[i] / 40) for i in order]


def test_the_python_example(ensemble: Ensemble) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Ensemble] = {}
    exec(code, names)
    assert names["ensemble"].draws == ensemble.draws

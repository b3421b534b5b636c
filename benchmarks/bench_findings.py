"""What findings cost on many draws: ``assess`` on a stored ensemble of 10,000 rows with the schema of korea-2024.

The inputs are those of the real design; the answers are made up from them by formulas, as solving 10,000 draws would
take two hours. Reading is timed apart. ``times products`` is the ratio to what no test by permutation can do without:
for every claim 199 shuffles of 10,000 draws times all inputs in single precision, measured in the same run. The aim of
the whole is 10 seconds on two cores.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from detente import api
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.job import Answer, Field
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
from detente.ensemble.study import Study, lay_study
from detente.findings.assessment import assess
from detente.findings.factors import PERMUTATIONS
from detente.findings.influences import Choice, rank_inputs
from detente.game.pricing import draw_inputs
from detente.scenario.model import Scenario

ROWS = 10_000
#: cells in a list of equilibria, about as many as korea-2024 has
LISTED = 400


@dataclass(frozen=True, eq=False)
class Made:
    """The questions of a study, answered by formulas: each claim leans on a few inputs and a reading."""

    study: Study
    loads: NDArray[np.float64]
    cells: NDArray[np.int64]
    fields: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", self.study.fields)

    @property
    def digest(self) -> str:
        return self.study.digest

    @property
    def method(self) -> Mapping[str, object]:
        return self.study.method

    @property
    def columns(self) -> int:
        return self.study.columns

    @property
    def abroad(self) -> int:
        return self.study.abroad

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        row: dict[str, Answer] = {}
        start = 0
        others = [(f"{visit.case}:", visit.plan.game) for visit in self.study.plan.visits]
        for case, game in [("", self.study.game), *others]:
            inputs = draw_inputs(game, u[start : start + game.columns])
            row |= {
                f"input/{case}{item.id}": float(inputs[k]) for k, item in enumerate(game.inputs) if item.column >= 0
            }
            start += game.columns
        yes = {f"claim/{name}" for name, query in self.study.questions if query.boolean}
        answers = 1 / (1 + np.exp(-(u - 0.5) @ self.loads))
        for k, asked in enumerate(self.fields):
            value = float(answers[k % answers.size])
            if asked.name in row:
                continue
            if asked.kind == "curve":
                row[asked.name] = value * np.linspace(0, 1, asked.length)
            elif asked.kind == "cells":
                row[asked.name] = self.cells[: int(2 * value * LISTED)]
            else:
                row[asked.name] = float(value > 0.5) if asked.name in yes else value
        return row


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Path]:
    scenario = api.load("korea-2024")
    study = lay_study(scenario, api.compile(scenario))
    chance = np.random.default_rng(0)
    size = study.columns + study.abroad, 60
    loads = chance.normal(size=size) * (chance.uniform(size=size) < 0.05) * 3
    cells = np.sort(chance.choice(study.game.cells, 2 * LISTED, replace=False))
    folder = tmp_path_factory.mktemp("korea")
    run(Made(study, loads, cells), Plan(0, ROWS, workers=2), folder=folder)
    return scenario, folder


@pytest.fixture(scope="module")
def ensemble(stored: tuple[Scenario, Path]) -> Ensemble:
    return load_run(stored[1])


def test_read(benchmark: BenchmarkFixture, stored: tuple[Scenario, Path]) -> None:
    assert benchmark.pedantic(lambda: load_run(stored[1]), rounds=3).draws == ROWS


def test_assess(benchmark: BenchmarkFixture, stored: tuple[Scenario, Path], ensemble: Ensemble) -> None:
    scenario, game = stored[0], api.compile(stored[0])
    findings = benchmark.pedantic(lambda: assess(scenario, game, ensemble), rounds=3, warmup_rounds=1)
    assert findings.draws == ROWS
    assert any(claim.drivers for claim in findings.claims)
    if benchmark.stats is not None:
        asked = sum(claim.spread is not None for claim in findings.claims)
        bare = multiply(asked, game.columns)
        benchmark.extra_info["times products"] = round(benchmark.stats.stats.min / bare, 1)


def multiply(claims: int, columns: int) -> float:
    """Seconds that the bare products of all claims take."""
    chance = np.random.default_rng(0)
    shuffled = chance.uniform(size=(PERMUTATIONS, ROWS)).astype(np.float32)
    design = chance.uniform(size=(ROWS, columns)).astype(np.float32)
    start = time.perf_counter()
    for _ in range(claims):
        shuffled @ design
    return time.perf_counter() - start


def test_rank_inputs_of_one_claim(
    benchmark: BenchmarkFixture, stored: tuple[Scenario, Path], ensemble: Ensemble
) -> None:
    """What ``drivers --claim`` costs beyond ``assess``, intervals included, and what the report's tornado does."""
    scenario = stored[0]
    findings = api.assess(scenario, ensemble)
    benchmark.pedantic(lambda: api.rank_inputs(scenario, ensemble, findings, claims=["c09"]), rounds=2)
    start = time.perf_counter()
    game = api.compile(scenario)
    rank_inputs(findings, scenario, game, ensemble, Choice(frozenset(findings.headlines), resamples=0))
    benchmark.extra_info["tornado s"] = round(time.perf_counter() - start, 1)

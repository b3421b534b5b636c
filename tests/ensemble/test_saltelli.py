"""Swapped draws: a row's answers are the scenario's own at A, B and every swap; groups; a run like any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cli.conftest import SMALL
from detente import api
from detente.ensemble.design import draw_rows
from detente.ensemble.manifest import read_manifest
from detente.ensemble.runner import Plan, run
from detente.ensemble.saltelli import group_inputs, lay_swaps
from detente.ensemble.store import load_run
from detente.ensemble.study import lay_study
from detente.errors import RunError
from detente.scenario.model import Scenario


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "brief.md").write_text("The north will likely fall silent within a year.\n", encoding="utf-8")
    return api.load(str(folder / "small.yaml"))


@pytest.mark.parametrize("by", ["input", "actor"])
def test_a_row_is_answered_at_both_draws_and_at_every_swap(small: Scenario, by: str) -> None:
    game = api.compile(small)
    swaps = lay_swaps(small, game, "input" if by == "input" else "actor")
    plain = lay_study(small, game)
    u = draw_rows(3, 5, 6, swaps.columns)[0]
    row = swaps.evaluate(u)
    assert set(row) == {field.name for field in swaps.fields}
    a, b = np.split(u, 2)
    assert len(a) == plain.columns + plain.abroad > plain.columns, "another case is asked about"
    rows = {"A": a, "B": b}
    for group in swaps.groups:
        mixed = a.copy()
        for column in group.columns:
            mixed[column] = b[column]
        rows[f"AB/{group.id}"] = mixed
    for place, values in rows.items():
        wanted = plain.evaluate(values)
        for name in ("claim/silence", "claim/sooner", "term/sooner/0", "term/sooner/1", "claim/someday"):
            assert row[f"sobol/{place}/{name}"] == pytest.approx(wanted[name], abs=1e-9), (place, name)


def test_groups_share_out_the_columns(small: Scenario) -> None:
    game = api.compile(small)
    korea = api.compile(api.load("korea-2024"))
    for one, by in ((game, "input"), (game, "actor"), (korea, "actor"), (korea, "input")):
        groups = group_inputs(one, "input" if by == "input" else "actor")
        columns = [column for group in groups for column in group.columns]
        assert sorted(columns) == list(range(one.columns))
        varying = {item.id for item in one.inputs if item.column >= 0}
        assert {name for group in groups for name in group.inputs} == varying
    assert [group.id for group in group_inputs(game, "actor")] == ["north", "south"]
    assert {"us", "dprk", "rok", "prc", "russia", "jpn"} <= {group.id for group in group_inputs(korea, "actor")}
    assert all(name.startswith("us.") for name in group_inputs(korea, "actor")[0].inputs)


def test_inputs_tied_across_owners_are_a_group_of_their_own(tmp_path: Path) -> None:
    text = SMALL.replace("weight: 1 to 3", "weight: {value: 1 to 3, shared: zeal}").replace(
        "weight: -0.5 to 0.5", "weight: {value: 1 to 3, shared: zeal}"
    )
    (tmp_path / "tied.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "brief.md").write_text("The north will likely fall silent within a year.\n", encoding="utf-8")
    groups = {group.id: group for group in group_inputs(api.compile(api.load(str(tmp_path / "tied.yaml"))), "actor")}
    assert groups["north+south"].inputs == ("north.quiet", "south.base")
    assert len(groups["north+south"].columns) == 1


def test_many_inputs_are_swapped_by_actor_unless_told(small: Scenario) -> None:
    assert lay_swaps(small, api.compile(small)).method["by"] == "input"
    korea = api.load("korea-2024")
    assert lay_swaps(korea, api.compile(korea)).method["by"] == "actor"


def test_a_run_of_swaps_is_kept_resumed_and_verified(small: Scenario, tmp_path: Path) -> None:
    rows = api.Rows(6, claims=("silence",))
    whole = run(api.lay_swaps(small, None, ("silence",)), Plan(0, 6, 1))
    with pytest.raises(KeyboardInterrupt):
        api.decompose(small, rows, folder=tmp_path / "run", workers=1, progress=stop_after(4))
    api.decompose(small, rows, folder=tmp_path / "run", workers=2)
    kept = load_run(tmp_path / "run")
    for name, values in whole.numbers.items():
        assert np.array_equal(kept.numbers[name], values), name
    assert read_manifest(tmp_path / "run").method["questions"].keys() == {"silence"}
    assert not api.verify(tmp_path / "run", draws=2).differences
    scenario, found = api.read_swaps(tmp_path / "run")
    assert (scenario.digest, found.rows) == (small.digest, 6)
    with pytest.raises(RunError, match="variance-based"):
        api.read_run(tmp_path / "run")


def test_a_plain_run_has_no_swaps(small: Scenario, tmp_path: Path) -> None:
    api.run(small, draws=2, folder=tmp_path / "plain", workers=1)
    with pytest.raises(RunError, match="plain run"):
        api.read_swaps(tmp_path / "plain")


def stop_after(rows: int):  # type: ignore[no-untyped-def]
    def progress(done: int, total: int) -> None:
        if done >= rows:
            raise KeyboardInterrupt

    return progress

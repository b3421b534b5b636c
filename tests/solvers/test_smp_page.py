"""docs/spatial-model.md: its example is run as it stands, its figures and its switches are the code's own."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from detente.solvers.bargaining.models import MODELS, settle
from ktab import SOE

PAGE = (Path(__file__).parents[2] / "docs/spatial-model.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())


def test_the_example_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/spatial-model.md", "exec"), {})
    assert capsys.readouterr().out == shown


def test_every_switch_is_in_the_table_with_its_values() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) \|", PAGE, re.MULTILINE))
    for model in ("condorcet", "smp", "smp-corrected"):
        for switch in MODELS[model].switches:
            values = re.findall(r"`([a-z0-9-]+)`", rows[switch.name])
            assert values == list(switch.values), switch.name
            marked = re.findall(r"\*\*`(.*?)`\*\*", rows[switch.name]) or values[:1]
            if values and (model, switch.name) != ("smp-corrected", "third-parties"):
                assert switch.default == marked[0]
    assert set(rows) - {"smp", "smp-corrected"} == {switch.name for switch in MODELS["smp"].switches}


@pytest.mark.parametrize("model", ["smp", "smp-corrected"])
def test_one_capability_moves_the_outcome_as_the_page_says(model: str) -> None:
    stakes = SOE.lay()
    tables = [replace(stakes, capabilities=stakes.capabilities.copy()) for _ in range(5)]
    for table, capability in zip(tables, range(99, 104), strict=True):
        table.capabilities[0, 0] = capability
    found = [settle(model, table) for table in tables]
    assert ", ".join(f"{one.outcomes[0, 0]:.1f}" for one in found) in FLAT
    assert ", ".join(str(one.lengths[0]) for one in found) in FLAT


def test_the_bundled_case_is_the_table_of_the_printed_run() -> None:
    import detente
    from detente.ensemble.bargains import draw_tables

    (table,) = draw_tables(detente.compile(detente.load("china-oil-2014")), 1, 0)
    order = [table.central.actors.index(actor.lower()) for actor in SOE.actors]
    assert table.central.issues == ("opening", "cnpc")
    assert table.drawn is None
    assert table.central.positions[0, order] == pytest.approx(SOE.positions)
    assert table.central.saliences[0, order] == pytest.approx(SOE.saliences / 100)
    assert table.central.capabilities[0, order, 0] == pytest.approx(SOE.capabilities)
    assert settle("smp", table.central).outcomes == pytest.approx(settle("smp", SOE.lay()).outcomes, abs=1e-9)

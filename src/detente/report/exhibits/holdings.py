"""Results about runs: the draws, what came of verifying them, their seal."""

from __future__ import annotations

from collections.abc import Iterable

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.verification import Verification
from detente.findings.seal import Seal
from detente.report.exhibits.exhibit import Sheet, lay_sheets
from detente.report.portfolio import Portfolio

FIGURES = ("mean", "standard_error", "p5", "p95")


@lay_sheets.register
def _(ensemble: Ensemble) -> Iterable[Sheet]:
    told = ensemble.to_dict()["numbers"]
    assert isinstance(told, dict)
    rows = tuple(
        (
            name,
            *("-" if told[name][key] is None else f"{told[name][key]:.3g}" for key in FIGURES),
            str(told[name]["void"]),
        )
        for name in ensemble.numbers
    )
    heads = ("column", "mean", "±error", "5 %", "95 %", "void draws")
    lists = f"{len(ensemble.curves):,} curves and {len(ensemble.cells):,} lists of states beside these."
    return [Sheet(f"{ensemble.draws:,} draws, seed {ensemble.seed}", heads, rows, lists)]


@lay_sheets.register
def _(found: Verification) -> Iterable[Sheet]:
    rows = tuple((str(one.draw), one.field, one.stored, one.computed) for one in found.differences)
    return [Sheet("Draws computed anew", ("draw", "column", "stored", "computed"), rows, str(found).split("\n")[0])]


@lay_sheets.register
def _(seal: Seal) -> Iterable[Sheet]:
    told = [claim for claim in seal.statement["claims"] if claim["forecast"] is not None]
    rows = tuple((claim["id"], f"{claim['forecast']['mean']:.4g}", claim["query"]) for claim in told)
    return [Sheet(f"Sealed on {seal.on}", ("claim", "forecast", "query"), rows, seal.line)]


@lay_sheets.register
def _(written: Portfolio) -> Iterable[Sheet]:
    rows = tuple((file, piece.section, piece.chart.alt) for file, piece in written.pieces)
    return [Sheet("Charts written", ("file", "section", "shows"), rows)]

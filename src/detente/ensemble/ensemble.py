"""The ensemble: what every draw answered, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.display import Displayed
from detente.ensemble.block import Block
from detente.ensemble.manifest import Manifest
from detente.ensemble.precision import METHOD, error_of_mean

if TYPE_CHECKING:
    import pandas
    import polars


@dataclass(frozen=True, eq=False)
class Ensemble(Displayed):
    """The draws of one run, in order. Arrays are read-only; NaN is void (no answer in that draw)."""

    seed: int
    draws: int
    #: digest of the scenario
    digest: str
    #: how the numbers were made, as the job describes it
    method: Mapping[str, object] = field(repr=False)
    #: versions of Python, the packages and the platform
    made_by: Mapping[str, str] = field(repr=False)
    #: by field: shape (draws,)
    numbers: Mapping[str, NDArray[np.float64]] = field(repr=False)
    #: by field: shape (draws, points)
    curves: Mapping[str, NDArray[np.float64]] = field(repr=False)
    #: by field: per draw an int32 array of any length
    cells: Mapping[str, tuple[NDArray[np.int32], ...]] = field(repr=False)
    #: the standard error below which the draws were to bring every claim; None when their number was given
    until: float | None = None

    def __repr__(self) -> str:
        kinds = ((self.numbers, "numbers"), (self.curves, "curves"), (self.cells, "lists of cells"))
        parts = ", ".join(f"{len(fields)} {what}" for fields, what in kinds)
        return f"<Ensemble of {self.draws} draws: {parts}; seed {self.seed}, scenario {self.digest[:12]}>"

    def __str__(self) -> str:
        rows = [f"{'mean':>9} {'±error':>8} {'5 %':>9} {'95 %':>9}  answer, over {self.draws:,} draws"]
        asked = [name for name in self.numbers if name.startswith("claim/")]
        for name in asked:
            told = _summarise(self.numbers[name])
            figures = [told[key] for key in ("mean", "standard_error", "p5", "p95")]
            texts = ["-" if x is None else f"{x:.3g}" for x in figures]
            rows.append(f"{texts[0]:>9} {texts[1]:>8} {texts[2]:>9} {texts[3]:>9}  {name}"[:100])
        rest = len(self.numbers) - len(asked)
        return "\n".join(
            [*rows, f"and {rest:,} other numbers, {len(self.curves):,} curves, {len(self.cells):,} lists of states"]
        )

    def to_dict(self) -> dict[str, object]:
        """A summary in plain types: mean with its standard error, 5th and 95th percentile, over the draws not void.

        The draws themselves are the Parquet parts of the run folder.
        """
        return {
            "seed": self.seed,
            "draws": self.draws,
            "until": self.until,
            "standard_errors": METHOD,
            "scenario": self.digest,
            "method": dict(self.method),
            "made_by": dict(self.made_by),
            "numbers": {name: _summarise(values) for name, values in self.numbers.items()},
            "curves": {name: _summarise_points(values) for name, values in self.curves.items()},
            "cells": {name: _count(lists) for name, lists in self.cells.items()},
        }

    def take(self, draws: int) -> Ensemble:
        """Its first draws, as a run of so many would have them."""
        return replace(
            self,
            draws=draws,
            numbers={name: values[:draws] for name, values in self.numbers.items()},
            curves={name: values[:draws] for name, values in self.curves.items()},
            cells={name: lists[:draws] for name, lists in self.cells.items()},
        )

    def to_pandas(self) -> pandas.DataFrame:
        """One row per draw: ``draw`` and a column per field; void is NaN, curves and lists of cells are arrays.

        Raises RunError when pandas is not installed.
        """
        from detente.ensemble.frames import to_pandas

        return to_pandas(self)

    def to_polars(self) -> polars.DataFrame:
        """One row per draw, with the columns and types of the Parquet parts; void is null.

        Raises RunError when polars is not installed.
        """
        from detente.ensemble.frames import to_polars

        return to_polars(self)


def assemble(manifest: Manifest, block: Block) -> Ensemble:
    """The ensemble of a run whose draws are all in ``block``."""
    for values in (*block.numbers.values(), *block.curves.values()):
        values.flags.writeable = False
    for lists in block.cells.values():
        for cells in lists:
            cells.flags.writeable = False
    return Ensemble(
        seed=manifest.seed,
        draws=block.stop,
        digest=manifest.digest,
        method=MappingProxyType(dict(manifest.method)),
        made_by=MappingProxyType(dict(manifest.versions)),
        numbers=MappingProxyType(dict(block.numbers)),
        curves=MappingProxyType(dict(block.curves)),
        cells=MappingProxyType(dict(block.cells)),
        until=manifest.until,
    )


def _summarise(values: NDArray[np.float64]) -> dict[str, float | int | None]:
    answered = values[~np.isnan(values)]
    void = len(values) - len(answered)
    if not len(answered):
        return {"mean": None, "standard_error": None, "p5": None, "p95": None, "void": void}
    p5, p95 = (float(q) for q in np.quantile(answered, (0.05, 0.95)))
    error = error_of_mean(answered)
    standard_error = None if np.isnan(error) else error
    return {"mean": float(answered.mean()), "standard_error": standard_error, "p5": p5, "p95": p95, "void": void}


def _summarise_points(values: NDArray[np.float64]) -> dict[str, list[float | int | None]]:
    points = [_summarise(column) for column in values.T]
    return {key: [point[key] for point in points] for key in ("mean", "standard_error", "p5", "p95", "void")}


def _count(lists: tuple[NDArray[np.int32], ...]) -> dict[str, int]:
    """How many draws list any cell, and how many different cells are listed at all."""
    some = [cells for cells in lists if len(cells)]
    return {"draws": len(some), "different": len(np.unique(np.concatenate(some))) if some else 0}

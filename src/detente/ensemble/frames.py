"""An ensemble as a data frame, one row per draw: the only home of pandas and polars, neither of them required."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.errors import RunError

if TYPE_CHECKING:
    import pandas
    import polars

    from detente.ensemble.ensemble import Ensemble


def to_pandas(ensemble: Ensemble) -> pandas.DataFrame:
    """``draw`` and one column per field; void is NaN, curves and lists of cells are arrays."""
    try:
        import pandas
    except ImportError:
        raise _missing("pandas") from None
    columns: dict[str, object] = {"draw": np.arange(ensemble.draws), **ensemble.numbers}
    listed = {**{name: list(values) for name, values in ensemble.curves.items()}, **ensemble.cells}
    columns |= {name: pandas.Series(list(rows), dtype=object) for name, rows in listed.items()}
    return pandas.DataFrame(columns)


def to_polars(ensemble: Ensemble) -> polars.DataFrame:
    """``draw`` and one column per field, as in the Parquet parts; void is null, curves and cells are lists."""
    try:
        import polars
    except ImportError:
        raise _missing("polars") from None
    columns = [polars.Series("draw", np.arange(ensemble.draws))]
    columns += [polars.Series(name, values).fill_nan(None) for name, values in ensemble.numbers.items()]
    for name, curves in ensemble.curves.items():
        points = polars.Series(name, curves.ravel()).fill_nan(None)
        columns.append(points.reshape(curves.shape).arr.to_list())
    for name, lists in ensemble.cells.items():
        columns.append(polars.Series(name, [cells.tolist() for cells in lists], dtype=polars.List(polars.Int32)))
    return polars.DataFrame(columns)


def _missing(library: str) -> RunError:
    return RunError(f"{library} is not installed. Install it with: pip install 'detente[{library}]'")

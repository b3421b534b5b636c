"""The verbs: each a plain function on a frozen noun. Heavy libraries load inside the verb that needs them."""

from detente.api.cases import compile, load, measure
from detente.api.exchanges import Format, RunFormat, bring_in, export, extract
from detente.api.forecasts import SEED, forecast, parse_queries
from detente.api.runs import (
    DRAWS,
    MOST_DRAWS,
    SAMPLE,
    Until,
    assess,
    list_runs,
    read_case,
    read_run,
    render,
    run,
    verify,
)
from detente.api.settling import (
    MOVES,
    explain,
    find_coalition_equilibria,
    find_equilibria,
    find_horizon_equilibria,
    find_hypergame_equilibria,
    find_paths,
    find_strong_equilibria,
    invert,
)

__all__ = [
    "DRAWS",
    "MOST_DRAWS",
    "MOVES",
    "SAMPLE",
    "SEED",
    "Format",
    "RunFormat",
    "Until",
    "assess",
    "bring_in",
    "compile",
    "explain",
    "export",
    "extract",
    "find_coalition_equilibria",
    "find_equilibria",
    "find_horizon_equilibria",
    "find_hypergame_equilibria",
    "find_paths",
    "find_strong_equilibria",
    "forecast",
    "invert",
    "list_runs",
    "load",
    "measure",
    "parse_queries",
    "read_case",
    "read_run",
    "render",
    "run",
    "verify",
]

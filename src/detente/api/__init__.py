"""The verbs: each a plain function on a frozen noun. Heavy libraries load inside the verb that needs them."""

from detente.api.cases import compile, load, measure
from detente.api.exchanges import Format, bring_in, export
from detente.api.forecasts import (
    SEED,
    answer,
    date_events,
    draw_curves,
    forecast,
    inquire,
    parse_curves,
    parse_queries,
    trace,
)
from detente.api.prospects import SEQUENCES, View, find_sequences, lay_card, measure_occupation, roll_card
from detente.api.runs import DRAWS, assess, render, run
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
    "MOVES",
    "SEED",
    "SEQUENCES",
    "Format",
    "View",
    "answer",
    "assess",
    "bring_in",
    "compile",
    "date_events",
    "draw_curves",
    "explain",
    "export",
    "find_coalition_equilibria",
    "find_equilibria",
    "find_horizon_equilibria",
    "find_hypergame_equilibria",
    "find_paths",
    "find_sequences",
    "find_strong_equilibria",
    "forecast",
    "inquire",
    "invert",
    "lay_card",
    "load",
    "measure",
    "measure_occupation",
    "parse_curves",
    "parse_queries",
    "render",
    "roll_card",
    "run",
    "trace",
]

"""Détente turns a written strategic assessment into an executable model and tests it.

>>> import detente
>>> scenario = detente.load("prisoners-dilemma")
>>> game = detente.compile(scenario)

Names resolve when first used, so importing the package loads no heavy library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from detente.display import Gallery, register

__version__ = "0.1.0"

if TYPE_CHECKING:
    from detente.api import (
        Trial,
        Until,
        View,
        advise,
        ally,
        assess,
        backtest,
        bargain,
        check_seal,
        combine,
        compare,
        compare_suppositions,
        compile,  # noqa: A004
        date_events,
        explain,
        extract,
        find_coalition_equilibria,
        find_equilibria,
        find_horizon_equilibria,
        find_hypergame_equilibria,
        find_paths,
        find_persuasion,
        find_sequences,
        find_strong_equilibria,
        forecast,
        invert,
        lay_card,
        lay_timeline,
        list_exchanges,
        list_runs,
        load,
        map_influence,
        measure_fragility,
        measure_occupation,
        read_books,
        read_run,
        read_tables,
        render,
        roll_card,
        run,
        seal,
        trace,
        update,
        verify,
        write_book,
        write_stakes,
    )
    from detente.errors import DetenteError, NotYetAnalysed, QueryError, RunError, ScenarioError, SizeError

__all__ = [
    "DetenteError",
    "NotYetAnalysed",
    "QueryError",
    "RunError",
    "ScenarioError",
    "SizeError",
    "Trial",
    "Until",
    "View",
    "advise",
    "ally",
    "assess",
    "backtest",
    "bargain",
    "check_seal",
    "combine",
    "compare",
    "compare_suppositions",
    "compile",
    "continue_update",
    "date_events",
    "explain",
    "extract",
    "find_coalition_equilibria",
    "find_equilibria",
    "find_horizon_equilibria",
    "find_hypergame_equilibria",
    "find_paths",
    "find_persuasion",
    "find_sequences",
    "find_strong_equilibria",
    "forecast",
    "invert",
    "lay_card",
    "lay_timeline",
    "list_exchanges",
    "list_runs",
    "load",
    "map_influence",
    "measure_fragility",
    "measure_occupation",
    "read_books",
    "read_run",
    "read_tables",
    "render",
    "roll_card",
    "run",
    "seal",
    "trace",
    "update",
    "verify",
    "write_book",
    "write_stakes",
]


def _find_gallery() -> Gallery:
    gallery: Gallery = import_module("detente.api.pictures")
    return gallery


register(_find_gallery)


def __getattr__(name: str) -> object:
    if name in __all__:
        errors = import_module("detente.errors")
        return getattr(errors if hasattr(errors, name) else import_module("detente.api"), name)
    raise AttributeError(f"module 'detente' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

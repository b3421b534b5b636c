"""Every result as tables and a chart: one module per family of results, found by type.

A new result shows itself by a function registered with ``lay_sheets``, and one with ``find_chart`` when it has
something to draw; its class inherits :class:`detente.display.Drawn` or :class:`detente.display.Displayed`.
"""

from detente.report.exhibits import (
    backtests,
    bargains,
    causes,
    choices,
    holdings,
    judgements,
    levers,
    prospects,
    states,
)
from detente.report.exhibits.exhibit import Sheet, bundle, draw, find_chart, has_chart, lay_sheets

__all__ = [
    "Sheet",
    "backtests",
    "bargains",
    "bundle",
    "causes",
    "choices",
    "draw",
    "find_chart",
    "has_chart",
    "holdings",
    "judgements",
    "lay_sheets",
    "levers",
    "prospects",
    "states",
]

"""Charts: one function per kind, each returning a Vega-Lite specification as a plain dict.

Ink is ``currentColor``, so a chart in a page follows its light or dark theme; blue is the model, orange the coin toss,
grey the assessment's own words. The pair is told apart under every common colour blindness, and every line is labelled
where it ends.
"""

from detente.report.charts.curves import plot_curves
from detente.report.charts.drivers import plot_drivers
from detente.report.charts.evolution import plot_evolution
from detente.report.charts.fan import plot_fan
from detente.report.charts.frame import Spec, render_svg, stack_charts
from detente.report.charts.influence import plot_influence
from detente.report.charts.intervals import Interval, plot_intervals
from detente.report.charts.regret import plot_gains, plot_regret
from detente.report.charts.reliability import plot_reliability
from detente.report.charts.rounds import plot_rounds
from detente.report.charts.scale import plot_scale
from detente.report.charts.shifts import Shift, Trace, plot_paths, plot_shifts
from detente.report.charts.stability import plot_stability
from detente.report.charts.strip import plot_strip
from detente.report.charts.terms import plot_fragility, plot_models, plot_persuasion
from detente.report.charts.timeline import plot_timeline
from detente.report.charts.tornado import plot_tornado
from detente.report.charts.tradeoff import plot_tradeoff

__all__ = [
    "Interval",
    "Shift",
    "Spec",
    "Trace",
    "plot_curves",
    "plot_drivers",
    "plot_evolution",
    "plot_fan",
    "plot_fragility",
    "plot_gains",
    "plot_influence",
    "plot_intervals",
    "plot_models",
    "plot_paths",
    "plot_persuasion",
    "plot_regret",
    "plot_reliability",
    "plot_rounds",
    "plot_scale",
    "plot_shifts",
    "plot_stability",
    "plot_strip",
    "plot_timeline",
    "plot_tornado",
    "plot_tradeoff",
    "render_svg",
    "stack_charts",
]

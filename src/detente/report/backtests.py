"""A backtest in rows and sentences: who was how far off, whose intervals held, what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from detente.findings.backtest import Backtest, ModelScore
from detente.findings.clusters import Estimate
from detente.findings.figures import write_share
from detente.scenario.slips import enumerate_words
from detente.solvers.bargaining.prediction import Constants

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]

#: how figures are to be read
READING = "Lower is better. In brackets: 95 % intervals over dossiers."


def write_estimate(figure: Estimate, digits: int = 1) -> str:
    """``22.7 (20.1 to 25.2)``; ``-`` where there is none."""
    if isnan(figure.value):
        return "-"
    # A zero with a minus is none.
    told, low, high = (f"{round(end, digits) + 0.0:.{digits}f}" for end in (figure.value, figure.low, figure.high))
    return told if isnan(figure.low) else f"{told} ({low} to {high})"


def write_skill(figure: Estimate) -> str:
    """``13 % (7 to 18)``."""
    if isnan(figure.value):
        return "-"
    told = f"{round(100 * figure.value, 1) + 0.0:.1f} %"
    low, high = (f"{round(100 * end, 0) + 0.0:.0f}" for end in (figure.low, figure.high))
    return told if isnan(figure.low) else f"{told} ({low} to {high})"


def tabulate_points(found: Backtest) -> Table:
    """How far the points were off, beside the compromise model."""
    heads = ("forecaster", "issues", "mean error", "median error", "to the compromise")
    return heads, [
        (
            one.id,
            str(one.issues),
            write_estimate(one.mae),
            write_estimate(one.median_error),
            write_estimate(one.mae_difference),
        )
        for one in found.scores
    ]


def tabulate_distributions(found: Backtest) -> Table:
    """What the distributions are worth, and whether their intervals hold."""
    heads = ("forecaster", "CRPS", "below the positions'", "in 50 %", "in 80 %")
    return heads, [
        (one.id, write_estimate(one.crps), write_skill(one.skill), *_write_coverage(one)) for one in found.scores
    ]


def tabulate_refits(found: Backtest) -> Table:
    """What was fitted, and what it is worth out of fold."""
    heads = ("fitted, out of fold", "smooth", "spread", "camp", "CRPS", "skill", "error", "50 %", "80 %")
    rows = []
    for one in found.refits:
        constants = (f"{getattr(one.constants, name):.3f}" for name in ("smooth", "spread", "camp"))
        score = one.score
        figures = (f"{score.crps.value:.2f}", f"{100 * score.skill.value:.1f} %", f"{score.mae.value:.2f}")
        rows.append((one.plan.name, *constants, *figures, *_write_coverage(score)))
    return heads, rows


def list_left_out(found: Backtest) -> Iterator[str]:
    """What was not scored, and on what a model says nothing, in sentences."""
    yield from found.remarks
    if found.left_out:
        told = enumerate_words(f"{count} ({reason})" for reason, count in found.left_out.items())
        yield f"Issues not scored: {told}."
    for one in found.scores:
        if one.left_out:
            told = enumerate_words(f"{count} ({reason})" for reason, count in one.left_out.items())
            yield f"{one.name}: no figure on {told}."


def list_cautions(found: Backtest) -> Iterator[str]:
    """What the figures do not say."""
    if found.fitted_on:
        yield (
            f"The default's constants were fitted on {found.fitted_on} of the {found.dossiers} dossiers: there its "
            "figures are no forecast. See --unseen for the others, --refit for figures out of fold."
        )
    if found.refits:
        last = found.refits[-1]
        wander = ", ".join(f"{name} ±{getattr(last.wander, name):.3f}" for name in Constants.__slots__)
        yield "Skill is how far the CRPS lies below that of the positions by capability and salience."
        yield (
            f"Fitted to nine tenths of the dossiers at a time, the constants vary by {wander} (standard deviation). "
            f"The mean CRPS of a tenth varies by {last.parts:.1f}."
        )
    yield "Intervals of differences that hold 0 show no difference. " + READING


def _write_coverage(one: ModelScore) -> tuple[str, str]:
    half, wide = ("-" if share is None else write_share(share.value) for share in (one.half, one.wide))
    return half, wide

"""The record in sentences and rows: which forecaster did how well, on which claims."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from detente.findings.figures import write_figure, write_share
from detente.findings.scores import Calibration, Record, Score, Scored
from detente.report.text import write_count
from detente.scenario.slips import enumerate_words

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def write_score(score: float, error: float = float("nan")) -> str:
    """``0.214 ±0.031``; ``-`` where there is none."""
    if isnan(score):
        return "-"
    return f"{score:.3f}" if isnan(error) else f"{score:.3f} ±{error:.3f}"


def list_scores(record: Record) -> list[tuple[str, Score]]:
    """Every group of claims that was scored, by what it holds."""
    groups = (("claims with a scorable word", record.score_worded), ("all probabilities", record.score_all))
    return [(label, score) for label, score in groups if score is not None]


def state_scores(record: Record) -> list[str]:
    """How the model did beside its references, a sentence per group of claims."""
    return [_tell_score(score, worded=score is record.score_worded) for _, score in list_scores(record)]


def _tell_score(score: Score, worded: bool) -> str:
    scored = {one.name: write_score(one.brier, one.brier_error) for one in score.forecasters}
    what = write_count(score.claims, "scorable word") if worded else write_count(score.claims, "probability")
    what = what.replace("probabilitys", "probabilities")
    others = [f"{_CALLED[name]} {told}" for name, told in scored.items() if name != "model"]
    return (
        f"Over {what} that came out, {score.yes} of them yes, the model's Brier score is {scored['model']} (0 is "
        f"perfect); {enumerate_words(others)}."
    )


#: what the other forecasters do, in a sentence
_CALLED = {
    "word": "the middle of each word's range gets",
    "coin toss": "the coin toss gets",
    "base rate": "knowing only how many came out yes gets",
    "one half": "always saying one half gets",
}


def tabulate_score(score: Score) -> Table:
    """One row per forecaster."""
    heads = ("forecaster", "Brier", "logarithmic", "skill over base rate", "skill over one half")
    rows: list[tuple[str, ...]] = [
        (
            one.name,
            write_score(one.brier, one.brier_error),
            write_score(one.logarithmic, one.logarithmic_error),
            write_score(one.over_base_rate, one.over_base_rate_error),
            write_score(one.over_one_half, one.over_one_half_error),
        )
        for one in score.forecasters
    ]
    return heads, rows


def tabulate_scored(record: Record) -> Table:
    """One row per probability that came out."""
    heads = ("claim", "came out", "by", "word's range", "model", "coin toss", "Brier", "logarithmic")
    rows: list[tuple[str, ...]] = [
        (
            item.claim,
            item.outcome,
            "-" if item.due is None else item.due.isoformat(),
            _write_range(item),
            write_figure(item.model, item.model_error),
            "-" if item.coin is None else write_share(item.coin),
            write_score(item.brier),
            write_score(item.logarithmic),
        )
        for item in record.scored
    ]
    return heads, rows


def _write_range(item: Scored) -> str:
    if item.low is None or item.high is None:
        return "-"
    ends = f"{100 * item.low:.0f}-{100 * item.high:.0f} %"
    return ends if item.on_scale else f"({ends})"


def tabulate_intervals(record: Record) -> Table:
    """Interval scores: the words' ranges beside the model's."""
    heads = ("interval score over", "claims", "word's range", "model's 5-95 %")
    rows: list[tuple[str, ...]] = [
        (
            item.over,
            str(item.claims),
            write_score(item.word, item.word_error),
            write_score(item.model, item.model_error),
        )
        for item in record.intervals
    ]
    return heads, rows


def tabulate_scales(record: Record) -> Table:
    """The words as every scale reads them."""
    heads = ("the words read by", "claims", "Brier", "logarithmic")
    rows: list[tuple[str, ...]] = [
        (
            item.scale,
            str(item.claims),
            write_score(item.brier, item.brier_error),
            write_score(item.logarithmic, item.logarithmic_error),
        )
        for item in record.scales
    ]
    return heads, rows


def tabulate_calibration(calibration: Calibration) -> Table:
    """The calibration table."""
    heads = ("forecasts", "claims", "mean forecast", "came out yes")
    rows: list[tuple[str, ...]] = [
        (
            f"{100 * item.low:.0f}-{100 * item.high:.0f} %",
            str(item.claims),
            write_share(item.forecast),
            write_figure(item.yes, item.yes_error) if item.claims else "-",
        )
        for item in calibration.bins
    ]
    return heads, rows


def state_outcomes(record: Record) -> str:
    """How many claims came out how, and whether for the reason the model gives."""
    if not record.outcomes:
        return "No claim has an outcome yet."
    told = f"Outcomes: {_enumerate(record.outcomes)}."
    if record.mechanisms:
        told += f" Of those that say so, the mechanism was {_enumerate(record.mechanisms)}."
    if record.late:
        told += f" Not scored, for the yes is dated after the date in the query: {', '.join(record.late)}."
    return told


def _enumerate(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {value}" for value, count in counts.items())


def state_hits(record: Record) -> str:
    """How often comparisons came out as the model had them; empty without any."""
    hits = record.hits
    total = hits.right + hits.wrong + hits.contested
    if not total:
        return ""
    undecided = f", {hits.contested} contested" if hits.contested else ""
    return (
        f"Yes or no (comparisons, stability, reach), counted and not scored: of {total} that came out "
        f"{hits.right} right, {hits.wrong} wrong{undecided}."
    )


def state_calibration(record: Record) -> str:
    """Murphy's parts, or how many claims are missing for them."""
    calibration, n = record.calibration, len(record.scored)
    if calibration is None:
        missing = write_count(record.enough - n, "claim")
        return (
            f"Calibration needs {record.enough} probabilities that came out: {missing} more than the {n} there are. "
            "So few prove nothing about skill."
        )
    within = f"{calibration.within:+.3f}".replace("+", "+ ").replace("-", "- ")
    return (
        f"Brier = reliability {calibration.reliability:.3f} - resolution {calibration.resolution:.3f} + uncertainty "
        f"{calibration.uncertainty:.3f} {within} inside the bins."
    )


def state_method(record: Record) -> list[str]:
    """How each score is got, a line each."""
    return [f"{name}: {how}" for name, how in record.method.items()]

"""Sentences and rows about whom to persuade, and about how fragile a model is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from detente.ensemble.precision import error_of_share
from detente.findings.bargains import Bargaining, write_length, write_span
from detente.findings.figures import write_error, write_figure
from detente.report.terms import call_model, write_signed
from detente.report.text import LONGEST_NAME, plain
from detente.solvers.bargaining.fragility import Fragility, Wobble
from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.persuasion import MEAN, Approach, Persuasion

#: heads of the table of approaches, and of the table of noise
APPROACHES = ("nearer by", "best in", "median by", "compromise by", "whom, and how")
NOISE = ("noise", "sd ±error", "5-95 %", "times the inputs'", "amplifies", "unsettled", "model")
#: approaches told in a table
SHOWN = 10

_WAYS: Mapping[str, str] = {
    "position": "moves",
    "more salience": "cares more",
    "less salience": "cares less",
    "exaggeration": "itself overstates",
}


def name_measure(by: str) -> str:
    """What ranks, in words."""
    return "the forecast's mean" if by == MEAN else f"the point of {call_model(MODELS[by].name)}"


def name_approach(approach: Approach, names: Mapping[str, str]) -> str:
    """``Germany moves from 5 to 15``."""
    change = f"from {write_length(approach.before)} to {write_length(approach.after)}"
    return f"{plain(names.get(approach.actor, approach.actor), LONGEST_NAME)} {_WAYS[approach.way]}, {change}"


def state_persuasion(found: Persuasion, names: Mapping[str, str]) -> list[str]:
    """Whom to persuade first, how sure that is, and what exaggerating would do."""
    who = plain(names.get(found.actor, found.actor), LONGEST_NAME)
    where = f"{who} stands at {write_length(found.position)}"
    stands = f"{name_measure(found.by)} is {write_length(found.forecasts[found.by])}"
    helpful = [item for item in found.approaches if item.gain > 0]
    if not helpful:
        return [f"{where}; {stands}. Nobody's moving brings it nearer."]
    first = helpful[0]
    told = [
        f"{where}; {stands}. What brings it nearest: {name_approach(first, names)}. It is then {first.gain:.3g} nearer."
    ]
    if first.best is not None:
        share = write_figure(first.best, error_of_share(first.best, found.draws))
        told.append(f"That is the best in {share} of {found.draws} draws.")
    if found.exaggeration is not None and found.exaggeration.gain != 0:
        change = write_length(found.exaggeration.after)
        moved = write_signed(found.exaggeration.gain)
        told.append(
            f"If {who} itself stated {change}, it would be nearer by {moved}, as long as everybody believes it."
        )
    return told


def state_strongest(found: Bargaining, issue: str, names: Mapping[str, str]) -> str:
    """The one step of one actor that moves the forecast's mean of an issue most; empty where none was looked for."""
    asked = [item for item in found.persuasion if item.issue == issue]
    steps = [(approach, item) for item in asked for approach in item.approaches]
    if not steps:
        return ""
    strongest, item = max(steps, key=lambda pair: abs(pair[0].shifts[MEAN]))
    return (
        f"Of single steps ({write_length(item.step)} of the scale, or {write_length(item.salience_step)} of salience) "
        f"this moves its mean most, by {write_signed(strongest.shifts[MEAN])}: {name_approach(strongest, names)}."
    )


def list_approaches(found: Persuasion, names: Mapping[str, str], most: int = SHOWN) -> list[tuple[str, ...]]:
    """A row per way of moving somebody under ``APPROACHES``, the most useful first, and of its own exaggeration."""
    own = [found.exaggeration] if found.exaggeration is not None else []
    return [
        (
            write_signed(item.gain),
            "-" if item.best is None else write_figure(item.best, error_of_share(item.best, found.draws)),
            write_signed(item.shifts["predictive"]),
            write_signed(item.shifts["compromise"]),
            name_approach(item, names),
        )
        for item in (*found.approaches[:most], *own)
    ]


def state_fragility(found: Iterable[Fragility]) -> list[str]:
    """A warning for every model that amplifies noise or does not come to rest."""
    told = []
    for item in found:
        model = MODELS[item.model]
        warnings = []
        loud = next((wobble for wobble in item.wobbles if wobble.amplifies), None)
        if loud is not None:
            warnings.append(f"amplifies noise: {_state_wobble(loud)}")
        restless = next((wobble for wobble in item.wobbles if wobble.unsettled > 0), None)
        if restless is not None:
            share = write_figure(restless.unsettled, error_of_share(restless.unsettled, restless.tables))
            warnings.append(f"does not come to rest in {share} of the tables with {_percent(restless)} noise")
        if warnings:
            told.append(f"On {item.issue} {call_model(model.name)} {'; it '.join(warnings)}.")
    return told


def list_noise(found: Iterable[Fragility]) -> list[tuple[str, ...]]:
    """A row per model and noise under ``NOISE``."""
    return [
        (
            _percent(wobble),
            f"{write_length(float(f'{wobble.deviation:.2g}'))} {write_error(wobble.deviation_error, 'number')}",
            write_span((wobble.p5, wobble.p95)),
            _write_times(wobble),
            "yes" if wobble.amplifies else "no",
            write_figure(wobble.unsettled, error_of_share(wobble.unsettled, wobble.tables)),
            MODELS[item.model].name,
        )
        for item in found
        for wobble in item.wobbles
    ]


def _state_wobble(wobble: Wobble) -> str:
    times = f", {_write_times(wobble)} times as far as the inputs' weighted mean" if wobble.amplification else ""
    return (
        f"{_percent(wobble)} on every input moves its outcome by {wobble.deviation:.2g} "
        f"{write_error(wobble.deviation_error, 'number')} (standard deviation){times}"
    )


def _write_times(wobble: Wobble) -> str:
    if wobble.amplification is None or wobble.amplification_error is None:
        return "-"
    return f"{wobble.amplification:.1f} ±{wobble.amplification_error:.1f}"


def _percent(wobble: Wobble) -> str:
    return f"{100 * wobble.noise:g} %"

"""What the evidence does, in words: what each observation did to the readings, what is left of the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isinf, isnan
from typing import TYPE_CHECKING

from detente.findings.figures import write_figure, write_number, write_share
from detente.findings.findings import ClaimFinding
from detente.findings.posteriors import (
    LEAST_DRAWS,
    LEAST_SHARE,
    MANY_DRAWS,
    Cell,
    Learned,
    ReadingShare,
    Step,
    Tempered,
    Update,
)
from detente.report.text import LONGEST_NAME, plain, write_count, write_date

if TYPE_CHECKING:
    from detente.scenario.model import Evidence, Scenario

#: an observation that multiplies a reading's probability by less than this, or by more than its inverse, is told
TELLING = 1.2
#: observations told in a sentence at most
TOLD = 5
#: with fewer ancestors than this the error of a continuation is itself a guess
LEAST_ANCESTORS = 8

MATRIX = (
    "Each number is log10 of the observation's probability under a reading, given what was seen before: -1 is one "
    "tenth. The last column is how far the observation tells the readings apart: the standard deviation of the "
    "numbers, each reading counting by its probability before. At 0 it fits all alike and says nothing about them."
)
WITHIN = (
    "* conditioned on the evidence within each draw, exactly, and draws weighted; the others are weighted draws only. "
    "Verdicts and scores are the prior's."
)


def write_evidence(item: Evidence) -> str:
    """``us.offer >= denuclearize``, ``not by then: talks``."""
    text = plain(item.seen.text, LONGEST_NAME)
    if item.by:
        return f"{'not ' if item.negated else ''}by then: {text}"
    return f"not: {text}" if item.negated else text


def write_factor(factor: float) -> str:
    """What a probability was multiplied by, in words."""
    if factor == 0:
        return "ruled out"
    for low, high, word in ((1.8, 2.2, "doubled"), (2.75, 3.25, "tripled"), (0.45, 0.55, "halved")):
        if low <= factor < high:
            return f"{word} the probability of"
    verb, size = ("multiplied", factor) if factor >= 1 else ("divided", 1 / factor)
    return f"{verb} by {size:.2g} the probability of"


def list_effects(update: Update, actors: Mapping[str, str]) -> list[str]:
    """Sentences on the observations that did most to a reading, the strongest first."""
    effects = [
        (max(cell.factor, 1 / cell.factor) if cell.factor > 0 else inf, step, cell)
        for step in update.steps
        for cell in step.cells
        if cell.actor in actors and not isnan(cell.factor)
    ]
    strongest: dict[tuple[int, str], tuple[float, Step, Cell]] = {}
    for effect in effects:
        key = effect[1].place, effect[2].actor
        if key not in strongest or effect[0] > strongest[key][0]:
            strongest[key] = effect
    ranked = sorted(strongest.values(), key=lambda effect: (-effect[0], effect[1].place, effect[2].actor))
    return [_tell_effect(step, cell, actors) for size, step, cell in ranked[:TOLD] if size >= TELLING]


def tell_step(step: Step, actors: Mapping[str, str]) -> str:
    """What an observation did to the readings, the most moved of each actor; ``little`` below the telling size."""
    told = []
    for actor in dict.fromkeys(cell.actor for cell in step.cells if cell.actor in actors):
        cells = [cell for cell in step.cells if cell.actor == actor and not isnan(cell.factor)]
        size, cell = max(
            ((max(c.factor, 1 / c.factor) if c.factor > 0 else inf, c) for c in cells),
            key=lambda pair: pair[0],
            default=(0.0, None),
        )
        if cell is None or size < TELLING:
            continue
        role = f"{actors[actor]} as {plain(cell.reading, LONGEST_NAME)}"
        if cell.factor == 0:
            told.append(f"{role} is ruled out")
        else:
            told.append(f"{role} {write_share(cell.after / cell.factor)} → {write_share(cell.after)}")
    return "; ".join(told) or "little"


def trace_readings(update: Update, actor: str) -> list[tuple[str, tuple[float, ...]]]:
    """By reading of an actor: its probability at the start and after each observation."""
    paths = []
    for share in update.readings:
        if share.actor == actor:
            after = [
                c.after for step in update.steps for c in step.cells if (c.actor, c.reading) == (actor, share.reading)
            ]
            paths.append((plain(share.reading, LONGEST_NAME), (share.prior, *after)))
    return paths


def _tell_effect(step: Step, cell: Cell, actors: Mapping[str, str]) -> str:
    role = f"{actors[cell.actor]} as {plain(cell.reading, LONGEST_NAME)}"
    before = cell.after / cell.factor if cell.factor > 0 else None
    change = "" if before is None else f", from {write_share(before)} to {write_share(cell.after)}"
    seen = write_evidence(step.item)
    return f"{write_date(step.item.on)} ({seen}) {write_factor(cell.factor)} {role}{change}."


def state_evidence(update: Update) -> list[str]:
    """How much is left of the draws, in sentences."""
    if update.state == "no evidence":
        later = f" {write_count(update.later, 'observation')} of the case are dated later." if update.later else ""
        return [f"No evidence counts, so the posterior is the prior.{later}"]
    sentences = []
    if update.impossible is not None:
        return [
            f"Observation {update.impossible} is impossible in every draw that allows what was seen before it. The "
            "model as stated cannot have produced this evidence: look at the rules, the levers that cannot be left, "
            "and who may bring it about."
        ]
    if update.later:
        sentences.append(f"{write_count(update.later, 'later observation')} of the case {_be(update.later)} left out.")
    left = f"{update.effective:.1f} of {write_count(update.draws, 'draw')} count in effect (Kish)."
    if update.state == "too few":
        least = f"at least {LEAST_DRAWS:.0f}, and {write_share(LEAST_SHARE)} of the draws or {MANY_DRAWS:.0f}"
        left += (
            f" That is too few to read a posterior off ({least}): a handful of draws decides, and errors are too small "
            "where they agree by luck. Draw more, or go on with: detente update ... --continue 64"
        )
    return [*sentences, left]


def summarise_evidence(update: Update, scenario: Scenario) -> str:
    """One line for the terminal summary: how much is left of the draws, and each actor's likeliest reading."""
    seen = write_count(len(update.steps), "observation")
    if update.impossible is not None:
        return f"Evidence: of {seen}, number {update.impossible} is impossible in every draw left."
    left = f"{'leaves' if len(update.steps) == 1 else 'leave'} {update.effective:.1f} of {update.draws} draws in effect"
    if update.state == "too few":
        return f"Evidence: {seen} {left}, too few to read a posterior off."
    actors, likeliest = name_actors(scenario), dict[str, ReadingShare]()
    for share in sorted(update.readings, key=lambda share: share.posterior):
        likeliest[share.actor] = share
    told = [
        f"{write_reading(share, actors)} goes from {write_figure(share.prior, share.prior_error)} "
        f"to {write_figure(share.posterior, share.posterior_error)}"
        for share in (likeliest[name] for name in actors if name in likeliest)
    ]
    return "; ".join([f"Evidence: {seen} {left}", *told]) + "."


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def write_reading(share: ReadingShare, actors: Mapping[str, str]) -> str:
    """``North Korea as seeker``."""
    return f"{actors[share.actor]} as {plain(share.reading, LONGEST_NAME)}"


def list_readings(shares: Sequence[ReadingShare], actors: Mapping[str, str], threshold: float) -> list[list[str]]:
    """Rows of a table: prior, posterior, whether it survives, reading."""
    return [
        [
            write_figure(share.prior, share.prior_error),
            write_figure(share.posterior, share.posterior_error),
            "survives" if share.survives else f"under {write_share(threshold)}",
            write_reading(share, actors),
        ]
        for share in shares
        if share.actor in actors
    ]


def list_steps(update: Update) -> list[list[str]]:
    """Rows of a table: place, date, probability, effective draws, observation."""
    return [
        [
            str(step.place),
            str(step.item.on),
            write_figure(step.likelihood, step.error),
            f"{step.effective:.1f}",
            write_evidence(step.item),
        ]
        for step in update.steps
    ]


def list_matrix(update: Update, actor: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the matrix of evidence against the readings of one actor."""
    readings = list(dict.fromkeys(c.reading for step in update.steps for c in step.cells if c.actor == actor))
    rows = []
    for step in update.steps:
        cells = {cell.reading: cell for cell in step.cells if cell.actor == actor}
        apart = dict(step.diagnosticity)[actor]
        row = [_write_log(cells[reading]) for reading in readings]
        rows.append([str(step.place), *row, "all" if isinf(apart) else f"{apart:.2f}", write_evidence(step.item)])
    return ["", *(plain(reading, 14) for reading in readings), "apart", "observation"], rows


def _write_log(cell: Cell) -> str:
    if isnan(cell.log10):
        return "-"
    if isinf(cell.log10):
        return "never"
    return f"{cell.log10:.2f}" + ("" if isnan(cell.error) else f" ±{cell.error:.2f}")


def list_claims(claims: Sequence[ClaimFinding]) -> list[list[str]]:
    """Rows of a table: claim, prior, posterior, verdict by each."""
    rows = []
    for claim in claims:
        after = claim.posterior
        if claim.spread is None or after is None:
            continue
        mark = "*" if after.within else ""
        verdict = after.verdict if after.verdict != claim.verdict else "same"
        rows.append(
            [
                claim.id,
                write_figure(claim.spread.mean, claim.spread.error, claim.kind),
                write_figure(after.mean, after.error, claim.kind) + mark,
                claim.verdict,
                verdict,
            ]
        )
    return rows


def tell_learned(item: Learned, names: Mapping[str, str]) -> str:
    """What became of a numeric input, in one sentence."""
    name = names.get(item.input, item.input)
    figures = f"{write_number(item.prior, 'number')} to {write_number(item.posterior, 'number')}"
    return f"{name[:1].upper()}{name[1:]}: {figures}, {item.shift:+.1f} ±{item.shift_error:.1f} of its prior spread."


def state_posterior(claim: ClaimFinding) -> str:
    """What the evidence makes of a claim, in one sentence; empty without, and for what a definition decides."""
    after = claim.posterior
    if after is None or claim.verdict == "assumed":
        return ""
    how = "" if after.within else ", by weighted draws only"
    figure = write_figure(after.mean, after.error, claim.kind)
    return f"Given the evidence: {figure} ({after.effective:.1f} draws in effect{how}). The verdict is the prior's."


def state_continuation(tempered: Tempered, draws: int) -> list[str]:
    """How the particles came about, in sentences."""
    accepted = sum(tempered.acceptance) / len(tempered.acceptance)
    levels = ", ".join(f"{level:.2g}" for level in tempered.levels)
    few = tempered.ancestors < LEAST_ANCESTORS
    sentences = [
        f"Continued with {write_count(tempered.particles, 'particle')} in place of the {write_count(draws, 'draw')}: "
        f"approximate, with Monte Carlo error (seed {tempered.seed}). Method: {tempered.method}.",
        f"Exponents of the likelihood: {levels}. {write_share(accepted)} of the proposals were accepted, "
        f"{tempered.evaluations:,} likelihoods computed; the particles descend from {tempered.ancestors} of the first "
        f"{tempered.particles}.",
    ]
    if few:
        sentences.append("So few ancestors leave the errors themselves uncertain: use more particles.")
    return sentences


def name_actors(scenario: Scenario) -> dict[str, str]:
    """Names of the actors by id, safe to show."""
    return {actor.id: plain(actor.name, LONGEST_NAME) for actor in scenario.actors}

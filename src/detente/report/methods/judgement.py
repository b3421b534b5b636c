"""How figures over draws become verdicts, drivers and rules: the thresholds, from the code that applies them."""

from __future__ import annotations

from collections.abc import Iterator

from detente.findings import drivers as driving
from detente.findings.advice import MARGIN, RULE
from detente.findings.claims import POINTS
from detente.findings.evidence import SURVIVES
from detente.findings.factors import PERMUTATIONS
from detente.findings.findings import Findings
from detente.findings.posteriors import LEAST_DRAWS, LEAST_SHARE
from detente.findings.scores import ALPHA, CLIP
from detente.findings.yardsticks import FAILS, HOLDS, LITTLE, MOST, MUCH, ROBUST
from detente.report.methods.chapters import Block, Chapter, Display, Grid, Part, cite, say
from detente.report.methods.mathematics import Fraction, Large, Script, Words, formula, sub
from detente.report.text import MEANINGS
from detente.scenario.model import Scenario


def write_verdicts(findings: Findings, scenario: Scenario) -> Chapter | None:
    """Verdicts, and what drives and flips them; None without claims."""
    if not findings.claims:
        return None
    return Chapter("judgement", "Verdicts, drivers, flip rules", (*_verdicts(findings, scenario), *_drivers(findings)))


def _verdicts(findings: Findings, scenario: Scenario) -> Iterator[Block]:
    scale = {"icd203": cite("icd203"), "kent": cite("kent1964")}.get(scenario.scale)
    source = " {}" if scale else ""
    yield say(
        f"A word of the scale {{}}{source} stands for its range, and is printed with it, because readers then read it "
        "right far more often {}. For verdicts ranges are half-open; the lowest starts at 0 and the highest ends at 1.",
        scenario.scale,
        *([scale] if scale else []),
        cite("wintle2019"),
    )
    used = dict.fromkeys(claim.verdict for claim in findings.claims)
    rows: tuple[tuple[Part, ...], ...] = tuple((verdict, MEANINGS[verdict]) for verdict in used)
    yield Grid("The verdicts given.", ("Verdict", "When"), rows)
    yield say(
        "A comparison holds from {} of the draws and fails under {}. A word off the scale is excluded when P is "
        "under {} in at least {} of the draws, understated when the mean is over {}. A verdict is robust when at "
        "least {} of the draws give it by themselves; it is not from the argument when the coin toss earns it too, "
        "within {} points.",
        "two thirds" if HOLDS == 2 / 3 else f"{HOLDS:.0%}",
        "one third" if FAILS == 1 / 3 else f"{FAILS:.0%}",
        _percent(LITTLE),
        _percent(MOST),
        _percent(MUCH),
        _percent(ROBUST),
        f"{100 * POINTS:g}",
    )

    if any(claim.intervention is not None for claim in findings.claims):
        yield say(
            "A claim of a cause compares its effect with the cause forced on and off in the same draw, and asks for "
            "the direction claimed in as many draws and for a mean of at least its least size; one of a requirement "
            "asks whether the effect stays below its bound where the levers are held wherever the condition fails."
        )


def _drivers(findings: Findings) -> Iterator[Block]:
    if findings.draws < driving.FEWEST:
        yield say("With fewer than {} draws no driver is looked for.", f"{driving.FEWEST}")
        return
    yield say(
        "An input's strength is the share of the variance of the claim's ranks that it explains: the squared rank "
        "correlation for a number {}, the correlation ratio for a choice of reading {}. At most {} drivers are "
        "named, one at a time, each after the others have been taken out; each must beat the best of all inputs in "
        "{} of {} shuffles of what is left {} and point the same way in both halves of the draws.",
        cite("spearman1904"),
        cite("kruskal1952"),
        f"{driving.STRONGEST}",
        _percent(1 - driving.LEVEL),
        f"{PERMUTATIONS}",
        cite("freedman1983", "westfall1993"),
    )
    yield say(
        "A flip rule is a cut on one driver, found on one half of the draws at the driver's deciles or readings, "
        "kept when it beats the best of all cuts in {} of shuffles, and printed with the figures of the other half, "
        "where it must earn the other verdict again. How far each input moves a claim's whole distribution is "
        "measured by the mean Kolmogorov-Smirnov distance between the claim's distribution in a slot of the input "
        "and over all draws {}.",
        _percent(1 - driving.LEVEL),
        cite("pianosi2018"),
    )


def write_choices(findings: Findings) -> Chapter | None:
    """How policies are judged; None when nobody is advised."""
    if not findings.advice:
        return None
    best = (Large("max", "b"), "V(b, k) − V(a, k)")
    blocks = (
        say(
            "With {} the worth of alternative {} in draw {} by a measure, the regret is what the best alternative of "
            "that draw is worth beyond it {}:",
            formula("V(a, k)"),
            formula("a"),
            formula("k"),
            cite("savage1951"),
        ),
        Display(formula((Words("regret"), "(a, k) = ", best))),
        say("Worths no further apart than {} count as equal. A policy is called robust {}.", f"{MARGIN:g}", RULE),
    )
    return Chapter("choices", "Policies", blocks)


def write_learning(findings: Findings) -> Chapter | None:
    """What evidence does; None without evidence."""
    if findings.evidence is None:
        return None
    observed = (sub("y", "1"), ", …, ", sub("y", "m"))
    blocks: tuple[Block, ...] = (
        _say_filter(),
        Display(
            formula(
                (sub("v", "k"), " = ", Words("P"), "(", *observed, " | ", Words("draw "), "k),"),
                (
                    sub("n", Words("eff")),
                    " = ",
                    Fraction(
                        (Script(("(", Large("∑", "k"), sub("v", "k"), ")"), None, "2")),
                        (Large("∑", "k"), Script("v", "k", "2")),
                    ),
                ),
            )
        ),
        say(
            "Fewer than {} effective draws, or less than {} of them, are called too few. A reading survives from a "
            "posterior of {}. Verdicts and scores never use the evidence.",
            f"{LEAST_DRAWS:g}",
            _percent(LEAST_SHARE),
            _percent(SURVIVES),
        ),
    )
    return Chapter("evidence-method", "Evidence", blocks)


def _say_filter() -> Block:
    return say(
        "In draw {} the probability {} of all that was observed, in order of date, is exact: a forward filter over "
        "the chain keeps the mass that agrees with each observation {}. Draws count by it; the effective number of "
        "draws left is {} {}:",
        formula("k"),
        formula(sub("v", "k")),
        cite("rabiner1989"),
        formula(sub("n", Words("eff"))),
        cite("kish1965"),
    )


def write_scores(findings: Findings) -> Chapter | None:
    """How forecasts that came out are scored; None when none did."""
    scored = len(findings.record.scored)
    if not scored:
        return None
    blocks: list[Block] = [
        say(
            "{} came out. With {} the probability and {} 1 for yes and 0 for no, the scores (lower is better) are "
            "Brier's {} and the logarithm {}, probabilities held inside {}:",
            "One probability" if scored == 1 else f"{scored} probabilities",
            formula("p"),
            formula("y"),
            cite("brier1950"),
            cite("good1952"),
            f"{CLIP:g} to {1 - CLIP:g}",
        ),
        Display(
            formula(
                (Words("Brier"), " = ", Script("(p − y)", None, "2"), ","),
                (Words("logarithmic"), " = −ln( y p + (1 − y)(1 − p) )"),
            )
        ),
    ]
    if findings.record.intervals:
        blocks += [
            say(
                "An interval from {} to {} is scored by its width and {} times the distance by which the outcome "
                "lies beyond it {}.",
                formula("l"),
                formula("h"),
                f"{2 / ALPHA:g}",
                cite("gneiting2007"),
            ),
        ]
    return Chapter("scores", "Scores", tuple(blocks))


def _percent(share: float) -> str:
    return f"{100 * share:g} %"

"""What the claims came to: a list to scan, and behind each claim everything that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.findings.figures import write_figure
from detente.findings.findings import ClaimFinding, Verdict
from detente.findings.wording import Wording
from detente.report import learning, text, verdicts
from detente.report.charts import plot_strip
from detente.report.grounds import Library
from detente.report.phrases import Phrasebook
from detente.report.sections.material import Figure, Material
from detente.scenario.model import Claim

#: the groups of the list, in order: what is borne out, what is off, what is undecided, what says nothing
GROUPS: tuple[Verdict, ...] = (
    "supported", "holds", "higher", "lower", "understated", "fails", "excluded", "contested", "open", "assumed",
    "no word", "void", "unanswered",
)  # fmt: skip


def build_claims(material: Material) -> dict[str, Any] | None:
    """The claims grouped by verdict, then those without a query; None for a case without claims.

    By verdict, because the brief itself, annotated, has them in its own order.
    """
    claims = material.findings.claims
    if not claims:
        return None
    desk = _Desk(material)
    rows = [desk.lay_row(place, claim) for place, claim in enumerate(claims)]
    groups = [
        {"verdict": verdict, "rows": [row for row in rows if row["claim"].verdict == verdict]} for verdict in GROUPS
    ]
    return {
        "groups": [group for group in groups if group["rows"]],
        "unscorable": [row for row in rows if row["claim"].verdict == "unscorable"],
        "wording": verdicts.state_wording(material.findings.wording),
        "words": _fit_words(material.findings.wording, claims),
    }


class _Desk:
    """What every row is laid out with."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.phrases = Phrasebook(material.scenario)
        self.library = Library(material.scenario)
        self.asked = {claim.id: claim for claim in material.scenario.claims}

    def lay_row(self, place: int, claim: ClaimFinding) -> dict[str, Any]:
        """A row of the list: what is seen at once, and what stands behind it."""
        return {"place": place, "claim": claim, "strip": _draw_strip(claim), "facts": self._list_facts(claim)}

    def _list_facts(self, claim: ClaimFinding) -> list[tuple[str, list[str], str]]:
        """Heads, sentences and code: everything on a claim that has something to say."""
        names, asked = self.material.names, self.asked[claim.id]
        drivers = [text.state_driver(driver, claim, names) for driver in claim.drivers]
        told: list[tuple[str, list[str], str]] = [
            ("Asked", [self._ask(asked)], claim.about),
            ("Said because", _join(self._cite(asked)), ""),
            ("Result", [text.state_result(claim), _count_draws(claim), _count_void(claim)], ""),
            ("How sure", [text.state_confidence(claim)], ""),
            ("Coin toss", [text.state_coin_toss(claim)], ""),
            ("Cause" if asked.requires is None else "Requirement", [verdicts.state_intervention(claim)], ""),
            ("What drives it", drivers, ""),
            ("What flips it", [text.state_flip(claim, names)], ""),
            ("Against it", [verdicts.state_counterexample(claim, names)], ""),
            ("Evidence", [learning.state_posterior(claim)], ""),
            ("Came out", self._tell_outcome(claim), ""),
        ]
        kept = [(head, [sentence for sentence in sentences if sentence], code) for head, sentences, code in told]
        return [item for item in kept if item[1] or item[2]]

    def _ask(self, claim: Claim) -> str:
        if claim.query is None:
            return ""
        if claim.cause is not None:
            phrase = self.phrases.cause(claim.cause)
        elif claim.requires is not None:
            phrase = self.phrases.requirement(claim.requires)
        else:
            phrase = self.phrases.query(claim.query.expression)
        phrase = text.plain(phrase)
        return f"Whether {phrase}." if claim.query.boolean else f"What is {phrase}?"

    def _cite(self, claim: Claim) -> list[str]:
        ground = self.library.read(claim.because)
        return [part for part in (ground.text, "; ".join(ground.sources)) if part] if claim.because else []

    def _tell_outcome(self, claim: ClaimFinding) -> list[str]:
        outcome = claim.outcome
        if outcome is None:
            return []
        source = self.library.titles.get(outcome.source, outcome.source) if outcome.source else ""
        why = f"Mechanism: {outcome.mechanism}." if outcome.mechanism else ""
        parts = [f"{text.write_outcome(claim)}.", why, text.plain(outcome.note), f"Source: {source}." if source else ""]
        return [" ".join(part for part in parts if part)]


def _join(sentences: Sequence[str]) -> list[str]:
    return [". ".join(sentence.rstrip(".") for sentence in sentences) + "."] if sentences else []


def _count_draws(claim: ClaimFinding) -> str:
    shares = claim.shares
    if shares is None:
        return ""
    below = write_figure(shares.below, shares.below_error)
    inside, above = (
        write_figure(share, error)
        for share, error in ((shares.inside, shares.inside_error), (shares.above, shares.above_error))
    )
    return f"{below} of the draws lie below the range, {inside} inside, {above} above."


def _count_void(claim: ClaimFinding) -> str:
    if not 0 < claim.void < 1:
        return ""
    error = float("nan") if claim.void_error is None else claim.void_error
    return f"Void in {write_figure(claim.void, error)} of the draws: what it conditions on never happens there."


def _draw_strip(claim: ClaimFinding) -> Figure | None:
    if claim.spread is None or claim.kind == "number":
        return None
    alt = f"{text.write_model(claim)}; {text.describe_band(claim)}."
    return Figure(f"strip-{claim.id}", plot_strip(claim), alt)


def _fit_words(wording: Wording, claims: Sequence[ClaimFinding]) -> list[tuple[str, list[tuple[int, str]]]]:
    """How the words of the assessment fit, with the claims of each kind: their places and ids."""
    fits = {
        "the model agrees with the word": wording.supported,
        "too sure: the word is more extreme than the model": wording.too_sure,
        "too shy: the model is more extreme than the word": wording.too_shy,
        "on the wrong side of one half": wording.wrong_side,
        "called possible, and excluded": wording.excluded,
        "called possible, and open": wording.open,
        "called possible, and likelier than that": wording.understated,
        "not held against a probability of an event": wording.unheld,
    }
    places = {claim.id: place for place, claim in enumerate(claims)}
    return [(label, [(places[name], name) for name in ids]) for label, ids in fits.items() if ids]

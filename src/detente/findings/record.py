"""How much of an assessment can be judged at all, and how the judged part came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from detente.findings.findings import ClaimFinding, Record, Score


def tally(claims: Sequence[ClaimFinding]) -> Record:
    """Coverage, outcomes and Brier scores (Brier 1950: the mean squared distance of probability from outcome)."""
    came_out = [
        claim
        for claim in claims
        if claim.kind == "probability"
        and claim.spread is not None
        and claim.outcome is not None
        and claim.outcome.value in ("yes", "no")
    ]
    return Record(
        claims=len(claims),
        queried=sum(claim.kind != "none" for claim in claims),
        worded=sum(claim.band is not None and claim.kind == "probability" for claim in claims),
        outcomes=dict(sorted(Counter(claim.outcome.value for claim in claims if claim.outcome is not None).items())),
        score_worded=_score([claim for claim in came_out if claim.band is not None]),
        score_all=_score(came_out),
    )


def _score(claims: Sequence[ClaimFinding]) -> Score | None:
    if not claims:
        return None
    model = coin = 0.0
    tossed = 0
    for claim in claims:
        assert claim.spread is not None
        assert claim.outcome is not None
        truth = float(claim.outcome.value == "yes")
        model += (claim.spread.mean - truth) ** 2
        if claim.baseline is not None:
            coin += (claim.baseline.mean - truth) ** 2
            tossed += 1
    # The coin toss is comparable only over the same claims.
    return Score(len(claims), model / len(claims), coin / tossed if tossed == len(claims) else None, 0.25)

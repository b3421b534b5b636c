"""How sure a whole brief is: its estimative words against the model, claim by claim, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from detente.findings.findings import Band, ClaimFinding

#: where the model puts an event, seen from its word
Fit = Literal["supported", "too sure", "too shy", "wrong side"]


@dataclass(frozen=True, slots=True)
class Wording:
    """Claims with an estimative word and a probability to hold against it, by how the word fits; ids of claims."""

    supported: tuple[str, ...]
    #: the word is more extreme than the model, on the same side of one half
    too_sure: tuple[str, ...]
    #: the model is more extreme than the word, on the same side of one half
    too_shy: tuple[str, ...]
    #: word and model lie on different sides of one half
    wrong_side: tuple[str, ...]
    #: words without a number: excluded by the model, left open, or likelier than such a word lets one think
    excluded: tuple[str, ...]
    open: tuple[str, ...]
    understated: tuple[str, ...]
    #: claims whose word could not be held against a probability: void, unanswered, unscorable, or no single event
    unheld: tuple[str, ...]

    @property
    def worded(self) -> int:
        """How many claims carry a word that the scale gives a number and that was held against one."""
        return len(self.supported) + len(self.too_sure) + len(self.too_shy) + len(self.wrong_side)

    @property
    def off_scale(self) -> int:
        """How many carry a word without a number and were held against one."""
        return len(self.excluded) + len(self.open) + len(self.understated)


def fit_word(band: Band, mean: float) -> Fit:
    """How a word's range fits a probability."""
    above = (mean >= band.ceiling) if band.ceiling < 1 else False
    if mean >= band.floor and not above:
        return "supported"
    if band.floor < 0.5 < band.ceiling:
        return "too shy"
    if band.ceiling <= 0.5:
        return "wrong side" if mean > 0.5 else "too sure" if above else "too shy"
    return "wrong side" if mean < 0.5 else "too shy" if above else "too sure"


def tally_words(claims: Sequence[ClaimFinding]) -> Wording:
    """Count the claims with a word by how it fits."""
    told: dict[str, list[str]] = {}
    for claim in claims:
        if claim.says is None:
            continue
        held = claim.kind == "probability" and claim.spread is not None
        if held and claim.band is not None:
            assert claim.spread is not None
            kind: str = fit_word(claim.band, claim.spread.mean)
        else:
            kind = claim.verdict if held and claim.verdict in ("excluded", "open", "understated") else "unheld"
        told.setdefault(kind, []).append(claim.id)

    def named(kind: str) -> tuple[str, ...]:
        return tuple(told.get(kind, ()))

    return Wording(
        supported=named("supported"),
        too_sure=named("too sure"),
        too_shy=named("too shy"),
        wrong_side=named("wrong side"),
        excluded=named("excluded"),
        open=named("open"),
        understated=named("understated"),
        unheld=named("unheld"),
    )

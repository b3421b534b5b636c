"""The nouns of the driver analysis: how much each input moves a claim, and which inputs matter together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from detente.display import Drawn
from detente.findings.drivers import FEWEST
from detente.findings.figures import write_figure
from detente.findings.findings import Side, plain_data

#: columns of an input's name in a table
NAME = 30


@dataclass(frozen=True, slots=True)
class Influence:
    """One input's part in a claim."""

    input: str
    #: inputs tied to it, which move with it draw by draw
    also: tuple[str, ...]
    kind: Literal["number", "reading"]
    #: share of the draws in which it counts: 1, or those that have the reading it belongs to
    counts: float
    #: PAWN index, what an input that does nothing has on average, and in 19 of 20 cases at most
    index: float
    dummy: float
    chance: float
    #: from 0 at the dummy level to 1 when it decides the claim alone, by squares of the index; with its 5th and 95th
    #: percentile, NaN where nothing was resampled
    effect: float
    effect_low: float
    effect_high: float
    #: place among all inputs by effect, and the places it takes in 90 % of resamples (0 where there are none)
    rank: int
    rank_low: int
    rank_high: int
    #: the claim's mean in the lowest and the highest third; under the readings with the lowest and the highest
    low: Side
    high: Side
    #: weaker inputs that it resembles so much in these draws that their effect may be its own; more draws would tell
    alike: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether it does more than an input that does nothing."""
        return self.index > self.chance if math.isnan(self.effect_low) else self.effect_low > 0

    @property
    def name(self) -> str:
        """The input's id, with the two readings that differ most."""
        return f"{self.input}: {self.low.label}, {self.high.label}" if self.low.label else self.input


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two drivers that together do more, or less, than the sum of what each does."""

    input: str
    #: the one on which it depends what ``input`` does
    on: str
    #: share of the claim's variance that it adds to the two inputs by themselves
    strength: float
    #: permutation p-value, over all pairs of the claim's drivers, on the half of the draws that found it
    p: float
    #: the two ends of ``on``: halves of a number (its median), or readings
    low_label: str
    high_label: str
    median: float
    #: the claim's mean at the two ends of ``input``, where ``on`` is low and where it is high
    where_low: tuple[Side, Side]
    where_high: tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class Sensitivity(Drawn):
    """Which inputs move one claim, strongest first."""

    claim: str
    text: str
    #: of what the means are: a probability, a share of draws, a number, or the gap of a comparison
    unit: Literal["probability", "share", "number"]
    gap: bool
    #: draws in which the claim is not void, and the inputs that vary among them
    draws: int
    inputs: int
    mean: float
    error: float
    influences: tuple[Influence, ...]
    interactions: tuple[Interaction, ...]

    def __repr__(self) -> str:
        clear = sum(item.clear for item in self.influences)
        return f"<Sensitivity of {self.claim}: {clear} of {self.inputs} inputs stand out, {self.draws} draws>"

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer

    @property
    def silence(self) -> str:
        """Why no input is shown, in a sentence, where none is."""
        if self.draws < FEWEST:
            return f"Fewer than {FEWEST} draws rank nothing."
        if not self.influences:
            return "It does not vary."
        return f"By PAWN none of {self.inputs} inputs clearly does more than one that does nothing."

    def __str__(self) -> str:
        shown = [item for item in self.influences if item.clear]
        if not shown:
            return self.silence
        lines = [
            f"{'input':<{NAME}} {'low':>13} {'high':>13} {'PAWN':>4} {'chance':>6} {'effect (90 %)':<16} rank",
            *(self._line(item) for item in shown),
        ]
        alike = sum(len(item.alike) for item in shown)
        if alike:
            lines.append(
                f"+ also stands for {alike} weaker inputs that these draws can hardly tell from one of those above."
            )
        return "\n".join(lines)

    def _line(self, item: Influence) -> str:
        kind = "number" if self.unit == "number" else "share"
        low, high = (write_figure(side.mean, side.error, kind) for side in (item.low, item.high))
        effect = f"{item.effect:.2f} ({_write_span(item.effect_low, item.effect_high, '.2f')})"
        rank = f"{item.rank} ({_write_span(item.rank_low, item.rank_high, 'd')})"
        more = f" +{len(item.alike)}" if item.alike else ""
        room = NAME - len(more)
        name = (item.name if len(item.name) <= room else item.name[: room - 1] + "…") + more
        return f"{name:<{NAME}} {low:>13} {high:>13} {item.index:>4.2f} {item.chance:>6.2f} {effect:<16} {rank}"


@dataclass(frozen=True, slots=True)
class Sensitivities(Drawn):
    """The driver analysis of a run."""

    digest: str
    seed: int
    draws: int
    method: Mapping[str, str]
    claims: tuple[Sensitivity, ...] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Sensitivities of {len(self.claims)} claims, {self.draws} draws, seed {self.seed}>"

    def __str__(self) -> str:
        return "\n\n".join(f"{item.claim}: {item.text}\n{item}" for item in self.claims)

    def claim(self, name: str) -> Sensitivity | None:
        """The analysis of one claim; None where it has no figure."""
        return next((item for item in self.claims if item.claim == name), None)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def _write_span(low: float, high: float, form: str) -> str:
    """``0.25-0.58``; what is shown lies above 0, so the dash is no sign."""
    if math.isnan(low):
        return "-"
    first, last = format(low, form), format(high, form)
    return first if first == last else f"{first}-{last}"

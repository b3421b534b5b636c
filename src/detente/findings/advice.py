"""The frozen nouns about what an actor should do. Everything here is data; sentences are made in the report.

A worth is in the unit of the measure or payoff that judges, averaged from as_of to the horizon. Errors are standard
errors over draws, as everywhere in the findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from detente.display import Drawn
from detente.findings.figures import cut
from detente.findings.findings import NoFlip, Spread, plain_data

#: worths no further apart count as equal: payoffs and measures are in units in which a moderate want weighs 1
MARGIN = 0.01
#: a policy does no harm when it is at least as good as doing nothing in this share of draws
SAFE = 0.8
#: when a policy is called robust, in words that stand beside it
RULE = (
    f"by every measure at least as good as doing nothing in {100 * SAFE:g} % of draws and by some measure better "
    "on average, where no other such alternative is as good on average by every measure and better by one"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing an actor, or a coalition, could do."""

    #: a policy's id, levels such as ``rok.fiscal = stimulus``, or ``-`` for nothing
    name: str
    #: levels by lever
    hold: Mapping[str, str]
    text: str = ""
    #: why it cannot be done; empty when it can
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One alternative by one judge."""

    name: str
    worth: Spread
    #: beyond doing nothing, in the same draws; doing nothing itself gains 0
    gain: Spread
    #: below the best alternative of each draw
    regret: Spread
    worst_regret: float
    #: the lowest worth of any draw
    worst: float
    #: share of draws in which it is at least as good as doing nothing
    satisfies: float
    satisfies_error: float
    #: share of draws in which it is best, split evenly among equals
    best: float
    best_error: float
    #: share of draws in which no other beats it
    unbeaten: float
    unbeaten_error: float
    #: share of draws in which it takes each place, best first
    places: tuple[float, ...]
    #: by how much the favourite is better on average, in the same draws, and the standard error of that
    behind: float
    behind_error: float


@dataclass(frozen=True, slots=True)
class Restriction:
    """The values of one input in a box."""

    input: str
    also: tuple[str, ...]
    #: of a number: not below, not above; infinite where the box is open
    low: float
    high: float
    #: of a choice of reading: those in the box
    readings: tuple[str, ...]
    #: chance of the box holding so many of the cases if this restriction did nothing (Bryant & Lempert 2010)
    quasi_p: float


@dataclass(frozen=True, slots=True)
class Box:
    """A region of the inputs in which the cases of interest lie close together; the figures say over which draws."""

    restrictions: tuple[Restriction, ...]
    #: share of the cases of interest that lie inside
    coverage: float
    #: share of what lies inside that is a case of interest
    density: float
    #: share of all draws that lie inside
    mass: float
    draws: int


@dataclass(frozen=True, slots=True)
class Peel:
    """One step on the way to a box: figures as there, on the draws it was found on."""

    coverage: float
    density: float
    mass: float
    restricted: int


@dataclass(frozen=True, slots=True)
class Upset:
    """Where the favourite loses: found on one half of the draws, and told from the other."""

    box: Box
    #: the same box on the half on which it was found
    found: Box
    #: share of all draws of the confirming half in which the favourite loses
    base: float
    #: chance of that half's cases in the box if the box did nothing (binomial)
    p: float
    #: the alternative that is most often best where the favourite loses inside
    instead: str
    trajectory: tuple[Peel, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every alternative by one judge, the best on average first."""

    #: a measure's or an actor's id
    judge: str
    kind: Literal["measure", "actor"]
    standings: tuple[Standing, ...]
    #: the best on average; None when no alternative makes a difference in any draw
    favourite: str | None
    #: whether no other beats the favourite in at least four draws of five
    settled: bool | None
    #: best at worst, and least worst regret
    maximin: str
    minimax_regret: str
    upset: Upset | None
    no_upset: NoFlip | None


@dataclass(frozen=True, slots=True)
class Front:
    """Whether an alternative is undominated over the measures."""

    name: str
    #: on the means over draws
    on_average: bool
    #: share of draws in which it is
    share: float
    share_error: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What an alternative does to an actor's payoff, against doing nothing in the same draws."""

    name: str
    actor: str
    gain: Spread
    #: share of draws in which the actor is better off, and worse off
    gains: float
    gains_error: float
    loses: float
    loses_error: float


@dataclass(frozen=True, slots=True)
class Advice(Drawn):
    """What an actor could do, judged by the measures and by what it gets itself."""

    actors: tuple[str, ...]
    draws: int
    #: where draws count by weights: how many draws that count alike they are worth; None where they count alike
    effective: float | None
    choices: tuple[Choice, ...]
    barred: tuple[Choice, ...]
    #: the measures, then the payoffs of those who choose
    judgements: tuple[Judgement, ...]
    #: over the measures; empty with fewer than two
    front: tuple[Front, ...]
    #: robust alternatives, best by the most measures first
    robust: tuple[str, ...]
    rule: str
    #: worths no further apart count as equal
    margin: float
    effects: tuple[Effect, ...] = field(repr=False)

    def __repr__(self) -> str:
        robust = ", ".join(self.robust) or "none"
        return f"<Advice for {','.join(self.actors)}: {len(self.choices)} alternatives, robust: {robust}>"

    def __str__(self) -> str:
        head = f"{'judge':<18} {'gain':>9} {'±error':>9} {'regret':>8} {'no worse':>9} {'best':>7}  alternative"
        lines = [head, "-" * len(head)]
        for judgement in self.judgements:
            for standing in judgement.standings:
                gain = standing.gain
                figures = f"{gain.mean:>9.3g} {gain.error:>9.2g} {standing.regret.mean:>8.3g}"
                shares = f"{100 * standing.satisfies:>7.0f} % {100 * standing.best:>5.0f} %"
                lines.append(f"{cut(judgement.judge, 18):<18} {figures} {shares}  {cut(standing.name, 34)}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer

    def judgement(self, judge: str) -> Judgement:
        """What one judge says. Raises KeyError when there is none of that id."""
        for judgement in self.judgements:
            if judgement.judge == judge:
                return judgement
        raise KeyError(judge)

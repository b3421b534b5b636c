"""The nouns of trials of a claim: forcing its cause, and the draw that speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from detente.findings.findings import Spread, Verdict


@dataclass(frozen=True, slots=True)
class Intervention:
    """What forcing a cause, or taking a requirement away, does to what a claim is about."""

    kind: Literal["raises", "lowers", "moves", "requires"]
    #: the query nothing is forced in
    about: str
    #: the levels forced; of a requirement its condition
    on: str
    #: the levels compared with; of a requirement those under which the figure is highest on average
    off: str
    #: the least mean effect, or the bound to stay below
    by: float
    in_points: bool
    #: the figure with nothing forced
    free: Spread
    #: with the cause forced on; None for a requirement
    forced: Spread | None
    #: with the cause off; of a requirement the largest of each draw over the ways to take it away
    without: Spread
    #: whether two thirds of the draws move as claimed, and whether the mean is large enough; None for a requirement
    direction: bool | None
    size: bool | None
    #: what makes it true by itself: the event's definition and the rules, or the measure; empty when it is derived
    assumed: Literal["", "definition", "measure"] = ""


@dataclass(frozen=True, slots=True)
class Departure:
    """An input of a draw, and how far it lies from its middle."""

    input: str
    value: float
    #: share of the draws in which it is lower
    rank: float


@dataclass(frozen=True, slots=True)
class CounterExample:
    """The most plausible draw in which a claim's verdict is another."""

    #: number of the draw, from 0
    draw: int
    #: the claim's figure there; of a comparison of numbers by how much it is met, as claimed
    value: float
    #: the draw's own verdict
    verdict: Verdict
    #: its place among the draws that are not void, the most plausible being 1, and how many these are
    place: int
    among: int
    #: by input that chooses an actor's reading: the reading it has
    readings: Mapping[str, str]
    #: the claim's drivers that are numbers and count there
    drivers: tuple[Departure, ...]
    #: the other inputs farthest from their middle, the farthest first
    departures: tuple[Departure, ...]

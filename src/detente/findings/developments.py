"""What is another than in an earlier run of the same case: what moved beyond its error, and what was written otherwise.

A figure has moved when it differs by more than ``BEYOND`` standard errors of the difference. That error is got as
:mod:`detente.findings.comparison` says where the two are different runs. Where one run holds the first draws of the
other (the same case and seed, drawn further), the shorter is part of the longer: with n and N draws the variance of
the difference of the two means is s^2 (1/n - 1/N), so its error is the longer run's error times sqrt(N/n - 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from detente.display import Drawn
from detente.findings.changes import Change
from detente.findings.comparison import Comparison, Contrast, Figure, Side, compare, read_figure
from detente.findings.findings import plain_data

#: standard errors of a difference beyond which a figure has moved
BEYOND = 2.0


@dataclass(frozen=True, slots=True)
class Move:
    """One claim that both runs judge, each figure over all draws of its own run."""

    claim: str
    text: str
    kind: str
    before: Figure
    after: Figure
    #: after less before and its error, over the draws that can be held against each other
    difference: float
    error: float
    #: whether the difference is beyond its error
    beyond: bool
    #: whether its word or its query is written otherwise
    rewritten: bool

    @property
    def turned(self) -> bool:
        """Whether its verdict is another."""
        return self.before.verdict != self.after.verdict


@dataclass(frozen=True, slots=True)
class Unread:
    """An earlier run that could not be held against this one."""

    run: str
    why: str


@dataclass(frozen=True)
class Developments(Drawn):
    """What changed since an earlier run; without a comparison when none of those there could be read."""

    #: its folder, as a user would name it; empty without one
    earlier: str
    #: the day of its last draw or findings, ISO text; empty without one
    on: str
    #: whether it is this very run before it was drawn further
    extended: bool
    #: whether the draws of the one are among those of the other: the same case and seed
    nested: bool
    draws: tuple[int, int]
    seeds: tuple[int, int]
    #: of Détente
    versions: tuple[str, str]
    moves: tuple[Move, ...]
    comparison: Comparison | None
    #: earlier runs passed over, the newest first
    unread: tuple[Unread, ...] = ()

    def __repr__(self) -> str:
        if self.comparison is None:
            return f"<Developments: {len(self.unread)} earlier runs, none of them readable>"
        moved = sum(move.beyond for move in self.moves)
        return (
            f"<Developments since {self.earlier}: {moved} of {len(self.moves)} claims moved, "
            f"{len(self.changes)} things written otherwise>"
        )

    def __str__(self) -> str:
        return repr(self) if self.comparison is None else str(self.comparison)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is written otherwise in the case."""
        return () if self.comparison is None else self.comparison.changes

    @property
    def moved(self) -> tuple[Move, ...]:
        """Claims whose figure moved beyond its error, the farthest in errors first."""
        moved = [move for move in self.moves if move.beyond]
        return tuple(sorted(moved, key=lambda move: (-_count_errors(move), move.claim)))

    @property
    def turned(self) -> tuple[Move, ...]:
        """Claims whose verdict is another because the figure moved beyond its error, or the claim was rewritten."""
        return tuple(move for move in self.moves if move.turned and (move.beyond or move.rewritten))

    @property
    def slipped(self) -> tuple[Move, ...]:
        """Claims whose verdict is another by no more than error."""
        return tuple(move for move in self.moves if move.turned and not move.beyond and not move.rewritten)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def find_developments(
    before: Side, after: Side, changes: Sequence[Change], on: str = "", unread: Sequence[Unread] = ()
) -> Developments:
    """Hold a run against an earlier one of the same case."""
    found = compare(before, after, changes, {})
    nested = before.scenario.digest == after.scenario.digest and before.seed == after.seed
    return Developments(
        earlier=before.name,
        on=on,
        extended=nested and before.name == after.name and before.draws < after.draws,
        nested=nested,
        draws=(before.draws, after.draws),
        seeds=(before.seed, after.seed),
        versions=(_read_version(before), _read_version(after)),
        moves=tuple(
            _measure(item, before, after, nested)
            for item in found.contrasts
            if item.before is not None and item.after is not None
        ),
        comparison=found,
        unread=tuple(unread),
    )


def admit_unread(unread: Sequence[Unread], side: Side) -> Developments:
    """What is to be said where there are earlier runs, and none can be read."""
    twice = (side.draws, side.draws), (side.seed, side.seed), (_read_version(side),) * 2
    return Developments("", "", False, False, *twice, (), None, tuple(unread))


def _measure(item: Contrast, before: Side, after: Side, nested: bool) -> Move:
    one, other = read_figure(before, item.claim), read_figure(after, item.claim)
    difference, error = item.difference, item.error
    if nested:
        short, long = sorted((before.draws, after.draws))
        longer = one if before.draws == long else other
        difference, error = other.mean - one.mean, longer.error * sqrt(long / short - 1) if long > short else 0.0
    beyond = abs(difference) > BEYOND * error
    old, new = (side.claims[item.claim] for side in (before, after))
    rewritten = (old.says, str(old.query)) != (new.says, str(new.query))
    return Move(item.claim, item.text, item.kind, one, other, difference, error, beyond, rewritten)


def _count_errors(move: Move) -> float:
    return abs(move.difference) / move.error if move.error else float("inf")


def _read_version(side: Side) -> str:
    return "" if side.ensemble is None else str(side.ensemble.made_by.get("detente", ""))

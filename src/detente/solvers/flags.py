"""What has happened so far, as flags beside the state: one copy of the distribution for every setting of the flags.

A *trigger* goes through stages until it is met: a condition is met where it is true; one that must turn true and is
true at the start first waits for it to turn false. A *tracker* follows one or two triggers together. The rows of the
masses are its copies; mass in a cell that changes a flag leaves its row at once, for another row or, when all triggers
are met, for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import inf

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
#: a stage per trigger
Stages = tuple[int, ...]

#: the stage of a trigger that is met
MET = -1
#: codes of a row's cells: mass stays, or all triggers are met and it leaves for good; higher ones name a flow
STAYS, LEAVES = 0, 1


@dataclass(frozen=True, eq=False, slots=True)
class Trigger:
    """A condition to be met."""

    #: bool (N,); None for what is never met
    where: Mask | None
    #: 2 when it is true at the start and must turn false before it can turn true
    stages: int = 1

    def advance(self, stage: int) -> NDArray[np.int64] | int:
        """The next stage in every cell: shape (N,), or one for all."""
        if self.where is None or stage == MET:
            return stage
        if stage < self.stages - 1:
            return np.where(self.where, stage, stage + 1)
        return np.where(self.where, MET, stage)


def make_trigger(where: Mask, enters: bool, start: int) -> Trigger:
    """A condition that is met when true, or when it ``enters``: turns from false to true."""
    return Trigger(where, 2 if enters and where[start] else 1)


@dataclass(frozen=True, slots=True)
class Flow:
    """Mass in the cells of ``source`` with ``code`` moves to row ``target``, or to still row ``-1 - target``."""

    source: int
    code: int
    target: int


@dataclass(frozen=True, eq=False, slots=True)
class Tracker:
    """One or two triggers followed together: the row that holds the mass in each setting of the flags."""

    rows: Mapping[Stages, int]
    #: settings in which mass is only collected, where it arrives
    still: Mapping[Stages, int] = field(default_factory=dict)

    def pick(self, *wanted: int | None) -> dict[Stages, int]:
        """The rows with the given stages: a stage, or None for any that is not met."""
        return {
            stages: row
            for stages, row in self.rows.items()
            if all(stage != MET if want is None else stage == want for stage, want in zip(stages, wanted, strict=True))
        }


class Rows:
    """The rows of a course while they are laid out."""

    def __init__(self, cells: int) -> None:
        self.cells = cells
        self.codes: list[NDArray[np.uint8]] = []
        #: months: when a row's mass is dropped, because what its flags wait for can no longer happen in time
        self.until: list[float] = []
        #: the rows that hold all mass before the course begins
        self.first: list[int] = []
        self.flows: list[Flow] = []
        self.stills = 0

    def add_plain(self) -> None:
        """A row for the distribution itself."""
        self.first.append(len(self.codes))
        self.codes.append(np.zeros(self.cells, np.uint8))
        self.until.append(inf)

    def add(self, triggers: Sequence[Trigger], until: Sequence[float] = (), collect: bool = False) -> Tracker:
        """Rows that follow the triggers, ``until`` being the months by which each must be met (default: never mind).

        With ``collect`` the first trigger's being met only collects mass in still rows.
        """
        choices = [[*range(t.stages), *([MET] if t.where is not None else [])] for t in triggers]
        settings = [stages for stages in product(*choices) if any(stage != MET for stage in stages) or collect]
        walked = [stages for stages in settings if not (collect and stages[0] == MET)]
        rows = {stages: len(self.codes) + k for k, stages in enumerate(walked)}
        still = {stages: self.stills + k for k, stages in enumerate(s for s in settings if s not in rows)}
        self.stills += len(still)
        self.first.append(len(self.codes))
        for stages in walked:
            self.codes.append(self._code(triggers, stages, rows, still))
            deadlines = [end for stage, end in zip(stages, until, strict=False) if stage != MET]
            self.until.append(min(deadlines, default=inf))
        return Tracker(rows, still)

    def add_lossy(self, triggers: Sequence[Trigger], lost: Sequence[bool]) -> Tracker:
        """Rows for every setting of the flags, all of them met included; mass that meets a ``lost`` one is lost."""
        choices = [[*range(t.stages), *([] if gone else [MET])] for t, gone in zip(triggers, lost, strict=True)]
        rows = {stages: len(self.codes) + k for k, stages in enumerate(product(*choices))}
        self.first.append(len(self.codes))
        for stages in rows:
            self.codes.append(self._code(triggers, stages, rows, {}))
            self.until.append(inf)
        return Tracker(rows)

    def _code(
        self, triggers: Sequence[Trigger], stages: Stages, rows: Mapping[Stages, int], still: Mapping[Stages, int]
    ) -> NDArray[np.uint8]:
        """What becomes of a row's mass in every cell; its flows are noted. Still rows count from -1 down."""
        advanced = [np.broadcast_to(t.advance(s), self.cells) for t, s in zip(triggers, stages, strict=True)]
        codes = np.zeros(self.cells, np.uint8)
        ways = product(*({s, *np.unique(a).tolist()} for s, a in zip(stages, advanced, strict=True)))
        for place, target in enumerate(sorted(set(ways) - {stages})):
            there = np.logical_and.reduce([a == s for a, s in zip(advanced, target, strict=True)])
            if target in rows or target in still:
                codes[there] = LEAVES + 1 + place
                goal = rows[target] if target in rows else -1 - still[target]
                self.flows.append(Flow(rows[stages], LEAVES + 1 + place, goal))
            else:
                codes[there] = LEAVES
        return codes

"""The design behind variance-based indices, as a job: rows in pairs, and each pair with some inputs swapped.

One row of the design holds two independent draws, A and B (Saltelli et al. 2010: the two halves of a Sobol sequence of
twice the width). It is answered at A, at B, and for every group of inputs at A with that group's values taken from B.
A run of it is kept, resumed, verified and spread over workers like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.job import Answer, Field
from detente.ensemble.study import terms_of
from detente.game.game import Game
from detente.scenario.model import Scenario
from detente.scenario.queries import Query
from detente.solvers import conduct, course, schedule
from detente.solvers.forecast import answer
from detente.solvers.plans import Plan, lay_plan
from detente.solvers.scenes import Grid

#: more columns than this are swapped by their owner, unless told otherwise
SINGLY = 30
#: the two draws of a row, and what stands before the name of a group
FIRST, SECOND, SWAPPED = "A", "B", "AB"
METHOD = "Saltelli et al. (2010): A, B, and A with each group of inputs from B; rows of a scrambled Sobol design"

By = Literal["input", "actor"]


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs that are swapped together."""

    id: str
    inputs: tuple[str, ...]
    #: the columns of a plain design that draw them
    columns: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class SwapStudy:
    """A scenario's questions, asked of both draws of a row and of every swap between them."""

    game: Game = field(repr=False)
    plan: Plan = field(repr=False)
    questions: tuple[tuple[str, Query], ...] = field(repr=False)
    groups: tuple[Group, ...]
    fields: tuple[Field, ...] = field(repr=False)
    method: Mapping[str, object] = field(repr=False)

    @property
    def digest(self) -> str:
        """Digest of the scenario."""
        return self.game.digest

    @property
    def columns(self) -> int:
        """Twice the uncertain inputs drawn, those of other cases asked about among them."""
        return 2 * (self.game.columns + self.plan.abroad)

    @property
    def abroad(self) -> int:
        """None apart: A and B each have those of other cases behind the game's own."""
        return 0

    @property
    def solved(self) -> int:
        """How often the game is solved for a row."""
        return len(self.groups) + 2

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        """Every question at A, B and the swaps, for the row ``u``, shape (2 * inputs,)."""
        first, second = u[: len(u) // 2], u[len(u) // 2 :]
        row = self._ask(FIRST, first) | self._ask(SECOND, second)
        for group in self.groups:
            mixed = first.copy()
            mixed[list(group.columns)] = second[list(group.columns)]
            row |= self._ask(f"{SWAPPED}/{group.id}", mixed)
        return row

    def _ask(self, place: str, u: NDArray[np.float64]) -> dict[str, Answer]:
        found = answer(self.plan, u)
        row: dict[str, Answer] = {}
        for name, query in self.questions:
            row[f"sobol/{place}/claim/{name}"] = found.of(query)
            for k, item in enumerate(terms_of(query)):
                row[f"sobol/{place}/term/{name}/{k}"] = found.values[item]
        return row


def lay_swaps(scenario: Scenario, game: Game, by: By | None = None, claims: Collection[str] | None = None) -> SwapStudy:
    """Lay out a scenario's claims, or those named, over the swaps of its inputs, one by one or actor by actor.

    Without ``by`` inputs are swapped one by one up to ``SINGLY`` of them. Those of another case asked about are swapped
    together.
    """
    by = by or ("input" if game.columns <= SINGLY else "actor")
    asked = [claim for claim in scenario.claims if claims is None or claim.id in claims]
    questions = {claim.id: claim.query for claim in asked if claim.query is not None}
    plan = lay_plan(game, list(questions.values()), Grid(np.zeros(1)))
    groups = (*group_inputs(game, by), *_group_visits(plan))
    method: dict[str, object] = {
        "design": METHOD,
        "by": by,
        "groups": {group.id: list(group.inputs) for group in groups},
        "questions": {name: str(query) for name, query in questions.items()},
        "behaviour": conduct.METHOD,
        "forecast": course.METHOD,
    }
    if game.calendar is not None:
        method["phases"] = schedule.METHOD
    places = [FIRST, SECOND, *(f"{SWAPPED}/{group.id}" for group in groups)]
    fields = [
        Field(f"sobol/{place}/{asked}", "number", void=True)
        for place in places
        for name, query in questions.items()
        for asked in (f"claim/{name}", *(f"term/{name}/{k}" for k in range(len(terms_of(query)))))
    ]
    return SwapStudy(game, plan, tuple(questions.items()), groups, tuple(fields), method)


def group_inputs(game: Game, by: By) -> tuple[Group, ...]:
    """The uncertain inputs in groups that share no column of the design, in the order of the columns.

    By actor: what belongs to one actor (its payoffs, readings and behaviour), to one chance lever, or to one measure.
    Inputs tied across owners are a group of their own, named for its owners.
    """
    tied: dict[int, list[str]] = {}
    for item in game.inputs:
        if item.column >= 0:
            tied.setdefault(item.column, []).append(item.id)
    found: dict[str, list[int]] = {}
    for column, names in sorted(tied.items()):
        name = names[0] if by == "input" else "+".join(dict.fromkeys(_find_owner(item) for item in names))
        found.setdefault(name, []).append(column)
    return tuple(
        Group(name, tuple(item for column in columns for item in tied[column]), tuple(columns))
        for name, columns in found.items()
    )


def _group_visits(plan: Plan) -> list[Group]:
    """The uncertain inputs of each other case asked about."""
    groups, start = [], plan.game.columns
    for visit in plan.visits:
        game = visit.plan.game
        names = tuple(f"{visit.case}:{item.id}" for item in game.inputs if item.column >= 0)
        groups.append(Group(visit.case, names, tuple(range(start, start + game.columns))))
        start += game.columns
    return groups


def _find_owner(name: str) -> str:
    """Whose input it is, by its id: ``us`` of ``us.showman.deal``; a phase's inputs are those of the owner in it."""
    parts = name.split(".")
    return parts[2] if parts[0] == "phases" and len(parts) > 2 else parts[0]

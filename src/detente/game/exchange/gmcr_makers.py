"""The decision makers of a .gmcr file: which of rankings, statements and payoffs say what they want."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from detente.game.exchange.conflict import DecisionMaker, Statement, rank_by_priorities
from detente.game.exchange.gmcr_log import AGAIN, SHOWN, Log, Object, is_index, show
from detente.scenario.document import Path

#: the key that says whether rankings count, and that of a ranking; each with its name in older files
MANUAL = ("useManualPreferenceRanking", "useManualPreferenceVectors")
RANKING = ("preferenceRanking", "preferenceVector")
#: most states of a ranking, and states whose payoffs are compared with what the statements say
MOST_RANKED = 2_000

_KNOWN = ("name", "options", "preferences", "payoffs", "misperceptions", *RANKING)

Ranking = tuple[tuple[int, ...], ...]


def read_manual(log: Log, data: Object) -> bool:
    """Whether the rankings count rather than the statements."""
    key = next((key for key in MANUAL if key in data), None)
    value = data[key] if key else None
    if key is None:
        log.note((), f"The key '{MANUAL[0]}' is missing.", "Write true when the rankings count, else false.")
    elif not isinstance(value, bool):
        log.note((key,), f"{show(value)} is neither true nor false.", "Write true when the rankings count, else false.")
    return value is True


@dataclass
class MakerReader:
    """Reads decision makers one by one; rankings and payoffs only where the feasible states are known."""

    log: Log
    #: reads a condition at a path; with the most conditions of a list
    read_statement: Callable[[object, Path], Statement]
    most: int
    manual: bool
    #: bool (2 ** options,), or None when mistakes stand in the way
    feasible: NDArray[np.bool_] | None

    def read(self, item: object, number: int, options: tuple[int, ...]) -> DecisionMaker:
        """A decision maker of the list."""
        path: Path = ("decisionMakers", number)
        data: Object = item if isinstance(item, dict) else {}
        name = str(data.get("name", ""))
        self.log.remark_unknown(data, _KNOWN, f"{name}: ")
        statements = self._read_preferences(data, path, name)
        misperceived = len(self.log.take_list(data, "misperceptions", path, self.most))
        if misperceived:
            told = f"{misperceived} condition{'s' * (misperceived != 1)}"
            self.log.remark(f"{name} does not see every state: its misperceptions ({told}) are not kept.")
        if self.feasible is None:
            return DecisionMaker(name, options)
        ranking = self._read_orders(data, path, name, statements)
        return DecisionMaker(name, options, ranking, () if ranking is not None else statements)

    def _read_preferences(self, data: Object, path: Path, name: str) -> tuple[Statement, ...]:
        items = self.log.take_list(data, "preferences", path, self.most)
        before = len(self.log.issues)
        found = [self.read_statement(item, (*path, "preferences", k)) for k, item in enumerate(items)]
        kept = tuple(statement for statement in found if all(statement))
        if len(kept) < len(found) and len(self.log.issues) == before:
            self.log.remark(f"{name} has statements that name no option: they say nothing and are not kept.")
        return kept

    def _read_orders(self, data: Object, path: Path, name: str, statements: Sequence[Statement]) -> Ranking | None:
        """The ranking where one counts, from the file's ranking or its payoffs."""
        assert self.feasible is not None
        count = int(self.feasible.sum())
        payoffs = self._read_payoffs(data, path, count)
        key = next((key for key in RANKING if key in data), None)
        ranking: Ranking | None = None
        if self.manual and key:
            ranking = self._read_ranking(data[key], (*path, key), count)
        elif self.manual and payoffs:
            ranking = _rank_payoffs(payoffs)
        elif self.manual:
            self.log.note(path, f"There is no '{RANKING[0]}', and the file says that rankings count.", "Add it.")
        elif key:
            self.log.remark(f"{name}'s ranking is not kept: the file says that the statements count.")
        if not self.manual and not statements and len(set(payoffs)) > 1:
            self.log.remark(f"{name} has no statements: its payoffs are kept in their place.")
            ranking = _rank_payoffs(payoffs)
        elif not self.manual and not statements:
            self.log.remark(f"{name} has no preferences in the file: all states are equal to it.")
        if ranking is not None and count > MOST_RANKED:
            message = f"It ranks {count:,} states; at most {MOST_RANKED:,} are read."
            self.log.note(path, message, "Say the preferences with statements.")
        if ranking is not None and statements:
            self.log.remark(f"{name}'s statements are not kept: the file says that the ranking counts.")
        if payoffs and count <= MOST_RANKED and not self._agree(payoffs, ranking, statements):
            self.log.remark(f"{name}'s payoffs are not kept: they differ from its preferences, which count.")
        return ranking

    def _read_payoffs(self, data: Object, path: Path, count: int) -> list[float]:
        payoffs = data.get("payoffs", [])
        items = payoffs if isinstance(payoffs, list) else [payoffs]
        numbers = [float(value) for value in items if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(numbers) < len(items) or len(numbers) not in (0, count):
            message = f"There are {len(numbers):,} numbers for {count:,} feasible states."
            self.log.note((*path, "payoffs"), message, AGAIN)
            return []
        return numbers

    def _read_ranking(self, value: object, path: Path, count: int) -> Ranking:
        if not isinstance(value, list):
            self.log.note(path, f"{show(value)} stands where a list belongs.", "List the states, best first.")
            return ()
        seen: set[int] = set()
        lines = []
        for k, item in enumerate(value):
            inner = isinstance(item, list)
            states = [(state, (*path, k, n)) for n, state in enumerate(item)] if inner else [(item, (*path, k))]
            lines.append(tuple(self._take_states(states, seen, count)))
        missing = [state for state in range(1, count + 1) if state not in seen]
        if missing:
            told = ", ".join(map(str, missing[:SHOWN])) + (", ..." if len(missing) > SHOWN else "")
            message = f"It has no place for {len(missing):,} of the {count:,} feasible states: {told}."
            self.log.note(path, message, "Give each one.")
        return tuple(line for line in lines if line)

    def _take_states(self, states: Sequence[tuple[object, Path]], seen: set[int], count: int) -> Iterator[int]:
        for state, path in states:
            if not is_index(state, count + 1) or state == 0:
                message = f"There is no feasible state {show(state)}."
                self.log.note(path, message, f"The feasible states are numbered from 1 to {count:,}.")
            elif state in seen:
                self.log.note(path, f"State {state} is ranked twice.", "Keep one place.")
            else:
                seen.add(state)
                yield state

    def _agree(self, payoffs: Sequence[float], ranking: Ranking | None, statements: Sequence[Statement]) -> bool:
        """Whether payoffs order the states as the preferences do."""
        if ranking is not None:
            return _rank_payoffs(payoffs) == tuple(tuple(sorted(line)) for line in ranking)
        assert self.feasible is not None
        given = np.unique(np.array(payoffs), return_inverse=True)[1]
        return bool((given == rank_by_priorities(statements, np.flatnonzero(self.feasible))).all())


def _rank_payoffs(payoffs: Sequence[float]) -> Ranking:
    """States by payoff, best first, equal ones together."""
    order = sorted(range(len(payoffs)), key=lambda k: -payoffs[k])
    return tuple(tuple(k + 1 for k in line) for _, line in groupby(order, key=lambda k: payoffs[k]))

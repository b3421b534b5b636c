"""Is there a feasible state that satisfies a condition? Searched without listing the states."""

from __future__ import annotations

from collections.abc import Mapping

from detente.scenario.conditions import All, AtLeast, In, Node, Not
from detente.scenario.model import Scenario

#: formulas judged before one search gives up, and before all searches of a file do
PATIENCE = 20_000
ENDURANCE = 500_000

Box = dict[str, int]  # lever id -> bit mask of the levels still open


class Undecided(Exception):
    """The search took too long; nothing is said then."""


class Space:
    """The feasible states of a scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.now = {lever.id: lever.now for lever in scenario.levers}
        self.full: Box = {lever.id: (1 << len(lever.levels)) - 1 for lever in scenario.levers}
        self.rules = [rule.forbid.node for rule in scenario.rules]
        self._left = ENDURANCE

    def find(self, *required: Node, without: int | None = None) -> dict[str, int] | None:
        """A feasible state where all ``required`` hold, near the status quo, or None when there is none.

        ``without`` leaves one rule out. Raises Undecided when the search takes too long.
        """
        goals = [(node, True) for node in required]
        goals += [(node, False) for number, node in enumerate(self.rules) if number != without]
        box = self._search(dict(self.full), goals)
        if box is None:
            return None
        return {
            lever: self.now[lever] if open_ >> self.now[lever] & 1 else _lowest(open_) for lever, open_ in box.items()
        }

    def _search(self, box: Box, goals: list[tuple[Node, bool]]) -> Box | None:
        stack = [box]
        enough = self._left - PATIENCE
        while stack:
            self._left -= len(goals)
            if self._left < max(enough, 0):
                raise Undecided
            box = stack.pop()
            open_goals = []
            for node, wanted in goals:
                answer = judge(node, box)
                if answer is None:
                    open_goals.append(node)
                elif answer != wanted:
                    break
            else:
                if not open_goals:
                    return box
                atom = _open_atom(open_goals[0], box)
                inside = _mask(atom)
                parts = [box[atom.lever] & inside, box[atom.lever] & ~inside]
                # The part with the status quo is looked at first, so it goes on the stack last.
                parts.sort(key=lambda part: part >> self.now[atom.lever] & 1)
                stack.extend({**box, atom.lever: part} for part in parts)
        return None


def judge(node: Node, box: Mapping[str, int]) -> bool | None:
    """Whether the formula holds all over the box, nowhere in it, or None: in a part of it (or not seen at once)."""
    if isinstance(node, In):
        open_, inside = box[node.lever], _mask(node)
        return True if not open_ & ~inside else None if open_ & inside else False
    if isinstance(node, Not):
        answer = judge(node.item, box)
        return None if answer is None else not answer
    answers = [judge(item, box) for item in node.items]
    sure, possible = answers.count(True), len(answers) - answers.count(False)
    needed = node.count if isinstance(node, AtLeast) else len(answers) if isinstance(node, All) else 1
    return True if sure >= needed else False if possible < needed else None


def _open_atom(node: Node, box: Box) -> In:
    """An atom of an open formula that is itself open."""
    if isinstance(node, In):
        return node
    items = (node.item,) if isinstance(node, Not) else node.items
    return _open_atom(next(item for item in items if judge(item, box) is None), box)


def _mask(atom: In) -> int:
    mask = 0
    for level in atom.levels:
        mask |= 1 << level
    return mask


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1

"""Slow twins of coalitional stability: Xu, Hipel, Kilgour & Fang (2018), written out over sets of states.

Coalitions move by legal sequences (no member twice in a row), opponents under CSEQ by sequences of coalition
improvements (no coalition twice in a row), so both searches run over pairs of state and last mover.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

from oracles import Graph

Coalition = tuple[int, ...]


def coalitions_of(actors: Coalition) -> list[Coalition]:
    """Every non-empty subset."""
    return [team for size in range(1, len(actors) + 1) for team in combinations(actors, size)]


class Coalitions:
    """A graph model with its coalitions' moves."""

    def __init__(self, graph: Graph, pareto: bool) -> None:
        self.graph = graph
        self.pareto = pareto
        self.reach = cache(self.search_reach)
        self.improvements = cache(self.list_improvements)
        self.replies = cache(self.search_replies)

    def better(self, team: Coalition, q: int, s: int) -> bool:
        """q is a coalition improvement on s, apart from whether it can be reached."""
        gains = [self.graph.worth[k, q] - self.graph.worth[k, s] for k in team]
        if self.pareto:
            return min(gains) >= 0 and max(gains) > 0
        return min(gains) > 0

    def search_reach(self, team: Coalition, s: int) -> frozenset[int]:
        """R_H(s)."""
        found: set[tuple[int, int]] = set()
        todo: list[tuple[int, int | None]] = [(s, None)]
        while todo:
            here, last = todo.pop()
            for j in team:
                for q in self.graph.reach[j, here] if j != last else ():
                    if (q, j) not in found:
                        found.add((q, j))
                        todo.append((q, j))
        return frozenset(q for q, _ in found)

    def list_improvements(self, team: Coalition, s: int) -> frozenset[int]:
        """CR_H^+(s)."""
        return frozenset(q for q in self.reach(team, s) if self.better(team, q, s))

    def search_replies(self, others: Coalition, s: int) -> frozenset[int]:
        """CR^{++}_{P(N-H)}(s)."""
        teams = coalitions_of(others)
        found: set[tuple[int, Coalition]] = set()
        todo: list[tuple[int, Coalition | None]] = [(s, None)]
        while todo:
            here, last = todo.pop()
            for team in teams:
                for q in self.improvements(team, here) if team != last else ():
                    if (q, team) not in found:
                        found.add((q, team))
                        todo.append((q, team))
        return frozenset(q for q, _ in found)

    def stable(self, concept: str, team: Coalition, s: int) -> bool:
        """Whether s is stable for the coalition."""
        others = tuple(j for j in self.graph.actors if j not in team)
        improvements = self.improvements(team, s)
        if concept == "cnash":
            return not improvements
        for t in improvements:
            replies = self.replies(others, t) if concept == "cseq" else self.reach(others, t)
            deterred = any(
                not self.better(team, z, s)
                and (concept != "csmr" or not any(self.better(team, q, s) for q in self.reach(team, z)))
                for z in replies
            )
            if not deterred:
                return False
        return True

"""Conflicts as .gmcr files, made here from published cases and at random."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from detente.game.exchange.gmcr_reader import read_gmcr
from detente.game.exchange.transcript import transcribe
from detente.scenario.model import Scenario
from detente.scenario.reader import loads

#: an option's name and the way it can go
Options = Sequence[tuple[str, str]]
AS_OF = date(2025, 1, 1)


class Published(NamedTuple):
    """A case with the answers its source gives, states as sums of the options taken."""

    document: dict[str, Any]
    equilibria: Mapping[str, set[int]]


def make_document(
    makers: Mapping[str, Options],
    infeasible: Sequence[object] = (),
    rankings: Sequence[Sequence[object]] | None = None,
    preferences: Sequence[Sequence[object]] | None = None,
) -> dict[str, Any]:
    """A file's data; rankings are given as sums of options (a tie is a list) and written as the format wants them."""
    options = [{"name": name, "permittedDirection": way} for own in makers.values() for name, way in own]
    document: dict[str, Any] = {
        "program": "gmcr-py",
        "version": "0.3.13",
        "options": options,
        "decisionMakers": [],
        "infeasibles": list(infeasible),
        "coalitions": list(range(len(makers))),
        "useManualPreferenceRanking": rankings is not None,
    }
    numbers = {state: k for k, state in enumerate(list_feasible(document), start=1)}
    first = 0
    for k, (name, own) in enumerate(makers.items()):
        maker: dict[str, Any] = {"name": name, "options": list(range(first, first + len(own))), "preferences": []}
        first += len(own)
        if rankings is not None:
            maker["preferenceRanking"] = [
                [numbers[state] for state in place] if isinstance(place, list) else numbers[place]
                for place in rankings[k]
            ]
        if preferences is not None:
            maker["preferences"] = list(preferences[k])
        document["decisionMakers"].append(maker)
    return document


def is_true(condition: Any, state: int) -> bool:
    """Whether a condition of the format holds in a state."""
    if isinstance(condition, dict):
        return any(is_true(member, state) for member in condition["members"])
    return all((state >> option & 1 == 1) == (taken == "Y") for option, taken in condition)


def list_feasible(document: Mapping[str, Any]) -> list[int]:
    """The feasible states in ascending order."""
    states = range(1 << len(document["options"]))
    return [state for state in states if not any(is_true(item, state) for item in document["infeasibles"])]


def import_document(document: Mapping[str, Any]) -> Scenario:
    """The scenario that a file becomes."""
    conflict = read_gmcr(json.dumps(document), "x.gmcr")
    return loads(transcribe(conflict, source="x.gmcr", title="x", as_of=AS_OF).text)[0]


def list_exclusive(options: Sequence[int]) -> list[list[list[object]]]:
    """At most one of the options is taken."""
    return [[[a, "Y"], [b, "Y"]] for k, a in enumerate(options) for b in options[k + 1 :]]


def random_document(rng: np.random.Generator, ranked: bool) -> dict[str, Any]:
    """Two or three decision makers, two to five options, every direction, infeasible states, ties or statements."""
    makers = {
        f"DM {k}": [(f"option {n}", str(rng.choice(["both", "both", "fwd", "back"]))) for n in range(1 + k % 2)]
        for k in range(int(rng.integers(2, 4)))
    }
    count = sum(map(len, makers.values()))

    def condition(least: int) -> object:
        def pattern() -> list[list[object]]:
            chosen = rng.choice(count, size=int(rng.integers(least, min(count, 3) + 1)), replace=False)
            return [[int(option), str(rng.choice(["Y", "N"]))] for option in chosen]

        return pattern() if rng.random() < 0.6 else {"compound": True, "members": [pattern(), pattern()]}

    while True:
        infeasible = [condition(2) for _ in range(int(rng.integers(0, 3)))]
        states = list_feasible(make_document(makers, infeasible))
        if len(states) > 1:
            break
    if not ranked:
        statements = [[condition(1) for _ in range(int(rng.integers(0, 5)))] for _ in makers]
        return make_document(makers, infeasible, preferences=statements)
    rankings = []
    for _ in makers:
        worth = rng.integers(0, len(states), size=len(states))
        places = [[s for s, w in zip(states, worth, strict=True) if w == level] for level in sorted({*worth.tolist()})]
        rankings.append([place if len(place) > 1 else place[0] for place in places])
    return make_document(makers, infeasible, rankings)


def list_published() -> dict[str, Published]:
    """Cases with known answers, in option form."""
    both = "both"
    dilemma = make_document(
        {"Row": [("Defect", both)], "Column": [("Defect", both)]}, rankings=[[1, 0, 3, 2], [2, 0, 3, 1]]
    )
    chicken = make_document(
        {"Row": [("Hold on", both)], "Column": [("Hold on", both)]}, rankings=[[1, 0, 2, 3], [2, 0, 1, 3]]
    )
    syria = make_document(
        {"Syria": [("Release water", both), ("Escalate", both)], "Iraq": [("Attack", both)]},
        list_exclusive([0, 1]),
        [[0, 2, 6, 1, 4, 5], [1, 4, 6, 0, 5, 2]],
    )
    cuba = make_document(
        {"US": [("Air strike", both), ("Blockade", both)], "USSR": [("Withdraw", both), ("Escalate", both)]},
        list_exclusive([2, 3]),
        [[4, 6, 5, 7, 2, 1, 3, 0, 11, 9, 10, 8], [0, 4, 6, 2, 5, 1, 7, 3, 11, 9, 10, 8]],
    )
    delay, accept, abandon, modify, insist = 2, 4, 8, 1, 16
    s = {1: delay, 2: modify + delay, 3: accept, 4: modify + accept}
    s |= {k + 4: s[k] + insist for k in (1, 2, 3, 4)}
    ninth = [abandon, abandon + modify, abandon + insist, abandon + modify + insist]
    elmira = make_document(
        {
            "Ministry": [("Modify", "fwd")],
            "Uniroyal": [("Delay", "back"), ("Accept", both), ("Abandon", "fwd")],
            "Local government": [("Insist", both)],
        },
        [*list_exclusive([1, 2, 3]), [[1, "N"], [2, "N"], [3, "N"]]],
        [
            [*(s[k] for k in (7, 3, 4, 8, 5, 1, 2, 6)), ninth],
            [*(s[k] for k in (1, 4, 8, 5)), ninth, *(s[k] for k in (3, 7, 2, 6))],
            [*(s[k] for k in (7, 3, 5, 1, 8, 6, 4, 2)), ninth],
        ],
    )
    korea = make_document(
        {"US": [("Strike", "fwd"), ("Withdraw", both)], "DPRK": [("Invade", both), ("Abandon", both)]},
        list_exclusive([0, 1]),
        [[8, 0, 9, 10, 12, 5, 4, 13, 14, 1, 2, 6], [6, 14, 2, 10, 0, 4, 12, 5, 1, 13, 8, 9]],
    )
    strong = {s[5], s[8], *ninth}
    weak = strong | {s[1], s[4]}
    held = {0, 1, 2, 4, 5, 6, 7}
    return {
        "prisoners-dilemma": Published(
            dilemma, {"nash": {3}, "gmr": {0, 3}, "smr": {0, 3}, "seq": {0, 3}, "sseq": {0, 3}}
        ),
        "chicken": Published(
            chicken, {"nash": {1, 2}, "seq": {1, 2}, "sseq": {1, 2}, "gmr": {0, 1, 2}, "smr": {0, 1, 2}}
        ),
        # The source's states 1 and 6.
        "syria-iraq-1975": Published(syria, {"nash": {6}, "seq": {6}, "smr": {6}, "gmr": {0, 6}}),
        "cuba-1962": Published(cuba, {"nash": set(), "seq": {4, 6}, "gmr": held, "smr": held}),
        "elmira": Published(elmira, {"nash": strong, "seq": strong, "sseq": strong, "gmr": weak, "smr": weak}),
        "north-korea-2017": Published(korea, {"nash": {0, 5}, "seq": {0, 5, 10}, "smr": {0, 4, 5, 10, 12}}),
    }

"""The inverse analysis as a result: in words, as data, and what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest

from builders import make_game
from detente import api
from detente.errors import NotYetAnalysed, SizeError
from detente.scenario.reader import loads
from detente.solvers.inverse import Limits, invert
from detente.solvers.stability import CONCEPTS

MIXED = """\
detente: 1
title: T
as_of: 2024-01-01
horizon: 1 month
actors:
  a:
    levers: {x: [no, yes]}
    wants: [{id: act, want: x = yes, weight: strong}]
  b:
    levers: {y: [no, yes]}
    ranking: [y = no]
"""


def test_weights_are_changed_and_rankings_counted() -> None:
    scenario = loads(MIXED)[0]
    found = api.invert(scenario, concepts=["nash"])
    assert repr(found) == "<Inverse of 'status quo': possible in 1 of 2 ways asked>"
    assert str(found).splitlines() == [
        "concept  actor  answer    change",
        "Nash     a      found     2.121",
        "Nash     b      rankings  0",
    ]
    document = json.loads(json.dumps(found.to_dict()))
    assert document["state"] == {"a.x": "no", "b.y": "no"}
    weights, rankings = document["answers"]
    assert (weights["answer"], weights["actor"], weights["verified"]) == ("weights", "a", True)
    assert [(c["input"], c["kind"], c["after"]) for c in weights["changes"]] == [("a.act", "dropped", 0.0)]
    assert (rankings["answer"], rankings["actor"], rankings["share"]) == ("rankings", "b", 0.0)
    assert rankings["stable"] == 12
    assert rankings["escape"] == {"actor": "a", "to": {"a.x": "yes", "b.y": "no"}}
    assert rankings["always"] == [
        {"better": {"a.x": "no", "b.y": "no"}, "worse": {"a.x": "no", "b.y": "yes"}},
    ]
    assert document["made_by"]["digest"] == scenario.digest


def test_concepts_and_actors_in_order() -> None:
    scenario = api.load("chicken")
    found = api.invert(scenario, concepts=["seq", "nash"], actors=["column", "row"])
    assert [(a.concept, a.actor) for a in found.answers] == [("nash", 1), ("nash", 0), ("seq", 1), ("seq", 0)]
    assert {answer.concept for answer in api.invert(scenario).answers} == set(CONCEPTS)


def test_what_is_too_large_to_count() -> None:
    rng = np.random.default_rng(0)
    game = make_game({"a": {"x": 24}, "b": {"y": 5}}, rng.integers(0, 9, size=(2, 120)))
    count = _as_ranking(game)
    assert (count["stable"], count["equilibrium"], count["share"]) == (None, None, None)
    assert count["mentioned"] == 23


def _as_ranking(game: object) -> dict[str, object]:
    from detente.game.pricing import draw_inputs, price
    from detente.solvers.board import rank_states
    from detente.solvers.rankings import count_rankings

    ranks = rank_states(game, price(game, draw_inputs(game, None)).payoffs)
    ranks[1] = 0
    count = count_rankings(game, ranks, 0, game.status_quo, "nash")
    return {name: getattr(count, name) for name in ("stable", "equilibrium", "share", "mentioned")}


def test_what_is_refused() -> None:
    game = make_game({"a": {"x": 2}}, np.zeros((1, 2)), infeasible=[1])
    with pytest.raises(ValueError, match="infeasible"):
        invert(game, 1, CONCEPTS, [0])
    with pytest.raises(ValueError, match="no stability concept 'mash'"):
        invert(game, 0, ["mash"], [0])
    with pytest.raises(NotYetAnalysed, match="no inverse analysis for SIM; it has one for Nash, GMR, SMR, SEQ, SSEQ"):
        invert(game, 0, ["nash", "sim"], [0])
    large = make_game({"a": {f"x{k}": 2 for k in range(20)}, "b": {"y": 3}}, np.zeros((2, 3 << 20)))
    with pytest.raises(SizeError, match=r"at most 1,048,576 states; .* b.y has the most levels \(3\)"):
        invert(large, 0, ["nash"], [0], Limits(seconds=1))

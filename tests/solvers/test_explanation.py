"""Every explanation is replayed, move by move, on the textbook graph."""

from __future__ import annotations

import json

import numpy as np
import pytest

from builders import make_game, priced, random_game
from detente import api
from detente.game.game import Game, cell_at
from detente.game.pricing import draw_inputs, price
from detente.solvers.explanation import SANCTIONING, Reason, Reply, explain_state
from detente.solvers.stability import CONCEPTS, find_equilibria
from oracles import Graph

GAMES = 330


def depths(graph: Graph, actor: int, start: int, credibly: bool) -> dict[int, int]:
    """Fewest moves of the others from a state, breadth first."""
    found, front = {start: 0}, {start}
    while front:
        moves = [graph.improvements(j, s) if credibly else graph.reach[j, s]
                 for s in front for j in graph.actors if j != actor]  # fmt: skip
        front = set().union(*moves) - found.keys()
        found |= dict.fromkeys(front, max(found.values()) + 1)
    return found


def harm(graph: Graph, actor: int, state: int, guarded: bool) -> int:
    """What the actor is left with in a state, or can make of it."""
    return max(graph.worth[actor, q] for q in {state} | (graph.reach[actor, state] if guarded else set()))


def replay(graph: Graph, actor: int, start: int, reason: Reason, reply: Reply, credibly: bool) -> int:
    """Check that a reply is what it says; the state it ends in."""
    here, last = reason.move.cell, actor
    for move in reply.moves:
        assert move.source == here
        assert move.actor not in (actor, last)
        assert move.cell in graph.reach[move.actor, here]
        assert move.gain == (graph.worth[move.actor, move.cell] - graph.worth[move.actor, here]) / 1e9
        assert move.gain > 0 or not credibly
        here, last = move.cell, move.actor
    assert reply.credible == all(move.cell in graph.improvements(move.actor, move.source) for move in reply.moves)
    assert reply.leaves == (graph.worth[actor, here] - graph.worth[actor, start]) / 1e9
    assert reply.deters == (graph.worth[actor, here] <= graph.worth[actor, start])
    best = harm(graph, actor, here, guarded=True)
    assert reply.rescues == (best - graph.worth[actor, start]) / 1e9
    assert (reply.counter is None) == (not graph.improvements(actor, here))
    if reply.counter is not None:
        counter = reply.counter
        assert (counter.actor, counter.source) == (actor, here)
        assert counter.cell in graph.reach[actor, here]
        assert graph.worth[actor, counter.cell] == best
        assert counter.gain == (best - graph.worth[actor, here]) / 1e9
    return here


def check_reason(graph: Graph, actor: int, start: int, reason: Reason) -> None:
    assert {*reason.sanctions, *reason.escapes} == set(SANCTIONING)
    assert not {*reason.sanctions} & {*reason.escapes}
    target, limit = reason.move.cell, graph.worth[actor, start]
    for concept, (credibly, guarded) in SANCTIONING.items():
        reached = graph.search_others(actor, target, credibly) | {target}
        far = depths(graph, actor, target, credibly)
        assert reason.answers[concept] == len(reached) - 1
        deterring = {z for z in reached if harm(graph, actor, z, guarded) <= limit}
        if concept in reason.sanctions:
            reply = reason.sanctions[concept]
            end = replay(graph, actor, start, reason, reply, credibly)
            assert end in deterring
            assert reply.deters
            assert reply.binds or not guarded
            assert len(reply.moves) == min(far[z] for z in deterring)
        else:
            reply = reason.escapes[concept]
            end = replay(graph, actor, start, reason, reply, credibly)
            assert not deterring
            worst = min(harm(graph, actor, z, guarded) for z in reached)
            assert harm(graph, actor, end, guarded) == worst
            assert len(reply.moves) == min(far[z] for z in reached if harm(graph, actor, z, guarded) == worst)


def check_state(game: Game, graph: Graph, start: int) -> None:
    found = explain_state(game, priced(game), start)
    for actor, standing in enumerate(found.standings):
        assert standing.actor == actor
        assert standing.moves == len(graph.reach[actor, start])
        assert {reason.move.cell for reason in standing.reasons} == graph.improvements(actor, start)
        gains = [reason.move.gain for reason in standing.reasons]
        assert gains == sorted(gains, reverse=True)
        for reason in standing.reasons:
            assert (reason.move.actor, reason.move.source) == (actor, start)
            assert reason.move.gain == (graph.worth[actor, reason.move.cell] - graph.worth[actor, start]) / 1e9
            check_reason(graph, actor, start, reason)


@pytest.mark.parametrize("block", range(11))
def test_every_explanation_replays(block: int) -> None:
    """Sanctions deter, by legal moves or improvements, and are shortest; where none is named there is none."""
    for seed in range(block, GAMES, 11):
        rng = np.random.default_rng([31, seed])
        game = random_game(rng, actors=2 + seed % 3, chance=seed % 5 == 0)
        graph = Graph(game, priced(game))
        for start in rng.choice(graph.states, size=min(4, len(graph.states)), replace=False):
            check_state(game, graph, int(start))


@pytest.mark.parametrize("block", range(5))
def test_verdicts_are_those_of_the_solver(block: int) -> None:
    for seed in range(block, 100, 5):
        rng = np.random.default_rng([32, seed])
        game = random_game(rng, actors=2 + seed % 3)
        prices = priced(game)
        found = find_equilibria(game, prices)
        for start in rng.choice(np.flatnonzero(game.feasible), size=min(6, int(game.feasible.sum())), replace=False):
            explained = explain_state(game, prices, int(start))
            for concept in CONCEPTS:
                assert [s.verdicts[concept] for s in explained.standings] == found.stable[concept][:, start].tolist()
                assert explained.holds(concept) == (start in found.equilibria[concept])


def test_elmira_as_in_the_literature() -> None:
    """The local government insists under SEQ: only Uniroyal's walking out deters it, and that hurts Uniroyal."""
    game = api.compile(api.load("elmira"))
    found = explain_state(game, price(game, draw_inputs(game, None)), game.status_quo)
    assert [len(standing.reasons) for standing in found.standings] == [0, 0, 1]
    (reason,) = found.standings[2].reasons
    assert reason.move.cell == cell_at(game, {"local.insist": 1})
    assert set(reason.sanctions) == {"gmr", "smr"}
    assert set(reason.escapes) == {"seq", "sseq"}
    assert reason.escapes["seq"].moves == ()
    (move,) = reason.sanctions["gmr"].moves
    assert (game.actors[move.actor].id, move.cell) == (
        "uniroyal",
        cell_at(game, {"local.insist": 1, "uniroyal.answer": 2}),
    )
    assert not reason.sanctions["gmr"].credible
    assert repr(found) == "<Explanation of status quo: stable under GMR, SMR, 3 actors>"
    assert str(found).splitlines()[-1].split() == ["local", "-", "x", "x", "-", "-", "1"]
    document = json.loads(json.dumps(found.to_dict()))
    assert document["stable"] == {"nash": False, "gmr": True, "smr": True, "seq": False, "sseq": False}
    (improvement,) = document["actors"]["local"]["improvements"]
    assert improvement["move"]["changes"] == {"local.insist": ["no", "yes"]}
    assert improvement["sanctions"]["gmr"]["moves"][0]["changes"] == {"uniroyal.answer": ["delay", "abandon"]}


def test_a_chain_of_two_movers_is_told_in_order() -> None:
    """Neither b nor c alone can punish a: c follows b's move, each for its own good."""
    payoff = np.zeros((3, 2, 2, 2))
    payoff[0, 1], payoff[0, 1, 1, 1] = 1, -1
    payoff[1, 1, 1] = 1
    payoff[2, 1, 1, 1] = 1
    game = make_game({"a": {"x": 2}, "b": {"x": 2}, "c": {"x": 2}}, payoff)
    (reason,) = explain_state(game, priced(game), 0).standings[0].reasons
    for concept in SANCTIONING:
        reply = reason.sanctions[concept]
        assert [(move.actor, move.gain) for move in reply.moves] == [(1, 1.0), (2, 1.0)]
        assert reply.leaves == -1
        assert reply.rescues == 0
        assert reply.counter is not None
        assert reply.binds


def test_only_what_is_asked_is_explained() -> None:
    game = api.compile(api.load("cuba-1962"))
    prices = price(game, draw_inputs(game, None))
    found = explain_state(game, prices, game.status_quo, concepts=["seq", "nash"], actors=[0])
    assert found.concepts == ("nash", "seq")
    (standing,) = found.standings
    assert standing.verdicts == {"nash": False, "seq": False}
    assert {concept for reason in standing.reasons for concept in (*reason.sanctions, *reason.escapes)} == {"seq"}
    (nash,) = explain_state(game, prices, game.status_quo, concepts=["nash"], actors=[0]).standings
    assert [reason.move for reason in nash.reasons] == [reason.move for reason in standing.reasons]


def test_what_cannot_be_explained() -> None:
    game = make_game({"a": {"x": 2}, "b": {"x": 2}}, np.zeros((2, 4)), infeasible=[3])
    with pytest.raises(ValueError, match="cell 3 is no feasible state"):
        explain_state(game, priced(game), 3)
    with pytest.raises(ValueError, match="no explanation under 'nahs'; the concepts are nash, gmr"):
        explain_state(game, priced(game), 0, concepts=["nahs"])

"""Explanations in words: every sentence is the explanation's own data."""

from __future__ import annotations

import re

import numpy as np
import pytest

from builders import make_game, priced, random_game
from detente import api
from detente.report import moves, reasons
from detente.scenario.model import Scenario
from detente.solvers.explanation import SANCTIONING, Explanation, explain_state


def tell(case: str, state: str = "", **asked: list[str]) -> tuple[Explanation, Scenario, list[str]]:
    scenario = api.load(case)
    found = api.explain(scenario, state, concepts=asked.get("concepts"), actors=asked.get("actors"))
    return found, scenario, reasons.state_reasons(found, scenario)


def test_a_threat_that_is_not_credible() -> None:
    found, scenario, lines = tell("elmira")
    assert reasons.state_verdict(found) == "An equilibrium under SMR and GMR, not under Nash, SSEQ or SEQ."
    heads, rows = reasons.tabulate_verdicts(found, scenario)
    assert heads == ["", "Nash", "SSEQ", "SEQ", "SMR", "GMR", ""]
    assert rows == [
        ["Ontario Ministry of the Environment", *"✓✓✓✓✓", "its one move does not pay"],
        ["Uniroyal", *"✓✓✓✓✓", "none of its 2 moves pays"],
        ["Local government", *"✗✗✗✓✓", "1 improvement, deterred under SMR and GMR only"],
    ]
    assert lines == [
        "",
        "Local government: its only move is an improvement.",
        " 1. Insists on the original order: no → yes (+0.25)",
        "    Deterred under SMR and GMR by",
        "      Uniroyal, Answer to the control order: delay → abandon (-0.25)",
        "    which leaves Local government worse off than before (-1.25). No countermove helps it. Not",
        "    credible: Uniroyal would harm itself.",
        "    Free under SSEQ and SEQ: nobody else has a move that pays it from there.",
    ]


def test_a_credible_reply() -> None:
    found, _, lines = tell("prisoners-dilemma", actors=["row"])
    assert reasons.state_verdict(found) == "Stable under SSEQ, SEQ, SMR and GMR, not under Nash."
    assert " ".join(" ".join(lines).split()) == (
        "Row: its only move is an improvement. 1. row.act: cooperate → defect (+0.667) "
        "Deterred under SSEQ, SEQ, SMR and GMR by Column, column.act: cooperate → defect (+0.667) "
        "which leaves Row worse off than before (-0.667). No countermove helps it. "
        "Credible: the reply pays its mover."
    )


def test_many_improvements_are_counted() -> None:
    found, scenario, lines = tell("korea-2024", actors=["us"])
    (standing,) = found.standings
    assert len(standing.reasons) == 7
    assert sum(line[:4].strip().rstrip(".").isdigit() for line in lines) == reasons.SHOWN
    assert lines[-1] == "    and 4 more improvements (+0.1 to +0.643): all deterred under SEQ."
    assert reasons.tabulate_verdicts(found, scenario)[1][0][-1] == "7 improvements, each deterred"
    assert all(len(line) <= moves.WIDTH for line in lines)


def test_a_state_that_nobody_leaves() -> None:
    found, _, lines = tell("elmira", "s8")
    assert reasons.state_verdict(found) == "An equilibrium under Nash, SSEQ, SEQ, SMR and GMR."
    assert lines == []


def test_a_free_escape_is_told_whole() -> None:
    _, _, lines = tell("cuba-1962", "s2", concepts=["seq"])
    assert lines[-1] == "    Free under SEQ: the moves that would pay the others make it no worse for Soviet Union."


@pytest.mark.parametrize("seed", range(120))
def test_every_verdict_of_every_improvement_told_is_in_the_words(seed: int) -> None:
    """Each concept stands once under each improvement, as deterred or as free, and the free ones come with a reason."""
    rng = np.random.default_rng([51, seed])
    game = random_game(rng, actors=2 + seed % 3)
    words = moves.Vocabulary(game, api.load("chicken"), tuple("ABCD"), {axis.id: axis.id for axis in game.axes})
    found = explain_state(game, priced(game), int(rng.choice(np.flatnonzero(game.feasible))))
    for standing in found.standings:
        chosen = reasons.choose_reasons(standing)
        for concept in SANCTIONING:
            free = [reason for reason in standing.reasons if concept in reason.escapes]
            assert bool(free) == any(reason in free for reason in chosen)
        for reason in chosen:
            lines = list(reasons.tell_reason(reason, words))
            said = [line for line in lines if line.startswith(("    Deterred under", "    Free under"))]
            for concept, name in reasons.CONCEPTS.items():
                if concept not in SANCTIONING:
                    continue
                heads = [line for line in said if name in line.replace(":", " ").replace(",", " ").split()]
                assert len(heads) == 1
                assert heads[0].startswith("    Deterred" if concept in reason.sanctions else "    Free")
                if concept in ("smr", "seq") and "gmr" in reason.sanctions:  # free for reasons of their own
                    assert not {"SMR", "SEQ"} <= set(re.findall(r"\w+", heads[0])) or heads[0].startswith(
                        "    Deterred"
                    )
            assert all(len(line) <= moves.WIDTH for line in lines)


def test_a_chain_of_idle_movers() -> None:
    payoff = np.zeros((3, 2, 2, 2))
    payoff[0, 1], payoff[0, 1, 1, 1] = 1, 0
    game = make_game({"a": {"x": 2}, "b": {"x": 2}, "c": {"x": 2}}, payoff)
    words = moves.Vocabulary(game, api.load("chicken"), tuple("ABC"), {axis.id: axis.id for axis in game.axes})
    (reason,) = explain_state(game, priced(game), 0).standings[0].reasons
    assert list(reasons.tell_reason(reason, words)) == [
        "    Deterred under SMR and GMR by",
        "      C, c.x: 0 → 1 (±0)",
        "      then B, b.x: 0 → 1 (±0)",
        "    which leaves A exactly as well off as before. No countermove helps it. Not credible: B and C",
        "    would gain nothing.",
        "    Free under SSEQ and SEQ: nobody else has a move that pays it from there.",
    ]

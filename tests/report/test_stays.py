"""Why actors stay, one sentence each: the explanation's own verdicts and nobody left out."""

from __future__ import annotations

import numpy as np
import pytest

from builders import priced, random_game
from detente import api
from detente.report.moves import Vocabulary
from detente.report.stays import tell_explained, tell_standings
from detente.solvers.explanation import SANCTIONING, explain_state


@pytest.mark.parametrize("concept", list(SANCTIONING))
@pytest.mark.parametrize("seed", range(30))
def test_who_stays_and_who_leaves_is_told_of_everybody_once(seed: int, concept: str) -> None:
    rng = np.random.default_rng([52, seed])
    game = random_game(rng, actors=2 + seed % 3)
    names = ("Alba", "Brix", "Cora", "Dorn")[: len(game.actors)]
    words = Vocabulary(game, api.load("chicken"), names, {axis.id: axis.id for axis in game.axes})
    found = explain_state(game, priced(game), int(rng.choice(np.flatnonzero(game.feasible))), concepts=(concept,))
    told = tell_explained(found, concept, words)
    for standing in found.standings:
        name = names[standing.actor]
        heads = [sentence for sentence in told if sentence.startswith(f"{name} would leave:")]
        assert len(heads) == (not standing.verdicts[concept])
        stays = [sentence for sentence in told if sentence.startswith(f"{name} stays: ") and "pay" in sentence]
        idle = [sentence for sentence in told if sentence.endswith("their own would pay.") and name in sentence]
        assert len(heads) + len(stays) + len(idle) == 1, told
    leaving = [sentence for sentence in told if "would leave" in sentence]
    assert told[: len(leaving)] == leaving
    assert all(sentence.endswith(".") and "  " not in sentence and ".." not in sentence for sentence in told)


def test_a_credible_reply_and_a_free_move() -> None:
    scenario = api.load("prisoners-dilemma")
    assert tell_standings(api.explain(scenario, "", concepts=["seq"]), "seq", scenario) == [
        "Row stays: row.act: cooperate → defect (+0.667) would pay at first, but then Column answers column.act: "
        "cooperate → defect (+0.667), which leaves it worse off (-0.667).",
        "Column stays: column.act: cooperate → defect (+0.667) would pay at first, but then Row answers row.act: "
        "cooperate → defect (+0.667), which leaves it worse off (-0.667).",
    ]
    elmira = api.load("elmira")
    told = tell_standings(api.explain(elmira, "", concepts=["seq"]), "seq", elmira)
    assert told == [
        "Local government would leave: Insists on the original order: no → yes (+0.25), and nobody else could answer "
        "with a move that pays.",
        "Ontario Ministry of the Environment and Uniroyal stay: no move of their own would pay.",
    ]

"""The forecast against the Storm model checker, on the chain written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import stormpy  # noqa: TID251 - this is the test it is for
from numpy.typing import NDArray

from builders import make_game, priced, random_conflict
from detente.errors import SizeError
from detente.game.compiler import compile_game
from detente.game.game import Game, mask
from detente.scenario.conditions import All, Any, Condition, In
from detente.scenario.queries import Event, Probability, Query
from detente.scenario.reader import load
from detente.solvers import chain as chains
from detente.solvers.chain import write_drn, write_out
from detente.solvers.conduct import solve_conduct, toss_coins
from detente.solvers.course import propagate
from detente.solvers.forecast import answer
from detente.solvers.layout import lay_out
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from detente.solvers.strands import Observation
from detente.solvers.watch import lay_watch
from oracles_dynamics import Textbook, write_choices
from oracles_flags import Flagged, Happening

TIMES = (0.25, 1.0, 6.0, 24.0)

Masks = Mapping[str, NDArray[np.bool_]]


def dispute(look: float = 1.0) -> Game:
    """Two claimants and a mediator under weather: one-way levers of both kinds, a rule, and storms that hang on them.

    A storm comes only while no offer is made, and when it clears an offer is off the table. ``look`` scales everybody's
    foresight.
    """
    shape = (3, 2, 2, 3, 2)
    claim, guard, offer, reply, weather = np.indices(shape)
    return make_game(
        {"north": {"claim": ["none", "partial", "full"], "guard": 2}, "broker": {"offer": 2}, "south": {"reply": 3}},
        [
            1.5 * (claim == 1)
            + 0.7 * (reply == 2)
            - 1.1 * ((claim == 2) & (reply == 1))
            + 0.3 * guard * (weather == 1),
            0.9 * (reply == 2) - 0.4 * (offer == 1) + 0.8 * (claim == 1),
            -1.2 * (claim == 2) + 0.5 * (offer == 1) * (reply == 2) - 0.2 * guard,
        ],
        infeasible=(claim == 2) & (reply == 2) | (guard == 1) & (offer == 1) & (claim == 0),
        one_way={"north.claim": True, "south.reply": [1]},
        chance={"weather": ["calm", "storm"]},
        moves={
            ("weather", 0, 1): (0.4, offer == 0),
            ("weather", 1, 0): (1.3, None, {"broker.offer": 0}),
        },
        behaviour={
            "north": (1.2, 5 * look, 0.6, 0.3),
            "broker": (0.5, 12 * look, 0.4, 0.1),
            "south": (2.1, 2 * look, 0.7, 0.0),
        },
    )


def conditions(game: Game) -> dict[str, NDArray[np.bool_]]:
    claim, guard, offer, reply, weather = np.indices(game.shape).reshape(5, -1)
    return {
        "deal": (claim == 1) & (reply == 2),
        "rupture": (claim == 2) | (reply == 1),
        "guarded storm": (guard == 1) & (weather == 1),
        "always": claim >= 0,
        "never": offer > 1,
    }


def forecast(game: Game, start: int, where: Masks, times: Sequence[float]) -> NDArray[np.float64]:
    """Our own answer, shape (conditions, on and by, times)."""
    layout = lay_out(game)
    conduct = solve_conduct(game, priced(game), layout)
    masks = list(where.values())
    watch = lay_watch(game, start, masks, [(m, False) for m in masks])
    course = propagate(game, conduct, layout, watch, np.array(times))
    return np.stack([course.on.T, course.by.T], axis=1)


def check_by_storm(text: str, labels: Sequence[str], times: Sequence[float], folder: Path) -> NDArray[np.float64]:
    """Storm's answer from every state, shape (states, labels, on and by, times)."""
    path = folder / "chain.drn"
    path.write_text(text, encoding="utf-8")
    model = stormpy.build_model_from_drn(str(path))
    answers = []
    nowhere = next((line for line in text.splitlines() if line.startswith("// Labels that hold nowhere:")), "").split()
    for label in labels:
        if label in nowhere:
            answers += [[0.0] * model.nr_states] * 2 * len(times)
            continue
        for form in ("F[{0},{0}]", "F<={0}"):
            for time in times:
                formula = stormpy.parse_properties(f'P=? [ {form.format(time)} "{label}" ]')[0]
                result = stormpy.model_checking(model, formula, only_initial_states=False)
                answers.append([result.get_value(state) for state in model.states])
    return np.array(answers).T.reshape(-1, len(labels), 2, len(times))


def test_the_forecast_from_every_state_is_storms(tmp_path: Path) -> None:
    game = dispute()
    where = conditions(game)
    layout = lay_out(game)
    chain = write_out(game, solve_conduct(game, priced(game), layout), layout)
    labels = ["deal", "rupture", "guarded_storm", "always", "never"]
    storm = check_by_storm(write_drn(chain, 0, where), labels, TIMES, tmp_path)
    assert len(chain.cells) == game.feasible.sum() == 58
    for state, cell in enumerate(chain.cells):
        np.testing.assert_allclose(forecast(game, int(cell), where, TIMES), storm[state], atol=1e-6, err_msg=str(cell))
    assert 0.02 < storm[0, 0, 1, 3] < 0.98


@pytest.mark.parametrize("seed", range(15))
def test_random_conflicts(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng([17, seed])
    game = random_conflict(rng)
    game = replace(game, actors=tuple(replace(player, starts=0.0) for player in game.actors))
    where = {f"c{k}": rng.random(game.cells) < 0.3 for k in range(2)}
    layout = lay_out(game)
    chain = write_out(game, solve_conduct(game, priced(game), layout), layout)
    storm = check_by_storm(write_drn(chain, game.status_quo, where), ["c0", "c1"], TIMES[:3], tmp_path)
    start = int(np.searchsorted(chain.cells, game.status_quo))
    np.testing.assert_allclose(forecast(game, game.status_quo, where, TIMES[:3]), storm[start], atol=1e-6)


def test_a_bundled_case(tmp_path: Path) -> None:
    scenario = load("elmira")
    game = compile_game(scenario)
    where = {name: mask(game, condition) for name, condition in scenario.conditions}
    layout = lay_out(game)
    chain = write_out(game, solve_conduct(game, priced(game), layout), layout)
    storm = check_by_storm(write_drn(chain, game.status_quo, where), list(where), (3.0, 12.0), tmp_path)
    start = int(np.searchsorted(chain.cells, game.status_quo))
    np.testing.assert_allclose(forecast(game, game.status_quo, where, (3.0, 12.0)), storm[start], atol=1e-6)


#: Storm's answers for the myopic :func:`dispute` from its status quo, by stormpy 2.0.0: per condition (on, by) at TIMES
STORED = {
    "deal": [
        [0.020754643, 0.116289629, 0.023395409, 0.000002780],
        [0.022699228, 0.170302491, 0.369739882, 0.370602082],
    ],
    "rupture": [
        [0.137218530, 0.436279584, 0.958849558, 0.999995244],
        [0.137218530, 0.436279584, 0.958849558, 0.999995244],
    ],
    "guarded storm": [
        [0.009458829, 0.062956679, 0.110738962, 0.108177390],
        [0.010811083, 0.104378555, 0.614923460, 0.973410927],
    ],
}


@pytest.mark.parametrize("name", STORED)
def test_numbers_storm_once_gave(name: str) -> None:
    game = dispute(look=0)
    found = forecast(game, 0, {name: conditions(game)[name]}, TIMES)
    np.testing.assert_allclose(found[0], STORED[name], atol=1e-6)


# --- the text -------------------------------------------------------------------------------------------------------


def corner() -> Game:
    """Two states; nobody leaves the second."""
    return make_game(
        {"a": {"x": ["no", "yes"]}}, [[0, 0]], one_way={"a.x": True}, behaviour={"a": (2.0, 1.0, 0.5, 0.0)}
    )


def text_of(game: Game, where: Masks) -> str:
    layout = lay_out(game)
    return write_drn(write_out(game, toss_coins(game, priced(game), layout), layout), game.status_quo, where)


def test_the_text_word_for_word() -> None:
    body = text_of(corner(), {"done": np.array([False, True])}).split("@type")[1]
    assert body == (
        ": CTMC\n@parameters\n\n@reward_models\n\n@nr_states\n2\n@nr_choices\n2\n@model\n"
        "state 0 !1.0 a_x_no init\n\taction 0\n\t\t1 : 1.0\n"
        "state 1 !1.0 done a_x_yes\n\taction 0\n\t\t1 : 1.0\n"
    )


def test_labels_that_hold_nowhere_are_named() -> None:
    assert "\n// Labels that hold nowhere: talks\n@type" in text_of(corner(), {"talks": np.zeros(2, np.bool_)})


def test_labels_are_words_storm_can_read_and_never_clash(tmp_path: Path) -> None:
    everywhere = np.ones(2, np.bool_)
    names = ["init", "a x yes", "a_x_yes", "1st", "détente", "deadlock"]
    text = text_of(corner(), dict.fromkeys(names, everywhere))
    labels = ["init_2", "a_x_yes", "a_x_yes_2", "_1st", "d_tente", "deadlock_2", "a_x_no"]
    assert f"state 0 !1.0 {' '.join(labels)} init\n" in text
    assert "a_x_yes_3" in text
    storm = check_by_storm(text, labels[:-1], (1.0,), tmp_path)
    np.testing.assert_allclose(storm, 1.0)


def test_late_starts_are_told() -> None:
    game = corner()
    assert "later" not in text_of(game, {})
    late = replace(game, actors=(replace(game.actors[0], starts=2.5),))
    assert "// Some actors start later: these rates hold from 2.5 months after as_of\n" in text_of(late, {})


def test_large_games_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "MOST_STATES", 1)
    with pytest.raises(
        SizeError, match=r"^The game has 2 feasible states, more than the 1 .* a\.x has the most levels"
    ):
        text_of(corner(), {})


def test_what_is_given_is_storms(tmp_path: Path) -> None:
    """Storm on the chain with a flag for each event, which no jump of the engine's own has written."""
    game = replace(dispute(), horizon=24.0)
    where = conditions(game)
    book = Textbook(game, priced(game))
    choices = write_choices(game, solve_conduct(game, priced(game), lay_out(game)), book)
    deal, storm = (Happening(where[name][book.cells]) for name in ("deal", "guarded storm"))
    flagged = Flagged(book, choices, [deal, storm])
    rates = flagged.generator(0.0)
    lines = [
        "@type: CTMC\n@parameters\n\n@reward_models\n\n@nr_states",
        f"{len(rates)}\n@nr_choices\n{len(rates)}\n@model",
    ]
    first = int(flagged.start(game.status_quo).argmax())
    for (_, flags), state in flagged.index.items():
        targets = [t for t in np.flatnonzero(rates[state]) if t != state] or [state]
        out = [float(rates[state, t]) if t != state else 1.0 for t in targets]
        marks = f"{' both' * (flags == (2, 2))}{' seen' * (flags[1] == 2)}{' init' * (state == first)}"
        lines.append(f"state {state} !{sum(out)!r}{marks}\n\taction 0")
        lines += [f"\t\t{target} : {rate!r}" for target, rate in zip(targets, out, strict=True)]
    told = check_by_storm("\n".join(lines) + "\n", ["both", "seen"], TIMES, tmp_path)[first, :, 1]
    asked = [
        Probability(
            condition_at(game, where["deal"]), "by", t, given=Event(condition_at(game, where["guarded storm"]), t)
        )
        for t in TIMES
    ]
    found = answer(lay_plan(game, [Query(item) for item in asked], Grid(np.zeros(0))), None)
    for k, item in enumerate(asked):
        assert found.conditions[item] == pytest.approx(told[1, k], abs=1e-6)
        assert found.values[item] == pytest.approx(told[0, k] / told[1, k], abs=1e-4)


def test_what_was_not_seen_until_something_was_is_storms(tmp_path: Path) -> None:
    """A time-bounded until: no guarded storm up to a day, and a deal on it."""
    game = replace(dispute(), horizon=24.0)
    where = {"deal": conditions(game)["deal"], "storm": conditions(game)["guarded storm"]}
    layout, path = lay_out(game), tmp_path / "chain.drn"
    chain = write_out(game, solve_conduct(game, priced(game), layout), layout)
    path.write_text(write_drn(chain, game.status_quo, where), encoding="utf-8")
    model = stormpy.build_model_from_drn(str(path))
    deal, storm = (condition_at(game, where[name]) for name in ("deal", "storm"))
    for time in TIMES:
        formula = stormpy.parse_properties(f'P=? [ !"storm" U[{time},{time}] ("deal" & !"storm") ]')[0]
        told = stormpy.model_checking(model, formula).get_value(model.initial_states[0])
        seen = [Observation(storm, time, by=True, negated=True), Observation(deal, time)]
        found = answer(lay_plan(game, [], Grid(np.zeros(0)), [], seen), None).evidence
        assert found is not None
        assert told > 1e-5
        assert found.increments.prod() == pytest.approx(told, abs=1e-6)


def condition_at(game: Game, where: NDArray[np.bool_]) -> Condition:
    """A condition that is true in exactly these cells."""
    cells = np.transpose(np.unravel_index(np.flatnonzero(where), game.shape)).tolist()
    states = [All(tuple(In(axis.id, (k,)) for axis, k in zip(game.axes, cell, strict=True))) for cell in cells]
    return Condition(Any(tuple(states)))

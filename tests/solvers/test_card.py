"""The card of everybody's odds, and time in each state."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.linalg import expm

from builders import make_game, priced, random_conflict
from detente.game.game import Game
from detente.scenario.model import DAYS_PER_MONTH
from detente.solvers.card import LINES, Card, average_cards, lay_card, roll_card
from detente.solvers.conduct import solve_conduct
from detente.solvers.departures import CHANCE, Situation
from detente.solvers.layout import lay_out
from detente.solvers.occupation import measure_occupation
from oracles_dynamics import Textbook, write_choices

DAY = date(2025, 1, 1)


def situate(game: Game) -> Situation:
    layout = lay_out(game)
    return Situation(game, layout, solve_conduct(game, priced(game), layout), game.status_quo, DAY)


@pytest.mark.parametrize("seed", range(30))
def test_own_odds_are_those_of_a_chain_where_nobody_else_moves(seed: int) -> None:
    situation = situate(random_conflict(np.random.default_rng([41, seed]), largest=40))
    game, until = situation.game, 3.0
    book = Textbook(game, priced(game))
    choices = write_choices(game, situation.conduct, book)
    here = book.cells.index(situation.start)
    card = lay_card(situation, until)
    chance = [CHANCE] if book.chance[here].any() else []
    assert [odds.mover for odds in card.odds] == [*np.flatnonzero(book.tempo > 0), *chance]
    for odds in card.odds:
        mass = np.zeros(len(book.cells))
        mass[here] = 1.0
        for length, moving in book.pieces(until):
            chain = np.zeros((len(mass),) * 2)
            if odds.mover == CHANCE:
                chain[here] = book.chance[here]
            elif odds.mover in moving:
                chain[here] = book.tempo[odds.mover] * choices[odds.mover][here]
                chain[here, here] = 0.0
            chain[here, here] = -chain[here].sum()
            mass = mass @ expm(chain * length)
        assert odds.stays.probability == pytest.approx(mass[here], abs=1e-10)
        told = {move.cell: move.probability for move in odds.moves}
        for k in np.flatnonzero(mass > 1e-12):
            if k != here:
                assert told[book.cells[k]] == pytest.approx(mass[k], abs=1e-10)
        assert sum(told.values()) + odds.stays.probability == pytest.approx(1.0, abs=1e-12)


def crowd(actors: int, levels: int) -> Situation:
    levers = {f"actor-with-a-long-name-{k}": {"a-lever-with-a-long-name": levels} for k in range(actors)}
    game = make_game(levers, np.zeros((actors, levels**actors)))
    return situate(game)


@pytest.mark.parametrize(("actors", "levels"), [(1, 90), (2, 40), (5, 8), (9, 3)])
def test_a_card_prints_on_one_page(actors: int, levels: int) -> None:
    card = roll_card(lay_card(crowd(actors, levels), 4.0), 3)
    lines = str(card).splitlines()
    assert len(lines) <= LINES - 2
    assert max(map(len, lines)) <= 100
    assert actors * levels < 30 or "other moves" in str(card)
    # in data nothing is lumped
    for odds in card.to_dict()["odds"]:  # type: ignore[attr-defined]
        total = odds["stays"]["probability"] + sum(move["probability"] for move in odds["moves"])
        assert total == pytest.approx(1.0, abs=1e-12)
        assert len(odds["moves"]) == levels - 1


def test_the_mean_of_cards_has_standard_errors() -> None:
    rng = np.random.default_rng(5)
    games = [
        make_game(
            {"a": {"x": 3}, "b": {"y": 2}}, rng.normal(size=(2, 6)), behaviour={"a": (rng.uniform(0.5, 2), 0, 1, 0)}
        )
        for _ in range(7)
    ]
    cards = [lay_card(situate(game), 2.0) for game in games]
    mean = average_cards(cards, 11)
    for k, odds in enumerate(mean.odds):
        stays = [card.odds[k].stays.probability for card in cards]
        assert odds.stays.probability == pytest.approx(np.mean(stays))
        assert odds.stays.error == pytest.approx(np.std(stays, ddof=1) / np.sqrt(7))
        for move in odds.moves:
            shares = [m.probability for card in cards for m in card.odds[k].moves if m.cell == move.cell]
            assert move.probability == pytest.approx(np.mean(shares))
            assert move.error == pytest.approx(np.std(shares, ddof=1) / np.sqrt(7))
    assert (mean.made_by["draws"], mean.made_by["seed"]) == (7, 11)
    assert "±" in str(mean)
    assert average_cards(cards[:1], 0).odds[0].stays.error is None


def late() -> Card:
    game = make_game(
        {"a": {"x": ["no", "yes"]}, "b": {"y": ["low", "high"]}},
        np.zeros((2, 8)),
        chance={"w": ["dry", "wet"]},
        moves={("w", 0, 1): 0.1},
        behaviour={"a": (1.0, 0, 1, 0), "b": (2.0, 0, 1, 0, 1.5)},
    )
    return lay_card(situate(game), 2.0)


def test_a_card_word_for_word() -> None:
    # by hand: clocks at 0.5 a month, at 1.0 from the middle of the second month on, and at 0.1
    assert str(roll_card(late(), 4)).splitlines() == [
        "2025-01-01 to 2025-03-03, central values. State: status quo",
        "",
        "    d100   chance  who moves first",
        "   01-57   56.4 %  a",
        "   58-71   14.0 %  b",
        "   72-82   11.3 %  chance",
        "  83-100   18.3 %  nobody by 2025-03-03",
        "",
        "What each would do next, as long as nobody else moves before:",
        "a",
        "   01-37   36.8 %  stays put",
        "  38-100   63.2 %  a.x: no -> yes",
        "b, from 2025-02-16",
        "   01-61   60.7 %  stays put",
        "  62-100   39.3 %  b.y: low -> high",
        "chance",
        "   01-82   81.9 %  nothing happens",
        "  83-100   18.1 %  chance, w: dry -> wet",
        "",
        "d100: chances in whole percents that sum to 100, each less than one off. Moves below 1.0 % are",
        "lumped. After a move, take the card of the new state.",
        "Roll 4: 94.306 of 100 fell in 81.732 to 100.000: nothing moves by 2025-03-03. --roll 4 rolls the",
        "same again.",
    ]
    assert repr(late()) == "<Card: 3 movers, 2 months from 2025-01-01, central values>"


def test_what_a_roll_says_is_what_it_drew() -> None:
    told = set()
    for seed in range(20):
        card = roll_card(late(), seed)
        roll = card.to_dict()["roll"]
        text = " ".join(str(card).split())
        assert f"Roll {seed}: {100 * roll['number']:.3f} of 100 fell in" in text  # type: ignore[index]
        assert f"--roll {seed} rolls the same again." in text
        if roll["move"] is None:  # type: ignore[index]
            assert "nothing moves by 2025-03-03" in text
            told.add("nothing")
        else:
            day = date.fromisoformat(roll["date"])  # type: ignore[index]
            assert DAY < day <= date(2025, 3, 3)
            assert 0 <= (day - DAY).days - roll["months"] * DAYS_PER_MONTH < 1  # type: ignore[index]
            assert f"on {day}." in text
            told.add(roll["move"]["actor"])  # type: ignore[index]
    assert told == {"nothing", "a", "b", "chance"}


# --- time in each state ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_time_in_each_state_of_random_conflicts(seed: int) -> None:
    rng = np.random.default_rng([43, seed])
    situation = situate(random_conflict(rng, largest=30))
    game, until = situation.game, (0.5, 3.0, 11.0)[seed % 3]
    book = Textbook(game, priced(game))
    choices = write_choices(game, situation.conduct, book)
    where = rng.random(game.cells) < 0.4
    found = measure_occupation(situation, until, {"c": where})
    for k, cell in enumerate(book.cells):
        expected = book.average(choices, situation.start, until, np.eye(len(book.cells))[k])
        assert found.shares[cell] == pytest.approx(expected, abs=1e-9)
    assert found.shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert found.conditions["c"] == pytest.approx(found.shares[where].sum(), abs=1e-12)
    for lever, shares in found.of_levers().items():
        axis = next(k for k, a in enumerate(game.axes) if a.id == lever)
        levels = np.unravel_index(np.arange(game.cells), game.shape)[axis]
        assert list(shares.values()) == pytest.approx([found.shares[levels == k].sum() for k in range(len(shares))])


def test_time_on_a_poisson_clock_and_its_text() -> None:
    game = make_game({"a": {"x": 1}}, np.zeros((1, 2)), chance={"w": ["dry", "wet"]}, moves={("w", 0, 1): 0.5})
    found = measure_occupation(situate(game), 4.0, {"rain": np.array([False, True])})
    dry = (1 - np.exp(-2.0)) / 2.0
    assert found.shares == pytest.approx([dry, 1 - dry], abs=1e-10)
    assert str(found).splitlines() == [
        "2025-01-01 to 2025-05-03, central values. State: status quo",
        "",
        "   share  months  state",
        "  56.8 %    2.27  w = wet",
        "  43.2 %    1.73  status quo",
        "   0.0 %    0.00  all other states",
        "",
        "Each lever at each of its levels:",
        "  a.x: 0 100.0 %",
        "  w: dry 43.2 %, wet 56.8 %",
        "",
        "   share  months  condition",
        "  56.8 %    2.27  rain",
    ]


def test_only_so_many_states_are_told_and_the_rest_is_one_number() -> None:
    found = measure_occupation(crowd(2, 5), 6.0, {})
    document = found.to_dict()
    assert len(document["states"]) == 10  # type: ignore[arg-type]
    assert sum(row["share"] for row in document["states"]) + document["rest"] == pytest.approx(1.0)  # type: ignore

"""Levers over time against the matrix exponential of the written-out chain."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from builders import make_game, priced, random_conflict
from detente import api
from detente.game.game import Game
from detente.scenario.model import DAYS_PER_MONTH
from detente.scenario.reader import loads
from detente.solvers import timeline
from detente.solvers.conduct import solve_conduct
from detente.solvers.departures import Standpoint
from detente.solvers.layout import lay_out
from detente.solvers.timeline import MOST_TIMES, Timeline, lay_timeline
from oracles_dynamics import Textbook, write_choices
from solvers.test_phases_asked import HARBOUR

DAY = date(2025, 1, 1)


def lay(game: Game, until: float) -> Timeline:
    return lay_timeline(Standpoint(game, game.status_quo, DAY), until)


@pytest.mark.parametrize("seed", range(25))
def test_every_lever_of_random_conflicts(seed: int) -> None:
    """Away, levels and dates of first moves; with late starts, chance, one-way levers and forbidden states."""
    game = random_conflict(np.random.default_rng([61, seed]), largest=30)
    until = (0.7, 4.0, 13.0)[seed % 3]
    book = Textbook(game, priced(game))
    choices = write_choices(game, solve_conduct(game, priced(game), lay_out(game)), book)
    found = lay(game, until)
    assert found.months[[0, -1]].tolist() == [0.0, until]
    levels = np.array(np.unravel_index(book.cells, game.shape))
    start = np.unravel_index(game.status_quo, game.shape)
    at = [book.arrive(choices, game.status_quo, float(t)) for t in found.months]
    for dim, track in enumerate(found.tracks):
        away = levels[dim] != start[dim]
        assert track.away == pytest.approx([mass[away].sum() for mass in at], abs=1e-9)
        shares = [at[-1][levels[dim] == k].sum() for k in range(game.shape[dim])]
        assert list(track.levels.values()) == pytest.approx(shares, abs=1e-9)
        ever = book.meet(choices, game.status_quo, until, away)
        assert track.left.never == pytest.approx(1 - ever, abs=1e-9)
        assert (track.left.median is None) == (ever < 0.5)
        if track.left.median is not None:
            assert book.meet(choices, game.status_quo, track.left.median, away) == pytest.approx(0.5, abs=1e-5)


def test_phases_are_followed() -> None:
    scenario, _ = loads(HARBOUR + "phases:\n  - {id: ban, from: 2025-04-01, until: 2025-09-01, closed: [a.x = high]}\n")
    found = api.lay_timeline(scenario)
    days = found.to_dict()["days"]
    assert isinstance(days, list)
    for track, condition in zip(found.tracks[:2], ("a.x != low", "a.y != off"), strict=True):
        for k in (3, 7, -1):
            asked = api.forecast(scenario, [f"P({condition} on {days[k]})"]).lines[0].value
            assert track.away[k] == pytest.approx(asked, abs=1e-9)


def test_levers_followed_in_several_walks_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_conflict(np.random.default_rng(7), largest=96)
    whole = lay(game, 9.0)
    monkeypatch.setattr(timeline, "MOST_NUMBERS", game.cells)
    apart = lay(game, 9.0)
    assert len(game.axes) > 2
    for one, other in zip(whole.tracks, apart.tracks, strict=True):
        assert other.away == pytest.approx(one.away, abs=1e-12)
        assert other.left.never == pytest.approx(one.left.never, abs=1e-12)
        assert other.left.median == pytest.approx(one.left.median, abs=1e-5)


def wet() -> Timeline:
    """It begins to rain at rate 0.5 and never stops; nobody can do anything."""
    game = make_game({"a": {"x": 1}}, np.zeros((1, 2)), chance={"w": ["dry", "wet"]}, moves={("w", 0, 1): 0.5})
    return lay(game, 4.0)


def test_a_poisson_clock_and_its_text() -> None:
    found = wet()
    track = found.tracks[1]
    assert track.away == pytest.approx(1 - np.exp(-0.5 * found.months), abs=1e-10)
    assert track.left.median == pytest.approx(np.log(2) / 0.5, abs=1e-5)
    assert track.likeliest == ("wet", pytest.approx(1 - np.exp(-2.0)))
    assert repr(found) == "<Timeline of 2 levers over 4 months>"
    assert (
        str(found)
        == """\
2025-01-01 to 2025-05-03, central values. State: status quo

lever  moved away                  at end  first left  likeliest at the end
a.x    ▁▁▁▁▁                        0.0 %  by no date  0 100.0 %
w      ▁▄▆▇▇                       86.5 %  2025-02-13  wet 86.5 %

Moved away: how likely the lever is not where it stands at the start, in blocks from 0 to 1. First
left: the day by which it has been moved in half of all futures; by no date where that is not so by
2025-05-03."""
    )


def test_the_data_is_that_of_the_table() -> None:
    document = wet().to_dict()
    assert (document["from"], document["to"]) == ("2025-01-01", "2025-05-03")
    still, rain = document["levers"]  # type: ignore[misc]
    assert still == {
        "lever": "a.x",
        "owner": "a",
        "start": "0",
        "away": [0.0] * 5,
        "levels": {"0": pytest.approx(1.0)},
        "left": {"p10": None, "median": None, "p90": None, "never": pytest.approx(1.0)},
    }
    assert (rain["owner"], rain["start"]) == ("chance", "dry")
    assert rain["left"]["median"] == "2025-02-13"
    assert rain["left"]["p90"] is None


def test_long_spans_are_told_in_longer_steps() -> None:
    game = make_game({"a": {"x": 2}}, np.array([[0.0, 1.0]]))
    found = lay(game, 100.5)
    assert len(found.months) <= MOST_TIMES + 1
    assert found.months[-1] == 100.5
    assert found.months[:-1] * DAYS_PER_MONTH == pytest.approx(np.round(found.months[:-1] * DAYS_PER_MONTH), abs=1e-9)
    assert all(len(line) <= 100 for line in str(found).splitlines())

"""The verbs, end to end on a case small enough to check by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import detente
from detente import api
from detente.ensemble import pooling
from detente.errors import QueryError, SizeError
from detente.game.size import check_memory, estimate_size

DUEL = """
detente: 1
title: Duel
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    levers: {fire: [no, yes]}
    wants: [{id: gain, want: fire = yes and b.guard = down, weight: 1 to 2}, {want: fire = yes, weight: -0.4}]
    behaviour: {tempo: 1, foresight: 3, noise: 0.5, habit: 0.2}
  b:
    starts: 2025-03-01
    levers: {guard: [down, up]}
    readings:
      timid: {odds: 70, wants: [{want: guard = up, weight: strong}]}
      bold: {odds: 30, wants: [{want: guard = up, weight: -strong}]}
    behaviour: {tempo: 0.5, foresight: 3, noise: 0.5, habit: 0.2}
claims:
  - {id: shot, text: A fires, says: likely, about: P(a.fire = yes by 2025-06-01)}
  - {id: later, text: A fires after the guard is up, about: "P(a.fire = yes within 2 months after b.guard = up)"}
  - {id: seen, text: Guarded, about: P(a.fire = yes by 2025-06-01 given b.guard = up by 2025-05-01)}
  - {id: elsewhere, text: As before, about: "in prisoners-dilemma: P(war by 1950-06-01)"}
"""


@pytest.fixture(name="duel")
def read_duel(tmp_path: Path):
    path = tmp_path / "duel.yaml"
    path.write_text(DUEL, encoding="utf-8")
    return api.load(path)


def test_the_same_seed_gives_the_same_bits_with_one_worker_and_two(duel) -> None:
    one = api.run(duel, draws=16, seed=3, workers=1)
    two = api.run(duel, draws=16, seed=3, workers=2)
    assert one.numbers.keys() == two.numbers.keys()
    for name, values in one.numbers.items():
        assert values.tobytes() == two.numbers[name].tobytes(), name
    for name, curve in one.curves.items():
        assert curve.tobytes() == two.curves[name].tobytes(), name


def test_another_seed_is_another_sample(duel) -> None:
    first, second = (api.run(duel, draws=8, seed=seed, workers=1) for seed in (0, 1))
    assert not np.array_equal(first.numbers["claim/shot"], second.numbers["claim/shot"])


def test_a_run_and_a_forecast_over_the_same_draws_agree(duel) -> None:
    ensemble = api.run(duel, draws=16, seed=5, workers=1)
    forecast = api.forecast(duel, ["P(a.fire = yes by 2025-06-01)"], draws=16, seed=5)
    # A claim with 'given' cuts the run's course at its date; what is left out of each part is below 1e-10.
    assert forecast.lines[0].value == pytest.approx(ensemble.numbers["claim/shot"].mean(), abs=1e-10)
    assert forecast.lines[0].coin == pytest.approx(ensemble.numbers["coin/shot"].mean(), abs=1e-14)


def test_a_question_in_another_case_is_answered_draw_by_draw(duel) -> None:
    ensemble = api.run(duel, draws=4, seed=0, workers=1)
    inputs = [name for name in ensemble.numbers if name.startswith("input/prisoners-dilemma:")]
    assert len(inputs) > 4
    alone = api.forecast(duel, [str(duel.claims[-1].query)], draws=4, seed=0)
    assert alone.lines[0].value == pytest.approx(ensemble.numbers["claim/elsewhere"].mean(), abs=1e-12)


def test_draws_count_by_what_is_observed_in_a_run_and_in_a_forecast(duel) -> None:
    """The mean of P(c and e) over the mean of P(e), for the model and for the coin toss."""
    ensemble = api.run(duel, draws=16, seed=5, workers=1)
    findings = api.assess(duel, ensemble)
    texts = {claim.id: str(claim.query) for claim in duel.claims if claim.id in ("later", "seen")}
    forecast = api.forecast(duel, list(texts.values()), draws=16, seed=5)
    for name, line in zip(texts, forecast.lines, strict=True):
        chance, both = ensemble.numbers[f"given/{name}"], ensemble.numbers[f"claim/{name}"]
        pooled = (chance * both).sum() / chance.sum()
        assert line.value == pytest.approx(pooled, abs=1e-12)
        assert line.value != pytest.approx(both.mean(), abs=1e-4)
        assert line.condition == pytest.approx(chance.mean(), abs=1e-12)
        claim = findings.claim(name)
        assert claim.spread is not None
        assert claim.spread.mean == pytest.approx(pooled, abs=1e-12)
        assert (claim.spread.p5, claim.spread.p95, claim.spread.error) == pytest.approx(
            (line.p5, line.p95, line.error), abs=1e-12
        )
        assert claim.condition == line.condition
        tossed = np.average(ensemble.numbers[f"coin/{name}"], weights=ensemble.numbers[f"given-coin/{name}"])
        assert line.coin == pytest.approx(tossed, abs=1e-12)
        assert claim.baseline is not None
        assert claim.baseline.mean == pytest.approx(tossed, abs=1e-12)
    assert ensemble.method["conditional"] == pooling.METHOD
    assert "curve/seen" in ensemble.curves
    assert "curve/later" not in ensemble.curves
    fan = findings.claim("seen").fan
    assert fan is not None
    assert fan.mean[-1] == pytest.approx(forecast.lines[1].value, abs=1e-12)


def test_start_and_settings_move_every_query_and_suffixes_win(duel) -> None:
    query = "P(a.fire = yes on 2025-02-01{})"
    plain, moved, spelt = (
        api.forecast(duel, [query.format("")]).lines[0].value,
        api.forecast(duel, [query.format("")], start="b.guard = up", settings=["a.gain = 0"]).lines[0].value,
        api.forecast(duel, [query.format(" | from b.guard = up | with a.gain = 0")]).lines[0].value,
    )
    assert moved == spelt != plain
    own = api.forecast(duel, [query.format(" | with a.gain = 1.5")], settings=["a.gain = 0"]).lines[0].value
    assert own == api.forecast(duel, [query.format("")], settings=["a.gain = 1.5"]).lines[0].value
    assert own != api.forecast(duel, [query.format("")], settings=["a.gain = 0"]).lines[0].value


def test_every_mistake_of_a_forecast_is_reported_at_once(duel) -> None:
    with pytest.raises(QueryError) as caught:
        api.forecast(duel, ["P(a.fire = yess by 2025-06-01)"], start="b.gard = up", settings=["a.gian = 0"])
    assert len(caught.value.issues) == 3
    assert "yes" in str(caught.value)


def test_supposing_a_reading_decides_the_guard(duel) -> None:
    query = "P(b.guard = up by 2025-12-01 | with b.reading = {})"
    lines = api.forecast(duel, [query.format("timid"), query.format("bold")]).lines
    assert lines[0].value > 0.9
    assert lines[1].value < 0.2


def test_an_actor_does_nothing_before_it_starts(duel) -> None:
    before, after = (
        api.forecast(duel, [f"P(b.guard = up by {day})"]).lines[0].value for day in ("2025-03-01", "2025-06-01")
    )
    assert before < 1e-12 < after


def test_findings_and_page_come_from_the_same_run(duel) -> None:
    ensemble = api.run(duel, draws=16, seed=0, workers=1)
    findings = api.assess(duel, ensemble)
    page = api.render(duel, ensemble, findings)
    assert "A fires" in page
    assert "likely" in page


def test_equilibria_at_central_values() -> None:
    game = detente.compile(detente.load("prisoners-dilemma"))
    stability = detente.find_equilibria(game)
    assert len(stability.equilibria["nash"]) == 1
    assert len(stability.equilibria["seq"]) == 2


def test_too_little_memory_names_the_lever_to_cut() -> None:
    scenario = detente.load("korea-2024")
    game = detente.compile(scenario)
    size = estimate_size(game, [claim.query for claim in scenario.claims if claim.query])
    check_memory(game, size)
    with pytest.raises(SizeError, match=r"MiB allowed. Cut a lever or a level \(\w+\.\w+ has the most levels, \d\)"):
        check_memory(game, size, memory=1 << 20)

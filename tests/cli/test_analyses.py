"""forecast."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell
from detente import api


def test_forecast_at_central_values(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off by 2025-06-01)"
    document = tell(f"forecast {small.name} --query '{query}' --json").result
    assert document == api.forecast(api.load(small.name), [query]).to_dict()
    (line,) = document["queries"]
    assert (line["query"], line["p5"]) == (query, None)
    assert 0 < line["value"] < 1
    assert tell(f"forecast {small.name} --central --query '{query}' --json").result == document
    table = tell(f"forecast {small.name} --query '{query}'").out
    assert table.startswith("Who falls silent, central values\n")
    assert f"{line['value']:.3f}" in table


def test_what_has_no_figure_is_a_dash(tell: Tell) -> None:
    said = tell("forecast chicken --query 'stable(both_swerve, SMR)'")
    assert said.out.splitlines()[-1].split(maxsplit=4)[:4] == ["1.000", "-", "-", "-"]


def test_forecast_over_draws(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off on 2025-06-01)"
    said = tell(f"forecast {small.name} --query '{query}' --draws 10 --seed 3 --json")
    expected = api.forecast(api.load(small.name), [query], draws=10, seed=3)
    assert said.result == expected.to_dict()
    assert said.err.startswith("10 draws, seed 3\ndraws: 1 of 10 (")
    assert "draws: 10 of 10 (" in said.err


def test_other_inputs_and_another_start(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off on 2025-06-01)"
    line = f"forecast {small.name} --query '{query}' --set 'north.quiet = 0' --from 'south.leaflets = off' --json"
    scenario = api.load(small.name)
    expected = api.forecast(scenario, [query], start="south.leaflets = off", settings=["north.quiet = 0"])
    assert tell(line).result == expected.to_dict()
    assert expected.to_dict()["queries"] != api.forecast(scenario, [query]).to_dict()["queries"]


def test_without_a_query_the_claims_are_asked(tell: Tell, small: Path) -> None:
    said = tell(f"forecast {small.name} --json")
    asked = [line["query"] for line in said.document["queries"]]
    assert asked == [str(claim.query) for claim in api.load(small.name).claims]
    assert said.err == ""


@pytest.mark.parametrize(
    ("words", "errors"),
    [
        (
            "--query 'P(north.nose = off by 2025-06-01)' --query 'P(north.noise = off)' --set 'x = 1' --from 'y = 2'",
            [
                "query:1:3  No lever 'nose' for north. Did you mean 'noise'?",
                "query:1:20  The probability names no time. Add 'on DATE', 'by DATE' or 'within 6 months'.",
                "state:1:1  No lever 'y'.",
                "input:1:1  No input 'x'.",
            ],
        ),
        (
            "--query 'in another-case: P(north.noise = off by 2025-01-01)'",
            [
                "query:1:18  The case 'another-case' cannot be asked about: there is neither a file nor a bundled case "
                "of that name.",
            ],
        ),
        (
            "--curve 'E(north)' --curve 'north.nose = off'",
            [
                "curve:1:1  'E(north)' is not one probability. Ask for a condition, or for 'P(... by DATE)'.",
                "condition:1:1  No lever 'nose' for north. Did you mean 'noise'?",
            ],
        ),
        (
            "--curve 'north.noise = off' --when",
            ["--curve  Curves are shown alone. Leave out --query and --when."],
        ),
        ("--central --draws 3", ["--central  Central values are not drawn. Leave out --draws."]),
    ],
)
def test_what_forecast_refuses(tell: Tell, small: Path, words: str, errors: list[str]) -> None:
    said = tell(f"forecast {small.name} {words}")
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == len(errors)
    for line, start in zip(said.err.splitlines(), errors, strict=True):
        assert line.startswith(start)


def test_a_case_without_queries(tell: Tell) -> None:
    Path("bare.yaml").write_text(
        "detente: 1\ntitle: T\nas_of: 2024-01-01\nhorizon: 1 month\nactors:\n  a:\n    levers: {x: [l, m]}\n"
        "    wants: [{want: x = m, weight: 1}]\n"
    )
    said = tell("forecast bare.yaml")
    assert (said.code, said.err) == (2, "bare.yaml  claims: No claim has a query. Ask one with --query.\n")


def test_what_is_given_stands_beside_what_is_supposed(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off by 2025-06-01 given south.leaflets = off by 2025-03-01)"
    instead = "P(north.noise = off by 2025-06-01 | suppose south.leaflets = off)"
    said = tell(f"forecast {small.name} --query '{query}' --query '{instead}'")
    document = tell(f"forecast {small.name} --query '{query}' --query '{instead}' --json").document
    given, supposed = document["queries"]
    assert given["supposed"] == {"query": instead, "value": supposed["value"]}
    assert given["supposed"]["value"] != pytest.approx(given["value"], abs=0.001)
    assert 0 < given["condition"] < 1
    assert (supposed["supposed"], supposed["condition"]) == (None, None)
    assert f"{given['condition']:.3f}" in said.out
    assert f"supposed instead: {instead}" in " ".join(said.out.split())
    assert "Observed is not imposed: 'given' keeps the futures" in said.out
    outcome = query.replace("south.leaflets = off", "(south.leaflets = off or north.noise = off)")
    none = tell(f"forecast {small.name} --query '{outcome}' --json")
    assert none.document["queries"][0]["supposed"] is None, "an outcome cannot be imposed"


def test_over_draws_it_says_how_conditional_probabilities_are_pooled(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off within 2 months after south.leaflets = off)"
    said = tell(f"forecast {small.name} --query '{query}' --draws 4")
    assert "Conditional probabilities over draws: mean of P(c and e) over mean of P(e)" in " ".join(said.out.split())


def test_dates_of_events(tell: Tell, small: Path) -> None:
    queries = "--query 'P(north.noise = off by 2025-06-01)' --query 'P(north.noise = off on 2025-06-01)'"
    first, second = tell(f"forecast {small.name} {queries} --when --json").document["queries"]
    assert second["dates"] is None
    dates = first["dates"]
    assert "2024-11-07" < dates["p10"] < dates["median"] < "2025-11-08"
    median = f"forecast {small.name} --query 'P(north.noise = off by {dates['median']})' --json"
    day_before = f"{dates['median'][:-2]}{int(dates['median'][-2:]) - 1:02}"
    assert tell(median).document["queries"][0]["value"] >= 0.5
    assert tell(median.replace(dates["median"], day_before)).document["queries"][0]["value"] < 0.5
    table = tell(f"forecast {small.name} {queries} --when --draws 4").out
    assert "after 2025-11-08" in table or dates["p90"] is not None
    assert "never: not by 2025-11-08" in table
    assert "The dates are those of all draws together" in " ".join(table.split())


def test_curves_are_answers_at_every_date_they_show(tell: Tell, small: Path) -> None:
    observed = "P(north.noise = off by 2025-02-01 given south.leaflets = off by 2025-01-01)"
    words = f"--curve 'north.noise = off' --curve '{observed}'"
    document = tell(f"forecast {small.name} {words} --json").document
    on, by, given = document["curves"]
    assert on["query"] == "P(north.noise = off on 2025-11-08)"
    assert by["query"] == "P(north.noise = off by 2025-11-08)"
    assert given["days"][-1] == "2025-02-01"
    for curve, form in ((on, "P(north.noise = off on {})"), (by, "P(north.noise = off by {})")):
        for k in (0, 3, len(curve["days"]) - 1):
            query = form.format(curve["days"][k])
            (line,) = tell(f"forecast {small.name} --query '{query}' --json").document["queries"]
            assert curve["values"][k] == pytest.approx(line["value"], abs=1e-9)
            assert curve["coin_toss"][k] == pytest.approx(line["coin_toss"], abs=1e-9)
    assert by["values"] == sorted(by["values"])
    drawn = tell(f"forecast {small.name} --curve '{observed}' --draws 4 --json").document["curves"][0]
    (line,) = tell(f"forecast {small.name} --query '{observed}' --draws 4 --json").document["queries"]
    ends = [drawn[key][-1] for key in ("values", "p5", "p95", "coin_toss")] + [drawn["condition"]]
    keys = ("value", "p5", "p95", "coin_toss", "condition")
    assert ends == pytest.approx([line[key] for key in keys], abs=1e-9)
    shown = tell(f"forecast {small.name} {words} --draws 4").out
    assert "▁" in shown
    assert "2025-11-08" in shown


def test_a_curve_after_an_event_counts_from_it(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off within 3 months after south.leaflets = off)"
    (curve,) = tell(f"forecast {small.name} --curve '{query}' --json").document["curves"]
    assert curve["days"] is None
    assert curve["months_after"] == pytest.approx([0, 1, 2, 3], abs=1e-12)
    assert curve["values"] == sorted(curve["values"])
    (line,) = tell(f"forecast {small.name} --query '{query}' --json").document["queries"]
    assert curve["values"][-1] == pytest.approx(line["value"], abs=1e-9)
    assert "months after" in tell(f"forecast {small.name} --curve '{query}'").out


def test_curves_as_a_drawing(tell: Tell, small: Path) -> None:
    said = tell(f"forecast {small.name} --curve 'north.noise = off' --draws 4 --svg curves.svg")
    assert said.code == 0
    assert "Wrote curves.svg" in said.err
    drawing = Path("curves.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "P(north.noise = off by 2025-11-08)" in drawing
    assert "dashed: the coin toss" in drawing
    nowhere = tell(f"forecast {small.name} --curve 'north.noise = off' --svg nowhere/curves.svg")
    assert (nowhere.code, nowhere.err) == (1, "nowhere/curves.svg: cannot be written: No such file or directory.\n")
    assert tell(f"forecast {small.name} --svg curves.svg").err == (
        "--svg  There are no curves to draw. Say which with --curve, or ask for --timeline.\n"
    )


def test_what_a_situation_is_worth_to_an_actor(tell: Tell, small: Path) -> None:
    texts = ["value(north)", "value(north | from south.leaflets = off)", "value(north | suppose south.leaflets = off)"]
    words = " ".join(
        f"--query '{text}'" for text in [*texts, "value(north) < value(north | suppose south.leaflets = off)"]
    )
    for more in ("", " --draws 6"):
        plain, moved, held, told = tell(f"forecast {small.name} {words}{more} --json").document["queries"]
        assert plain["value"] < moved["value"] < held["value"]
        assert told["value"] == 1.0
        assert [line["coin_toss"] for line in (plain, moved, held, told)] == [None] * 4
        assert (plain["p5"] is None) == (more == "")
    start = tell(f"forecast {small.name} --query 'value(north)' --from 'south.leaflets = off' --json")
    central = tell(f"forecast {small.name} --query '{texts[1]}' --json").document["queries"][0]["value"]
    assert start.document["queries"][0]["value"] == central

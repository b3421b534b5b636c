"""forecast."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell
from detente import api


def test_forecast_at_central_values(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off by 2025-06-01)"
    document = tell(f"forecast {small.name} --query '{query}' --json").document
    assert document == api.forecast(api.load(small.name), [query]).to_dict()
    (line,) = document["queries"]
    assert (line["query"], line["p5"]) == (query, None)
    assert 0 < line["value"] < 1
    assert tell(f"forecast {small.name} --central --query '{query}' --json").document == document
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
    assert said.document == expected.to_dict()
    assert said.err.startswith("10 draws, seed 3\ndraws: 1 of 10 (")
    assert "draws: 10 of 10 (" in said.err


def test_other_inputs_and_another_start(tell: Tell, small: Path) -> None:
    query = "P(north.noise = off on 2025-06-01)"
    line = f"forecast {small.name} --query '{query}' --set 'north.quiet = 0' --from 'south.leaflets = off' --json"
    scenario = api.load(small.name)
    expected = api.forecast(scenario, [query], start="south.leaflets = off", settings=["north.quiet = 0"])
    assert tell(line).document == expected.to_dict()
    assert expected.to_dict()["queries"] != api.forecast(scenario, [query]).to_dict()["queries"]


def test_without_a_query_the_claims_are_asked(tell: Tell, small: Path) -> None:
    said = tell(f"forecast {small.name} --json")
    asked = [line["query"] for line in said.document["queries"]]
    assert asked == [str(claim.query) for claim in api.load(small.name).claims if claim.id != "someday"]
    assert said.err == "someday is left out: this version has no analysis for queries in another case.\n"


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
            ["in another-case: P(north.noise = off by 2025-01-01): this version has no analysis"],
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

"""The methods: what the text says of a case is what the case is and what the solvers do, and only what is used."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import RK23

import detente
from detente import api
from detente.findings import yardsticks
from detente.findings.assessment import assess
from detente.findings.findings import Findings
from detente.game.game import Game
from detente.report.methods import literature
from detente.report.methods.account import Account, list_references, write_account
from detente.report.methods.bibliography import write_bibtex
from detente.report.methods.chapters import Chapter, Cite, Code, Display, Grid, Paragraph, list_cited, parts_of_block
from detente.report.methods.literature import WORKS
from detente.report.methods.mathematics import Formula
from detente.scenario.conditions import truth
from detente.scenario.model import Preferences, Reading, Scenario
from detente.scenario.quantities import Quantity
from detente.solvers import conduct, jumps
from findings.mock_korea import at, ensemble, exactly, game, scenario


def findings() -> Findings:
    return assess(scenario(), game(), ensemble())


@pytest.fixture(scope="module")
def account() -> Account:
    return write_account(findings(), scenario(), game(), ensemble())


def chapter(account: Account, name: str) -> Chapter:
    return next(item for item in account.chapters if item.id == name)


def words(item: Chapter) -> str:
    """Everything a chapter says, formulas in plain text."""
    said = []
    for block in item.blocks:
        said += [block.caption, *block.heads] if isinstance(block, Grid) else []
        for part in parts_of_block(block):
            said.append(part if isinstance(part, str) else getattr(part, "plain", getattr(part, "text", "")))
    return " ".join(said)


def grids(item: Chapter) -> list[Grid]:
    return [block for block in item.blocks if isinstance(block, Grid)]


def test_the_states_are_counted_as_they_are() -> None:
    case = api.load("korea-2024")
    compiled = api.compile(case)
    levers = {lever.id: lever for lever in case.levers}
    sets = [range(len(lever.levels)) for lever in levers.values()]
    states = np.array(list(product(*sets)))
    columns = {name: states[:, k] for k, name in enumerate(levers)}
    broken = [truth(rule.forbid.node, columns) for rule in case.rules]
    feasible = int((~np.any(broken, axis=0)).sum())
    made = chapter(write_account(findings(), case, compiled, ensemble()), "states")
    assert f"= {len(states):,}, N_F = {feasible:,}" in words(made)
    actors, rules = grids(made)
    for actor, row in zip(case.actors, actors.rows, strict=True):
        assert row[3] == f"{int(np.prod([len(lever.levels) for lever in actor.levers])):,}"
    assert [row[1] for row in rules.rows] == [f"{int(mask.sum()):,}" for mask in broken]


def middle_of(quantity: Quantity) -> tuple[float, float, float]:
    """Median, 5th and 95th percentile, by scipy's own laws."""
    low, high = quantity.parameters
    z = stats.norm.ppf(0.95)
    if quantity.law == "lognormal":
        law = stats.lognorm((np.log(high) - np.log(low)) / (2 * z), scale=np.sqrt(low * high))
    else:
        law = stats.norm((low + high) / 2, (high - low) / (2 * z))
    return tuple(float(law.ppf(share)) for share in (0.5, 0.05, 0.95))  # type: ignore[return-value]


def test_every_weight_stands_with_its_median_and_range(account: Account) -> None:
    tables = [grid for grid in grids(chapter(account, "payoffs")) if grid.heads[0] == "Statement"]
    rows = {part.text: row for grid in tables for row in grid.rows for part in row[4:] if isinstance(part, Code)}
    wants = [
        (f"{actor.id}.{reading.id}." if reading.id else f"{actor.id}.", want)
        for actor in scenario().actors
        for reading in actor.readings
        for want in reading.preferences.wants
    ]
    assert len(wants) == 5
    for prefix, want in wants:
        statement, _, median, ends, _ = rows[prefix + want.id]
        assert isinstance(statement, Code)
        assert statement.text == f"[{want.condition.text}]"
        weight = want.weight
        if weight.law == "lognormal" and weight.parameters[1] < 0:  # mirrored at zero
            weight = Quantity("lognormal", (-weight.parameters[1], -weight.parameters[0]))
            exact = [-number for number in middle_of(weight)]
            exact = [exact[0], exact[2], exact[1]]
        else:
            exact = list(middle_of(weight))
        assert float(str(median)) == pytest.approx(exact[0], rel=0.005)
        found = [float(end) for end in str(ends).split(" to ")]
        assert found == pytest.approx(exact[1:], rel=0.01)
    formulas = [grid.formula.plain for grid in tables if grid.formula is not None]
    assert "u_us(s) = sum over k = 1 to 2 of w_k [c_k](s)" in formulas


def test_behaviour_and_hazards_are_those_of_the_case(account: Account) -> None:
    behaviour, chance = grids(chapter(account, "behaviour"))
    assert [row[0] for row in behaviour.rows] == ["United States", "North Korea", "South Korea"]
    median, low, high = middle_of(scenario().actors[0].behaviour.tempo)
    told = re.fullmatch(r"(\S+) \((\S+) to (\S+)\)", str(behaviour.rows[0][1]))
    assert told is not None
    assert [float(number) for number in told.groups()] == pytest.approx([median, low, high], rel=0.005)
    (move,) = chance.rows
    assert isinstance(move[0], Code)
    assert isinstance(move[2], Code)
    assert (move[0].text, move[2].text) == ("seoul: yoon to successor", "rok.psyops = on")


def test_the_steps_told_are_those_of_the_pair_in_scipy(account: Account) -> None:
    lines = [block.formula.plain for block in chapter(account, "behaviour").blocks if isinstance(block, Display)]
    (steps,) = [line for line in lines if line.startswith("W_2")]
    (error,) = [line for line in lines if line.startswith("E =")]

    def shares(text: str) -> list[float]:
        found = [0.0] * 4
        for sign, top, bottom, place in re.findall(r"([−+]?) ?(\d+) / (\d+) x_(\d)", text):
            found[int(place) - 1] = float(Fraction(int(top), int(bottom))) * (-1 if sign == "−" else 1)
        return found

    points = [shares(part) for part in steps.split(", W_")]
    assert np.allclose(points[:2], np.hstack([RK23.A[1:], np.zeros((2, 1))]))
    assert np.allclose(points[2], [*RK23.B, 0.0])
    assert np.allclose(shares(error), -RK23.E) or np.allclose(shares(error), RK23.E)


def test_thresholds_are_those_that_are_applied(account: Account) -> None:
    behaviour, verdicts = words(chapter(account, "behaviour")), words(chapter(account, "judgement"))
    assert f"No step may err by more than {conduct.TOLERANCE:g}" in " ".join(behaviour.split())
    assert f"{conduct.REACH:g} / G" in behaviour
    assert f"{jumps.TAIL:g}" in words(chapter(account, "probabilities"))
    assert (
        f"excluded when P is under {100 * yardsticks.LITTLE:g} % in at least {100 * yardsticks.MOST:g} % of the draws, "
        f"understated when the mean is over {100 * yardsticks.MUCH:g} %"
    ) in " ".join(verdicts.split())
    assert f"robust when at least {100 * yardsticks.ROBUST:g} % of the draws" in " ".join(verdicts.split())


def bare() -> tuple[Scenario, Game, Account]:
    """The case without rules, chance, evidence, policies, claims and rival readings; one ranking."""
    case = scenario()
    ranking = Preferences("ranking", ranking=((at("us.offer", 1, text="us.offer = talks"),),), stakes=exactly(2))
    us = replace(case.actors[0], readings=(Reading("", exactly(1), ranking),))
    dprk = replace(case.actors[1], readings=(replace(case.actors[1].readings[0], id=""),))
    case = replace(
        case,
        actors=(us, dprk, case.actors[2]),
        chance=(),
        rules=(),
        evidence=(),
        policies=(),
        measures=(),
        claims=(),
    )
    compiled = api.compile(case)
    run = replace(ensemble(), cells={}, curves={}, numbers={})
    return case, compiled, write_account(assess(case, compiled, run), case, compiled, run)


def test_only_what_is_used_is_shown(account: Account) -> None:
    assert [item.id for item in account.chapters] == [
        "states", "payoffs", "behaviour", "probabilities", "stability", "draws", "judgement", "choices",
        "evidence-method", "scores", "replication",
    ]  # fmt: skip
    assert "ranking" not in words(chapter(account, "payoffs"))
    assert [row[0] for row in grids(chapter(account, "stability"))[0].rows] == ["Nash", "GMR"]
    _, _, less = bare()
    assert [item.id for item in less.chapters] == ["states", "payoffs", "behaviour", "draws", "replication"]
    assert "In a ranking a state takes the place" in words(chapter(less, "payoffs"))
    assert "rival readings" not in words(chapter(less, "payoffs"))
    assert "Chance move" not in words(chapter(less, "behaviour"))
    assert "rule" not in " ".join(words(item) for item in less.chapters if item.id == "states").replace("no rule", "")
    assert set(list_cited(less.chapters)) < set(list_cited(account.chapters))
    assert not {"brier1950", "kish1965", "nash1951", "savage1951"} & set(list_cited(less.chapters))


def test_every_work_is_cited_somewhere_and_every_citation_is_a_work(account: Account) -> None:
    home = Path(literature.__file__).parent
    texts = "".join(path.read_text() for path in home.glob("*.py") if path.name != "literature.py")
    assert {key for key in WORKS if f'"{key}"' not in texts} == set()
    assert set(list_cited(account.chapters)) <= WORKS.keys()
    assert [number for number, _ in account.works.values()] == list(range(1, len(account.works) + 1))
    for work in WORKS.values():
        assert re.fullmatch(r"(10\.\d{4,}/\S+)?", work.doi)
        assert work.kind != "article" or (work.volume and work.pages)


def read_bibtex(text: str) -> dict[str, dict[str, str]]:
    """A small reader of BibTeX: entries by key, fields with their outer braces taken off."""
    entries: dict[str, dict[str, str]] = {}
    for kind, key, body in re.findall(r"@(\w+)\{([^,\s]+),\n(.*?)\n\}\n", text, re.DOTALL):
        fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.MULTILINE))
        assert len(fields) == len(body.splitlines()), body
        for value in fields.values():
            depth = 0
            for sign in re.sub(r"\\[{}]", "", value):
                depth += (sign == "{") - (sign == "}")
                assert depth >= 0, value
            assert depth == 0, value
        entries[key] = {"kind": kind, **fields}
    assert len(entries) == text.count("\n@") + 1
    return entries


def test_bibtex_has_the_works_the_tool_and_the_case(account: Account) -> None:
    entries = read_bibtex(account.bibtex)
    assert entries.keys() == {"detente", "case-korea-in-miniature", *list_cited(account.chapters)}
    assert "0.1.0" in entries["detente"]["note"]
    case = entries["case-korea-in-miniature"]
    assert (case["title"], case["year"]) == ("{Korea in miniature}", "2024")
    assert "200 draws, seed 7" in case["note"]
    assert scenario().digest in case["howpublished"]
    assert entries["matejka2015"]["author"] == r"Mat{\v{e}}jka, Filip and McKay, Alisdair"
    assert entries["jehiel1995"] == {
        "kind": "article",
        "author": "Jehiel, Philippe",
        "title": "{Limited Horizon Forecast in Repeated Alternate Games}",
        "journal": "Journal of Economic Theory",
        "year": "1995",
        "volume": "67",
        "number": "2",
        "pages": "497--519",
        "doi": "10.1006/jeth.1995.1082",
    }


@pytest.mark.parametrize(
    "title", ["{", "}}%", "a\n}\n@misc{x,", "\\input{/etc/passwd}", "\u202ex" * 9, "é" * 500_000, "", "%$&#_^~"]
)
def test_no_title_breaks_the_bibtex(title: str) -> None:
    text = write_bibtex(replace(scenario(), title=title), ["nash1951"], "0.1.0")
    assert len(read_bibtex(text)) == 3
    assert len(text) < 3_000


def test_references_of_a_case_that_was_not_run_are_those_of_its_model(account: Account) -> None:
    entries = read_bibtex(list_references(scenario(), game(), 64, "0.1.0"))
    assert {"jehiel1995", "jensen1953", "joe2008", "nash1951"} <= entries.keys()
    assert not {"brier1950", "kish1965"} & entries.keys()
    assert "draws" not in entries["case-korea-in-miniature"]["note"]


def test_the_manuscript_is_markdown_with_every_formula_and_citation(account: Account) -> None:
    text = str(account)
    assert text.startswith("# Methods: Korea in miniature\n\n## States and moves\n")
    for item in account.chapters:
        assert f"## {item.title}" in text
        for block in item.blocks:
            for part in parts_of_block(block):
                if isinstance(part, Formula):
                    assert f"${part.latex}$" in text or f"$$ {part.latex} $$" in text
                elif isinstance(part, Cite):
                    assert all(f"@{key}" in text for key in part.keys)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(re.sub(r"`[^`]*`|\\\|", "", row).count("|") >= 3 for row in rows)


def test_what_is_needed_to_do_it_again(account: Account) -> None:
    made = chapter(account, "replication")
    rows = dict(row[:2] for row in grids(made)[0].rows)
    assert rows["Run"] == Code("detente run mini.yaml --draws 200 --seed 7")
    assert rows["Digest of the scenario"] == Code(scenario().digest)
    assert rows["Made by"] == "detente 0.1.0, python 3.11"
    case = api.load("korea-2024")
    files = grids(chapter(write_account(findings(), case, api.compile(case), ensemble()), "replication"))[1]
    assert {str(row[0]): row for row in files.rows}.keys() == {
        str(Code(f"{folder}{name}")) for folder in ("", "korea-2001/") for name in ("brief.md", "scenario.yaml")
    }
    for name, size, digest in files.rows:
        assert isinstance(name, Code)
        if "/" not in name.text:
            data = (Path(detente.__file__).parent / "cases" / "korea-2024" / name.text).read_bytes()
            assert (size, digest) == (f"{len(data):,}", Code(hashlib.sha256(data).hexdigest()))


def test_chapters_hold_paragraphs_without_holes(account: Account) -> None:
    for item in account.chapters:
        for block in item.blocks:
            if isinstance(block, Paragraph):
                said = "".join(part if isinstance(part, str) else "x" for part in block.parts)
                assert "{" not in said
                assert "  " not in said

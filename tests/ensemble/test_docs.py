"""What the pages on results and SQL show is run as it stands on real runs, and its answers are those of numpy."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from scipy.stats import spearmanr

from cli.conftest import SMALL
from detente import api
from detente.ensemble.columns import MEANINGS, tell_column
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.manifest import read_manifest

DOCS = Path(__file__).parents[2] / "docs"
RESULTS = (DOCS / "results.md").read_text(encoding="utf-8")
#: by the question that stands before it
SQL = dict(re.findall(r"\n([A-Z][^\n?]*\?[^`]*?)\n\n```sql\n(.*?)```", (DOCS / "sql.md").read_text("utf-8"), re.DOTALL))
MEASURED = """\
measures:
  calm: [{want: north.noise = off, weight: 1}]
policies:
  silence: {actor: south, hold: leaflets = off}
claims:"""
ANSWERED = """
  - id: answered
    text: If the North falls silent the leaflets stop
    about: P(south.leaflets = off by 2025-06-01 given north.noise = off by 2025-03-01)
  - id: helped
    text: Leaflets down, the North is likelier to fall silent
    about: P(north.noise = off on 2025-06-01)
    cause: {on: south.leaflets = off, effect: raises}
"""
SEEN = """
evidence:
  - {on: 2025-02-01, seen: north.noise = off}
"""
CASE = SMALL.replace("claims:", MEASURED) + ANSWERED + SEEN
RUNS = {"small": (0, CASE), "small-seed1": (1, CASE), "changed": (0, CASE.replace("1 to 3", "2 to 4"))}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the runs of the pages, one of them with draws to spare."""
    home = tmp_path_factory.mktemp("home")
    (home / "brief.md").write_text("The north will likely fall silent within a year.\n", encoding="utf-8")
    for name, (seed, text) in RUNS.items():
        (home / "small.yaml").write_text(text, encoding="utf-8")
        scenario = api.load(home / "small.yaml")
        for draws in (40, 32):
            if draws == 32 or seed == 1:
                api.run(scenario, draws=draws, seed=seed, folder=home / "runs" / name)
    return home


@pytest.fixture
def ensembles(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Ensemble]:
    monkeypatch.chdir(home)
    return {name: api.read_run(Path("runs", name))[1] for name in RUNS}


@pytest.fixture
def small(ensembles: dict[str, Ensemble]) -> Ensemble:
    return ensembles["small"]


def count_rows(folder: Path) -> int:
    with duckdb.connect(":memory:") as connection:
        ((rows,),) = connection.execute(f"SELECT count(*) FROM '{folder}/part-*.parquet'").fetchall()
    return int(rows)


def ask(beginning: str) -> list[tuple[Any, ...]]:
    (query,) = (query for question, query in SQL.items() if question.startswith(beginning))
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
        return connection.execute(query).fetchall()


def error(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))


def test_every_query_has_a_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert len(SQL) == (DOCS / "sql.md").read_text(encoding="utf-8").count("```sql") == 12
    for question in SQL:
        assert any(question.startswith(asked) for asked in re.findall(r'ask\("([^"]+)"\)', text)), question


def test_what_each_claim_comes_to(small: Ensemble) -> None:
    rows = ask("What does each claim")
    names = sorted(name for name in small.numbers if name.startswith("claim/"))
    assert [row[0] for row in rows] == names
    for row in rows:
        values = small.numbers[row[0]][~np.isnan(small.numbers[row[0]])]
        assert row[1] == len(values)
        assert row[2:] == pytest.approx((values.mean(), error(values), *np.quantile(values, (0.05, 0.95))), abs=1e-12)


def test_a_claim_and_its_coin_toss(small: Ensemble) -> None:
    ((draws, claim, coin, likely),) = ask("In how many draws")
    values = small.numbers["claim/silence"]
    assert draws == 32
    assert claim == pytest.approx(np.mean(values))
    assert coin == pytest.approx(np.nanmean(small.numbers["coin/silence"]))
    assert likely == np.mean(values >= 0.55)


def test_thirds_of_an_input(small: Ensemble) -> None:
    drawn = small.numbers["input/north.quiet"]
    order = np.array_split(np.argsort(drawn), 3)
    assert ask("Does an input move it?") == [
        (k, drawn[third].min(), drawn[third].max(), pytest.approx(small.numbers["claim/silence"][third].mean()))
        for k, third in enumerate(order, start=1)
    ]


def test_inputs_by_rank(small: Ensemble) -> None:
    claim = small.numbers["claim/silence"]
    found = {
        name: float(spearmanr(values, claim).statistic)
        for name, values in small.numbers.items()
        if name.startswith("input/")
    }
    rows = ask("Which inputs go with it")
    assert [row[0] for row in rows] == sorted(found, key=lambda name: (-abs(found[name]), name))[:5]
    assert [row[1] for row in rows] == pytest.approx([found[row[0]] for row in rows])


def test_month_by_month(small: Ensemble) -> None:
    rows = ask("How does its probability grow")
    curve = small.curves["curve/silence"]
    asked = ~np.isnan(curve).all(axis=0)
    assert asked.sum() > 5
    curve = curve[:, asked]
    assert [row[0] for row in rows] == np.array(small.method["months"])[asked].tolist()
    assert [row[1] for row in rows] == pytest.approx(curve.mean(axis=0))
    assert [row[2] for row in rows] == pytest.approx(np.quantile(curve, 0.05, axis=0))
    assert [row[3] for row in rows] == pytest.approx(np.quantile(curve, 0.95, axis=0))


def test_states_stable_most_often(small: Ensemble) -> None:
    cells, counts = np.unique(np.hstack(small.cells["stable/seq"]), return_counts=True)
    order = np.lexsort((cells, -counts))[:10]
    assert ask("Which states are stable") == [(cells[i], counts[i] / 32) for i in order]


def test_one_claim_where_the_other_holds(small: Ensemble) -> None:
    holds = small.numbers["claim/sooner"] == 1
    rows = ask("Where one claim holds")
    assert rows == [
        (side, int((holds == side).sum()), pytest.approx(small.numbers["claim/silence"][holds == side].mean()))
        for side in (False, True)
        if (holds == side).any()
    ]


def test_the_draw_nearest_to_the_opposite(small: Ensemble) -> None:
    draw = int(np.argmin(small.numbers["claim/silence"]))
    inputs = [values[draw] for name, values in small.numbers.items() if name.startswith("input/")]
    assert ask("Which draw is nearest") == [(draw, *inputs)]


def test_runs_in_a_folder(ensembles: dict[str, Ensemble]) -> None:
    assert ask("What is in the folder?") == [
        (f"runs/{name}", ensembles[name].digest[:8], seed, 32, ensembles[name].made_by["detente"])
        for name, (seed, _) in sorted(RUNS.items())
    ]


def test_a_claim_over_runs_without_the_spare_draws(ensembles: dict[str, Ensemble]) -> None:
    expected = [(name, 32, ensembles[name].numbers["claim/silence"]) for name in sorted(RUNS)]
    assert ask("How does a claim come out") == [
        (f"runs/{name}", draws, pytest.approx(values.mean()), pytest.approx(error(values)))
        for name, draws, values in expected
    ]
    assert [count_rows(Path("runs", name)) for name in ("small", "small-seed1")] == [32, 40]


def test_two_seeds(ensembles: dict[str, Ensemble]) -> None:
    one = ensembles["small"].numbers["claim/silence"]
    with duckdb.connect(":memory:") as connection:  # the query looks at every draw that is there
        found = connection.execute("SELECT \"claim/silence\" FROM 'runs/small-seed1/part-*.parquet'").fetchnumpy()
    other = np.asarray(found["claim/silence"])
    assert len(other) == 40
    ((apart,),) = ask("Do two seeds agree")
    assert apart == pytest.approx((one.mean() - other.mean()) / np.hypot(error(one), error(other)))


def test_before_and_after_a_change(ensembles: dict[str, Ensemble]) -> None:
    rows = ask("What did a change of the case do?")
    sides = [ensembles[name].numbers["claim/silence"] for name in ("small", "changed")]
    assert [float(row[0]) for row in rows] == [0.1, 0.25, 0.5, 0.75, 0.9]
    for row in rows:
        assert row[1:] == pytest.approx([np.quantile(side, float(row[0])) for side in sides])
    assert any(row[1] != row[2] for row in rows)


def columns_of(section: str) -> dict[str, str]:
    """The first two cells of the first table of a section, by the first."""
    text = RESULTS.split(f"## {section}")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (?:`([^`]+)`)?", text, re.MULTILINE))


def test_the_columns_on_the_page_are_those_of_a_part(home: Path) -> None:
    listed = columns_of("The columns of a part")
    documented = {re.compile(re.sub("[A-Z]+", "[^/]+", re.escape(name))): kind for name, kind in listed.items()}
    met = set()
    with duckdb.connect(":memory:") as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM '{home}/runs/small/part-*.parquet'").fetchall()
    for name, kind, *_ in described:
        (match,) = (pattern for pattern in documented if pattern.fullmatch(name))
        assert documented[match] == kind, name
        met.add(match)
        assert tell_column(name)
    assert met == set(documented)
    both = [*columns_of("The columns of a part"), *columns_of("The columns of swapped draws")]
    assert {name.partition("/")[0] for name in both} == {"draw", *MEANINGS}


def test_what_is_never_null_is_not(home: Path) -> None:
    never = re.findall(r"^\| `([^`/]+)[^|]*\|[^|]*\|[^|]*\|[^|]*never NULL \|", RESULTS, re.MULTILINE)
    assert never == ["draw", "input"]
    for field in read_manifest(home / "runs/small").fields:
        assert not (field.name.startswith("input/") and field.void)


def test_the_keys_on_the_page_are_those_of_a_manifest(home: Path) -> None:
    document = json.loads((home / "runs/small/manifest.json").read_text(encoding="utf-8"))
    assert set(columns_of("The manifest")) == set(document)


def test_the_python_examples(small: Ensemble) -> None:
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", RESULTS, re.DOTALL):
        exec(code, names)
    assert {"claims.png", "ways.svg"} <= {path.name for path in Path().iterdir()}
    assert len(names["frame"]) == len(names["table"]) == names["findings"].draws == small.draws

"""inverse, and the examples of its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.conftest import Tell
from detente import api

PAGE = (Path(__file__).parents[2] / "docs/inverse.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    shown = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)[0]
    exec(compile(code, "docs/inverse.md", "exec"), {})
    assert capsys.readouterr().out == shown


def test_syria_as_on_the_page(tell: Tell) -> None:
    said = tell("inverse syria-iraq-1975 --state s2 --actor syria")
    assert (said.code, said.err) == (0, "")
    for shown in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)[1:]:
        assert shown in said.out
    assert all(len(line) <= 100 for line in said.out.splitlines())


def test_as_json_it_is_the_result(tell: Tell, small: Path) -> None:
    expected = api.invert(api.load(small.name), concepts=["nash"], actors=["south"])
    line = f"inverse {small.name} --state 'status quo' --concept nash --actor south --json"
    assert tell(line).result == _plain(expected.to_dict())


def test_a_state_by_its_levers_and_weights_in_their_ranges(tell: Tell, small: Path) -> None:
    line = f"inverse {small.name} --state 'north.noise = off' --concept nash --actor north --json"
    (free,) = tell(line).document["answers"]
    (kept,) = tell(f"{line} --within").document["answers"]
    assert (free["verdict"], [change["input"] for change in free["changes"]]) == ("found", ["north.pride"])
    assert (kept["verdict"], kept["within"]) == ("impossible", True)


@pytest.mark.parametrize(
    ("words", "errors"),
    [
        (
            "--state crash --actor rw --actor x",
            ["actor  No actor 'rw'. Did you mean 'row'?", "actor  No actor 'x'."],
        ),
        ("--state 'row.act = hoot'", ["state:1:11  No level 'hoot' for row.act."]),
        (
            "--state someone_wins",
            ["state:1:1  2 states satisfy 'someone_wins'. Choose one by its levels: "],
        ),
        ("--state nobody", ["state:1:1  No state that the rules allow satisfies 'nobody'."]),
        ("--state crash --concept mash", ["Invalid value"]),
        ("", ['Command "inverse" parameter --state requires']),
    ],
)
def test_what_is_refused(tell: Tell, words: str, errors: list[str]) -> None:
    text = (Path(api.__file__).parents[1] / "cases/chicken/scenario.yaml").read_text(encoding="utf-8")
    added = "  someone_wins: row_wins or column_wins\n  nobody: row.act = hold and row.act = swerve\n"
    Path("case.yaml").write_text(text.replace("conditions:\n", f"conditions:\n{added}"), encoding="utf-8")
    said = tell(f"inverse case.yaml {words}")
    assert (said.code, said.out) == (2, "")
    for line, start in zip(said.err.splitlines(), errors, strict=True):
        assert line.startswith(start)


def _plain(document: dict[str, object]) -> object:
    import json

    return json.loads(json.dumps(document))

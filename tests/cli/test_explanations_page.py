"""docs/explanations.md: what it shows is what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.conftest import Tell
from detente.solvers import paths, regions

PAGE = (Path(__file__).parents[2] / "docs/explanations.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    ("command", "blocks"),
    [("explain elmira", SHOWN[:2]), ("paths cuba-1962", SHOWN[2:3]), ("influence cuba-1962", SHOWN[3:4])],
)
def test_the_commands_print_what_the_page_shows(tell: Tell, command: str, blocks: list[str]) -> None:
    assert f"$ detente {command}\n" in PAGE
    out = tell(command).out
    assert all(block in out for block in blocks)


def test_the_example_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/explanations.md", "exec"), {})
    assert capsys.readouterr().out == SHOWN[4]


def test_the_constants_are_the_code_s_own() -> None:
    assert f"at most {paths.WHOLE} states" in " ".join(PAGE.split())
    assert f"more than {regions.MOST} groups" in PAGE
    assert all(f"| `{kind}` |" in PAGE for kind in paths.KINDS[1:])

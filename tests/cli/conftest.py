"""Commands run inside the test's own process, in an empty folder."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from detente.cli.app import obey


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def result(self) -> Any:
        """The document without what people call the parts of the case."""
        return {key: value for key, value in self.document.items() if key not in ("title", "called")}


Tell = Callable[[str], Said]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tell:
    """Run a command line (without the word detente) in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> Said:
        code = obey(shlex.split(line))
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small scenario with a brief, uncertain inputs, and claims of several kinds; its file is ``small.yaml``."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    (tmp_path / "brief.md").write_text("The north will likely fall silent within a year.\n", encoding="utf-8")
    return path


SMALL = """\
detente: 1
title: Who falls silent
as_of: 2024-11-07
horizon: 12 months
brief: brief.md
actors:
  north:
    name: The North
    levers:
      noise: [on, off]
    wants:
      - {id: quiet, want: south.leaflets = off and noise = off, weight: 1 to 3}
      - {id: pride, want: noise = off, weight: -slight}
  south:
    name: The South
    levers:
      leaflets: [on, off]
    wants:
      - {id: calm, want: north.noise = off, weight: moderate}
      - {id: base, want: leaflets = off, weight: -0.5 to 0.5}
claims:
  - id: silence
    text: The North falls silent
    quote: will likely fall silent
    says: likely
    about: P(north.noise = off by 2025-06-01)
  - id: sooner
    text: Leaflets down, the North falls silent more often
    about: P(north.noise = off on 2025-06-01 | suppose south.leaflets = off) > P(north.noise = off on 2025-06-01)
  - id: settled
    text: Silence on both sides is stable
    about: stable(north.noise = off and south.leaflets = off, SEQ)
  - id: someday
    text: Two drivers do not both hold on for a year
    about: "in chicken: P(crash by 1959-06-01)"
"""


def read_terminal(controller: int) -> bytes:
    """Everything that is written to a terminal, until the other side has gone."""
    shown = b""
    while True:
        try:
            piece = os.read(controller, 65536)
        except OSError:  # how Linux says that the other side has gone
            return shown
        if not piece:
            return shown
        shown += piece

"""Runs in processes of their own, and what a run refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from detente.ensemble.runner import Plan, run
from detente.errors import RunError
from ensemble.child import PLAN
from ensemble.jobs import Waves

CHILD = Path(__file__).with_name("child.py")
ROOT = CHILD.parents[2]


def start(folder: Path, moment: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}"}
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), moment],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def finish(child: subprocess.Popen[str]) -> str:
    out, err = child.communicate(timeout=120)
    assert "Traceback" not in err, err
    return out


def refusal(folder: Path, job: Waves | None = None, plan: Plan = PLAN) -> str:
    with pytest.raises(RunError) as caught:
        run(job or Waves(), plan, folder=folder)
    return str(caught.value)

"""Jobs for the tests: small functions of a row, with every kind of field and of value that a run must keep."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.job import Answer, Field

FIELDS = (
    Field("input/us.tempo", "number"),
    Field("claim/c09", "number"),
    Field("coin/c09", "number", void=True),
    Field("curve/c09", "curve", length=5),
    Field('curve/c10 "it\'s"', "curve", length=2, void=True),
    Field("stable/seq", "cells"),
)


@dataclass(frozen=True)
class Waves:
    """Void in about a third of its draws, with zeros of both signs and lists of every length from none."""

    columns: int = 3
    abroad: int = 0
    digest: str = "d" * 64
    method: Mapping[str, object] = field(default_factory=lambda: {"engine": {"step": 0.25}, "months": [0, 6, 12]})
    fields: tuple[Field, ...] = FIELDS
    #: called with the row before each draw
    before: Callable[[NDArray[np.float64]], None] | None = None

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        if self.before:
            self.before(u)
        x = float(np.sum(u * np.arange(1, self.columns + 1))) if self.columns else 0.25
        void = int(x * 100) % 3 == 0
        rng = np.random.default_rng(int(x * 2**30))
        curve = np.cumsum(rng.normal(size=5))
        curve[int(x * 50) % 5] = -0.0
        answers: dict[str, Answer] = {
            "input/us.tempo": x,
            "claim/c09": (-0.0, 0.0, x / 7)[int(x * 10) % 3],
            "coin/c09": -np.float64("nan") if void else np.sin(x) * 1e-310,
            "curve/c09": curve,
            'curve/c10 "it\'s"': np.array([x, np.nan if void else x / 3]),
            "stable/seq": np.flatnonzero(rng.random(int(x * 40) % 9) < 0.5),
        }
        return {one.name: answers[one.name] for one in self.fields}


@dataclass(frozen=True)
class Wide(Waves):
    """Like Waves, with a part of several thousand bytes."""

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        cells = np.random.default_rng(int(u[0] * 2**30)).integers(0, 2**31, 1000)
        return super().evaluate(u) | {"stable/seq": cells}


class Countdown:
    """Does something before the n-th draw that is evaluated, whichever thread comes to it."""

    def __init__(self, n: int, action: Callable[[], None]) -> None:
        self._left = n
        self._action = action
        self._guard = threading.Lock()

    def __call__(self, u: NDArray[np.float64] | None = None) -> None:
        with self._guard:
            self._left -= 1
            if self._left:
                return
        self._action()


def with_before(job: Waves, before: Callable[[NDArray[np.float64]], None]) -> Waves:
    return replace(job, before=before)


def bits(ensemble: Ensemble) -> dict[str, object]:
    """Every bit of an ensemble in a form that == compares."""
    arrays = {**ensemble.numbers, **ensemble.curves}
    return {
        "made": (ensemble.seed, ensemble.draws, ensemble.digest, dict(ensemble.method), dict(ensemble.made_by)),
        **{name: (values.dtype.str, values.shape, values.tobytes()) for name, values in arrays.items()},
        **{name: [(c.dtype.str, c.tobytes()) for c in lists] for name, lists in ensemble.cells.items()},
    }


def part_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("part-*"))

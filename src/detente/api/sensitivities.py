"""What moves the findings: the inputs of a run, and the variance of a claim taken apart."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detente.api.cases import compile
from detente.api.forecasts import SEED
from detente.api.runs import put, read_any
from detente.errors import RunError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from detente.ensemble.ensemble import Ensemble
    from detente.ensemble.saltelli import By, SwapStudy
    from detente.findings.findings import Findings
    from detente.findings.sensitivity import Sensitivities
    from detente.findings.sobol import SobolFindings
    from detente.scenario.model import Scenario


def rank_inputs(
    scenario: Scenario,
    ensemble: Ensemble,
    findings: Findings,
    *,
    claims: Collection[str] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Sensitivities:
    """Which inputs move each claim of a run, by a given-data index; ``weights`` (draws,) say how draws count."""
    from detente.findings.influences import Choice
    from detente.findings.influences import rank_inputs as rank

    return rank(findings, scenario, compile(scenario), ensemble, Choice(claims, weights))


def lay_swaps(scenario: Scenario, by: By | None = None, claims: Collection[str] | None = None) -> SwapStudy:
    """The job behind variance-based indices: what is swapped, and how often a row solves the game."""
    from detente.ensemble.saltelli import lay_swaps as lay

    return lay(scenario, compile(scenario), by, claims)


@dataclass(frozen=True)
class Rows:
    """How many rows of swaps, of which seed, and what is swapped: inputs one by one, or all of an actor's."""

    number: int
    #: None for one by one up to 30 inputs, and by actor from there on
    by: By | None = None
    seed: int = SEED
    #: ids of the claims asked about; None for all, which costs more
    claims: tuple[str, ...] | None = None


def decompose(
    scenario: Scenario,
    rows: Rows,
    *,
    folder: Path | None = None,
    workers: int | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SobolFindings:
    """Variance-based indices of every claim; each row solves the game as often as there are groups, and twice.

    A folder and ``workers`` mean what they mean for :func:`run`.
    """
    from detente.ensemble.runner import Plan
    from detente.findings.sobol import decompose as take_apart

    swaps, plan = lay_swaps(scenario, rows.by, rows.claims), Plan(rows.seed, rows.number)
    ensemble = put(swaps, plan, scenario, folder=folder, workers=workers, progress=progress)
    return take_apart(scenario, ensemble)


def read_swaps(folder: Path) -> tuple[Scenario, SobolFindings]:
    """The indices of a finished run of swaps. Raises RunError like ``read_run``, and when it is a plain run."""
    from detente.findings.sobol import decompose as take_apart

    scenario, ensemble = read_any(folder)
    if "groups" not in ensemble.method:
        raise RunError(f"{folder}: this is a plain run, whose draws are not swapped. Take its case with --sobol.")
    return scenario, take_apart(scenario, ensemble)

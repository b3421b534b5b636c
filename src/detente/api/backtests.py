"""How the models of bargaining have done on decisions whose outcome is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detente.api.forecasts import SEED

if TYPE_CHECKING:
    from detente.findings.backtest import Backtest

#: samples of dossiers behind each interval, unless told otherwise
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Trial:
    """What a backtest does beyond scoring the models on all dossiers."""

    #: only dossiers that the default's constants were not fitted on
    unseen: bool = False
    #: fit the constants anew to the same dossiers, with figures out of fold
    refit: bool = False


def backtest(
    file: str | Path,
    models: Sequence[str] | None = None,
    *,
    trial: Trial | None = None,
    seed: int = SEED,
    resamples: int = RESAMPLES,
    follow: Callable[[str], Callable[[int, int], None]] | None = None,
) -> Backtest:
    """Score models (ids, all unless named) on the user's copy of DEU III, with intervals over dossiers.

    ``follow`` is told what is being done and answers a function that hears of progress. Raises ScenarioError with every
    mistake of the file, QueryError for a model that is none and a file without an issue that can be scored.
    """
    from detente.findings.backtest import Scoring, check_models, score_models
    from detente.game.exchange.deu import read_deu
    from detente.solvers.bargaining.models import MODELS

    asked = tuple(dict.fromkeys(models or MODELS))
    check_models(asked)
    chosen = trial or Trial()
    return score_models(read_deu(Path(file)), asked, Scoring(seed, resamples, chosen.unseen, chosen.refit), follow)

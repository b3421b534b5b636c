"""What the evidence does to a run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from detente.api.cases import compile
from detente.errors import RunError

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.posteriors import Update
    from detente.scenario.model import Scenario

#: a reading survives the evidence from this posterior on, unless told otherwise
SURVIVES = 0.05


def update(scenario: Scenario, ensemble: Ensemble, *, until: date | None = None, threshold: float = SURVIVES) -> Update:
    """What the evidence dated up to ``until``, or all of it, does to readings and inputs.

    A reading survives when its posterior is at least ``threshold``. Raises RunError when the run has no evidence fields,
    because an older version made it.
    """
    from detente.findings.evidence import update as weigh

    if scenario.evidence and "evidence/0" not in ensemble.numbers:
        raise RunError("This run holds no answers about the evidence. Run the case again into another folder.")
    return weigh(scenario, compile(scenario), ensemble, until=until, threshold=threshold)

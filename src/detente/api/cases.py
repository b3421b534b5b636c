"""Cases: read, compiled, measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.game.game import Game
    from detente.game.size import Size
    from detente.scenario.model import Scenario


def load(case: str | Path) -> Scenario:
    """Read a bundled case by name, a scenario file, or a folder with one. Raises ScenarioError with every mistake."""
    from detente.scenario.reader import load as read

    return read(case)


def name_case(scenario: Scenario) -> str:
    """What a command would call the case: its file without the ending, or the folder of a ``scenario.yaml``."""
    path = Path(scenario.path)
    return path.absolute().parent.name if path.stem == "scenario" else path.stem


def compile(scenario: Scenario) -> Game:  # noqa: A001 - the verb's own name
    """Compile a scenario to its game. Raises SizeError when it is too large."""
    from detente.game.compiler import compile_game

    return compile_game(scenario)


def measure(scenario: Scenario, *, memory: int = 2 << 30, workers: int = 1) -> Size:
    """How large a scenario's game is, and what a run asks of it, before anything is computed.

    ``memory`` is in bytes; raises SizeError, naming the lever to cut, when ``workers`` draws at a time need more.
    """
    from detente.ensemble.alternatives import ask_alternatives
    from detente.game.compiler import compile_others
    from detente.game.size import Trail, check_memory, estimate_size
    from detente.scenario.model import months_between
    from detente.scenario.queries import Query, visits_of

    game = compile(scenario)
    asked = [claim.query for claim in scenario.claims if claim.query is not None]
    by = [item for item in scenario.evidence if item.by]
    times = tuple(months_between(scenario.as_of, item.on) for item in scenario.evidence)
    further = list(ask_alternatives(scenario).values())
    size = estimate_size(game, [*asked, *further], Trail(times, len(by), sum(not item.negated for item in by)))
    check_memory(game, size, memory // workers)
    visits = [visit for query in asked for visit in visits_of(query.expression)]
    for case, other in compile_others(query.expression for query in asked).items():
        inside = [Query(visit.inside, visit.text) for visit in visits if visit.case == case]
        check_memory(other, estimate_size(other, inside), memory // workers)
    return size

"""Commands that say why a state holds and how the conflict gets there: explain, paths."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from detente import api
from detente.cli import screen
from detente.cli.options import Case, Concepts, Json

State = Annotated[
    str,
    Parameter(
        help="Levels joined by 'and', such as 'us.offer = freeze', or a condition of one state [default: status quo].",
        show_default=False,
    ),
]


def explain(
    case: Case,
    state: State = "",
    /,
    *,
    concept: Concepts = None,
    actor: Annotated[list[str] | None, Parameter(help="An actor's id; give it again for more [default: all].")] = None,
    as_json: Json = False,
) -> None:
    """Say why a state is stable or not: who could do better, and what deters it.

    Example: detente explain elmira s8
    """
    scenario = api.load(case)
    found = api.explain(scenario, state, concepts=concept, actors=actor)
    if as_json:
        screen.show_json(found.to_dict())
        return
    from detente.report import moves, reasons

    words = moves.read_vocabulary(found.game, scenario)
    screen.show(scenario.title, *moves.wrap(f"State: {words.state(found.cell)}"), moves.write_method(found.made_by), "")
    screen.show(reasons.state_verdict(found))
    screen.show_table(*reasons.tabulate_verdicts(found, scenario))
    screen.show(*reasons.LEGEND, *reasons.state_reasons(found, scenario))

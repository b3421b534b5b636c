"""The command that asks what would have to be true: inverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import Case, Concepts, Json


@Parameter(name="*")
@dataclass(frozen=True)
class Search:
    """Which answers are looked for, and for how long."""

    within: Annotated[bool, Parameter(help="Keep each weight in its stated range.", show_default=False)] = False
    seconds: Annotated[
        float, Parameter(help="Time the solver may take for each actor and concept.", validator=Number(gt=0, lte=86400))
    ] = 60.0


def inverse(
    case: Case,
    /,
    *,
    state: Annotated[str, Parameter(help="Levels joined by 'and', a condition of one state, or 'status quo'.")],
    concept: Concepts = None,
    actor: Annotated[
        list[str] | None, Parameter(help="Whose preferences; give it again for more [default: all].")
    ] = None,
    search: Search | None = None,
    as_json: Json = False,
) -> None:
    """Find the smallest change of an actor's weights that makes a state an equilibrium, or count the rankings that do.

    Example: detente inverse syria-iraq-1975 --state s2 --actor syria
    """
    from detente.report.requirements import describe, list_rows
    from detente.solvers.inverse import Limits

    search, scenario = search or Search(), api.load(case)
    screen.part_streams()  # the solver has been seen to print a line of its own
    limits = Limits(search.within, search.seconds)
    found = api.invert(scenario, state, concepts=concept, actors=actor, limits=limits)
    if as_json:
        screen.show_case_json(scenario, found.to_dict())
        return
    head, *rest = describe(found, scenario)
    screen.show(head, "")
    screen.show_table(("concept", "actor", "answer", "change", "what"), list_rows(found, scenario))
    for line in rest:
        screen.show("", line)

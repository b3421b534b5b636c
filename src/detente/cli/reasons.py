"""Commands that say why a state holds, how to get there, and who can hurt whom: explain, paths, influence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import files, screen
from detente.cli.options import Case, Concept, Concepts, Json

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
        screen.show_case_json(scenario, found.to_dict())
        return
    from detente.report import moves, reasons

    words = moves.read_vocabulary(found.game, scenario)
    screen.show(scenario.title, *moves.wrap(f"State: {words.state(found.cell)}"), moves.write_method(found.made_by), "")
    screen.show(reasons.state_verdict(found))
    screen.show_table(*reasons.tabulate_verdicts(found, scenario))
    screen.show(*reasons.state_meanings(found), *reasons.state_reasons(found, scenario))


def influence(
    case: Case,
    /,
    *,
    svg: Annotated[Path | None, Parameter(help="Also draw the map into this SVG file.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Say how much of each actor's payoff every other can change alone, and whether its best moves help or hurt.

    Example: detente influence korea-2024
    """
    scenario = api.load(case)
    found = api.map_influence(scenario)
    if svg is not None:
        from detente.report import charts, moves

        files.write_drawing(svg, charts.plot_influence(found, moves.list_names(found.game)))
    if as_json:
        screen.show_case_json(scenario, found.to_dict())
        return
    screen.show(scenario.title, "", *str(found).splitlines())


@Parameter(name="*")
@dataclass(frozen=True)
class Route:
    """From where, to which states."""

    concept: Annotated[Concept, Parameter(help="The concept whose equilibria are sought.")] = Concept.SEQ
    start: Annotated[
        str,
        Parameter(name="--from", help="Another start than the status quo, named as for explain.", show_default=False),
    ] = ""
    to: Annotated[
        str, Parameter(help="One state instead of the equilibria, named as for explain.", show_default=False)
    ] = ""
    most: Annotated[
        int | None, Parameter(help="Ways told in full, of each kind [default: 5].", validator=Number(gte=1))
    ] = None


def paths(
    case: Case,
    /,
    *,
    route: Route | None = None,
    svg: Annotated[
        Path | None, Parameter(help="Also draw the improvements into this SVG file.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Find ways from the status quo to the equilibria: who must move first, who must move together.

    Example: detente paths cuba-1962
    """
    route = route or Route()
    scenario = api.load(case)
    found = api.find_paths(scenario, concept=route.concept, start=route.start, to=route.to, most=route.most)
    from detente.report import evolution, moves, ways

    if svg is not None:
        files.write_drawing(svg, evolution.draw(found))
    if as_json:
        screen.show_case_json(scenario, found.to_dict())
        return
    screen.show(scenario.title, moves.write_method(found.made_by), "")
    screen.show(
        *ways.state_counts(found, scenario), *ways.draw_tree(found, scenario), *ways.state_ways(found, scenario)
    )

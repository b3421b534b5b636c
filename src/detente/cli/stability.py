"""The command that says where a conflict settles: stability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import Case, Json

if TYPE_CHECKING:
    from detente.scenario.model import Scenario
    from detente.solvers.coalitions import CoalitionStability
    from detente.solvers.horizons import HorizonStability
    from detente.solvers.hypergames import HypergameStability
    from detente.solvers.stability import Stability
    from detente.solvers.strengths import StrengthStability

    Finding = Stability | CoalitionStability | HorizonStability | HypergameStability | StrengthStability

#: states named per actor and concept
SHOWN = 3


class Concept(StrEnum):
    """Every stability concept; capitals do not matter on the command line."""

    NASH = "nash"
    GMR = "gmr"
    SMR = "smr"
    SEQ = "seq"
    SSEQ = "sseq"
    SIM = "sim"
    CNASH = "cnash"
    CGMR = "cgmr"
    CSMR = "csmr"
    CSEQ = "cseq"
    LIMITED = "limited"
    NONMYOPIC = "nonmyopic"
    STACKELBERG = "stackelberg"


#: concepts of one actor, of coalitions, and of two actors who look ahead
SINGLE, JOINT, AHEAD = (frozenset(list(Concept)[a:b]) for a, b in ((0, 6), (6, 10), (10, 13)))


@Parameter(name="*")
@dataclass(frozen=True)
class Lens:
    """How the conflict is looked at, apart from one actor after the other."""

    coalition: Annotated[list[str] | None, Parameter(help="A coalition, such as 'us,rok'; give it again for more.")] = (
        None
    )
    coalitions: Annotated[
        bool, Parameter(help="All coalitions: what nobody leaves, alone or together.", show_default=False)
    ] = False
    pareto: Annotated[bool, Parameter(help="Coalitions move when none loses and one gains.", show_default=False)] = (
        False
    )
    moves: Annotated[
        int | None, Parameter(help="Look so many moves ahead (two actors).", validator=Number(gte=1, lte=500))
    ] = None
    strength: Annotated[
        bool, Parameter(help="Tell strong from weak stability, by the actors' thresholds.", show_default=False)
    ] = False
    beliefs: Annotated[
        bool, Parameter(help="Each actor in the game it sees, and whom a state surprises.", show_default=False)
    ] = False


def stability(
    case: Case,
    /,
    *,
    concept: Annotated[
        list[Concept] | None,
        Parameter(help="A stability concept; give it again for more [default: nash gmr smr seq sseq]."),
    ] = None,
    lens: Lens | None = None,
    per_actor: Annotated[bool, Parameter(help="Also what is stable for each actor.", show_default=False)] = False,
    as_json: Json = False,
) -> None:
    """List the states that are stable for every actor, with all inputs at their medians.

    Example: detente stability cuba-1962 --concept nash --concept seq
    """
    scenario = api.load(case)
    found = dict(_analyse(scenario, set(concept or []), lens or Lens()))
    if as_json:
        document = {name: result.to_dict(per_actor) for name, result in found.items() if name != "plain"}
        plain = found["plain"].to_dict(per_actor) if "plain" in found else {}
        screen.show_case_json(scenario, plain | document)
        return
    for place, result in enumerate(found.values()):
        screen.show(*([""] if place else []), str(result))
        if per_actor:
            screen.show("")
            screen.show_table(("concept", "for", "stable", f"the first {SHOWN} of them"), _rows_per_actor(result))


def _analyse(scenario: Scenario, wanted: set[Concept], lens: Lens) -> Iterator[tuple[str, Finding]]:
    """The analyses asked for, by their key in the JSON document; the plain one when nothing else is."""
    game = api.compile(scenario)
    single, joint, ahead = (sorted(group & wanted) for group in (SINGLE, JOINT, AHEAD))
    teams = bool(lens.coalitions or lens.coalition or lens.pareto or joint)
    moves = lens.moves is not None or bool(ahead)
    if not (lens.strength or lens.beliefs) and (single or not (teams or moves)):
        yield "plain", api.find_equilibria(game, single)
    if lens.strength:
        yield "strengths", api.find_strong_equilibria(game, single)
    if lens.beliefs:
        yield "hypergame", api.find_hypergame_equilibria(game, single)
    if teams:
        named = None if lens.coalitions or not lens.coalition else [text.split(",") for text in lens.coalition]
        yield "coalitions", api.find_coalition_equilibria(game, joint, coalitions=named, pareto=lens.pareto)
    if moves:
        yield "horizons", api.find_horizon_equilibria(game, ahead, moves=lens.moves or api.MOVES)


def _rows_per_actor(found: Finding) -> Iterator[tuple[str, str, str, str]]:
    from numpy import flatnonzero

    from detente.game.game import name_state
    from detente.solvers.tables import order_in_slices

    for concept, stable in found.stable.items():
        for label, states in zip(found.labels, stable, strict=True):
            cells = order_in_slices(found.game, flatnonzero(states))
            names = "; ".join(name_state(found.game, int(cell)) for cell in cells[:SHOWN])
            yield found.names[concept], label, f"{len(cells):,}", names

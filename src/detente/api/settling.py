"""Where a conflict settles, why, how it gets there, and what would have to be true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detente.api.cases import compile

if TYPE_CHECKING:
    from detente.game.game import Game, Prices
    from detente.scenario.model import Scenario
    from detente.solvers.coalitions import CoalitionStability
    from detente.solvers.explanation import Explanation
    from detente.solvers.horizons import HorizonStability
    from detente.solvers.hypergames import HypergameStability
    from detente.solvers.influence import InfluenceMap
    from detente.solvers.inverse import Inverse, Limits
    from detente.solvers.paths import Paths
    from detente.solvers.stability import Stability
    from detente.solvers.strengths import StrengthStability

#: moves looked ahead unless told otherwise
MOVES = 2


def find_equilibria(game: Game, concepts: Sequence[str] | None = None) -> Stability:
    """Stable states at central values, under nash, gmr, smr, seq and sseq, or those named (sim too)."""
    from detente.solvers import stability

    return stability.find_equilibria(game, _price(game), tuple(concepts) if concepts else stability.CONCEPTS)


def find_coalition_equilibria(
    game: Game,
    concepts: Sequence[str] | None = None,
    *,
    coalitions: Sequence[Sequence[str]] | None = None,
    pareto: bool = False,
) -> CoalitionStability:
    """States that no coalition of those named (ids of actors) would leave at central values, or none at all.

    The concepts are cnash, cgmr, csmr, cseq. With ``pareto`` a coalition also moves when one gains and none loses.
    Raises QueryError for an actor that is none, SizeError when there are too many coalitions.
    """
    from detente.game.lookup import find_actors
    from detente.solvers import coalitions as solver

    teams = None if coalitions is None else [find_actors(game, [name.strip() for name in team]) for team in coalitions]
    return solver.find_coalition_equilibria(game, _price(game), concepts or solver.CONCEPTS, teams, pareto)


def find_horizon_equilibria(
    game: Game, concepts: Sequence[str] | None = None, *, moves: int = MOVES
) -> HorizonStability:
    """Limited-move (so many moves ahead), non-myopic and Stackelberg stability at central values, for two actors.

    Raises QueryError when other than two actors have levers, SizeError when the game is too large.
    """
    from detente.errors import Issue, QueryError
    from detente.solvers import horizons

    movers = [player.id for k, player in enumerate(game.actors) if game.line(k)[1] > 1]
    if len(movers) != 2:
        message = (
            f"Looking so many moves ahead is defined for two actors; here {', '.join(movers) or 'nobody'} can move."
        )
        raise QueryError([Issue("concept", 0, 0, "", message, "Use a concept of replies: seq, sseq, smr or gmr.")])
    return horizons.find_horizon_equilibria(game, _price(game), moves, concepts or horizons.CONCEPTS)


def find_strong_equilibria(game: Game, concepts: Sequence[str] | None = None) -> StrengthStability:
    """Strongly and weakly stable states at central values, by the thresholds of the actors.

    Raises QueryError when no actor has thresholds, or for SIM.
    """
    from detente.errors import Issue, QueryError
    from detente.game.pricing import draw_inputs, price_thresholds
    from detente.solvers import stability, strengths

    issues = []
    if all(player.indifference < 0 and player.strong < 0 for player in game.actors):
        cure = "Add 'thresholds: {indifference: 0.25, strong: 1.5}' to an actor."
        issues.append(Issue("strength", 0, 0, "", "No actor of the case has thresholds.", cure))
    if "sim" in (concepts or ()):
        issues.append(Issue("strength", 0, 0, "", "Simultaneous sanctions have no strength.", "Leave out SIM."))
    if issues:
        raise QueryError(issues)
    thresholds = price_thresholds(game, draw_inputs(game, None))
    return strengths.find_strong_equilibria(game, _price(game), thresholds, concepts or stability.CONCEPTS)


def find_hypergame_equilibria(game: Game, concepts: Sequence[str] | None = None) -> HypergameStability:
    """States that hold when each actor acts on the game it sees, at central values, and whom they surprise.

    Raises QueryError when no actor believes anything of its own.
    """
    from detente.errors import Issue, QueryError
    from detente.game.pricing import draw_inputs
    from detente.solvers import hypergames, stability

    if not any(player.beliefs for player in game.actors):
        cure = "Add 'believes:' to an actor, with what it takes another to want."
        raise QueryError([Issue("beliefs", 0, 0, "", "No actor of the case has beliefs of its own.", cure)])
    return hypergames.find_hypergame_equilibria(game, draw_inputs(game, None), concepts or stability.CONCEPTS)


def explain(
    scenario: Scenario,
    state: str = "",
    *,
    concepts: Sequence[str] | None = None,
    actors: Sequence[str] | None = None,
) -> Explanation:
    """Why a state is stable or not at central values: for each actor its improvements and what deters them.

    ``state`` is levels joined by ``and`` (``"us.offer = freeze"``), a condition that one state satisfies, or nothing
    for the status quo; ``concepts`` and ``actors`` (ids) are all unless named. Raises QueryError for a state or actor
    that is none.
    """
    from detente.game.lookup import find_actors, find_state
    from detente.solvers import explanation, stability

    game = compile(scenario)
    return explanation.explain_state(
        game,
        _price(game),
        find_state(scenario, game, state),
        concepts=tuple(concepts) if concepts else stability.CONCEPTS,
        actors=find_actors(game, actors) if actors else None,
    )


def find_paths(
    scenario: Scenario, *, concept: str = "seq", start: str = "", to: str = "", most: int | None = None
) -> Paths:
    """Ways from the status quo, or ``start``, to every equilibrium of a concept, or to the state ``to``.

    At central values and in the start's slice of chance; states are named as for :func:`explain`. The ``most`` nearest
    of each kind (5 unless told otherwise) are told in full, the others counted. Raises QueryError for what is no state.
    """
    from detente.game.lookup import find_state
    from detente.solvers import paths

    game = compile(scenario)
    return paths.find_paths(
        game,
        _price(game),
        find_state(scenario, game, start),
        concept=concept,
        target=find_state(scenario, game, to) if to else None,
        most=paths.MOST if most is None else most,
    )


def map_influence(scenario: Scenario) -> InfluenceMap:
    """How much of each actor's payoff every other can change alone, and whether its best moves help or hurt.

    At central values, over all states in the status quo's slice of chance alike.
    """
    from detente.solvers.influence import map_influence as reckon

    game = compile(scenario)
    return reckon(game, _price(game))


def invert(
    scenario: Scenario,
    state: str = "",
    *,
    concepts: Sequence[str] | None = None,
    actors: Sequence[str] | None = None,
    limits: Limits | None = None,
) -> Inverse:
    """What would have to be true for a state to be an equilibrium: least changes of weights, or counts of rankings.

    ``state`` is named as for :func:`explain`; under every concept or those named (nash, gmr, smr, seq, sseq), of every
    actor or those named, one at a time, from central values. Raises QueryError for a state or actor that is none,
    SizeError when the game is too large.
    """
    from detente.game.lookup import find_actors, find_state
    from detente.solvers import inverse, stability

    game = compile(scenario)
    return inverse.invert(
        game,
        find_state(scenario, game, state),
        tuple(concepts) if concepts else stability.CONCEPTS,
        find_actors(game, actors) if actors else range(len(game.actors)),
        limits,
    )


def _price(game: Game) -> Prices:
    from detente.game.pricing import price_centrally

    return price_centrally(game)

"""The verbs: each a plain function on a frozen noun. Heavy libraries load inside the verb that needs them."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.ensemble.forecast import Forecast
    from detente.findings.findings import Findings
    from detente.game.exchange.export import Export
    from detente.game.exchange.transcript import Transcript
    from detente.game.game import Game, Prices
    from detente.game.size import Size
    from detente.scenario.model import Scenario
    from detente.scenario.queries import Query
    from detente.solvers.coalitions import CoalitionStability
    from detente.solvers.explanation import Explanation
    from detente.solvers.horizons import HorizonStability
    from detente.solvers.hypergames import HypergameStability
    from detente.solvers.inverse import Inverse, Limits
    from detente.solvers.paths import Paths
    from detente.solvers.stability import Stability
    from detente.solvers.strengths import StrengthStability

T = TypeVar("T")

#: other tools' formats a case can be written in
Format = Literal["drn", "gmcr", "graphml", "nfg"]

#: draws of a run unless told otherwise
DRAWS = 64
#: moves looked ahead unless told otherwise
MOVES = 2
#: seed unless told otherwise
SEED = 0


def load(case: str | Path) -> Scenario:
    """Read a bundled case by name, a scenario file, or a folder with one. Raises ScenarioError with every mistake."""
    from detente.scenario.reader import load as read

    return read(case)


def compile(scenario: Scenario) -> Game:  # noqa: A001 - the verb's own name
    """Compile a scenario to its game. Raises SizeError when it is too large."""
    from detente.game.compiler import compile_game

    return compile_game(scenario)


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


def _price(game: Game) -> Prices:
    from detente.game.pricing import draw_inputs, price

    return price(game, draw_inputs(game, None))


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
    from detente.game.pricing import draw_inputs, price
    from detente.solvers import explanation, stability

    game = compile(scenario)
    return explanation.explain_state(
        game,
        price(game, draw_inputs(game, None)),
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
    from detente.game.pricing import draw_inputs, price
    from detente.solvers import paths

    game = compile(scenario)
    return paths.find_paths(
        game,
        price(game, draw_inputs(game, None)),
        find_state(scenario, game, start),
        concept=concept,
        target=find_state(scenario, game, to) if to else None,
        most=paths.MOST if most is None else most,
    )


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


def forecast(
    scenario: Scenario,
    queries: Sequence[str],
    *,
    draws: int | None = None,
    seed: int = SEED,
    start: str = "",
    settings: Sequence[str] = (),
) -> Forecast:
    """Answer queries at central values, or over ``draws``.

    ``start`` is another starting point (``"us.offer = talks"``), ``settings`` other inputs (``"us.deal = 0"``).
    Raises QueryError with every mistake, NotYetAnalysed for what this version cannot answer.
    """
    from detente.ensemble.forecast import forecast_centrally, forecast_over_draws

    parsed = parse_queries(scenario, queries, start, settings)
    game = compile(scenario)
    if draws is None:
        return forecast_centrally(game, parsed)
    return forecast_over_draws(game, parsed, draws=draws, seed=seed)


def parse_queries(
    scenario: Scenario, queries: Sequence[str], start: str = "", settings: Sequence[str] = ()
) -> builtins.list[Query]:
    """Queries from text, moved to another start and other inputs; QueryError lists every mistake."""
    from dataclasses import replace

    from detente.errors import Issue, QueryError
    from detente.scenario.queries import rebase
    from detente.scenario.reader import parse_input, parse_levels, parse_query

    issues: builtins.list[Issue] = []

    def collect(parse: Callable[[Scenario, str], T], text: str) -> T | None:
        try:
            return parse(scenario, text)
        except QueryError as error:
            issues.extend(error.issues)
            return None

    parsed = [collect(parse_query, text) for text in queries]
    levels = collect(parse_levels, start) if start else ()
    inputs = [collect(parse_input, text) for text in settings]
    if issues:
        raise QueryError(issues)
    changed = tuple(pair for pair in inputs if pair is not None)
    return [
        replace(query, expression=rebase(query.expression, levels or (), changed))
        for query in parsed
        if query is not None
    ]


def run(
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    folder: Path | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Ask every claim of every draw. With a folder the run is kept there and resumes after an interruption."""
    from detente.ensemble.runner import Plan
    from detente.ensemble.runner import run as run_job
    from detente.ensemble.study import lay_study

    study = lay_study(scenario, compile(scenario))
    plan = Plan(seed=seed, draws=draws) if workers is None else Plan(seed=seed, draws=draws, workers=workers)
    return run_job(study, plan, folder=folder, progress=progress)


def measure(scenario: Scenario, *, memory: int = 2 << 30, workers: int = 1) -> Size:
    """How large a scenario's game and its claims are, before anything is computed.

    ``memory`` is in bytes; raises SizeError, naming the lever to cut, when ``workers`` draws at a time need more.
    """
    from detente.game.size import check_memory, estimate_size
    from detente.solvers.gaps import sort_queries

    game = compile(scenario)
    size = estimate_size(game, list(sort_queries(scenario.claims)[0].values()))
    check_memory(game, size, memory // workers)
    return size


def assess(scenario: Scenario, ensemble: Ensemble) -> Findings:
    """Judge every claim against the ensemble."""
    from detente.findings.assessment import assess as judge

    return judge(scenario, compile(scenario), ensemble)


def render(scenario: Scenario, ensemble: Ensemble, findings: Findings) -> str:
    """The report: one self-contained HTML page."""
    from detente.report.page import render as render_page

    return render_page(findings, scenario, compile(scenario), ensemble)


def export(scenario: Scenario, format: Format) -> Export:  # noqa: A002 - the option's own name
    """Write a case out for another tool, with all inputs at their medians.

    ``drn`` is the chain of everybody's behaviour for the Storm model checker, ``gmcr`` the conflict for GMCR+,
    ``graphml`` its graph with marks of stability, ``nfg`` the normal form for Gambit. Raises SizeError when it is too
    large to be written out, ScenarioError when the format cannot hold it.
    """
    from dataclasses import replace

    from detente.game.exchange import export as exchange
    from detente.game.exchange.gmcr_writer import write_gmcr
    from detente.game.exchange.graphml import check_graph, write_graphml
    from detente.game.exchange.nfg import write_nfg

    game = compile(scenario)
    if format == "drn":
        return _export_chain(scenario, game)
    if format == "gmcr":
        written = write_gmcr(game, scenario.path)
    elif format == "graphml":
        check_graph(game)
        written = write_graphml(game, find_equilibria(game).stable)
    else:
        written = write_nfg(game, scenario.path)
    return replace(written, remarks=(*written.remarks, *exchange.list_left_out(scenario)))


def _export_chain(scenario: Scenario, game: Game) -> Export:
    from detente.game.exchange.export import Export
    from detente.game.game import mask
    from detente.game.pricing import draw_inputs, price
    from detente.solvers.chain import write_drn, write_out
    from detente.solvers.conduct import solve_conduct
    from detente.solvers.layout import lay_out

    layout = lay_out(game)
    chain = write_out(game, solve_conduct(game, price(game, draw_inputs(game, None)), layout), layout)
    where = {name: mask(game, condition) for name, condition in scenario.conditions}
    counts = {"states": len(chain.cells), "transitions": len(chain.rates)}
    return Export("drn", write_drn(chain, game.status_quo, where), counts, ("Rates are per month.",))


def bring_in(file: str | Path, *, as_of: date) -> Transcript:
    """Another tool's file (a conflict of GMCR+) as a scenario's text. Raises ScenarioError with every mistake."""
    from detente.game.exchange.gmcr_json import read_text
    from detente.game.exchange.gmcr_reader import read_gmcr
    from detente.game.exchange.transcript import transcribe

    path = Path(file)
    conflict = read_gmcr(read_text(path), str(path))
    return transcribe(conflict, source=path.name, title=path.stem, as_of=as_of)

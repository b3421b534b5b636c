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
    from detente.game.game import Game
    from detente.game.size import Size
    from detente.scenario.model import Scenario
    from detente.scenario.queries import Query
    from detente.solvers.stability import Stability

T = TypeVar("T")

#: other tools' formats a case can be written in
Format = Literal["drn", "gmcr", "graphml", "nfg"]

#: draws of a run unless told otherwise
DRAWS = 64
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
    """Stable states at central values, for every concept or those named (nash, gmr, smr, seq, sseq)."""
    from detente.game.pricing import draw_inputs, price
    from detente.solvers import stability

    prices = price(game, draw_inputs(game, None))
    return stability.find_equilibria(game, prices, tuple(concepts) if concepts else stability.CONCEPTS)


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

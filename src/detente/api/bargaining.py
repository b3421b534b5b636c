"""On what terms: the issues of a case put to every model of bargaining."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from detente.api.cases import compile
from detente.api.forecasts import SEED
from detente.api.runs import DRAWS

if TYPE_CHECKING:
    from detente.ensemble.bargains import Table
    from detente.errors import Issue
    from detente.findings.bargains import Bargaining
    from detente.scenario.model import Scenario
    from detente.solvers.bargaining.exchange import Exchange
    from detente.solvers.bargaining.fragility import Fragility
    from detente.solvers.bargaining.persuasion import Persuasion, Steps

#: noisy tables behind each figure of a model's fragility, unless told otherwise
TABLES = 200
#: by model, what it is told that it leaves open
Switches = Mapping[str, Mapping[str, str]]


def bargain(
    scenario: Scenario,
    issues: Sequence[str] | None = None,
    models: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    switches: Switches | None = None,
) -> Bargaining:
    """Where bargaining over issues (ids, all unless named) ends, by the default forecast and by models.

    ``models`` are ids, all unless named, and those named must have an answer; ``switches`` are by model. At central
    values, and over ``draws`` of the uncertain inputs: draw k has the inputs of draw k of a run. Raises QueryError for
    a case without issues, and with every issue, model and switch that is none.
    """
    from detente.ensemble.bargains import draw_tables
    from detente.findings.terms import Asked, find_terms, gather_terms
    from detente.solvers.bargaining.models import MODELS

    _refuse(scenario, issues, models, switches)
    game = compile(scenario)
    tables = _keep(draw_tables(game, draws, seed), issues)
    asked = Asked(tuple(models or MODELS), switches or {}, lenient=models is None)
    return gather_terms(find_terms(scenario, tables, asked), tables, seed, game.digest, issues)


def measure_fragility(
    scenario: Scenario,
    issues: Sequence[str] | None = None,
    models: Sequence[str] | None = None,
    *,
    tables: int = TABLES,
    seed: int = SEED,
    switches: Switches | None = None,
) -> tuple[Fragility, ...]:
    """How far models' answers move when 1 % and 10 % of noise is put on every input, from central values.

    ``models`` are those with rounds, and the compromise to compare them with, unless named: of these, who has no answer
    is passed over. ``tables`` is how many noisy tables there are. Errors as of :func:`bargain`.
    """
    from detente.ensemble.bargains import draw_tables
    from detente.solvers.bargaining.fragility import list_dynamic
    from detente.solvers.bargaining.fragility import measure_fragility as measure

    _refuse(scenario, issues, models, switches)
    asked, lenient = models or list_dynamic(), models is None
    found = [
        item
        for table in _keep(draw_tables(compile(scenario), 1, seed), issues)
        for item in measure(table.central, asked, seed=seed, tables=tables, switches=switches, lenient=lenient)
    ]
    order = [question.id for question in scenario.issues]
    kept = [item for item in found if not issues or item.issue in issues]
    return tuple(sorted(kept, key=lambda item: order.index(item.issue)))


def find_persuasion(
    scenario: Scenario,
    actor: str,
    issues: Sequence[str] | None = None,
    *,
    steps: Steps | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[Persuasion, ...]:
    """Whom an actor should persuade, on every issue (all unless named) in which it has a stake.

    At central values, and how often the best stays the best over ``draws``. Raises QueryError for an actor without a
    stake in any of the issues, and errors as of :func:`bargain`.
    """
    from detente.ensemble.bargains import draw_tables
    from detente.errors import Issue, QueryError
    from detente.scenario.slips import suggest
    from detente.solvers.bargaining.persuasion import find_persuasion as find

    _refuse(scenario, issues, None, None)
    tables = _keep(draw_tables(compile(scenario), draws, seed), issues)
    order = [question.id for question in scenario.issues if not issues or question.id in issues]
    places = {issue: table for table in tables for issue in table.central.issues}
    asked = [issue for issue in order if actor in places[issue].central.of(issue).actors]
    if not asked:
        there = sorted({name for issue in order for name in places[issue].central.of(issue).actors})
        cure = suggest(actor, there) or f"There are {', '.join(there)}."
        raise QueryError([Issue("actor", 0, 0, "", f"'{actor}' has no stake in {' or '.join(order)}.", cure)])
    return tuple(find(places[issue].central, issue, actor, steps, places[issue].drawn) for issue in asked)


def list_exchanges(
    scenario: Scenario, issues: Sequence[str] | None = None, *, switches: Switches | None = None
) -> tuple[Exchange, ...]:
    """Which votes the equal-gain exchange model trades for which, at central values, in the order they are struck.

    On every package that holds one of the ``issues`` (ids, all unless named). Errors as of :func:`bargain`.
    """
    from detente.ensemble.bargains import draw_tables
    from detente.solvers.bargaining import exchange
    from detente.solvers.bargaining.models import MODELS, complete_switches

    _refuse(scenario, issues, None, switches)
    told = complete_switches(MODELS["exchange"], (switches or {}).get("exchange", {}))
    tables = _keep(draw_tables(compile(scenario), 1, SEED), issues)
    return tuple(
        item for table in tables for item in exchange.list_exchanges(table.central, *exchange.read_switches(told))
    )


def parse_switches(texts: Iterable[str]) -> Switches:
    """Switches from texts such as ``nash.disagreement = reference``. Raises QueryError with every one that is none."""
    from detente.errors import Issue, QueryError

    found: dict[str, dict[str, str]] = {}
    wrong = []
    for text in texts:
        place, mark, value = (part.strip() for part in text.partition("="))
        model, dot, name = place.partition(".")
        if not (mark and dot and model and name and value):
            cure = "Write MODEL.NAME=VALUE, such as nash.disagreement=reference."
            wrong.append(Issue("--switch", 0, 0, "", f"'{text}' sets nothing.", cure))
        found.setdefault(model, {})[name] = value
    if wrong:
        raise QueryError(wrong)
    return found


def _keep(tables: Iterable[Table], issues: Sequence[str] | None) -> tuple[Table, ...]:
    """The packages that hold an issue asked about."""
    return tuple(table for table in tables if not issues or set(issues) & set(table.central.issues))


def _refuse(
    scenario: Scenario, issues: Sequence[str] | None, models: Sequence[str] | None, switches: Switches | None
) -> None:
    """Raises QueryError with every name that is none."""
    from detente.errors import Issue, QueryError
    from detente.solvers.bargaining.models import MODELS, complete_switches

    if not scenario.issues:
        cure = "Add 'issues:' to the file, with who stands where."
        raise QueryError([Issue(scenario.path, 0, 0, "issues", "The case has nothing to bargain over.", cure)])
    wrong = list(_check_names("issue", issues or (), [question.id for question in scenario.issues]))
    wrong += _check_names("model", [*(models or ()), *(switches or {})], list(MODELS))
    for model, own in (switches or {}).items():
        if model in MODELS:
            try:
                complete_switches(MODELS[model], own)
            except QueryError as error:
                wrong += error.issues
    if wrong:
        raise QueryError(wrong)


def _check_names(what: str, names: Iterable[str], known: Sequence[str]) -> Iterable[Issue]:
    from detente.errors import Issue
    from detente.scenario.slips import suggest

    for name in dict.fromkeys(names):
        if name not in known:
            cure = suggest(name, known) or f"There are {', '.join(known)}."
            yield Issue(what, 0, 0, "", f"No {what} '{name}'.", cure)

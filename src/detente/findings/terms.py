"""From the stakes of a case to what its issues come to: the default forecast, and every model beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import nan

import numpy as np

from detente.ensemble.bargains import Table, read_tables
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.precision import error_of_mean, error_of_share
from detente.errors import QueryError
from detente.findings.bargains import (
    Bargaining,
    IssueTerms,
    ModelTerms,
    Outlook,
    Over,
    Place,
    RegionChance,
    Track,
    find_over,
)
from detente.game.game import Game
from detente.scenario.model import Question, Scenario
from detente.solvers.bargaining.fragility import Fragility, list_dynamic, measure_fragility
from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.packages import Share, settle_package
from detente.solvers.bargaining.persuasion import Persuasion, find_persuasion
from detente.solvers.bargaining.prediction import Prediction, predict
from detente.solvers.bargaining.settlement import Settlement
from detente.solvers.bargaining.stakes import Floats, Stakes

#: stretches of a scale for which the forecast's chances are kept
STRETCHES = 40
#: of a run: draws that models with rounds are put to, and noisy tables behind their fragility
MOST, NOISY = 256, 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Which models, and how."""

    models: tuple[str, ...] = tuple(MODELS)
    #: by model
    switches: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: draws that models with rounds are put to; None for all
    most: int | None = None
    #: whether a model that cannot answer is passed over with the reason; else its QueryError is raised
    lenient: bool = True


def find_terms(scenario: Scenario, tables: Sequence[Table], asked: Asked) -> tuple[IssueTerms, ...]:
    """What every issue comes to, in the file's order; ``tables`` are the packages of the case.

    Raises QueryError for a model or switch that is none.
    """
    found: dict[str, IssueTerms] = {}
    questions = {question.id: question for question in scenario.issues}
    names = {actor.id: actor.name for actor in scenario.actors}
    for table in tables:
        models = {model: _run_model(model, table, asked) for model in asked.models}
        for issue in table.central.issues:
            own = tuple(models[model][issue] for model in asked.models)
            found[issue] = _tell_issue(questions[issue], table, own, names)
    return tuple(found[question.id] for question in scenario.issues if question.id in found)


def _tell_issue(
    question: Question, table: Table, models: tuple[ModelTerms, ...], names: Mapping[str, str]
) -> IssueTerms:
    central = table.central.of(question.id)
    drawn = None if table.drawn is None else table.drawn.of(question.id)
    return IssueTerms(
        id=question.id,
        label=question.label,
        package=question.package,
        low=question.low,
        high=question.high,
        scale=question.scale,
        reference=float(central.reference[0, 0]),
        places=tuple(_list_places(central, drawn, names)),
        central=look_out(predict(central), question),
        pooled=None if drawn is None else look_out(predict(drawn), question),
        models=models,
    )


def _list_places(central: Stakes, drawn: Stakes | None, names: Mapping[str, str]) -> Iterator[Place]:
    weights = central.weights[0, :, 0]
    for i, actor in enumerate(central.actors):

        def spread(values: Floats | None, i: int = i) -> Over | None:
            varies = values is not None and values[:, i, 0].min() < values[:, i, 0].max()
            return find_over(values[:, i, 0]) if varies and values is not None else None

        yield Place(
            actor=actor,
            name=names.get(actor, actor),
            position=float(central.positions[0, i, 0]),
            salience=float(central.saliences[0, i, 0]),
            capability=float(central.capabilities[0, i, 0]),
            share=float(weights[i] / weights.sum()),
            positions=spread(None if drawn is None else drawn.positions),
            saliences=spread(None if drawn is None else drawn.saliences),
            capabilities=spread(None if drawn is None else drawn.capabilities),
        )


def look_out(found: Prediction, question: Question) -> Outlook:
    """The distribution of all draws together, each counting alike: of chances the mean, of that its quantiles."""
    means = found.find_mean()
    draws = len(means)
    edges = np.linspace(question.low, question.high, STRETCHES + 1)
    chances = [float(found.find_share(*map(float, ends)).mean()) for ends in pairwise(edges)]
    # A region named for a point of the scale has no marks in its name that a query would end at.
    written = {" ".join(label.replace('"', "'").split()): label for _, label in question.scale}
    regions = []
    for region in question.regions:
        shares = found.find_share(region.low, region.high)
        error = error_of_mean(shares) if draws > 1 else nan
        regions.append(
            RegionChance(
                region.name, written.get(region.name, region.name), region.low, region.high, float(shares.mean()), error
            )
        )

    p10, p25, median, p75, p90 = map(float, found.find_pooled_quantiles(np.array([0.1, 0.25, 0.5, 0.75, 0.9])))
    return Outlook(
        mean=float(means.mean()),
        mean_error=error_of_mean(means) if draws > 1 else nan,
        median=median,
        median_error=_find_median_error(found, median) if draws > 1 else nan,
        half=(p25, p75),
        wide=(p10, p90),
        regions=tuple(regions),
        edges=tuple(float(edge) for edge in edges),
        chances=tuple(chances),
    )


def _find_median_error(found: Prediction, median: float) -> float:
    """Half of what lies between the quantiles one standard error of their share below and above it (Woodruff 1952)."""
    error = error_of_mean(found.find_chance_at_most(median))
    below, above = found.find_pooled_quantiles(np.clip([0.5 - error, 0.5 + error], 0.0, 1.0))
    return float(above - below) / 2


def _run_model(model: str, table: Table, asked: Asked) -> dict[str, ModelTerms]:
    """A model on every issue of a package, at central values and over draws."""
    switches = asked.switches.get(model, {})
    known = MODELS.get(model)
    try:
        central = settle_package(model, table.central, switches, track=known is not None and known.dynamic)
        drawn: dict[str, Share] = {}
        if table.drawn is not None:
            kept = table.drawn
            if known is not None and known.dynamic and asked.most is not None and asked.most < kept.draws:
                kept = kept.at(np.arange(asked.most))
            drawn = settle_package(model, kept, switches)
    except QueryError as error:
        if known is None or not asked.lenient:
            raise
        reason = " ".join(f"{issue.message} {issue.cure}".strip() for issue in error.issues)
        return {issue: _refuse(model, reason) for issue in table.central.issues}
    return {issue: _tell_model(model, share, drawn.get(issue)) for issue, share in central.items()}


def _refuse(model: str, reason: str) -> ModelTerms:
    known = MODELS[model]
    return ModelTerms(model, known.name, known.source, {}, known.dynamic, nan, True, 0, reason=reason)


def _tell_model(model: str, share: Share, drawn: Share | None) -> ModelTerms:
    known, found = MODELS[model], share.settlement
    point = float(found.outcomes[0, 0])
    rest, rest_error, over = nan, nan, None
    if drawn is not None:
        over = find_over(drawn.settlement.outcomes[:, 0])
        rest = float(drawn.settlement.settled.mean())
        rest_error = error_of_share(rest, len(drawn.settlement.settled))
    odds = {} if found.odds is None else dict(zip(share.actors, map(float, found.odds[0, :, 0]), strict=True))
    return ModelTerms(
        model=model,
        name=known.name,
        source=known.source,
        switches=dict(found.switches),
        dynamic=known.dynamic,
        point=point,
        settled=bool(found.settled[0]),
        rounds=int(found.lengths[0]),
        over=over,
        rest=rest,
        rest_error=rest_error,
        reason=_excuse(point, found.switches),
        track=_track(share.actors, found),
        odds=odds,
    )


def _excuse(point: float, switches: Mapping[str, str]) -> str:
    """Why a model has no answer; empty when it has one."""
    if not np.isnan(point):
        return ""
    if switches.get("disagreement") == "reference":
        return "It needs what holds if nothing is agreed: give the issue a 'reference'."
    return "It has none with these inputs."


def _track(actors: tuple[str, ...], found: Settlement) -> Track | None:
    if found.rounds is None or found.points is None:
        return None
    played = int(found.lengths[0]) + 1
    positions = found.rounds[0, :played, :, 0]
    points = found.points[0, :played, 0]
    return Track(actors, tuple(tuple(map(float, row)) for row in positions), tuple(map(float, points)))


def gather_terms(
    found: Sequence[IssueTerms], tables: Sequence[Table], seed: int, digest: str, issues: Sequence[str] | None = None
) -> Bargaining:
    """The issues asked about (ids, all unless named) as one result."""
    drawn = max((table.drawn.draws for table in tables if table.drawn is not None), default=0)
    return Bargaining(
        issues=tuple(issue for issue in found if not issues or issue.id in issues),
        draws=drawn,
        dynamic_draws=drawn,
        seed=seed,
        digest=digest,
        made_by={"values": f"central values and {drawn} draws" if drawn else "central values", "seed": seed},
    )


def assess_terms(scenario: Scenario, game: Game, ensemble: Ensemble) -> Bargaining | None:
    """What the issues of a case come to over the draws of a run; None in a case without any.

    Models with rounds, and the search for whom to persuade, are put to the first :data:`MOST` draws.
    """
    if not game.bargains:
        return None
    tables = read_tables(game, ensemble)
    found = gather_terms(find_terms(scenario, tables, Asked(most=MOST)), tables, ensemble.seed, game.digest)
    fragility: list[Fragility] = []
    persuasion: list[Persuasion] = []
    for table in tables:
        few = None if table.drawn is None else table.drawn.at(np.arange(min(MOST, table.drawn.draws)))
        for issue in table.central.issues:
            actors = table.central.of(issue).actors
            persuasion += [
                find_persuasion(table.central, issue, actor, None, few) for actor in actors if len(actors) > 1
            ]
        # Who has no answer says so among the models.
        fragility += measure_fragility(table.central, list_dynamic(), seed=ensemble.seed, tables=NOISY, lenient=True)
    order = [issue.id for issue in found.issues]
    return replace(
        found,
        dynamic_draws=min(found.draws, MOST),
        fragility=tuple(sorted(fragility, key=lambda item: order.index(item.issue))),
        persuasion=tuple(sorted(persuasion, key=lambda item: order.index(item.issue))),
    )

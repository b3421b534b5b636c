"""The command that says on what terms a conflict could be settled: bargain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import files, screen
from detente.cli.options import Case, Json, Seed
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.findings.bargains import Bargaining, IssueTerms
    from detente.report.charts import Spec
    from detente.scenario.model import Scenario
    from detente.solvers.bargaining.persuasion import Persuasion

#: noisy tables at most
MOST = 100_000


@Parameter(name="*")
@dataclass(frozen=True)
class Matter:
    """What is bargained over, and by which models."""

    issue: Annotated[list[str] | None, Parameter(help="An issue's id; again for more [default: all].")] = None
    model: Annotated[
        list[str] | None, Parameter(help="A model's id, such as compromise; again for more [default: all].")
    ] = None
    switch: Annotated[
        list[str] | None,
        Parameter(help="What a model leaves open, as in nash.disagreement=reference; again for more."),
    ] = None
    draws: Annotated[
        int,
        Parameter(help="Joint samples of the uncertain inputs.", validator=Number(gte=1, lte=2**30)),
    ] = api.DRAWS
    seed: Seed = api.SEED


@Parameter(name="*")
@dataclass(frozen=True)
class Probe:
    """What is asked besides."""

    rounds: Annotated[bool, Parameter(help="Models with rounds, round by round.", show_default=False)] = False
    exchanges: Annotated[
        bool, Parameter(help="Which votes are traded for which over a package.", show_default=False)
    ] = False
    persuade: Annotated[list[str] | None, Parameter(help="Whom this actor should persuade; again for more actors.")] = (
        None
    )
    step: Annotated[
        float,
        Parameter(help="How far an actor can be moved, as a share of the scale.", validator=Number(gt=0, lte=1)),
    ] = 0.1
    fragility: Annotated[
        int | bool,
        Parameter(
            help=f"How far models with rounds move under noise, over so many noisy tables [{api.TABLES}].",
            show_default=False,
        ),
    ] = False

    @property
    def tables(self) -> int:
        """Noisy tables; 0 when not asked for. Raises QueryError for a number that is none."""
        if self.fragility is True or self.fragility is False:
            return api.TABLES * self.fragility
        if not 2 <= self.fragility <= MOST:
            message = f"{self.fragility} noisy tables show no spread."
            raise QueryError([Issue("--fragility", 0, 0, "", message, f"Ask for 2 to {MOST:,}.")])
        return self.fragility


def bargain(
    case: Case,
    /,
    *,
    matter: Matter | None = None,
    probe: Probe | None = None,
    svg: Annotated[Path | None, Parameter(help="Also draw it into this SVG file.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Say where bargaining over an issue ends: a distribution, and the point of every published model.

    Example: detente bargain eu-cars-1984 --fragility
    """
    matter, probe = matter or Matter(), probe or Probe()
    tables = probe.tables
    scenario = api.load(case)
    switches = api.parse_switches(matter.switch or ())
    found = api.bargain(scenario, matter.issue, matter.model, draws=matter.draws, seed=matter.seed, switches=switches)
    if probe.persuade:
        found = replace(found, persuasion=tuple(_persuade(scenario, matter, probe)))
    if tables:
        noisy = api.measure_fragility(scenario, matter.issue, None, tables=tables, seed=matter.seed, switches=switches)
        found = replace(found, fragility=noisy)
    if probe.exchanges:
        found = replace(found, exchanges=api.list_exchanges(scenario, matter.issue, switches=switches))
    if svg is not None:
        from detente.report.charts import stack_charts

        files.write_drawing(svg, stack_charts(list(_draw(found, scenario, probe))))
    if as_json:
        screen.show_case_json(scenario, found.to_dict())
    else:
        _tell(found, scenario, probe)


def _persuade(scenario: Scenario, matter: Matter, probe: Probe) -> Iterator[Persuasion]:
    from detente.solvers.bargaining.persuasion import Steps

    # Of several models named none is the one that ranks.
    model = matter.model[0] if matter.model and len(matter.model) == 1 else None
    for actor in probe.persuade or ():
        yield from api.find_persuasion(
            scenario,
            actor,
            matter.issue,
            steps=Steps(probe.step, model=model),
            draws=matter.draws,
            seed=matter.seed,
        )


def _name_actors(scenario: Scenario) -> dict[str, str]:
    return {actor.id: actor.name for actor in scenario.actors}


def _draw(found: Bargaining, scenario: Scenario, probe: Probe) -> Iterator[Spec]:
    """Every chart of what was asked, issue by issue."""
    from detente.report import charts

    names = _name_actors(scenario)
    for issue in found.issues:
        yield charts.plot_scale(issue)
        if any(not model.reason for model in issue.models):
            yield charts.plot_models(issue)
        for model in issue.models:
            if probe.rounds and model.track is not None:
                yield charts.plot_rounds(model.track, names, (issue.low, issue.high))
        for item in found.persuasion:
            if item.issue == issue.id and item.approaches:
                yield charts.plot_persuasion(item, names)
        noisy = [item for item in found.fragility if item.issue == issue.id]
        if noisy:
            yield charts.plot_fragility(noisy, (issue.low, issue.high))


def _tell(found: Bargaining, scenario: Scenario, probe: Probe) -> None:
    from detente.report import terms

    names = _name_actors(scenario)
    screen.show(f"{scenario.title}, {terms.write_values(found)}")
    for issue in found.issues:
        _tell_issue(issue)
        if probe.rounds:
            _tell_rounds(issue, names)
        for item in found.persuasion:
            if item.issue == issue.id:
                _tell_persuasion(item, names)
    if probe.exchanges:
        _tell_exchanges(found, names)
    _tell_noise(found)
    screen.show("", *screen.fold(terms.CAUTION))


def _tell_issue(issue: IssueTerms) -> None:
    from detente.report import terms

    sentences = [terms.state_scale(issue), terms.state_outlook(issue.outlook), terms.state_regions(issue.outlook)]
    sentences += terms.state_models(issue)
    screen.show("", f"{issue.id}: {terms.call_issue(issue)}")
    screen.show(*(line for sentence in sentences if sentence for line in screen.fold(sentence)), "")
    screen.show_table(terms.PLACES, terms.list_places(issue))
    screen.show("")
    _show_filled(terms.MODELS, terms.list_models(issue))


def _tell_rounds(issue: IssueTerms, names: Mapping[str, str]) -> None:
    from detente.report import terms

    for model in issue.models:
        if model.track is not None:
            screen.show("", f"{terms.name_model(model)}, round by round")
            screen.show_table(*terms.list_rounds(model, names))


def _tell_persuasion(found: Persuasion, names: Mapping[str, str]) -> None:
    from detente.report import persuading

    sentences = persuading.state_persuasion(found, names)
    screen.show("", f"Whom {names.get(found.actor, found.actor)} should persuade on {found.issue}")
    screen.show(*(line for sentence in sentences for line in screen.fold(sentence)), "")
    _show_filled(persuading.APPROACHES, persuading.list_approaches(found, names))


def _tell_exchanges(found: Bargaining, names: Mapping[str, str]) -> None:
    from detente.report import trades

    screen.show("", "Votes traded, by the equal-gain exchange model at central values")
    screen.show(*(line for sentence in trades.state_exchanges(found.exchanges) for line in screen.fold(sentence)))
    for number, item in enumerate(found.exchanges, start=1):
        screen.show(*screen.fold(f"{number}. {trades.state_trade(item, names)}"))


def _tell_noise(found: Bargaining) -> None:
    from detente.report import persuading

    if not found.fragility:
        return
    tables, seed = found.fragility[0].wobbles[0].tables, found.fragility[0].seed
    screen.show("", f"Under noise on every input: {tables} noisy tables, seed {seed}, from central values")
    for sentence in persuading.state_fragility(found.fragility) or ["No model amplifies noise, and all come to rest."]:
        screen.show(*screen.fold(sentence))
    for issue in found.issues:
        screen.show("", issue.id)
        screen.show_table(
            persuading.NOISE, persuading.list_noise(item for item in found.fragility if item.issue == issue.id)
        )


def _show_filled(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table without the columns in which no row has anything."""
    kept = [k for k in range(len(heads)) if any(row[k] != "-" for row in rows)]
    screen.show_table([heads[k] for k in kept], [[row[k] for k in kept] for row in rows])

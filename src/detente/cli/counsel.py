"""The command about what an actor should do: policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import MANIFEST, Json, RunOrCase
from detente.cli.runs import find_draws, read_scenario
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.ensemble.inquiry import Inquiry
    from detente.findings.advice import Advice
    from detente.findings.deals import Deals
    from detente.scenario.model import Scenario


@Parameter(name="*")
@dataclass(frozen=True)
class Beyond:
    """What is judged besides the policies of a run, over draws of its own."""

    combinations: Annotated[
        bool, Parameter(help="All combinations of the advised actor's own levers.", show_default=False)
    ] = False
    coalition: Annotated[
        str | None, Parameter(help="What these actors could agree on, such as 'us,dprk'.", show_default=False)
    ] = None
    draws: Annotated[
        int | None,
        Parameter(help=f"The first so many draws of the run's design [default: {api.FEW}].", validator=Number(gte=1)),
    ] = None
    most: Annotated[
        int | None,
        Parameter(
            help=f"Holdings looked at, those of the fewest levers first [default: {api.MOST_HOLDINGS}].",
            validator=Number(gte=1),
        ),
    ] = None

    @property
    def bound(self) -> int:
        """Holdings looked at."""
        return self.most or api.MOST_HOLDINGS

    @property
    def asked(self) -> bool:
        """Whether anything is."""
        return self.combinations or self.coalition is not None


def policies(
    run_or_case: RunOrCase,
    /,
    *,
    actor: Annotated[
        list[str] | None, Parameter(help="An advised actor; give it again for more [default: all].")
    ] = None,
    margin: Annotated[
        float, Parameter(help="Worths no further apart count as equal.", validator=Number(gte=0))
    ] = api.MARGIN,
    posterior: Annotated[
        bool, Parameter(help="Draws count by what the case's evidence says of them.", show_default=False)
    ] = False,
    beyond: Beyond | None = None,
    as_json: Json = False,
) -> None:
    """Judge what an actor could do: gains, regret, who is best how often, what is robust, where the favourite loses.

    Example: detente policies korea-2024 --combinations
    """
    beyond = beyond or Beyond()
    if beyond.coalition is not None and (beyond.combinations or actor):
        raise QueryError([Issue("--coalition", 0, 0, "", "A coalition is judged alone.", "Leave out the others.")])
    if not beyond.asked and (beyond.draws is not None or beyond.most is not None):
        cure = "Add --combinations or --coalition, or run the case with more draws."
        raise QueryError([Issue("--draws", 0, 0, "", "The draws of a run are all used.", cure)])
    if beyond.asked and posterior:
        raise QueryError([Issue("--posterior", 0, 0, "", "Only the draws of a run are weighed.", "Leave it out.")])
    scenario = read_scenario(run_or_case)
    if beyond.coalition is not None:
        with _sample(scenario, run_or_case, beyond) as inquiry:
            deals = api.ally(scenario, _split(beyond.coalition), inquiry, margin=margin, most=beyond.bound)
        _show_deals(scenario, deals, inquiry.describe(api.compile(scenario)), as_json)
        return
    wanted = _pick(scenario, actor)
    if beyond.combinations:
        found, left_out, made_by = [], 0, {}
        for name in wanted:
            with _sample(scenario, run_or_case, beyond) as inquiry:
                advice, more = api.combine(scenario, name, inquiry, margin=margin, most=beyond.bound)
            found.append(advice)
            left_out, made_by = left_out + more, inquiry.describe(api.compile(scenario))
        _show(scenario, found, {**made_by, "left_out": left_out}, as_json)
        return
    scenario, ensemble = find_draws(run_or_case, scenario)
    found = [
        advice
        for advice in api.advise(scenario, ensemble, margin=margin, informed=posterior)
        if advice.actors[0] in wanted
    ]
    _show(scenario, found, {"digest": ensemble.digest, "seed": ensemble.seed, "draws": ensemble.draws}, as_json)


def _pick(scenario: Scenario, wanted: list[str] | None) -> list[str]:
    """The advised actors wanted. Raises QueryError for others, and for a case that advises nobody."""
    from detente.ensemble.alternatives import list_advised
    from detente.scenario.slips import suggest

    known = list(list_advised(scenario))
    if not known:
        cure = "Write a policy under 'policies:', or ask about a coalition with --coalition."
        raise QueryError([Issue(scenario.path, 0, 0, "policies", "The case has no policies.", cure)])
    issues = [
        Issue("--actor", 0, 0, "", f"No policy advises '{name}'.", suggest(name, known))
        for name in wanted or []
        if name not in known
    ]
    if issues:
        raise QueryError(issues)
    return [name for name in known if not wanted or name in wanted]


def _split(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(set(names)) < 2:
        raise QueryError([Issue("--coalition", 0, 0, "", f"'{text}' is no coalition.", "Name two actors or more.")])
    return names


@contextmanager
def _sample(scenario: Scenario, run_or_case: str, beyond: Beyond) -> Iterator[Inquiry]:
    """The first draws of the run's design, with progress told."""
    from detente.ensemble.manifest import read_manifest

    folder = Path(run_or_case)
    seed = read_manifest(folder).seed if (folder / MANIFEST).is_file() else api.SEED
    draws = beyond.draws or api.FEW
    screen.note(f"{draws} draws, seed {seed}")
    with screen.follow("draws") as progress:
        yield api.inquire(scenario, [], draws, seed, progress)


def _show(scenario: Scenario, found: list[Advice], origin: Mapping[str, object], as_json: bool) -> None:
    from detente.findings.findings import plain_data

    if as_json:
        screen.show_case_json(scenario, {**origin, "advice": plain_data(found)})
        return
    from detente.report import counsel
    from detente.report.inputs import name_inputs

    names = name_inputs(scenario)
    for advice in found:
        screen.show(f"What {counsel.call_actors(advice.actors, scenario)} could do", "")
        for judgement in advice.judgements:
            _fold(counsel.state_favourite(judgement, scenario), counsel.state_upset(judgement, names))
            if judgement.favourite is not None:
                screen.show_table(counsel.HEADS, counsel.list_standings(judgement))
            screen.show("")
        _fold(counsel.state_robust(advice), counsel.state_front(advice))
        screen.show("", "Who gains, by their own payoffs:")
        _fold(*counsel.state_effects(advice, scenario), *counsel.state_barred(advice))
        screen.show("")
        _fold(counsel.state_margin(advice))
    if left_out := origin.get("left_out"):
        _fold(f"Those of the fewest levers were looked at; {left_out} more were not (--most).")


def _show_deals(scenario: Scenario, deals: Deals, origin: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        screen.show_case_json(scenario, {**origin, **deals.to_dict()})
        return
    from detente.report import counsel

    first, *rest = counsel.state_deals(deals, scenario)
    _fold(first)
    rows = counsel.list_deals(deals)
    if rows:
        screen.show("")
        screen.show_table(counsel.DEAL_HEADS, rows)
        screen.show("")
    _fold(*rest, *counsel.state_barred(deals), counsel.state_margin(deals))


def _fold(*sentences: str) -> None:
    screen.show(*(line for sentence in sentences if sentence for line in screen.fold(sentence)))
